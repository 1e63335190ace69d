-- What the workflow helpers keep (docs/implementations.md, docs/dependencies.md).

-- The texts an implementation had, each content once. The id gives their order.
CREATE TABLE implementation_versions (
    id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL REFERENCES user_directives (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('generated', 'person')),
    kept_at_ms INTEGER NOT NULL,
    text BLOB NOT NULL,
    UNIQUE (directive_id, path, sha256)
);

-- Which dependencies were detected, and not added by a person: they go when they are needed no more.
CREATE TABLE detected_dependencies (
    dependency_id INTEGER PRIMARY KEY REFERENCES directive_dependencies (id) ON DELETE CASCADE
);

-- From when on a directive's runs count for its alerts: its last activation.
CREATE TABLE directive_tracking (
    directive_id INTEGER PRIMARY KEY REFERENCES user_directives (id) ON DELETE CASCADE,
    activated_at_ms INTEGER NOT NULL
);
