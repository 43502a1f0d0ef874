"""A program that is killed at any line of a change: it is done whole or not at all, and what is deleted is gone after the next opening."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.person import Scope
from core.questionnaire import Filled, Kind
from store import audit, checkpoint, consents, deletion, people, questionnaires, safe_file
from store.consents import give_consent
from store.database import open_for_writing, writing
from store.deletion import delete_person, finish_erasing, withdraw_consent
from store.engine import sqlite
from store.people import add_person
from store.questionnaires import add_questionnaires
from store.session_writer import SessionWriter
from store.verify import faults
from tests.fixtures.decrypted import all_bytes
from tests.fixtures.killed import killed_at
from tests.fixtures.stores import KEY
from tests.store.test_session_store import READINGS, info

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
FORM = Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=MARCH, answers=(1,) * 9, source="import-nachtigall.csv")
MODULES = {module.__file__ for module in (audit, checkpoint, consents, deletion, people, questionnaires, safe_file)}
TABLES = ("person", "consent", "questionnaire", "session", "reading", "note")


def write_record(connection: sqlite.Connection) -> None:
    add_person(connection, "Nachtigall", 1961, None, "flew at dawn")
    give_consent(connection, 1, Scope.STORE)
    add_questionnaires(connection, 1, [(FORM, 9)])
    writer = SessionWriter(connection, replace(info(), person=1))
    for item in READINGS:
        writer.add(item)
    writer.end({})


ACTS: dict[str, tuple[Callable[[sqlite.Connection], object], tuple[bytes, ...]]] = {
    "delete a person": (lambda c: delete_person(c, 1), (b"Nachtigall", b"flew at dawn", b"import-nachtigall.csv")),
    "withdraw": (lambda c: withdraw_consent(c, 1, Scope.STORE), (b"import-nachtigall.csv",)),
    "store forms": (lambda c: add_questionnaires(c, 1, [(replace(FORM, source="two.csv"), 9)] * 2, "import"), ()),
    "add a person": (lambda c: add_person(c, "Kranich"), ()),
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("store") / "sessions.db"
    with closing(open_for_writing(database, KEY)) as connection:
        write_record(connection)
    return database


def content(database: Path) -> list[list[object]]:
    with closing(open_for_writing(database, KEY)) as connection:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in TABLES]


@pytest.mark.parametrize("name", ACTS)
def test_a_change_that_is_killed_at_any_line_is_whole_or_not_at_all(original: Path, tmp_path: Path, name: str) -> None:
    act, gone = ACTS[name]
    before, line, killed, states = content(original), 0, True, []
    while killed:
        database = tmp_path / str(line) / original.name
        shutil.copytree(original.parent, database.parent)
        killed = killed_at(line, MODULES, lambda path=database: done_on(path, act))
        after = content(database)
        states.append(after != before)
        with closing(open_for_writing(database, KEY)) as connection:
            assert finish_erasing(connection)
        assert list(faults(database, KEY)) == [], line
        if states[-1]:
            assert [word for word in gone if word in all_bytes(database, KEY)] == [], line
        else:
            assert all(word in all_bytes(database, KEY) for word in gone), line
        shutil.rmtree(database.parent)
        line += 1
    assert states == sorted(states)  # from one line on it is done
    assert set(states) == {False, True}


def done_on(database: Path, act: Callable[[sqlite.Connection], object]) -> None:
    with writing(database, KEY) as connection:
        act(connection)
