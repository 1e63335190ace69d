-- What is to go on later (docs/storage-schema.md): one short row each, read at start by rising id.
-- kind: 0 run, 1 trigger, 2 flow.
CREATE TABLE waits (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    directive_id INTEGER NOT NULL,
    run_id INTEGER,
    trigger_index INTEGER,
    key TEXT,
    deadline_ms INTEGER,
    data TEXT
);
