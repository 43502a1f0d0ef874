-- From version 2 to 3: a mark keeps the class map that was there.
ALTER TABLE mark ADD COLUMN class_map TEXT;
