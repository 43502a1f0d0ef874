-- The truth about the store. Its number is PRAGMA user_version; each change is also a step in store/migrations/.
-- Times called "at" are seconds of media time since the session began; NULL means not measured, never zero.
-- Times called "utc" are ISO 8601 in UTC. What is deleted leaves its row as a tombstone: number and deleted_utc, nothing else.
-- Tables that store/seal.py names are written within `audit.recorded` only: else `verify` says that somebody altered them.

CREATE TABLE session (
    id           INTEGER PRIMARY KEY,
    started_utc  TEXT NOT NULL,               -- ISO 8601, UTC
    ended_utc    TEXT,                        -- NULL while it runs
    recovered    INTEGER NOT NULL DEFAULT 0,  -- 1: the program ended before the session did
    zone         TEXT NOT NULL,               -- UTC offset or name of the place
    title        TEXT NOT NULL,
    recorded     INTEGER NOT NULL,            -- 1: a recording was analysed, 0: live
    seconds      REAL NOT NULL DEFAULT 0,     -- media time reached
    process      TEXT NOT NULL,               -- who writes it: "pid:start time"; tells a crash from a second instance
    settings     TEXT NOT NULL,               -- JSON {"group.name": value}: the effective ones
    versions     TEXT NOT NULL,               -- JSON {"package": version}
    counts       TEXT NOT NULL DEFAULT '{}',  -- JSON {"face.read": n, "face.dropped": n, ...}
    person       INTEGER REFERENCES person (id),
    deleted_utc  TEXT,
    use          TEXT CHECK (use IN ('baseline', 'excluded'))  -- in the person's trend; NULL: as its date and quality say
);
CREATE INDEX session_by_person ON session (person, started_utc);

CREATE TABLE lane (
    session   INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality  TEXT NOT NULL,
    source    TEXT NOT NULL,                  -- the device's or file's label
    model     TEXT NOT NULL DEFAULT '',       -- the checkpoint's name
    sha256    TEXT NOT NULL DEFAULT '',       -- of its model file
    PRIMARY KEY (session, modality)
) WITHOUT ROWID;

CREATE TABLE reading (
    id              INTEGER PRIMARY KEY,
    session         INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality        TEXT NOT NULL,
    at              REAL NOT NULL,
    covers_from     REAL NOT NULL,
    covers_to       REAL NOT NULL,
    quality         REAL NOT NULL,
    quality_reason  TEXT,
    absent_because  TEXT,
    dropped_before  INTEGER NOT NULL,
    model           TEXT NOT NULL,
    anger REAL, disgust REAL, fear REAL, happiness REAL, sadness REAL, surprise REAL, neutral REAL,
    -- face only
    box_x INTEGER, box_y INTEGER, box_width INTEGER, box_height INTEGER, box_score REAL,
    others          TEXT,                     -- JSON [[x, y, width, height], ...]
    smoothed_anger REAL, smoothed_disgust REAL, smoothed_fear REAL, smoothed_happiness REAL, smoothed_sadness REAL,
    smoothed_surprise REAL, smoothed_neutral REAL,
    -- voice only
    speech_level REAL, loudness_sd REAL, pitch_hz REAL, pitch_sd_semitones REAL, speech_rate_hz REAL, pause_share REAL,
    -- text only
    text            TEXT,
    contributions   TEXT                      -- JSON [[word, weight], ...]
);
CREATE INDEX reading_by_time ON reading (session, at);

CREATE TABLE score (
    id                INTEGER PRIMARY KEY,
    session           INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    at                REAL NOT NULL,
    value             REAL,                   -- NULL: not enough evidence
    interval_low      REAL,
    interval_high     REAL,
    abstained_because TEXT,
    fusion            TEXT NOT NULL,
    heard_from        TEXT NOT NULL,          -- JSON [modality, ...]
    weights           TEXT NOT NULL,          -- JSON {modality: share}
    contributions     TEXT NOT NULL,          -- JSON {modality: points}
    probabilities     TEXT NOT NULL           -- JSON {emotion: probability}
);
CREATE INDEX score_by_time ON score (session, at);

CREATE TABLE gap (
    session    INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality   TEXT NOT NULL,
    starts_at  REAL NOT NULL,
    ends_at    REAL NOT NULL,
    why        TEXT NOT NULL
);
CREATE INDEX gap_by_time ON gap (session, starts_at);

CREATE TABLE mark (
    session    INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    at         REAL NOT NULL,
    name       TEXT NOT NULL,
    class_map  TEXT                           -- JSON {"label": emotion, "rows": [[0..255, ...], ...]}; NULL: none was there
);
CREATE INDEX mark_by_time ON mark (session, at);

CREATE TABLE note (
    session  INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    at       REAL NOT NULL,
    text     TEXT NOT NULL
);
CREATE INDEX note_by_time ON note (session, at);

CREATE TABLE person (
    id             INTEGER PRIMARY KEY,
    pseudonym      TEXT,                      -- NULL: deleted
    year_of_birth  INTEGER,
    sex            TEXT,
    notes          TEXT,
    created_utc    TEXT NOT NULL,
    deleted_utc    TEXT
);

