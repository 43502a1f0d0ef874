"""A disk that is full, at every write: what is said, what stays, and that nothing is half done."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.person import Person, Scope, Use
from core.purpose import Purpose
from core.questionnaire import Filled, Kind
from core.session import Mark, Note
from store import audit
from store.consents import give_consent
from store.database import open_for_writing, recover, writing
from store.deletion import delete_person, delete_session, finish_erasing, withdraw_consent
from store.engine import sqlite
from store.failures import StoreUnavailable
from store.people import add_person, change_person
from store.purpose import state_purpose
from store.questionnaires import add_questionnaires
from store.session_use import set_use
from store.session_writer import SessionWriter
from store.verify import faults
from tests.fixtures.decrypted import all_bytes
from tests.fixtures.program import fill, small_disk
from tests.fixtures.stores import KEY
from tests.store.test_session_store import READINGS, SCORES, face, info

FORM = Filled(
    kind=Kind.PHQ9, version="phq9-en-1", filled_at=datetime(2026, 3, 1, tzinfo=UTC), answers=(1,) * 9, source="import-nachtigall.csv"
)
FREE_KB = (0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192)
DISK_KB = 3000


def write_session(connection: sqlite.Connection) -> None:
    writer = SessionWriter(connection, replace(info(), person=1))
    for item in (*READINGS, *SCORES, Mark(1.0, "event"), Note(2.0, "Notiz"), *(face(3.0 + at / 30) for at in range(60))):
        writer.add(item)
    writer.end({})


ACTS: dict[str, Callable[[sqlite.Connection], object]] = {
    "view": lambda c: audit.append(c, "view", "person 1"),
    "add a person": lambda c: add_person(c, "Kranich", 1970, None, "notes " * 500),
    "change a person": lambda c: change_person(c, Person(1, "Nachtigall B", 1971, None, "")),
    "give a consent": lambda c: give_consent(c, 1, Scope.RESEARCH),
    "store a form": lambda c: add_questionnaires(c, 1, [(FORM, 9)] * 20),
    "mark a session": lambda c: set_use(c, 1, Use.BASELINE),
    "state the purpose": lambda c: state_purpose(c, Purpose.CARE),
    "store a session": write_session,
    "recover": recover,
    "delete a session": lambda c: delete_session(c, 1),
    "delete a person": lambda c: delete_person(c, 1),
    "withdraw": lambda c: withdraw_consent(c, 1, Scope.STORE),
    "accept": audit.accept,
}


GONE = {"delete a person": b"flew at dawn", "withdraw": b"import-nachtigall.csv"}
"""What is in no byte any more once there was room to write the file anew."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a person, two sessions, one that was cut off, and forms."""
    database = tmp_path_factory.mktemp("store") / "sessions.db"
    with closing(open_for_writing(database, KEY)) as connection:
        add_person(connection, "Nachtigall", 1961, None, "flew at dawn")
        give_consent(connection, 1, Scope.STORE)
        add_questionnaires(connection, 1, [(FORM, 9)] * 3)
        for _ in range(2):
            write_session(connection)
        SessionWriter(connection, info()).commit()
        connection.execute("UPDATE session SET process = '1:1' WHERE ended_utc IS NULL")
    assert list(faults(database, KEY)) == []
    return database


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_disk(tmp_path_factory.mktemp("small") / "disk", DISK_KB) as folder:
        yield folder


def content(database: Path) -> list[object]:
    """Everything but the log and what comes and goes with free pages."""
    tables = ("person", "consent", "questionnaire", "session", "reading", "score", "mark", "note")
    with closing(open_for_writing(database, KEY)) as connection:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in tables]


def put(original: Path, disk: Path, free_kb: int) -> tuple[Path, Path]:
    """A copy of the store on a disk with so much room left; the database, and what takes the room."""
    for file in disk.iterdir():
        file.unlink()
    for file in original.parent.iterdir():
        shutil.copy(file, disk)
    ballast = fill(disk)
    os.truncate(ballast, max(0, ballast.stat().st_size - free_kb * 1024))
    return disk / original.name, ballast


def told(database: Path, act: Callable[[sqlite.Connection], object]) -> str | None:
    """Why it was not done; None: it was."""
    try:
        with writing(database, KEY) as connection:
            act(connection)
    except StoreUnavailable as error:
        return error.failure.why
    return None


@pytest.mark.parametrize("act", ACTS)
def test_what_does_not_fit_is_said_and_leaves_everything_and_what_fits_is_done(original: Path, disk: Path, act: str) -> None:
    ends, before = set(), content(original)
    for free_kb in FREE_KB:
        database, ballast = put(original, disk, free_kb)
        why = told(database, ACTS[act])
        done = why is None
        assert why in (None, "The disk is full.")
        ballast.unlink()
        ends.add(done)
        assert list(faults(database, KEY)) == [], (act, free_kb)
        if not done and act != "store a session":  # of which the parts before the fault are kept
            assert content(database) == before, (act, free_kb)
        with closing(open_for_writing(database, KEY)) as connection:
            recover(connection)
            assert finish_erasing(connection)
        if done and act in GONE:
            assert GONE[act] not in all_bytes(database, KEY)
    assert ends == {False, True}
