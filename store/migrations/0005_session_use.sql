-- From version 4 to 5: a session can be marked as the person's baseline, or left out of the trend.
ALTER TABLE session ADD COLUMN use TEXT CHECK (use IN ('baseline', 'excluded'));
