"""Reads what held at single moments of a stored session, by its time."""

from collections.abc import Iterable, Mapping

from core.labels import Modality
from core.readings import FusionScore, Reading
from store.columns import READING_COLUMNS, SCORE_COLUMNS, reading_from_row, score_from_row
from store.engine import sqlite

_COLUMNS = ", ".join(READING_COLUMNS)
_READING = f"SELECT {_COLUMNS} FROM reading WHERE session = ? AND at = ? AND modality = ? ORDER BY id LIMIT 1"
_STRETCH = f"SELECT {_COLUMNS} FROM reading WHERE session = ? AND at > ? AND at <= ? AND modality = ? ORDER BY at, id"
_SCORE = f"SELECT {', '.join(SCORE_COLUMNS)} FROM score WHERE session = ? AND at = ? ORDER BY id LIMIT 1"


def read_at(connection: sqlite.Connection, session: int, times: Mapping[Modality, float]) -> dict[Modality, Reading]:
    """The reading of each lane that has exactly the time named for it; raises sqlite.Error."""
    found = {modality: connection.execute(_READING, (session, at, modality)).fetchone() for modality, at in times.items()}
    return {modality: reading_from_row(row) for modality, row in found.items() if row is not None}


def read_all_at(connection: sqlite.Connection, session: int, modality: Modality, times: Iterable[float]) -> list[Reading]:
    """A lane's readings of these times, for a lane that has few; raises sqlite.Error."""
    rows = (connection.execute(_READING, (session, at, modality)).fetchone() for at in times)
    return [reading_from_row(row) for row in rows if row is not None]


def read_stretch(connection: sqlite.Connection, session: int, modality: Modality, start: float, end: float) -> list[Reading]:
    """A lane's readings later than `start` and up to `end` (s); raises sqlite.Error."""
    return [reading_from_row(row) for row in connection.execute(_STRETCH, (session, start, end, modality))]


def read_score(connection: sqlite.Connection, session: int, at: float) -> FusionScore | None:
    """The index of exactly that time; raises sqlite.Error."""
    row = connection.execute(_SCORE, (session, at)).fetchone()
    return score_from_row(row) if row else None
