import hashlib
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import audit, checkpoint, files
from store.data_key import DataKey
from store.database import open_for_reading, open_for_writing
from store.deletion import delete_session
from store.engine import sqlite
from store.session_writer import SessionWriter
from store.verify import faults
from tests.fixtures.stores import KEY
from tests.store.test_session_store import READINGS, SCORES, face, info

PAGE = 4096


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with two sessions and some rows of audit, closed."""
    database = tmp_path_factory.mktemp("store") / "sessions.db"
    with closing(open_for_writing(database, KEY)) as connection:
        audit.append(connection, "set up", "store")
        for _ in range(2):
            writer = SessionWriter(connection, info())
            for item in (*READINGS, *SCORES, *(face(3.0 + at / 10) for at in range(200))):
                writer.add(item)
            writer.end({})
        audit.append(connection, "view", "session 1")
        audit.append(connection, "export", "session 1", "csv")
    assert list(faults(database, KEY)) == []
    return database.parent


@pytest.fixture
def whole(original: Path, database: Path) -> Path:
    """A copy of that store, for one test to spoil."""
    shutil.copytree(original, database.parent)
    return database


def changed(database: Path, key: DataKey, *statements: str) -> list[str]:
    """What is found after somebody who has the key has gone past the program."""
    with closing(open_for_writing(database, key)) as connection:
        for statement in statements:
            connection.execute(statement)
    return list(faults(database, key))


@pytest.mark.parametrize("column", ["utc", "actor", "action", "subject", "detail"])
def test_an_edited_row_of_the_audit_log_is_found(whole: Path, key: DataKey, column: str) -> None:
    found = changed(whole, key, f"UPDATE audit SET {column} = {column} || ' ' WHERE seq = 4")
    assert found == ["Row 4 of the audit log was altered."]


def test_a_removed_row_is_found_in_the_middle_at_the_beginning_and_at_the_end(whole: Path, key: DataKey) -> None:
    assert "The audit log lacks row 2." in changed(whole, key, "DELETE FROM audit WHERE seq = 2")
    assert "The audit log lacks the rows 1 to 2." in changed(whole, key, "DELETE FROM audit WHERE seq = 1")
    last = changed(whole, key, "DELETE FROM audit WHERE seq = 5")
    assert "An older database was put back: the audit log has 4 rows, and it had 5." in last


def test_rows_that_were_closed_up_after_a_removal_are_found(whole: Path, key: DataKey) -> None:
    found = changed(
        whole, key, "DELETE FROM audit WHERE seq = 2", *(f"UPDATE audit SET seq = {seq - 1} WHERE seq = {seq}" for seq in (3, 4, 5))
    )
    assert "Row 2 of the audit log does not follow the row before it: one was altered, removed or moved." in found


def test_rows_that_changed_places_are_found(whole: Path, key: DataKey) -> None:
    swap = ("UPDATE audit SET seq = 99 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 99")
    found = changed(whole, key, *swap)
    assert {f"Row {seq} of the audit log was altered." for seq in (3, 4)} <= set(found)


def test_a_log_that_was_written_anew_with_another_key_is_found(whole: Path, key: DataKey) -> None:
    with closing(open_for_writing(whole, key)) as connection:
        rows = connection.execute("SELECT action, subject, detail FROM audit ORDER BY seq").fetchall()
        connection.execute("DELETE FROM audit")
        audit.teach(connection, DataKey.new())
        for row in rows[:3]:
            audit.append(connection, *row)
    assert "Row 1 of the audit log was altered." in list(faults(whole, key))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading SET sadness = 0.9 WHERE id = 3",
        "UPDATE score SET value = 41 WHERE id = 2",
        "DELETE FROM reading WHERE id = 7",
        "UPDATE lane SET source = 'Another camera' WHERE session = 1 AND modality = 'face'",
        "INSERT INTO gap (session, modality, starts_at, ends_at, why) VALUES (1, 'face', 1, 2, 'unplugged')",
        "INSERT INTO score SELECT 999, session, at, value, interval_low, interval_high, abstained_because, fusion, heard_from, weights,"
        " contributions, probabilities FROM score WHERE id = 1",
    ],
)
def test_what_was_altered_removed_or_added_in_a_session_is_found(whole: Path, key: DataKey, statement: str) -> None:
    assert changed(whole, key, statement) == ["Session 1 is not as it was stored: what was measured was altered, removed or put back."]


def test_a_session_that_was_removed_past_the_log_is_found_and_a_deleted_one_is_not(whole: Path, key: DataKey) -> None:
    with closing(open_for_writing(whole, key)) as connection:
        delete_session(connection, 2)
    assert list(faults(whole, key)) == []
    assert "Session 1 is missing, and its deletion is not in the audit log." in changed(whole, key, "DELETE FROM session WHERE id = 1")


def flipped(content: bytearray, place: int) -> bytearray:
    content[place] ^= 1
    return content


def test_a_flipped_byte_in_any_page_is_found(whole: Path, key: DataKey) -> None:
    content = whole.read_bytes()
    pages = len(content) // PAGE
    for page in range(pages):
        whole.write_bytes(flipped(bytearray(content), page * PAGE + (page * 997) % PAGE))
        found = list(faults(whole, key))
        assert any(f"page {page + 1}" in fault for fault in found), (page, found)
    assert pages > 30
    whole.write_bytes(content)
    assert list(faults(whole, key)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bit_anywhere_in_the_file_is_found(whole: Path, key: DataKey, original: Path, data: st.DataObject) -> None:
    content = bytearray((original / whole.name).read_bytes())
    place, bit = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7))
    content[place] ^= 1 << bit
    whole.write_bytes(content)
    assert any(f"page {place // PAGE + 1}" in fault for fault in faults(whole, key))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_two_pages_that_changed_places_are_found(whole: Path, key: DataKey, original: Path, data: st.DataObject) -> None:
    content = (original / whole.name).read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    one, other = data.draw(st.lists(st.integers(0, len(pages) - 1), min_size=2, max_size=2, unique=True))
    pages[one], pages[other] = pages[other], pages[one]
    whole.write_bytes(b"".join(pages))
    told = " ".join(faults(whole, key))
    assert "page 1." in told if 0 in (one, other) else all(re.search(rf"page {number + 1}\b", told) for number in (one, other))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a page short": lambda content: content[:-PAGE],
    "cut off": lambda content: content[:-100],
    "longer": lambda content: content + bytes(PAGE),
    "nearly nothing": lambda content: content[:50],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_pages_that_were_moved_cut_off_or_added_are_found(whole: Path, key: DataKey, damage: str) -> None:
    whole.write_bytes(DAMAGES[damage](whole.read_bytes()))
    assert list(faults(whole, key)) != []


def test_an_old_page_put_back_in_its_place_is_found_by_what_it_held(whole: Path, key: DataKey) -> None:
    old = whole.read_bytes()
    with closing(open_for_writing(whole, key)) as connection:
        writer = SessionWriter(connection, info())
        for at in range(500):
            writer.add(face(float(at)))
        writer.end({})
    new = whole.read_bytes()
    page_of = {number: content[number * PAGE : (number + 1) * PAGE] for content in (new, old) for number in range(len(content) // PAGE)}
    altered = [number for number in range(1, len(old) // PAGE) if old[number * PAGE :][:PAGE] != new[number * PAGE :][:PAGE]]
    assert altered
    for number in altered:
        whole.write_bytes(new[: number * PAGE] + page_of[number] + new[(number + 1) * PAGE :])
        assert list(faults(whole, key)) != [], number


def test_an_old_file_put_back_is_found_also_after_the_program_went_on_with_it(whole: Path, key: DataKey) -> None:
    old = whole.with_name("backup")
    shutil.copy(whole, old)
    with closing(open_for_writing(whole, key)) as connection:
        audit.append(connection, "delete", "person 1")
    shutil.copy(old, whole)
    assert list(faults(whole, key)) == ["An older database was put back: the audit log has 5 rows, and it had 6."]
    with closing(open_for_writing(whole, key)) as connection:
        audit.append(connection, "view", "session 1")
        audit.append(connection, "view", "session 2")
    (fault,) = faults(whole, key)
    assert fault.startswith("Another database was put in its place: row 6")
    with closing(open_for_writing(whole, key)) as connection:
        audit.accept(connection)
    assert list(faults(whole, key)) == []


def test_both_files_put_back_are_found_by_a_checkpoint_that_was_noted(whole: Path, key: DataKey) -> None:
    for path in (whole, files.checkpoint_file(whole)):
        shutil.copy(path, path.with_name(path.name + ".backup"))
    with closing(open_for_writing(whole, key)) as connection:
        audit.append(connection, "delete", "person 1")
        noted = str(checkpoint.of(connection))
    assert list(faults(whole, key, noted)) == []
    for path in (whole, files.checkpoint_file(whole)):
        shutil.copy(path.with_name(path.name + ".backup"), path)
    assert list(faults(whole, key)) == []
    assert list(faults(whole, key, noted)) == [
        f"The checkpoint {noted} is not in the audit log: an older or another database was put in its place."
    ]
    assert list(faults(whole, key, "nonsense")) != []


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"rows": 1, "hash": "00", "mac": "00"}', b'{"rows": [], "hash": 1, "mac": 2}'])
def test_a_checkpoint_file_that_was_removed_or_forged_is_found_and_not_written_over(
    whole: Path, key: DataKey, content: bytes | None
) -> None:
    path = files.checkpoint_file(whole)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for _ in range(2):
        (fault,) = faults(whole, key)
        assert fault.startswith("The checkpoint file is ")
        with closing(open_for_writing(whole, key)) as connection:
            audit.append(connection, "view", "session 1")


def test_a_crash_between_the_log_and_the_checkpoint_is_no_fault(whole: Path, key: DataKey) -> None:
    before = files.checkpoint_file(whole).read_bytes()
    with closing(open_for_writing(whole, key)) as connection:
        audit.append(connection, "view", "session 1")
    files.checkpoint_file(whole).write_bytes(before)
    assert list(faults(whole, key)) == []


def test_what_fails_leaves_neither_its_work_nor_its_row(store: sqlite.Connection) -> None:
    def change_twice() -> None:
        with audit.recorded(store, "change", "person 1"):
            store.execute("INSERT INTO fact VALUES ('purpose', 'care')")
            store.execute("INSERT INTO fact VALUES ('purpose', 'care')")

    with pytest.raises(sqlite.IntegrityError):
        change_twice()
    assert store.execute("SELECT count(*) FROM fact").fetchone() == (0,)
    assert store.execute("SELECT count(*) FROM audit").fetchone() == (0,)


def test_media_that_were_altered_or_lost_are_found(whole: Path, key: DataKey) -> None:
    folder = files.media_folder(whole)
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_bytes(name.encode() * 1000)
        row = ((name == "a" and "picture") or "sound", name, hashlib.sha256(name.encode() * 1000).hexdigest())
        with closing(open_for_writing(whole, key)) as connection:
            connection.execute("INSERT INTO media VALUES (1, ?, 0, 0, 5, ?, x'00', 1000, ?)", row)
    assert list(faults(whole, key)) == []
    (folder / "a").write_bytes(b"c" * 1000)
    (folder / "b").unlink()
    assert [fault.split()[-5:] for fault in faults(whole, key)] == [
        ["not", "as", "it", "was", "stored."],
        ["No", "such", "file", "or", "directory."],
    ]


def test_looking_changes_nothing(whole: Path, key: DataKey) -> None:
    before = whole.read_bytes(), files.checkpoint_file(whole).read_bytes()
    assert list(faults(whole, key)) == []
    assert (whole.read_bytes(), files.checkpoint_file(whole).read_bytes()) == before
    with closing(open_for_reading(whole, key)) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (5,)
