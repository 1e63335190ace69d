-- The engine's own tables (docs/storage-schema.md).

-- Every due instant and every matched trigger: one row, whatever became of it. The engine's loop gives
-- the id. It has no secondary index on purpose: see ledger_index.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL,
    trigger_index INTEGER NOT NULL,
    cause TEXT NOT NULL,
    scheduled_for_ms INTEGER,
    seen_at_ms INTEGER NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT,
    detail TEXT,
    payload TEXT,
    end_state TEXT,
    ended_at_ms INTEGER,
    end_error TEXT
);

-- The ids of a directive's decisions, complete up to meta.ledger_watermark; runs = 1 if it ran or was to
-- run. Written in sorted slices.
CREATE TABLE ledger_index (
    directive_id INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (directive_id, runs, id)
) WITHOUT ROWID;

-- Runs without an end whose id is not above meta.ledger_watermark.
CREATE TABLE open_runs (id INTEGER PRIMARY KEY);

CREATE TABLE schedule_cursors (
    directive_id INTEGER NOT NULL,
    trigger_index INTEGER NOT NULL,
    decided_until_ms INTEGER NOT NULL,
    PRIMARY KEY (directive_id, trigger_index)
) WITHOUT ROWID;

CREATE TABLE state_values (
    name TEXT PRIMARY KEY,
    value_json TEXT NOT NULL,
    updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Ended runs per hour (hours since 1970 UTC) and directive. The hour comes first, so that a commit
-- dirties the few pages of the present hour.
CREATE TABLE execution_counters (
    hour INTEGER NOT NULL,
    directive_id INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    timeouts INTEGER NOT NULL,
    duration_sum_ms INTEGER NOT NULL,
    last_execution_ms INTEGER NOT NULL,
    last_status TEXT NOT NULL,
    last_error TEXT,
    PRIMARY KEY (hour, directive_id)
) WITHOUT ROWID;

-- The sums of all hours before meta.totals_until_hour.
CREATE TABLE execution_totals (
    directive_id INTEGER PRIMARY KEY,
    runs INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    timeouts INTEGER NOT NULL,
    duration_sum_ms INTEGER NOT NULL,
    last_execution_ms INTEGER NOT NULL,
    last_status TEXT NOT NULL,
    last_error TEXT
);

-- Delivery ids of webhooks, in the order of arrival: a unique index would dirty a page per delivery.
CREATE TABLE webhook_replay (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    forget_at_ms INTEGER NOT NULL
);

-- Every version of a directive that was ever loaded.
CREATE TABLE directive_versions (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    source_file TEXT NOT NULL,
    configuration_json TEXT NOT NULL,
    source_text TEXT NOT NULL,
    loaded_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX directive_versions_by_name ON directive_versions (name, loaded_at_ms);

-- What the daemon itself wrote, by path relative to the project: such content is a proposal.
CREATE TABLE written_files (
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    written_at_ms INTEGER NOT NULL,
    PRIMARY KEY (path, sha256)
) WITHOUT ROWID;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('ledger_watermark', 0), ('totals_until_hour', 0);
