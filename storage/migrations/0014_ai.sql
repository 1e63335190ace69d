-- What requests to an AI leave behind (docs/storage-schema.md).
CREATE TABLE llm_usage (
    month TEXT NOT NULL, -- "2026-11", UTC
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    PRIMARY KEY (month, provider, model)
) WITHOUT ROWID;
CREATE TABLE site_contexts (
    provider TEXT PRIMARY KEY,
    value_json TEXT NOT NULL,
    generation INTEGER NOT NULL,
    fetched_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE prompt_manifests (
    id INTEGER PRIMARY KEY,
    run_id INTEGER,
    session_id TEXT,
    directive TEXT,
    agent TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    outcome TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    entries_json TEXT NOT NULL
);
CREATE INDEX prompt_manifests_run ON prompt_manifests (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX prompt_manifests_session ON prompt_manifests (session_id) WHERE session_id IS NOT NULL;
