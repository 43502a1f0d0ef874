import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures import WrongUse
from store import key_file, safe_file
from store.data_key import DataKey
from store.failures import KeyRefused, StoreUnavailable
from store.key_file import (
    change_passphrase,
    change_recovery_key,
    unwrap_with_passphrase,
    unwrap_with_recovery_key,
    write_key_file,
)
from store.recovery_key import ALPHABET, RecoveryKey
from tests.fixtures.killed import killed_at
from tests.fixtures.stores import CHEAP, KEY

WORDS = "pferd batterie heftklammer"
RECOVERY = RecoveryKey(bytes(range(16)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_key_file(tmp_path / "k", KEY, WORDS, RECOVERY, CHEAP)
    return tmp_path / "k"


def test_passphrase_and_recovery_key_open_it_and_nothing_else_does(path: Path) -> None:
    assert unwrap_with_passphrase(path, WORDS) == KEY
    assert unwrap_with_recovery_key(path, RECOVERY) == KEY
    for wrong in (WORDS + " ", WORDS.upper(), "x"):
        with pytest.raises(KeyRefused, match="passphrase does not open"):
            unwrap_with_passphrase(path, wrong)
    with pytest.raises(KeyRefused, match="recovery key does not open"):
        unwrap_with_recovery_key(path, RecoveryKey.new())


def test_a_passphrase_is_the_same_however_its_letters_are_composed(tmp_path: Path) -> None:
    write_key_file(tmp_path / "k", KEY, "Grüße aus Köln", RECOVERY, CHEAP)
    assert unwrap_with_passphrase(tmp_path / "k", "Gru\u0308ße aus Ko\u0308ln") == KEY


def test_the_file_holds_no_secret(path: Path) -> None:
    content = path.read_bytes()
    for secret in (KEY.secret, KEY.secret.hex().encode(), WORDS.encode(), RECOVERY.secret.hex().encode(), RECOVERY.written.encode()):
        assert secret not in content
    assert path.stat().st_mode & 0o077 == 0


def test_a_new_passphrase_takes_the_old_ones_place_and_the_recovery_key_stays(path: Path) -> None:
    change_passphrase(path, KEY, "another one", CHEAP)
    assert unwrap_with_passphrase(path, "another one") == KEY
    assert unwrap_with_recovery_key(path, RECOVERY) == KEY
    with pytest.raises(KeyRefused):
        unwrap_with_passphrase(path, WORDS)


def test_a_new_recovery_key_takes_the_old_ones_place_and_the_passphrase_stays(path: Path) -> None:
    new = RecoveryKey.new()
    change_recovery_key(path, KEY, new)
    assert unwrap_with_recovery_key(path, new) == unwrap_with_passphrase(path, WORDS) == KEY
    with pytest.raises(KeyRefused):
        unwrap_with_recovery_key(path, RECOVERY)


def test_a_change_that_is_killed_at_any_line_leaves_one_passphrase_that_opens_it(path: Path) -> None:
    before, opened_by, killed = path.read_bytes(), [], True
    while killed:
        path.write_bytes(before)
        files = {safe_file.__file__, key_file.__file__}
        killed = killed_at(len(opened_by), files, lambda: change_passphrase(path, KEY, "another one", CHEAP))
        opened_by += [words for words in (WORDS, "another one") if opens(path, words)]
        assert unwrap_with_recovery_key(path, RECOVERY) == KEY
    assert opened_by == sorted(opened_by, reverse=True)
    assert set(opened_by) == {WORDS, "another one"}
    assert len(opened_by) > 20


def opens(path: Path, words: str) -> bool:
    try:
        return unwrap_with_passphrase(path, words) == KEY
    except KeyRefused:
        return False


@pytest.mark.parametrize(
    "broken",
    [b"", b"\xff\xfe", b"[]", b"{}", b'{"format": "1"}', b'{"format": 1}', b'{"format": 1, "passphrase": {"salt": 7}, "recovery": 3}'],
)
def test_a_broken_key_file_is_told_in_words(path: Path, broken: bytes) -> None:
    path.write_bytes(broken)
    for look in (lambda: unwrap_with_passphrase(path, WORDS), lambda: unwrap_with_recovery_key(path, RECOVERY)):
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            look()


def test_every_altered_value_is_found(path: Path) -> None:
    whole = json.loads(path.read_text("utf-8"))
    for name, value in whole["passphrase"].items():
        altered = value[:-1] + ("0" if value[-1] != "0" else "1") if name != "kdf" and isinstance(value, str) else value
        altered = value + 8 if isinstance(value, int) else altered
        path.write_text(json.dumps(whole | {"passphrase": whole["passphrase"] | {name: altered}}))
        if altered != value:
            with pytest.raises((KeyRefused, StoreUnavailable)):
                unwrap_with_passphrase(path, WORDS)


def test_a_file_that_asks_for_all_memory_is_refused_before_it_gets_it(path: Path) -> None:
    whole = json.loads(path.read_text("utf-8"))
    whole["passphrase"]["memory_kib"] = 1 << 40
    path.write_text(json.dumps(whole))
    with pytest.raises(StoreUnavailable, match="more memory"):
        unwrap_with_passphrase(path, WORDS)


def test_a_key_file_of_a_newer_version_is_refused(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 2}))
    with pytest.raises(StoreUnavailable, match="newer version"):
        unwrap_with_passphrase(path, WORDS)


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16))
def test_a_recovery_key_is_read_as_it_was_written(secret: bytes) -> None:
    key = RecoveryKey(secret)
    assert RecoveryKey.read(key.written) == key
    assert RecoveryKey.read(key.written.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == key


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16), st.integers(0, 27), st.sampled_from(ALPHABET))
def test_a_letter_that_was_mistyped_gives_no_other_key_or_is_told(secret: bytes, place: int, letter: str) -> None:
    key = RecoveryKey(secret)
    letters = key.written.replace("-", "")
    typed = letters[:place] + letter + letters[place + 1 :]
    try:
        read = RecoveryKey.read(typed)
    except WrongUse:
        return
    assert read == key or typed != letters  # two letters of check: one mistake in 1024 is not seen here, and opens nothing


def test_a_recovery_key_of_another_length_or_alphabet_is_told() -> None:
    for typed in ("", "ABCD", RECOVERY.written + "0", RECOVERY.written.replace("0", "U")):
        with pytest.raises(WrongUse, match="not a recovery key"):
            RecoveryKey.read(typed)


def test_what_prints_a_key_prints_nothing_of_it() -> None:
    for key in (KEY, DataKey.new(), RECOVERY):
        assert str(key) == repr(key) == f"{type(key).__name__}(...)"
