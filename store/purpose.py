"""What was said the store is used for; a change of it is in the audit log."""

from core.purpose import Purpose, permitted
from store import audit
from store.engine import sqlite

FACT = "purpose"


def read_purpose(connection: sqlite.Connection) -> Purpose | None:
    """What was stated; None: nothing yet. Raises sqlite.Error."""
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (FACT,)).fetchone()
    return Purpose(row[0]) if row else None


def state_purpose(connection: sqlite.Connection, purpose: Purpose) -> None:
    """Store it, where it is not so already; raises WrongUse for what the program must not be used for, sqlite.Error."""
    if read_purpose(connection) is not permitted(purpose):
        with audit.recorded(connection, "change", "store", f"purpose: {purpose}"):
            connection.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (FACT, purpose.value))
