-- What a directive leaves open (docs/storage-schema.md). The questions as the last load found them, so
-- that they are known after a restart without parsing the file again.
CREATE TABLE directive_questions (
    directive_id INTEGER PRIMARY KEY REFERENCES user_directives (id) ON DELETE CASCADE,
    questions_json TEXT NOT NULL,
    critical INTEGER NOT NULL
);

-- What its owner answered, by the directive's name: a file that goes and comes back finds its answers.
-- An answer counts only while the question is about the same words.
CREATE TABLE directive_answers (
    directive_name TEXT NOT NULL,
    question_id TEXT NOT NULL,
    about TEXT NOT NULL,
    value TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at_ms INTEGER NOT NULL,
    PRIMARY KEY (directive_name, question_id)
) WITHOUT ROWID;
