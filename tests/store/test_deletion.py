from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.person import Scope
from core.questionnaire import Filled, Kind
from store import audit, deletion
from store.consents import consented, give_consent, read_consents
from store.database import open_for_writing
from store.deletion import StillRunning, delete_person, delete_session, finish_erasing, withdraw_consent
from store.files import media_folder
from store.people import add_person, people
from store.questionnaires import add_questionnaires, read_questionnaires
from store.session_reader import NoSuchSession, list_sessions, read_session
from store.session_values import write_values
from store.session_writer import SessionWriter
from store.verify import faults
from tests.fixtures.decrypted import all_bytes
from tests.fixtures.session_values import BEGIN, values_of
from tests.fixtures.sessions import session
from tests.fixtures.stores import KEY

SECRETS = (b"Nachtigall", b"flew at dawn", b"speaks of her mother", b"I sleep badly", b"Visit 3", b"import-nachtigall.csv")
KEPT = b"Kranich"


@pytest.fixture(params=[KEY, None], ids=["encrypted", "plain"])
def key(request):
    return request.param


@pytest.fixture
def store(database, key):
    with closing(open_for_writing(database, key)) as connection:
        if key is None:
            audit.teach(connection, KEY)
        yield connection


def write_session(store, person: int | None, *, running: bool = False) -> int:
    results = session(20.0, rate_hz=10.0)
    writer = SessionWriter(store, replace(results.info, person=person))
    for items in (results.readings, results.scores, results.gaps, results.marks, results.notes):
        for item in items:
            writer.add(item)
    writer.commit()
    if not running:
        writer.end({}, results.info.ended_utc)
        write_values(store, values_of(writer.session_id, BEGIN, 40.0), 1)
    return writer.session_id


def keep_piece(store, database, number: int) -> None:
    media_folder(database).mkdir(exist_ok=True)
    (media_folder(database) / f"{number}.bin").write_bytes(b"picture of Nachtigall")
    row = (number, "picture", 0, 0.0, 1.0, f"{number}.bin", bytes(32), 21, "0" * 64)
    store.execute("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


@pytest.fixture
def nightingale(store, database):
    """Somebody with two sessions, a corrected form, consents, a baseline and a picture; and somebody else."""
    person = add_person(store, "Nachtigall", 1961, "female", "flew at dawn").id
    for scope in Scope:
        give_consent(store, person, scope)
    numbers = [write_session(store, person), write_session(store, person)]
    keep_piece(store, database, numbers[0])
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    form = Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=moment, answers=(1,) * 9, source="import-nachtigall.csv")
    [first] = add_questionnaires(store, person, [(form, 9)])
    add_questionnaires(store, person, [(replace(form, replaces=first.id), 9)])
    store.execute(
        "INSERT INTO baseline (person, modality, kind, model, made_utc, numbers, source) VALUES (?, 'voice', 'voice_centre', '', '', ?, ?)",
        (person, b"1234", '"Nachtigall.wav"'),
    )
    give_consent(store, add_person(store, "Kranich").id, Scope.STORE)
    write_session(store, 2)
    return person


def test_what_is_looked_for_is_there_before(store, database, key, nightingale):
    content = all_bytes(database, key)
    assert all(secret in content for secret in (*SECRETS, KEPT))


