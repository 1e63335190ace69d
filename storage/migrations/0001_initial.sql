-- The tables that AIFP's helper functions name (docs/storage-schema.md). The columns of their JSON come
-- first and keep its names; times in them are UTC text YYYY-MM-DDTHH:MM:SS. What stands after them is
-- the engine's own. Columns that end in _ms are milliseconds since 1970 UTC.
PRAGMA application_id = 1634297444;

CREATE TABLE user_directives (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source_file TEXT NOT NULL,
    directive_type TEXT NOT NULL
        CHECK (directive_type IN ('trigger', 'schedule', 'api', 'conditional', 'sequence')),
    trigger TEXT NOT NULL,
    action TEXT NOT NULL,
    configuration_json TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'validated', 'implemented', 'active', 'paused', 'error', 'archived')),
    approved INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    domain TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL,
    approved_hash TEXT,
    approved_by TEXT,
    approved_at TEXT,
    first_armed_at_ms INTEGER,
    error_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX user_directives_by_file ON user_directives (source_file);

CREATE TABLE directive_executions (
    id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    executed_at TEXT NOT NULL,
    duration_ms INTEGER,
    error_message TEXT,
    run_state TEXT NOT NULL,
    ended_at_ms INTEGER NOT NULL
);
CREATE INDEX directive_executions_not_successful ON directive_executions (status)
    WHERE status <> 'success';

CREATE TABLE directive_dependencies (
    id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL REFERENCES user_directives (id) ON DELETE CASCADE,
    dependency_type TEXT NOT NULL CHECK (dependency_type IN
        ('python_package', 'system_package', 'api_key', 'environment_var', 'service')),
    name TEXT NOT NULL,
    version TEXT,
    is_installed INTEGER NOT NULL DEFAULT 0 CHECK (is_installed IN (0, 1)),
    UNIQUE (directive_id, dependency_type, name)
);

CREATE TABLE directive_implementations (
    id INTEGER PRIMARY KEY,
    directive_id INTEGER NOT NULL REFERENCES user_directives (id) ON DELETE CASCADE,
    implementation_file TEXT NOT NULL,
    entry_point TEXT NOT NULL,
    generated_at TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'validated', 'deployed', 'failed')),
    test_file TEXT,
    test_status TEXT NOT NULL DEFAULT 'pending'
        CHECK (test_status IN ('passing', 'failing', 'pending', 'skipped')),
    file_hash TEXT NOT NULL DEFAULT '',
    approved_hash TEXT,
    step_index INTEGER NOT NULL DEFAULT 0,
    UNIQUE (directive_id, step_index)
);

CREATE TABLE logging_config (
    id INTEGER PRIMARY KEY,
    log_type TEXT NOT NULL UNIQUE CHECK (log_type IN ('execution', 'error', 'lifecycle')),
    retention_days INTEGER NOT NULL CHECK (retention_days > 0),
    rotation_size_mb INTEGER NOT NULL CHECK (rotation_size_mb > 0),
    log_directory TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
);
INSERT INTO logging_config (log_type, retention_days, rotation_size_mb, log_directory) VALUES
    ('execution', 30, 50, '.aifp-project/logs/execution/'),
    ('error', 90, 50, '.aifp-project/logs/errors/'),
    ('lifecycle', 180, 50, '.aifp-project/logs/lifecycle/');

CREATE TABLE source_files (
    path TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('loaded', 'broken')),
    diagnostics_json TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
