-- What keeps a yes, a no and a pause from being undone by accident (docs/storage-schema.md).

-- Dependencies that somebody noted down who may not operate: the gate looks past them.
CREATE TABLE noted_dependencies (
    dependency_id INTEGER PRIMARY KEY REFERENCES directive_dependencies (id) ON DELETE CASCADE
);

-- Where a directive stood when its file went: it comes back there.
CREATE TABLE removed_directives (
    directive_id INTEGER PRIMARY KEY REFERENCES user_directives (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- A content that the daemon wrote is a proposal wherever it is moved to.
CREATE INDEX written_files_by_content ON written_files (sha256);