-- A consent that was given; withdrawing sets withdrawn_utc, and giving it again is a new row.
CREATE TABLE consent (
    id             INTEGER PRIMARY KEY,
    person         INTEGER REFERENCES person (id) ON DELETE CASCADE,
    session        INTEGER REFERENCES session (id) ON DELETE CASCADE,  -- of one session only; NULL: of all the person's
    scope          TEXT NOT NULL CHECK (scope IN ('record', 'store', 'research')),
    version        TEXT NOT NULL,             -- of the words
    text           TEXT NOT NULL,             -- the words that were shown
    given_utc      TEXT NOT NULL,
    withdrawn_utc  TEXT
);
CREATE INDEX consent_by_person ON consent (person, scope);

-- A filled-in form; a correction is a new row that says which one it replaces, so that the history stays.
CREATE TABLE questionnaire (
    id          INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    session     INTEGER REFERENCES session (id) ON DELETE SET NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('phq9', 'phq8', 'gad7')),
    version     TEXT NOT NULL,                -- of the words, with their language
    filled_utc  TEXT NOT NULL,
    stored_utc  TEXT NOT NULL,
    items       TEXT NOT NULL,                -- JSON [0..3 or null, ...] in the form's order
    difficulty  INTEGER,                      -- 0..3: the question after the items
    total       INTEGER,                      -- NULL: too many items are missing
    source      TEXT NOT NULL,                -- "window", or the name of the file it was imported from
    replaces    INTEGER REFERENCES questionnaire (id) ON DELETE SET NULL
);
CREATE INDEX questionnaire_by_person ON questionnaire (person, kind, filled_utc);

-- What a clinician said of a moment: the latest row of (session, modality, at) holds.
CREATE TABLE judgement (
    id        INTEGER PRIMARY KEY,
    session   INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality  TEXT,                           -- NULL: the index
    at        REAL NOT NULL,
    verdict   TEXT NOT NULL CHECK (verdict IN ('agree', 'disagree')),
    note      TEXT NOT NULL DEFAULT '',
    utc       TEXT NOT NULL
);
CREATE INDEX judgement_by_time ON judgement (session, at);

-- What is usual for one person; a newer row of (person, modality, kind) takes the older one's place, which stays.
CREATE TABLE baseline (
    id        INTEGER PRIMARY KEY,
    person    INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    modality  TEXT NOT NULL,
    kind      TEXT NOT NULL,                  -- what the numbers are, such as "voice_centre" or "median_mad"
    model     TEXT NOT NULL,                  -- the checkpoint whose numbers they are; '' where none
    made_utc  TEXT NOT NULL,
    numbers   BLOB NOT NULL,                  -- float32, little endian
    source    TEXT NOT NULL                   -- JSON: the sessions or the recording it was made from
);
CREATE INDEX baseline_by_person ON baseline (person, modality, kind, made_utc);

-- A piece of picture or sound that was kept with consent: a file of its own, encrypted with a key of its own. Who deletes the
-- row deletes the key, and with it what any copy of the file holds.
CREATE TABLE media (
    session    INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('picture', 'sound')),
    piece      INTEGER NOT NULL,              -- 0, 1, ...
    starts_at  REAL NOT NULL,
    ends_at    REAL NOT NULL,
    file       TEXT NOT NULL,                 -- name in the folder of media beside the database
    key        BLOB NOT NULL,
    bytes      INTEGER NOT NULL,
    sha256     TEXT NOT NULL,                 -- of the encrypted file
    PRIMARY KEY (session, kind, piece)
) WITHOUT ROWID;

-- What a trend is made of, so that a year is shown without reading a year of readings. It can always be made again.
CREATE TABLE session_values (
    session  INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    version  INTEGER NOT NULL,                -- of what the numbers mean; others are made anew
    numbers  TEXT NOT NULL                    -- JSON {"values": {measure: value}, "measured": {source: amount}, "quality": {source: 0..1}}
);

-- A lane's readings as columns, so that a timeline of hours is shown without reading every row. They can always be made again.
CREATE TABLE track (
    session   INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    modality  TEXT NOT NULL,
    version   INTEGER NOT NULL,               -- of what the columns mean; others are made anew
    numbers   BLOB NOT NULL,                  -- NumPy's .npz, by the names of core/tracks.py
    PRIMARY KEY (session, modality)
);

-- What holds for the whole store, such as the purpose that was stated.
CREATE TABLE fact (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) WITHOUT ROWID;

-- Who did what, each row bound to the one before it; written by store/audit.py only.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,            -- 1, 2, ... without a hole
    utc       TEXT NOT NULL,
    actor     TEXT NOT NULL,                  -- the system's user and the process
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,                  -- such as "session 7"
    detail    TEXT NOT NULL,
    previous  BLOB NOT NULL,                  -- the hash of the row before
    hash      BLOB NOT NULL,                  -- HMAC-SHA-256 over all of the above, and the seal where there is one
    seal      TEXT                            -- JSON {table: digest} after a change (store/seal.py); NULL: nothing was changed
);
