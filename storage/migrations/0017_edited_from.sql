-- With edited_ms: the hash of the version whose schedule this is. What it was due for between decided_until_ms and edited_ms is
-- still to be decided.
ALTER TABLE schedule_cursors ADD COLUMN edited_from TEXT;
