import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.failures import Failure, WrongUse
from store import audit, checkpoint, encrypting, files, key_file, safe_file
from store import database as database_module
from store import vault as vault_module
from store.attempts import FREE_TRIES
from store.data_key import DataKey
from store.database import open_for_reading, open_for_writing
from store.engine import sqlite
from store.failures import KeyRefused, StoreLocked, StoreUnavailable
from store.recovery_key import RecoveryKey
from store.session_reader import list_sessions
from store.temporary import is_temporary, temporary_store
from store.vault import State, Vault
from store.verify import faults
from tests.fixtures.killed import killed_at
from tests.fixtures.program import fill, small_disk
from tests.fixtures.stores import CHEAP, KEY
from tests.store.test_migrations import old_store

WORDS = "pferd batterie heftklammer"
RECOVERY = RecoveryKey(bytes(range(16)))


@pytest.fixture
def vault(database: Path) -> Vault:
    """Set up, and open."""
    vault = Vault(database, CHEAP)
    vault.set_up(WORDS, RECOVERY)
    return vault


def log(vault: Vault) -> list[tuple[str, str]]:
    with closing(open_for_reading(vault.store.database, vault.store.key)) as connection:
        return connection.execute("SELECT action, subject FROM audit ORDER BY seq").fetchall()


def test_a_store_is_absent_then_open_then_locked_then_open(database: Path) -> None:
    vault = Vault(database, CHEAP)
    assert vault.state is State.ABSENT
    with pytest.raises(StoreLocked):
        _ = vault.store
    vault.set_up(WORDS, RECOVERY)
    assert vault.state is State.OPEN
    vault.lock()
    assert vault.state is State.LOCKED
    with pytest.raises(StoreLocked):
        _ = vault.store
    Vault(database, CHEAP).unlock(WORDS)
    vault.unlock(WORDS)
    assert log(vault) == [("set up", "store"), ("unlock", "store"), ("unlock", "store")]


def test_a_short_passphrase_is_refused_before_anything_is_made(database: Path) -> None:
    with pytest.raises(WrongUse, match="too short"):
        Vault(database, CHEAP).set_up("kurz", RECOVERY)
    assert not database.parent.exists()


def test_a_store_is_set_up_once(vault: Vault, database: Path) -> None:
    before = files.key_file(database).read_bytes()
    for again in (vault, Vault(database, CHEAP)):
        with pytest.raises(StoreUnavailable, match="a store already"):
            again.set_up("something else", RECOVERY)
    assert files.key_file(database).read_bytes() == before


def test_wrong_passphrases_make_the_next_one_wait_and_the_recovery_key_does_not(vault: Vault, database: Path) -> None:
    for _ in range(FREE_TRIES):
        with pytest.raises(KeyRefused, match="does not open"):
            Vault(database, CHEAP).unlock("wrong wrong wrong")
    again = Vault(database, CHEAP)
    assert again.wait_s > 0
    with pytest.raises(KeyRefused, match="next try is possible"):
        again.unlock(WORDS)
    again.unlock_with_recovery_key(RECOVERY, "a new passphrase")
    assert again.state is State.OPEN
    Vault(database, CHEAP).unlock("a new passphrase")
    with pytest.raises(KeyRefused):
        Vault(database, CHEAP).unlock(WORDS)


def test_a_passphrase_is_changed_by_who_knows_the_old_one(vault: Vault, database: Path) -> None:
    with pytest.raises(KeyRefused):
        vault.change_passphrase("wrong wrong wrong", "a new passphrase")
    with pytest.raises(WrongUse):
        vault.change_passphrase(WORDS, "kurz")
    vault.change_passphrase(WORDS, "a new passphrase")
    Vault(database, CHEAP).unlock("a new passphrase")
    assert log(vault)[1:] == [("change", "passphrase"), ("unlock", "store")]


def details(vault: Vault) -> list[tuple[str, str, str]]:
    with closing(open_for_reading(vault.store.database, vault.store.key)) as connection:
        return connection.execute("SELECT action, subject, detail FROM audit ORDER BY seq").fetchall()


def test_the_log_says_how_many_passphrases_were_wrong_before_the_right_one(vault: Vault, database: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyRefused):
            Vault(database, CHEAP).unlock("wrong wrong wrong")
    Vault(database, CHEAP).key_by(WORDS)  # as verify does, which writes nothing
    vault.unlock(WORDS)
    assert details(vault)[-1] == ("unlock", "store", "after 2 wrong passphrases")
    vault.unlock(WORDS)
    assert details(vault)[-1] == ("unlock", "store", "")


