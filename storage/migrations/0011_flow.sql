-- What `key` and `variables` gave when the directive was triggered: a queued run keeps both.
ALTER TABLE ledger ADD COLUMN key TEXT;
ALTER TABLE ledger ADD COLUMN vars TEXT;

-- How often a directive with `stop_after` has failed in a row; no row: its last run went well.
CREATE TABLE failure_streaks (
    directive_id INTEGER PRIMARY KEY,
    failures INTEGER NOT NULL
);
