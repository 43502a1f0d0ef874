"""What else is stored about one person: all that an export of everything has to show."""

import json
from typing import Any

import numpy as np

from store.engine import sqlite

_BASELINES = "SELECT modality, kind, model, made_utc, numbers, source FROM baseline WHERE person = ? ORDER BY made_utc, id"
_JUDGEMENTS = (
    "SELECT session, modality, at, verdict, note, utc FROM judgement "
    "WHERE session IN (SELECT id FROM session WHERE person = ? AND deleted_utc IS NULL) ORDER BY session, at, id"
)
_MEDIA = (
    "SELECT session, kind, piece, starts_at, ends_at, bytes FROM media "
    "WHERE session IN (SELECT id FROM session WHERE person = ? AND deleted_utc IS NULL) ORDER BY session, kind, piece"
)
_LOG = "SELECT seq, utc, actor, action, subject, detail FROM audit WHERE subject = ? ORDER BY seq"


def read_facts(connection: sqlite.Connection, person: int) -> dict[str, list[dict[str, Any]]]:
    """Baselines, judgements, which pieces of picture and sound there are, and what was logged; ready for JSON. Raises sqlite.Error."""
    baselines = _rows(connection, _BASELINES, person)
    for one in baselines:
        one["numbers"] = np.frombuffer(one["numbers"], "<f4").tolist()
        one["source"] = json.loads(one["source"])
    return {
        "baselines": baselines,
        "judgements": _rows(connection, _JUDGEMENTS, person),
        "picture_and_sound": _rows(connection, _MEDIA, person),
        "log": _rows(connection, _LOG, f"person {person}"),
    }


def _rows(connection: sqlite.Connection, query: str, of: object) -> list[dict[str, Any]]:
    cursor = connection.execute(query, (of,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
