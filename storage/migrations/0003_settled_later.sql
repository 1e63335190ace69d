-- What is not written with every row any more (docs/storage-schema.md).

-- The ids before `id` that the directive has in the same slice: each as its distance to the next higher
-- one, LEB128. NULL: none, the row stands for `id` alone (as all rows did before).
ALTER TABLE ledger_index ADD COLUMN earlier BLOB;

-- The counters hold every execution up to this id; those above it are counted when they are written next.
INSERT INTO meta (key, value) SELECT 'counted_until', ifnull(max(id), 0) FROM directive_executions;
