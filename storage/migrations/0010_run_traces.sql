-- The steps of runs (docs/storage-schema.md), mostly of those that failed: a share of the store of
-- their own, kept by number and not with the ledger's rows.
CREATE TABLE run_traces (
    run_id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    steps TEXT NOT NULL
);
