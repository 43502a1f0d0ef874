import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.data_key import DataKey
from store.database import SCHEMA_VERSION, open_for_reading, open_for_writing
from store.engine import sqlite
from store.session_reader import list_sessions

OLD = Path(__file__).parent / "old"
SESSION = """
INSERT INTO session (id, started_utc, ended_utc, zone, title, recorded, process, settings, versions)
VALUES (7, ?, ?, '+0', 'Визит', 0, '1:1', '{}', '{}')
"""
TIME = "2026-02-28T23:59:00+00:00"


def old_store(path: Path, version: int) -> None:
    """A store as the program of that version left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((OLD / f"schema_{version}.sql").read_text("utf-8"))
        connection.execute(SESSION, (TIME, TIME))
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


def shape(connection: sqlite.Connection) -> dict[str, list[object]]:
    """Every table and index with its columns, their types and what they refer to; the order of columns does not matter."""
    found: dict[str, list[object]] = {}
    for kind, name in connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall():
        columns = [row[1:] for row in connection.execute(f"PRAGMA {kind}_xinfo({name})")]
        references = [row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({name})")] if kind == "table" else []
        found[name] = sorted(map(repr, columns + references))
    return found


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_old_store_is_brought_to_the_shape_of_a_new_one_and_keeps_its_sessions(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old_store(old, version)
    with closing(open_for_writing(old, None)) as migrated, closing(open_for_writing(new, None)) as fresh:
        assert shape(migrated) == shape(fresh)
        assert migrated.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert [(info.id, info.title) for info in list_sessions(migrated)] == [(7, "Визит")]


def test_a_reader_finds_an_old_store_at_the_new_version(tmp_path: Path) -> None:
    old_store(tmp_path / "old.db", 1)
    with closing(open_for_reading(tmp_path / "old.db", None)) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,)


def test_a_migration_that_is_interrupted_leaves_the_old_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    old_store(path, 1)
    monkeypatch.setattr("store.database.MIGRATIONS", {1: "no such file.sql"})
    with pytest.raises(FileNotFoundError):
        open_for_writing(path, None)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT title FROM session").fetchall() == [("Визит",)]


def test_nothing_that_is_written_can_be_read_without_the_key(store: sqlite.Connection, database: Path, key: DataKey) -> None:
    store.execute("INSERT INTO person (pseudonym, created_utc) VALUES ('Pseudonym Nachtigall', '2026')")
    files = list(database.parent.iterdir())
    assert {file.name for file in files} == {"sessions.db", "sessions.db-wal", "sessions.db-shm"}
    for file in files:
        content = file.read_bytes()
        assert b"Nachtigall" not in content
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content
    with closing(open_for_reading(database, key)) as connection:
        assert connection.execute("SELECT pseudonym FROM person").fetchall() == [("Pseudonym Nachtigall",)]
