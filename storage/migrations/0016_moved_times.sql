-- When the file of a directive was edited and its schedule was not armed since: up to then nothing of
-- the schedule that it has now was due. Storing a cursor ends it.
ALTER TABLE schedule_cursors ADD COLUMN edited_ms INTEGER;

-- By how much the wall clock was set since `data` was written: deadline_ms has moved with it, the times in `data` have not.
ALTER TABLE waits ADD COLUMN moved_ms INTEGER NOT NULL DEFAULT 0;
