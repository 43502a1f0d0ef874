"""Reads stored sessions; on a read-only connection of its own."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.failures import AffectographError, Failure
from core.labels import Modality
from core.readings import FusionScore, Gap, Reading
from core.session import Mark, Note, SessionInfo, SessionResults
from store.columns import MARK_COLUMNS, READING_COLUMNS, SCORE_COLUMNS, mark_from_row, reading_from_row, score_from_row
from store.engine import sqlite

_SESSION = (
    "SELECT id, started_utc, ended_utc, recovered, zone, title, recorded, seconds, settings, versions, counts, person "
    "FROM session{} ORDER BY id"
)


class NoSuchSession(AffectographError):
    """The number names no stored session."""


def list_sessions(connection: sqlite.Connection) -> list[SessionInfo]:
    """Every session, the oldest first."""
    return [_info(connection, row) for row in connection.execute(_SESSION.format(" WHERE deleted_utc IS NULL")).fetchall()]


def read_info(connection: sqlite.Connection, session: int) -> SessionInfo:
    """What is known of one session; raises NoSuchSession."""
    row = connection.execute(_SESSION.format(" WHERE id = ? AND deleted_utc IS NULL"), (session,)).fetchone()
    if row is None:
        raise NoSuchSession(Failure(f"There is no session {session}.", "", "`main.py sessions` lists the stored ones."))
    return _info(connection, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session that is read anew each time its readings or scores are gone through, while its connection is open."""

    connection: sqlite.Connection
    info: SessionInfo
    gaps: Sequence[Gap]
    marks: Sequence[Mark]
    notes: Sequence[Note]

    @property
    def readings(self) -> Iterator[Reading]:
        """All lanes', in the order of time."""
        return (reading_from_row(row) for row in _rows(self.connection, "reading", READING_COLUMNS, "at, modality, id", self.info.id))

    @property
    def scores(self) -> Iterator[FusionScore]:
        """In the order of time."""
        return (score_from_row(row) for row in _rows(self.connection, "score", SCORE_COLUMNS, "at, id", self.info.id))


def stored_session(connection: sqlite.Connection, session: int) -> StoredSession:
    """A session to go through; raises NoSuchSession."""
    gaps = _rows(connection, "gap", ("modality", "starts_at", "ends_at", "why"), "starts_at", session)
    return StoredSession(
        connection=connection,
        info=read_info(connection, session),
        gaps=[Gap(Modality(modality), start, end, why) for modality, start, end, why in gaps],
        marks=[mark_from_row(row) for row in _rows(connection, "mark", MARK_COLUMNS, "at", session)],
        notes=[Note(at, text) for at, text in _rows(connection, "note", ("at", "text"), "at", session)],
    )


def read_session(connection: sqlite.Connection, session: int) -> SessionResults:
    """All that one session holds, in memory; raises NoSuchSession."""
    stored = stored_session(connection, session)
    return SessionResults(
        info=stored.info,
        readings=list(stored.readings),
        scores=list(stored.scores),
        gaps=stored.gaps,
        marks=stored.marks,
        notes=stored.notes,
    )


def _rows(connection: sqlite.Connection, table: str, columns: tuple[str, ...], order: str, session: int) -> Iterator[Any]:
    return connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE session = ? ORDER BY {order}", (session,))


def _info(connection: sqlite.Connection, row: tuple[Any, ...]) -> SessionInfo:
    number, started, ended, recovered, zone, title, recorded, seconds, settings, versions, counts, person = row
    lanes = connection.execute("SELECT modality, source, model, sha256 FROM lane WHERE session = ?", (number,)).fetchall()
    return SessionInfo(
        id=number,
        started_utc=datetime.fromisoformat(started),
        ended_utc=datetime.fromisoformat(ended) if ended else None,
        zone=zone,
        title=title,
        recorded=bool(recorded),
        recovered=bool(recovered),
        seconds=seconds,
        person=person,
        sources={Modality(m): source for m, source, _, _ in lanes},
        models={Modality(m): {"name": model, "sha256": sha} for m, _, model, sha in lanes if model},
        settings=json.loads(settings),
        versions=json.loads(versions),
        counts=json.loads(counts),
    )
