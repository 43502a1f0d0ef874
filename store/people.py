"""The people of the record, by pseudonym."""

from datetime import UTC, datetime

from core.failures import AffectographError, Failure, WrongUse
from core.person import Person, folded
from store import audit
from store.columns import storable
from store.engine import sqlite

FIRST_YEAR = 1900
"""Nobody alive was born before."""

_SELECT = "SELECT id, pseudonym, year_of_birth, sex, notes FROM person WHERE deleted_utc IS NULL AND pseudonym IS NOT NULL"
_INSERT = "INSERT INTO person (pseudonym, year_of_birth, sex, notes, created_utc) VALUES (?, ?, ?, ?, ?)"
_UPDATE = "UPDATE person SET pseudonym = ?, year_of_birth = ?, sex = ?, notes = ? WHERE id = ?"


class NoSuchPerson(AffectographError):
    """The number names nobody who is stored."""


def people(connection: sqlite.Connection) -> list[Person]:
    """All who are not deleted, by name; raises sqlite.Error."""
    return sorted(map(_person, connection.execute(_SELECT).fetchall()), key=lambda one: (folded(one.pseudonym), one.id))


def read_person(connection: sqlite.Connection, number: int) -> Person:
    """One of them; raises NoSuchPerson, sqlite.Error."""
    row = connection.execute(f"{_SELECT} AND id = ?", (number,)).fetchone()
    if row is None:
        raise NoSuchPerson(Failure(f"There is no person {number}.", "Nobody has that number, or was deleted.", ""))
    return _person(row)


def add_person(
    connection: sqlite.Connection, pseudonym: str, year_of_birth: int | None = None, sex: str | None = None, notes: str = ""
) -> Person:
    """Add somebody; raises WrongUse for a pseudonym that is empty or taken, or a year that cannot be; sqlite.Error."""
    row = _checked(connection, Person(0, pseudonym, year_of_birth, sex, notes))
    with audit.recorded(connection, "add", "person"):
        cursor = connection.execute(_INSERT, (*row, datetime.now(UTC).isoformat()))
    return read_person(connection, int(cursor.lastrowid or 0))


def change_person(connection: sqlite.Connection, person: Person) -> Person:
    """Let what is known be as in `person`; raises as `add_person`, and NoSuchPerson."""
    read_person(connection, person.id)
    row = _checked(connection, person)
    with audit.recorded(connection, "change", f"person {person.id}"):
        connection.execute(_UPDATE, (*row, person.id))
    return read_person(connection, person.id)


def _checked(connection: sqlite.Connection, person: Person) -> tuple[object, ...]:
    """The row to store."""
    pseudonym = " ".join(str(storable(person.pseudonym)).split())
    if not pseudonym:
        raise WrongUse(Failure("The pseudonym is empty.", "A person is found by it.", "Any word or number will do."))
    if any(one.id != person.id and one.pseudonym.casefold() == pseudonym.casefold() for one in people(connection)):
        raise WrongUse(Failure(f"There is somebody called “{pseudonym}” already.", "Two would be mistaken.", "Choose another pseudonym."))
    this_year = datetime.now(UTC).year
    if person.year_of_birth is not None and not FIRST_YEAR <= person.year_of_birth <= this_year:
        raise WrongUse(
            Failure(f"{person.year_of_birth} is no year of birth.", f"It lies between {FIRST_YEAR} and {this_year}.", "Leave it empty.")
        )
    return pseudonym, person.year_of_birth, storable(person.sex) or None, storable(person.notes) or None


def _person(row: tuple) -> Person:
    number, pseudonym, year_of_birth, sex, notes = row
    return Person(number, pseudonym, year_of_birth, sex, notes or "")
