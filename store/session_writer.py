"""Writes one session; used by the scribe's thread only."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from core.labels import Modality
from core.readings import FusionScore, Gap, Reading
from core.session import Mark, Note, SessionInfo
from store import audit
from store.columns import READING_COLUMNS, SCORE_COLUMNS, mark_row, reading_row, score_row, storable
from store.database import this_process
from store.digest import SessionDigest
from store.engine import sqlite
from store.kept_media import Piece, note_pieces

COMMIT_EVERY_S = 1.0
"""What a crash may cost; a commit is one fsync, and one a second wears no disk."""

MOST_WAITING = 200_000
"""Rows kept in memory while the disk refuses them (about an hour); after that the newest are refused, not the oldest."""

_INSERT = {
    "reading": f"INSERT INTO reading (session, {', '.join(READING_COLUMNS)}) VALUES (?{', ?' * len(READING_COLUMNS)})",
    "score": f"INSERT INTO score (session, {', '.join(SCORE_COLUMNS)}) VALUES (?{', ?' * len(SCORE_COLUMNS)})",
    "gap": "INSERT INTO gap (session, modality, starts_at, ends_at, why) VALUES (?, ?, ?, ?, ?)",
    "mark": "INSERT INTO mark (session, at, name, class_map) VALUES (?, ?, ?, ?)",
    "note": "INSERT INTO note (session, at, text) VALUES (?, ?, ?)",
    "media": "INSERT OR REPLACE INTO media (session, kind, piece, starts_at, ends_at, file, key, bytes, sha256)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
}

Stored = Reading | FusionScore | Gap | Mark | Note | Piece

sqlite.register_adapter(np.float32, float)  # a numpy number would otherwise be stored as bytes
sqlite.register_adapter(np.int32, int)
sqlite.register_adapter(np.int64, int)


class SessionWriter:
    """The one writer of a session.

    Rows wait in memory for at most COMMIT_EVERY_S and go to disk in one transaction. When the disk refuses them they stay
    waiting and `commit` raises sqlite.Error; a later commit writes them all.
    """

    def __init__(self, connection: sqlite.Connection, info: SessionInfo, ticks: Callable[[], float] = time.monotonic) -> None:
        self._connection = connection
        self._ticks = ticks
        self._committed_at = self._began_at = ticks()
        self._waiting: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERT}
        self._models: dict[Modality, tuple[str, str]] = {}
        self._seconds = 0.0
        self._started, self._recorded = info.started_utc, info.recorded
        self.session_id = _insert_session(connection, info)
        self._digest = SessionDigest(connection, self.session_id)

    def add(self, item: Stored) -> None:
        """Take an item; it is on disk after the next commit. A piece comes when it begins, and again when it has ended."""
        table, row = _row(item)
        if sum(map(len, self._waiting.values())) < MOST_WAITING:
            self._waiting[table].append((self.session_id, *map(storable, row)))
        if isinstance(item, Reading | FusionScore):
            self._seconds = max(self._seconds, item.at)

    def set_model(self, modality: Modality, name: str, sha256: str) -> None:
        """Record which checkpoint a lane runs, with the next commit."""
        self._models[modality] = (name, sha256)

    def commit_if_due(self) -> bool:
        """Commit when the last commit is COMMIT_EVERY_S ago; says whether it did. Raises as `commit` does."""
        if self._ticks() - self._committed_at < COMMIT_EVERY_S:
            return False
        self.commit()
        return True

    def commit(self) -> None:
        """Write all that waits, in one transaction; raises sqlite.Error, and then nothing is lost."""
        self._committed_at = self._ticks()
        connection = self._connection
        connection.execute("BEGIN")
        try:
            for table, rows in self._waiting.items():
                connection.executemany(_INSERT[table], rows)
            connection.executemany(
                "UPDATE lane SET model = ?, sha256 = ? WHERE session = ? AND modality = ?",
                [(*model, self.session_id, modality) for modality, model in self._models.items()],
            )
            connection.execute("UPDATE session SET seconds = ? WHERE id = ?", (self._seconds, self.session_id))
            connection.execute("COMMIT")
        except sqlite.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        for rows in self._waiting.values():
            rows.clear()
        self._models.clear()
        self._digest.advance()

    def end(self, counts: Mapping[str, int], ended_utc: datetime | None = None) -> None:
        """Commit the rest and set the end; raises sqlite.Error.

        When it is not given: of a recording where its time ends, and of what was live as long after the start as has passed meanwhile. The
        clock on the wall is not asked: somebody may have set it.
        """
        self.commit()
        lasted_s = self._seconds if self._recorded else self._ticks() - self._began_at
        ended = ended_utc or self._started + timedelta(seconds=lasted_s)
        with audit.recorded(self._connection, "record", f"session {self.session_id}", str(self._digest)):
            note_pieces(self._connection, self.session_id, "record")
            self._connection.execute(
                "UPDATE session SET ended_utc = ?, counts = ? WHERE id = ?",
                (ended.astimezone(UTC).isoformat(), json.dumps(dict(counts)), self.session_id),
            )


def _insert_session(connection: sqlite.Connection, info: SessionInfo) -> int:
    cursor = connection.execute(
        "INSERT INTO session (started_utc, zone, title, recorded, process, settings, versions, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            info.started_utc.astimezone(UTC).isoformat(),
            info.zone,
            storable(info.title),
            int(info.recorded),
            this_process(),
            json.dumps(dict(info.settings)),
            json.dumps(dict(info.versions)),
            info.person,
        ),
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO lane (session, modality, source) VALUES (?, ?, ?)", [(number, m, storable(label)) for m, label in info.sources.items()]
    )
    return number


def _row(item: Stored) -> tuple[str, tuple[object, ...]]:
    match item:
        case FusionScore():
            return "score", score_row(item)
        case Gap():
            return "gap", (item.modality, item.starts_at, item.ends_at, item.why)
        case Mark():
            return "mark", mark_row(item)
        case Note():
            return "note", (item.at, item.text)
        case Piece():
            return "media", (item.kind, item.number, item.starts_at, item.ends_at, item.file, item.key, item.bytes, item.sha256)
        case _:
            return "reading", reading_row(item)
