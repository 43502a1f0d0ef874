-- From version 6 to 7: a lane's readings as columns, so that a timeline of hours is shown without reading every row.
CREATE TABLE track (
    session   INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality  TEXT NOT NULL,
    version   INTEGER NOT NULL,               -- of what the columns mean; others are made anew
    numbers   BLOB NOT NULL,                  -- NumPy's .npz, by the names of core/tracks.py
    PRIMARY KEY (session, modality)
);
