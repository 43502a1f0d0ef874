"""Which sessions are a person's baseline, and which are left out of the trend."""

from core.person import Use
from store import audit
from store.engine import sqlite
from store.session_reader import read_info


def read_uses(connection: sqlite.Connection, person: int) -> dict[int, Use]:
    """What was said of a person's sessions; one of which nothing was said is missing. Raises sqlite.Error."""
    rows = connection.execute("SELECT id, use FROM session WHERE person = ? AND use IS NOT NULL", (person,)).fetchall()
    return {number: Use(use) for number, use in rows}


def set_use(connection: sqlite.Connection, session: int, use: Use | None) -> None:
    """Say it of one session; None takes it back. Raises NoSuchSession, sqlite.Error."""
    read_info(connection, session)
    with audit.recorded(connection, "change", f"session {session}", f"in the trend: {use or 'as its date and quality say'}"):
        connection.execute("UPDATE session SET use = ? WHERE id = ?", (use.value if use else None, session))
