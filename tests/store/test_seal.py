"""Whoever has the key and goes past the program: what people entered and decided is found altered."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.person import Scope, Use
from core.questionnaire import Filled, Kind
from core.session import Mark, Note
from store import audit
from store.consents import give_consent
from store.database import open_for_writing, recover
from store.deletion import delete_session, withdraw_consent
from store.engine import sqlite
from store.people import add_person
from store.questionnaires import add_questionnaires
from store.seal import WORDS
from store.session_use import set_use
from store.session_writer import SessionWriter
from store.verify import faults
from tests.fixtures.stores import KEY
from tests.store.test_session_store import info

PAGE = 4096
FORM = Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=datetime(2026, 3, 1, tzinfo=UTC), answers=(1,) * 9)


def write_visit(connection: sqlite.Connection, *, ended: bool = True) -> int:
    writer = SessionWriter(connection, info())
    writer.add(Mark(1.0, "event"))
    writer.add(Note(2.0, "speaks of the family"))
    writer.commit()
    if ended:
        writer.end({})
    return writer.session_id


@pytest.fixture
def whole(database: Path) -> Path:
    """A record in which every table that is sealed has a row."""
    with closing(open_for_writing(database, KEY)) as connection:
        person = add_person(connection, "Änne", 1970).id
        give_consent(connection, person, Scope.STORE)
        add_questionnaires(connection, person, [(FORM, 9)])
        session = write_visit(connection)
        with audit.recorded(connection, "change", "all the rest"):
            connection.execute("INSERT INTO judgement (session, at, verdict, utc) VALUES (?, 1, 'agree', '2026')", (session,))
            connection.execute("INSERT INTO baseline VALUES (1, 1, 'voice', 'a', '', '', x'00', '')")
            connection.execute("INSERT INTO fact VALUES ('purpose', 'care')")
    assert list(faults(database, KEY)) == []
    return database


def found_after(database: Path, *statements: str) -> list[str]:
    with closing(open_for_writing(database, KEY)) as connection:
        for statement in statements:
            connection.execute(statement)
    return list(faults(database, KEY))


EDITS = {
    "person": "year_of_birth = 1971",
    "consent": "withdrawn_utc = '2026'",
    "questionnaire": "total = 8",
    "judgement": "verdict = 'disagree'",
    "baseline": "numbers = x'01'",
    "session": "started_utc = '2025-01-01T00:00:00+00:00'",
    "mark": "at = 1.5",
    "note": "text = 'speaks of work'",
    "fact": "value = 'research'",
}


@pytest.mark.parametrize("table", WORDS)
def test_an_edited_a_removed_and_an_added_row_are_found_and_the_table_is_named(whole: Path, table: str) -> None:
    beginning = WORDS[table][0].upper() + WORDS[table][1:]
    kept = whole.read_bytes()
    keys = {"fact": "name", "mark": "rowid", "note": "rowid"}
    changed = keys.get(table, "id")
    more = f"CREATE TEMP TABLE copy AS SELECT * FROM {table} LIMIT 1"
    another = "UPDATE copy SET name = name || '2'" if table == "fact" else f"UPDATE copy SET {'at' if changed == 'rowid' else 'id'} = 99"
    for statements in (
        (f"UPDATE {table} SET {EDITS[table]}",),
        (f"DELETE FROM {table}",),
        (more, another, f"INSERT INTO {table} SELECT * FROM copy"),
    ):
        found = found_after(whole, *statements)
        assert any(fault.startswith(f"{beginning}: not as row ") for fault in found), (statements, found)
        whole.with_name(whole.name + "-wal").unlink(missing_ok=True)
        whole.write_bytes(kept)
    assert list(faults(whole, KEY)) == []


def test_an_old_page_of_questionnaires_put_back_in_its_place_is_found(whole: Path) -> None:
    old = whole.read_bytes()
    with closing(open_for_writing(whole, KEY)) as connection:
        add_questionnaires(connection, 1, [(FORM, 9)], why="import")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'questionnaire'").fetchone()
        (index,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'questionnaire_by_person'").fetchone()
    new = bytearray(whole.read_bytes())
    for number in (page, index):
        new[(number - 1) * PAGE : number * PAGE] = old[(number - 1) * PAGE : number * PAGE]
    whole.write_bytes(new)
    (fault,) = faults(whole, KEY)
    assert fault.startswith("The questionnaires: not as row ")


def test_a_session_that_runs_or_was_cut_off_is_no_fault(whole: Path) -> None:
    with closing(open_for_writing(whole, KEY)) as connection:
        number = write_visit(connection, ended=False)
        assert list(faults(whole, KEY)) == []
        give_consent(connection, 1, Scope.RESEARCH)
        connection.execute("UPDATE session SET process = '1:1' WHERE id = ?", (number,))
        assert recover(connection) == [number]
    assert list(faults(whole, KEY)) == []


def test_what_the_program_changes_and_deletes_is_no_fault(whole: Path) -> None:
    with closing(open_for_writing(whole, KEY)) as connection:
        second = write_visit(connection)
        set_use(connection, second, Use.BASELINE)
        delete_session(connection, second)
        withdraw_consent(connection, 1, Scope.STORE)
    assert list(faults(whole, KEY)) == []


def test_what_was_found_is_found_until_it_is_accepted(whole: Path) -> None:
    assert found_after(whole, "UPDATE questionnaire SET total = 1") != []
    with closing(open_for_writing(whole, KEY)) as connection:
        audit.append(connection, "view", "person 1")
    assert list(faults(whole, KEY)) != []
    with closing(open_for_writing(whole, KEY)) as connection:
        audit.accept(connection)
    assert list(faults(whole, KEY)) == []


def test_looking_seals_nothing(whole: Path) -> None:
    with closing(open_for_writing(whole, KEY)) as connection:
        audit.append(connection, "view", "person 1")
        assert connection.execute("SELECT seal FROM audit ORDER BY seq DESC LIMIT 1").fetchone() == (None,)


def test_a_seal_that_was_altered_or_taken_away_is_found(whole: Path) -> None:
    kept = whole.read_bytes()
    for value in ("NULL", "'{}'"):
        found = found_after(whole, f"UPDATE audit SET seal = {value} WHERE seal IS NOT NULL")
        assert any(fault.endswith("of the audit log was altered.") for fault in found)
        whole.write_bytes(kept)