def test_a_change_of_passphrase_that_is_killed_at_any_line_leaves_one_that_opens_and_is_in_the_log(vault: Vault, database: Path) -> None:
    original = database.parent.with_name("original")
    database.parent.rename(original)
    modules = {module.__file__ for module in (vault_module, key_file, safe_file, audit, checkpoint)}
    line, killed = 0, True
    opened: list[str] = []
    while killed:
        shutil.rmtree(database.parent, ignore_errors=True)
        shutil.copytree(original, database.parent)
        killed = killed_at(line, modules, lambda: Vault(database, CHEAP).change_passphrase(WORDS, "a new passphrase"))
        opened += [words for words in (WORDS, "a new passphrase") if opens(database, words)]
        again = Vault(database, CHEAP)
        again.unlock(opened[-1])
        assert ("change", "passphrase") in log(again) or opened[-1] == WORDS, line
        assert list(faults(database, again.store.key)) == []
        line += 1
    assert len(opened) == line > 80  # never both, never none
    assert opened == sorted(opened, reverse=True)
    assert set(opened) == {WORDS, "a new passphrase"}


def opens(database: Path, words: str) -> bool:
    files.attempts_file(database).unlink(missing_ok=True)
    try:
        Vault(database, CHEAP).key_by(words)
    except KeyRefused:
        return False
    return True


def test_on_a_full_disk_the_old_passphrase_and_the_old_recovery_key_hold_and_it_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2000) as disk:
        database = disk / "sessions.db"
        vault = Vault(database, CHEAP)
        vault.set_up(WORDS, RECOVERY)
        ballast = fill(disk)
        for change in (
            lambda: vault.change_passphrase(WORDS, "a new passphrase"),
            lambda: vault.change_recovery_key(RecoveryKey.new()),
            vault.confirm_recovery_key,
        ):
            with pytest.raises(StoreUnavailable):
                change()
            assert opens(database, WORDS)
            assert key_file.unwrap_with_recovery_key(files.key_file(database), RECOVERY) == vault.store.key
        ballast.unlink()
        vault.unlock(WORDS)
        assert list(faults(database, vault.store.key)) == []


