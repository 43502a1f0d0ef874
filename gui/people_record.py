"""What the people page reads and writes, on an open store. No Qt here: it is called on a background thread."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.person import Consent, Person, Scope, Use
from core.questionnaire import Filled
from core.session import SessionInfo
from gui.store_door import StoreDoor
from gui.trend_record import TrendRecord, read_record
from review.questionnaire import score_of
from store import audit
from store.consents import give_consent, read_consents
from store.database import writing
from store.deletion import delete_person, delete_session, withdraw_consent
from store.engine import sqlite
from store.people import add_person, change_person, people, read_person
from store.questionnaires import add_questionnaires, read_questionnaires
from store.session_reader import list_sessions
from store.session_use import read_uses, set_use


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person with consents, sessions (the oldest first), what these count as, and the trend."""

    person: Person
    consents: Sequence[Consent]
    sessions: Sequence[SessionInfo]
    uses: Mapping[int, Use]
    trend: TrendRecord


class PeopleRecord:
    """Each call opens a connection of its own. Raises StoreLocked, StoreUnavailable and what the store says of the request."""

    def __init__(self, door: StoreDoor) -> None:
        self._door = door

    @contextmanager
    def _connection(self) -> Iterator[sqlite.Connection]:
        store = self._door.vault.store
        with writing(store.database, store.key) as connection:
            yield connection

    def everybody(self) -> list[Person]:
        """All, by name; the log says that the list was seen."""
        with self._connection() as connection:
            audit.append(connection, "view", "people")
            return people(connection)

    def of(self, number: int) -> PersonRecord:
        """All that the page shows of somebody; the log says that it was seen."""
        with self._connection() as connection:
            person = read_person(connection, number)
            sessions = [info for info in list_sessions(connection) if info.person == number]
            consents, uses = read_consents(connection, number), read_uses(connection, number)
            audit.append(connection, "view", f"person {number}")
        trend = read_record(self._door.vault.store, number, "")
        return PersonRecord(person, consents, sessions, uses, trend)

    def save(self, person: Person) -> Person:
        """Add somebody (number 0), or let what is known be as given."""
        with self._connection() as connection:
            if person.id:
                return change_person(connection, person)
            return add_person(connection, person.pseudonym, person.year_of_birth, person.sex, person.notes)

    def give(self, number: int, scopes: Iterable[Scope]) -> list[Consent]:
        """Note consents; gives all as they are now."""
        with self._connection() as connection:
            for scope in scopes:
                give_consent(connection, number, scope)
            return read_consents(connection, number)

    def withdraw(self, number: int, scope: Scope) -> bool:
        """Withdraw one and delete what it covers; says whether all is erased."""
        with self._connection() as connection:
            return withdraw_consent(connection, number, scope)

    def delete(self, number: int) -> bool:
        """Delete somebody; says whether all is erased."""
        with self._connection() as connection:
            return delete_person(connection, number)

    def delete_session(self, session: int) -> bool:
        """Delete one session; says whether all is erased."""
        with self._connection() as connection:
            return delete_session(connection, session)

    def use(self, sessions: Iterable[int], use: Use | None) -> None:
        """Say what sessions count as in the trend."""
        with self._connection() as connection:
            for session in sessions:
                set_use(connection, session, use)

    def note_export(self, number: int, what: str) -> None:
        """The log says what of somebody was written to a file."""
        with self._connection() as connection:
            audit.append(connection, "export", f"person {number}", what)

    def add_forms(self, number: int, forms: Iterable[Filled], why: str = "add") -> list[Filled]:
        """Store questionnaires with their totals; gives all that the person has now."""
        with self._connection() as connection:
            add_questionnaires(connection, number, [(form, score_of(form).total) for form in forms], why)
            return read_questionnaires(connection, number)
