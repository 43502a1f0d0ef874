"""The people of the record, by pseudonym."""

from dataclasses import dataclass
from datetime import UTC, datetime

from store import audit
from store.columns import storable
from store.engine import sqlite


@dataclass(frozen=True, slots=True)
class Person:
    """A number in the store, and the name that stands for somebody."""

    id: int
    pseudonym: str


def people(connection: sqlite.Connection) -> list[Person]:
    """All who are not deleted, by name; raises sqlite.Error."""
    rows = connection.execute("SELECT id, pseudonym FROM person WHERE deleted_utc IS NULL AND pseudonym IS NOT NULL").fetchall()
    return sorted((Person(*row) for row in rows), key=lambda person: (person.pseudonym.casefold(), person.id))


def add_person(connection: sqlite.Connection, pseudonym: str) -> Person:
    """Add somebody; raises sqlite.Error."""
    now = datetime.now(UTC).isoformat()
    with audit.recorded(connection, "add", "person"):
        cursor = connection.execute("INSERT INTO person (pseudonym, created_utc) VALUES (?, ?)", (storable(pseudonym), now))
    return Person(int(cursor.lastrowid or 0), pseudonym)
