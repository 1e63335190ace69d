-- A configuration somebody else than the file's owner wrote. accepted = 0: it waits for a yes;
-- accepted = 1: it is the running version, until the file says something else than file_json.
CREATE TABLE directive_proposals (
    directive_id INTEGER NOT NULL REFERENCES user_directives (id) ON DELETE CASCADE,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    content_hash TEXT NOT NULL,
    configuration_json TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    file_json TEXT NOT NULL,
    PRIMARY KEY (directive_id, accepted)
) WITHOUT ROWID;

CREATE INDEX directive_executions_failed_of ON directive_executions (directive_id)
    WHERE status <> 'success';
CREATE INDEX user_directives_by_status ON user_directives (status);

-- The sums of all hours before `hour`, per directive and (directive_id 0) of all, written when an hour
-- begins: the runs of any period are the difference of two marks. Between a mark and the next one all
-- runs were in the first one's hour. Marks of the last day are kept for every hour, older ones for the
-- beginning of each UTC day.
CREATE TABLE execution_marks (
    hour INTEGER NOT NULL,
    directive_id INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    timeouts INTEGER NOT NULL,
    duration_sum_ms INTEGER NOT NULL,
    PRIMARY KEY (hour, directive_id)
) WITHOUT ROWID;

-- What was counted before there were marks: every hour of the last two days with runs, and the
-- beginnings of the days with runs.
INSERT INTO execution_marks
WITH
    until (hour) AS (SELECT value FROM meta WHERE key = 'totals_until_hour'),
    newest (hour) AS (SELECT max(hour) FROM execution_counters),
    slots (hour) AS (
        SELECT DISTINCT hour / 24 * 24 FROM execution_counters
        UNION SELECT DISTINCT hour FROM execution_counters WHERE hour >= (SELECT hour FROM newest) - 48),
    folded AS (
        SELECT iif(hour >= (SELECT hour FROM newest) - 48, hour, hour / 24 * 24) AS slot,
            directive_id, sum(runs) AS runs, sum(successes) AS successes, sum(failures) AS failures,
            sum(timeouts) AS timeouts, sum(duration_sum_ms) AS duration_sum_ms
        FROM execution_counters WHERE hour < (SELECT hour FROM until) GROUP BY slot, directive_id),
    per_slot AS (
        SELECT slots.hour AS hour, totals.directive_id AS directive_id, totals.runs AS all_runs,
            totals.successes AS all_successes, totals.failures AS all_failures,
            totals.timeouts AS all_timeouts, totals.duration_sum_ms AS all_duration,
            coalesce(folded.runs, 0) AS runs, coalesce(folded.successes, 0) AS successes,
            coalesce(folded.failures, 0) AS failures, coalesce(folded.timeouts, 0) AS timeouts,
            coalesce(folded.duration_sum_ms, 0) AS duration_sum_ms
        FROM slots CROSS JOIN execution_totals AS totals
        LEFT JOIN folded ON folded.slot = slots.hour AND folded.directive_id = totals.directive_id)
SELECT hour, directive_id,
    all_runs - sum(runs) OVER later, all_successes - sum(successes) OVER later,
    all_failures - sum(failures) OVER later, all_timeouts - sum(timeouts) OVER later,
    all_duration - sum(duration_sum_ms) OVER later
FROM per_slot
WINDOW later AS (PARTITION BY directive_id ORDER BY hour
    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING);

INSERT INTO execution_marks
SELECT hour, 0, sum(runs), sum(successes), sum(failures), sum(timeouts), sum(duration_sum_ms)
FROM execution_marks GROUP BY hour;
