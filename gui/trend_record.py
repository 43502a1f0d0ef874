"""What a trend is made of, read from an open store. No Qt here: it is called on a background thread."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from core.questionnaire import Filled
from core.session_values import SessionValues
from review.session_values import VALUES_VERSION, session_values
from store.database import open_for_writing, unavailable
from store.engine import sqlite
from store.questionnaires import read_questionnaires
from store.session_reader import read_session
from store.session_values import read_values, write_values
from store.vault import OpenStore


@dataclass(frozen=True, slots=True)
class TrendRecord:
    """A person's name, sessions in the order of time, and forms."""

    person: str
    sessions: Sequence[SessionValues]
    forms: Sequence[Filled]


def read_record(store: OpenStore, person: int, name: str) -> TrendRecord:
    """Sessions whose values are not there yet are read whole, once. Raises StoreUnavailable."""
    try:
        with closing(open_for_writing(store.database, store.key)) as connection:
            known, missing = read_values(connection, person, VALUES_VERSION)
            for number in missing:
                values = session_values(read_session(connection, number))
                write_values(connection, values, VALUES_VERSION)
            if missing:
                known, _ = read_values(connection, person, VALUES_VERSION)
            forms = read_questionnaires(connection, person)
    except sqlite.Error as error:
        raise unavailable(store.database, error) from error
    return TrendRecord(name, sorted(known, key=lambda one: (one.started_utc, one.session)), forms)


def days_of(record: TrendRecord) -> tuple[date, date] | None:
    """The first and the last day of a record, by the clocks of its places; None: there is nothing in it."""
    days = [one.started.date() for one in record.sessions] + [one.filled_at.date() for one in record.forms]
    return (min(days), max(days)) if days else None
