-- The truth about a stored session. Its number is PRAGMA user_version; each change is a step in store/migrations.py.
-- Times called "at" are seconds of media time since the session began; NULL means not measured, never zero.

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
    counts       TEXT NOT NULL DEFAULT '{}'   -- JSON {"face.read": n, "face.dropped": n, ...}
);

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
    session  INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    at       REAL NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX mark_by_time ON mark (session, at);

CREATE TABLE note (
    session  INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    at       REAL NOT NULL,
    text     TEXT NOT NULL
);
CREATE INDEX note_by_time ON note (session, at);
