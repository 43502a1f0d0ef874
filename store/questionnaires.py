"""Questionnaires of a person: a correction is a new row, so that the history stays."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from core.questionnaire import Filled, Kind
from store import audit
from store.columns import storable
from store.engine import sqlite

_INSERT = (
    "INSERT INTO questionnaire (person, kind, version, filled_utc, stored_utc, items, difficulty, total, source, replaces) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = (
    "SELECT id, kind, version, filled_utc, items, difficulty, source, replaces FROM questionnaire WHERE person = ? ORDER BY filled_utc, id"
)


def add_questionnaires(
    connection: sqlite.Connection, person: int, forms: Iterable[tuple[Filled, int | None]], why: str = "add"
) -> list[Filled]:
    """Store forms with their totals (None: not scored), all or none of them; gives them with their numbers. Raises sqlite.Error."""
    pairs = list(forms)
    stored = []
    with audit.recorded(connection, why, f"person {person}", f"{len(pairs)} questionnaires"):
        for filled, total in pairs:
            cursor = connection.execute(_INSERT, (person, *_row(filled, total)))
            stored.append(replace(filled, id=int(cursor.lastrowid or 0)))
    return stored


def read_questionnaires(connection: sqlite.Connection, person: int) -> list[Filled]:
    """All forms of a person, corrected ones as well, in the order in which they were filled in, on this machine's clock."""
    return [_filled(row) for row in connection.execute(_SELECT, (person,)).fetchall()]


def _row(filled: Filled, total: int | None) -> tuple[object, ...]:
    return (
        filled.kind.value,
        filled.version,
        filled.filled_at.astimezone(UTC).isoformat(),
        datetime.now(UTC).isoformat(),
        json.dumps(filled.answers),
        filled.difficulty,
        total,
        storable(filled.source),
        filled.replaces,
    )


def _filled(row: tuple) -> Filled:
    number, kind, version, filled_utc, items, difficulty, source, replaces = row
    return Filled(
        kind=Kind(kind),
        version=version,
        filled_at=datetime.fromisoformat(filled_utc).astimezone(),
        answers=tuple(json.loads(items)),
        difficulty=difficulty,
        source=source,
        id=number,
        replaces=replaces,
    )
