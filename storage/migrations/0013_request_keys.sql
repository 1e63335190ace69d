-- What was answered to requests with an Idempotency-Key, so that a second one does nothing anew.
-- Without a status the first is under way, or was when the program died.
CREATE TABLE request_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    status INTEGER,
    content_type TEXT,
    body TEXT,
    PRIMARY KEY (caller, key)
) WITHOUT ROWID;
CREATE INDEX request_keys_by_time ON request_keys (created_at_ms);