def test_a_key_file_that_cannot_be_written_leaves_the_old_passphrase_and_the_log_says_that_it_was_not_changed(
    vault: Vault, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    vault.confirm_recovery_key()
    monkeypatch.setattr(key_file, "write_whole", refuse)
    for change in (lambda: vault.change_passphrase(WORDS, "a new passphrase"), lambda: vault.change_recovery_key(RecoveryKey.new())):
        with pytest.raises(StoreUnavailable, match="What was there before still holds"):
            change()
        assert details(vault)[-1][2] == "not done: the old one holds"
        assert not vault.recovery_unconfirmed
    assert opens(database, WORDS)


def test_a_recovery_key_that_nobody_confirmed_is_told_at_the_next_opening(vault: Vault, database: Path) -> None:
    assert vault.recovery_unconfirmed
    again = Vault(database, CHEAP)
    again.unlock(WORDS)
    assert again.recovery_unconfirmed
    again.change_recovery_key(RecoveryKey(bytes(16)))
    assert again.recovery_unconfirmed
    again.confirm_recovery_key()
    assert not again.recovery_unconfirmed
    vault.unlock(WORDS)
    assert not vault.recovery_unconfirmed


def test_a_setting_up_that_is_killed_at_any_line_leaves_no_store_or_one_that_its_passphrase_opens(database: Path) -> None:
    modules = {module.__file__ for module in (vault_module, key_file, safe_file, audit, checkpoint, database_module)}
    line, killed = 0, True
    states = set()
    while killed:
        shutil.rmtree(database.parent, ignore_errors=True)
        killed = killed_at(line, modules, lambda: Vault(database, CHEAP).set_up(WORDS, RECOVERY))
        vault = Vault(database, CHEAP)
        states.add(vault.state)
        if vault.state is State.ABSENT:
            vault.set_up(WORDS, RECOVERY)
        else:
            vault.unlock(WORDS)
        assert list(faults(database, vault.store.key)) == []
        line += 1
    assert states == {State.ABSENT, State.LOCKED}


def test_a_setting_up_that_fails_leaves_nothing_and_what_lay_there_before(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.parent.mkdir()
    head = files.checkpoint_file(database)
    head.write_text("of a store that is lost")
    with pytest.raises(StoreUnavailable, match="missing"):
        Vault(database, CHEAP).set_up(WORDS, RECOVERY)
    assert list(database.parent.iterdir()) == [head]
    head.unlink()
    monkeypatch.setattr(vault_module, "finish_encrypting", broken_disk)
    with pytest.raises(StoreUnavailable):
        Vault(database, CHEAP).set_up(WORDS, RECOVERY)
    assert list(database.parent.iterdir()) == []


def broken_disk(database: Path, key: DataKey) -> None:
    database.write_bytes(b"half of a page")
    raise StoreUnavailable(Failure("The disk is full.", "", ""))


def test_a_session_goes_on_being_written_when_the_store_is_locked(vault: Vault) -> None:
    store = vault.store
    with closing(open_for_writing(store.database, store.key)) as connection:
        vault.lock()
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")
    vault.unlock(WORDS)
    with closing(open_for_reading(vault.store.database, vault.store.key)) as connection:
        assert connection.execute("SELECT value FROM fact WHERE name = 'a'").fetchall() == [("b",)]


def test_a_database_that_vanished_or_was_emptied_is_told_and_not_made_anew(vault: Vault, database: Path) -> None:
    shutil.copy(database, database.with_suffix(".backup"))
    for lose, word in ((database.unlink, "missing"), (database.touch, "empty")):
        lose()
        with pytest.raises(StoreUnavailable, match=word):
            Vault(database, CHEAP).unlock(WORDS)
    shutil.copy(database.with_suffix(".backup"), database)
    Vault(database, CHEAP).unlock(WORDS)


def test_a_database_without_its_key_file_is_told_and_left_alone(vault: Vault, database: Path) -> None:
    files.key_file(database).unlink()
    before = database.read_bytes()
    with pytest.raises(StoreUnavailable, match="key file"):
        Vault(database, CHEAP).set_up(WORDS, RECOVERY)
    assert database.read_bytes() == before
    assert not files.key_file(database).exists()


def test_a_truncated_or_overwritten_database_is_told(vault: Vault, database: Path) -> None:
    whole = database.read_bytes()
    for broken in (whole[:1000], b"x" * len(whole), whole[: len(whole) // 2], whole[4096:]):
        database.write_bytes(broken)
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            Vault(database, CHEAP).unlock(WORDS)
        assert database.read_bytes() == broken
    database.write_bytes(whole)
    Vault(database, CHEAP).unlock(WORDS)


def test_an_unencrypted_file_in_the_place_of_an_encrypted_one_is_not_taken_over(vault: Vault, database: Path) -> None:
    database.unlink()
    old_store(database, 1)
    with pytest.raises(StoreUnavailable, match="not the encrypted one"):
        Vault(database, CHEAP).unlock(WORDS)


# An earlier version's store is encrypted


@pytest.fixture
def plain(database: Path) -> Path:
    """A store of the first version, of some pages."""
    database.parent.mkdir()
    old_store(database, 1)
    with closing(sqlite3.connect(database)) as connection:
        connection.executemany("INSERT INTO note VALUES (7, ?, ?)", [(float(at), f"Notiz Nachtigall {at}") for at in range(100)])
        connection.commit()
    return database


def kept_notes(database: Path, key: DataKey) -> int:
    with closing(open_for_reading(database, key)) as connection:
        assert [info.title for info in list_sessions(connection)] == ["Визит"]
        return int(connection.execute("SELECT count(*) FROM note WHERE text LIKE 'Notiz Nachtigall %'").fetchone()[0])


def test_a_plain_store_is_encrypted_with_all_that_is_in_it_and_nothing_legible_stays(plain: Path) -> None:
    vault = Vault(plain, CHEAP)
    assert vault.state is State.PLAIN
    vault.set_up(WORDS, RECOVERY)
    assert kept_notes(plain, vault.store.key) == 100
    for path in plain.parent.iterdir():
        assert b"Nachtigall" not in path.read_bytes()
    left = {path.name for path in plain.parent.iterdir()} - {"sessions.db-wal", "sessions.db-shm"}
    assert left == {"sessions.db", "sessions.db.key", "sessions.db.head"}


def test_an_encryption_that_is_killed_at_any_line_leaves_one_whole_store_that_the_next_unlocking_finishes(plain: Path) -> None:
    original = plain.parent.with_name("original")
    plain.parent.rename(original)
    line, killed = 0, True
    while killed:
        shutil.rmtree(plain.parent, ignore_errors=True)
        shutil.copytree(original, plain.parent)
        killed = killed_at(line, {encrypting.__file__}, lambda: Vault(plain, CHEAP).set_up(WORDS, RECOVERY))
        vault = Vault(plain, CHEAP)
        vault.unlock(WORDS)
        assert kept_notes(plain, vault.store.key) == 100
        for path in plain.parent.iterdir():
            assert b"Nachtigall" not in path.read_bytes(), (line, path)
        line += 1
    assert line > 30


def test_a_plain_store_that_another_program_uses_is_left_alone_and_encrypted_later(plain: Path) -> None:
    vault = Vault(plain, CHEAP)
    with closing(sqlite.connect(plain, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("store.database.BUSY_TIMEOUT_S", 0.05)
            with pytest.raises(StoreUnavailable):
                vault.set_up(WORDS, RECOVERY)
        other.execute("ROLLBACK")
    assert vault.state is State.PLAIN
    vault.set_up(WORDS, RECOVERY)
    assert kept_notes(plain, vault.store.key) == 100


def test_a_temporary_store_is_unreadable_and_goes_with_the_program() -> None:
    with temporary_store() as store, closing(open_for_writing(store.database, store.key)) as connection:
        assert not store.kept
        assert store.key != KEY
        assert list_sessions(connection) == []
        connection.execute(
            "INSERT INTO session (started_utc, zone, title, recorded, process, settings, versions) VALUES ('', '', '', 0, '', '', '')"
        )
        assert is_temporary(connection.execute("SELECT max(id) FROM session").fetchone()[0])
    assert not store.database.parent.exists()
