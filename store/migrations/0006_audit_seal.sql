-- From version 5 to 6: a change writes the digests of what people entered into the audit log.
ALTER TABLE audit ADD COLUMN seal TEXT;
