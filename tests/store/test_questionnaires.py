from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.questionnaire import Filled, Kind
from core.session import SessionInfo
from core.session_values import SessionValues
from store.engine import sqlite
from store.questionnaires import add_questionnaires, read_questionnaires
from store.session_reader import read_info
from store.session_values import read_values, write_values
from store.session_writer import SessionWriter

FILLED = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def person(store) -> int:
    return store.execute("INSERT INTO person (pseudonym, created_utc) VALUES ('Änne', '2026')").lastrowid


def a_form(**more) -> Filled:
    known = {"kind": Kind.PHQ9, "version": "phq9-en-1", "filled_at": FILLED, "answers": (0, 1, 2, 3, None, 0, 0, 0, 1), "difficulty": 2}
    return Filled(**(known | more))


def test_forms_are_read_as_they_were_stored_with_their_numbers(store, person):
    stored = add_questionnaires(store, person, [(a_form(), 8), (a_form(kind=Kind.GAD7, answers=(1,) * 7, source="=größe.csv"), 7)])
    assert read_questionnaires(store, person) == stored
    assert [form.id for form in stored] == [1, 2]
    assert store.execute("SELECT total FROM questionnaire").fetchall() == [(8,), (7,)]


def test_a_correction_leaves_what_it_corrects(store, person):
    [first] = add_questionnaires(store, person, [(a_form(), 8)])
    [second] = add_questionnaires(store, person, [(replace(first, id=None, replaces=first.id, answers=(1,) * 9), 9)])
    assert [(form.id, form.replaces) for form in read_questionnaires(store, person)] == [(first.id, None), (second.id, first.id)]


def test_forms_are_stored_together_or_not_at_all_and_the_log_says_so(store, person):
    with pytest.raises(sqlite.IntegrityError):
        add_questionnaires(store, person, [(a_form(), 8), (a_form(version=None), 8)])
    assert read_questionnaires(store, person) == []
    add_questionnaires(store, person, [(a_form(), 8)], why="import")
    assert store.execute("SELECT action, subject, detail FROM audit").fetchall() == [("import", f"person {person}", "1 questionnaires")]


def test_a_form_of_nobody_is_refused(store):
    with pytest.raises(sqlite.IntegrityError):
        add_questionnaires(store, 99, [(a_form(), 8)])


def a_session(store, person, started, recorded=True) -> int:
    info = SessionInfo(id=0, started_utc=started, ended_utc=None, zone="+0100", title="log.mp4", recorded=recorded, person=person)
    writer = SessionWriter(store, info)
    writer.end({})
    return writer.session_id


def test_a_recording_of_an_earlier_day_is_a_session_of_that_day_and_person(store, person):
    number = a_session(store, person, datetime(2026, 3, 1, 18, 30, tzinfo=UTC))
    info = read_info(store, number)
    assert (info.person, info.started_utc, info.ended_utc) == (person, *[datetime(2026, 3, 1, 18, 30, tzinfo=UTC)] * 2)


def test_values_are_kept_for_the_sessions_of_a_person_and_those_that_lack_them_are_named(store, person):
    first, second = (a_session(store, person, datetime(2026, 3, day, tzinfo=UTC)) for day in (2, 1))
    a_session(store, None, datetime(2026, 3, 3, tzinfo=UTC))
    values = SessionValues(
        session=first,
        started_utc=datetime(2026, 3, 2, tzinfo=UTC),
        zone="+0100",
        values={"index": 41.5},
        measured={"index": 60.0},
        quality={"index": 0.9},
    )
    write_values(store, values, 1)
    write_values(store, values, 1)
    assert read_values(store, person, 1) == ([values], [second])
    assert read_values(store, person, 2) == ([], [second, first])


def test_values_go_with_their_session(store, person):
    number = a_session(store, person, datetime(2026, 3, 2, tzinfo=UTC))
    write_values(store, SessionValues(session=number, started_utc=FILLED, zone="", values={}, measured={}, quality={}), 1)
    store.execute("DELETE FROM session WHERE id = ?", (number,))
    assert store.execute("SELECT count(*) FROM session_values").fetchone() == (0,)
