-- From version 3 to 4: what a trend is made of, so that a year is shown without reading a year of readings.
CREATE TABLE session_values (
    session  INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    version  INTEGER NOT NULL,                -- of what the numbers mean; others are made anew
    numbers  TEXT NOT NULL                    -- JSON {"values": {measure: value}, "measured": {source: amount}, "quality": {source: 0..1}}
);
