"""The values of stored sessions that trends are made of: kept beside them, so that a year need not be read whole."""

import json
from datetime import datetime

from core.person import Use
from core.session_values import SessionValues
from store.engine import sqlite

_ENDED = "FROM session LEFT JOIN session_values ON session_values.session = session.id AND version = :version"
_OF_PERSON = "WHERE session.person = :person AND deleted_utc IS NULL AND ended_utc IS NOT NULL ORDER BY started_utc, id"


def read_values(connection: sqlite.Connection, person: int, version: int) -> tuple[list[SessionValues], list[int]]:
    """The values of a person's sessions in the order of time, and the sessions that have none of this version yet; raises sqlite.Error."""
    rows = connection.execute(
        f"SELECT id, started_utc, zone, use, numbers {_ENDED} {_OF_PERSON}", {"person": person, "version": version}
    ).fetchall()
    known = [
        SessionValues(
            session=number, started_utc=datetime.fromisoformat(started), zone=zone, use=Use(use) if use else None, **json.loads(numbers)
        )
        for number, started, zone, use, numbers in rows
        if numbers is not None
    ]
    return known, [number for number, *_, numbers in rows if numbers is None]


def write_values(connection: sqlite.Connection, values: SessionValues, version: int) -> None:
    """Keep a session's values; raises sqlite.Error. They can be made again at any time, so the audit log has no row of it."""
    numbers = {"values": dict(values.values), "measured": dict(values.measured), "quality": dict(values.quality)}
    connection.execute(
        "INSERT OR REPLACE INTO session_values (session, version, numbers) VALUES (?, ?, ?)", (values.session, version, json.dumps(numbers))
    )
