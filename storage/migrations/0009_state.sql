-- A state knows when it changed (not only when it was last set), what else is known about it, and
-- when it goes by itself (docs/state.md).
ALTER TABLE state_values ADD COLUMN attributes_json TEXT;
ALTER TABLE state_values ADD COLUMN changed_at_ms INTEGER;
ALTER TABLE state_values ADD COLUMN expires_at_ms INTEGER;