def test_a_deleted_person_is_in_no_byte_of_any_file_and_leaves_a_tombstone(store, database, key, nightingale):
    assert delete_person(store, nightingale)
    content = all_bytes(database, key)
    kept = (b"speaks of her mother", b"I sleep badly", b"Visit 3")  # the other one's session says the same
    assert [secret for secret in SECRETS if secret in content and secret not in kept] == []
    assert KEPT in content
    assert [one.pseudonym for one in people(store)] == ["Kranich"]
    row = store.execute("SELECT id, pseudonym, year_of_birth, sex, notes, created_utc FROM person WHERE deleted_utc IS NOT NULL").fetchone()
    assert row == (nightingale, None, None, None, None, "")
    assert store.execute("SELECT count(*) FROM questionnaire").fetchone() == (0,)
    assert store.execute("SELECT count(*) FROM session_values").fetchone() == (1,)
    assert list(media_folder(database).iterdir()) == []
    last = store.execute("SELECT action, subject, detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert last == ("delete", f"person {nightingale}", "2 sessions")


def test_deleted_sessions_are_in_no_byte_and_the_person_stays(store, database, key, nightingale):
    for number in (1, 2, 3):
        assert delete_session(store, number)
    content = all_bytes(database, key)
    assert not [secret for secret in (b"speaks of her mother", b"I sleep badly", b"Visit 3", b"Webcam 0") if secret in content]
    assert b"Nachtigall" in content
    assert list_sessions(store) == []
    assert store.execute("SELECT count(*) FROM session_values").fetchone() == (0,)
    assert store.execute("SELECT id FROM session WHERE deleted_utc IS NOT NULL ORDER BY id").fetchall() == [(1,), (2,), (3,)]
    assert len(read_questionnaires(store, nightingale)) == 2
    with pytest.raises(NoSuchSession):
        read_session(store, 1)
    with pytest.raises(NoSuchSession):
        delete_session(store, 1)


@pytest.mark.parametrize("key", [KEY], indirect=True)
def test_verify_finds_nothing_wrong_after_a_deletion(store, database, key, nightingale):
    delete_session(store, 2)
    delete_person(store, nightingale)
    assert list(faults(database, key)) == []


def test_withdrawing_the_consent_to_store_deletes_all_that_was_stored_and_keeps_that_it_was_given(store, database, key, nightingale):
    assert withdraw_consent(store, nightingale, Scope.STORE)
    content = all_bytes(database, key)
    assert b"import-nachtigall.csv" not in content
    assert b"Nachtigall.wav" not in content
    assert b"picture of Nachtigall" not in content
    assert [info.person for info in list_sessions(store)] == [2]
    given = {one.scope: one.withdrawn_utc is None for one in read_consents(store, nightingale)}
    assert given == {Scope.STORE: False, Scope.RECORD: False, Scope.RESEARCH: True}
    assert len(people(store)) == 2


def test_withdrawing_the_consent_to_record_deletes_picture_and_sound_and_keeps_the_numbers(store, database, key, nightingale):
    assert withdraw_consent(store, nightingale, Scope.RECORD)
    assert b"picture of" not in all_bytes(database, key)
    assert store.execute("SELECT count(*) FROM media").fetchone() == (0,)
    assert len(list_sessions(store)) == 3
    assert consented(store, nightingale, Scope.STORE)


def test_withdrawing_the_consent_to_research_deletes_nothing(store, nightingale):
    assert withdraw_consent(store, nightingale, Scope.RESEARCH)
    assert len(list_sessions(store)) == 3


def test_a_session_that_runs_is_not_deleted_and_says_so(store, nightingale):
    number = write_session(store, nightingale, running=True)
    for act in (
        lambda: delete_session(store, number),
        lambda: delete_person(store, nightingale),
        lambda: withdraw_consent(store, nightingale, Scope.STORE),
    ):
        with pytest.raises(StillRunning, match=f"Session {number}"):
            act()
    assert len(list_sessions(store)) == 4


def test_a_deletion_that_is_in_another_ones_way_is_erased_at_the_next_opening(store, database, key, nightingale, monkeypatch):
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_S", 0.1)
    store.execute("PRAGMA busy_timeout = 50")
    with closing(open_for_writing(database, key)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM reading").fetchone()
        assert not delete_person(store, nightingale)
        other.execute("COMMIT")
    assert b"flew at dawn" in all_bytes(database, key)
    assert finish_erasing(store)
    assert b"flew at dawn" not in all_bytes(database, key)
    assert store.execute("SELECT * FROM fact").fetchall() == []


def test_an_interrupted_deletion_leaves_everything(store, database, key, nightingale, monkeypatch):
    monkeypatch.setattr(deletion, "_PERSON_TOMBSTONE", "no such statement")
    with pytest.raises(Exception, match="syntax"):
        delete_person(store, nightingale)
    assert len(list_sessions(store)) == 3
    assert len(read_questionnaires(store, nightingale)) == 2
    assert len(list(media_folder(database).iterdir())) == 1
