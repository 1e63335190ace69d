-- When an event that was held back was let go: its run waits for its turn, and counts, from then on.
ALTER TABLE ledger ADD COLUMN released_at_ms INTEGER;
