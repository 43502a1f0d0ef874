"""The lock: the first start, unlocking, idle time, and what goes on behind it."""

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from core.settings import Settings
from gui.main_window import MainWindow
from gui.passphrase_cards import ChooseCard, RecoverCard, RecoveryKeyCard, UnlockCard
from gui.passphrase_strength import hint, seconds_to_guess
from gui.services import LiveRequest
from gui.store_door import StoreDoor
from monitor.events import State as Running
from store.attempts import Count
from store.database import open_for_writing
from store.recovery_key import RecoveryKey
from store.temporary import is_temporary
from store.vault import State, Vault
from tests.fixtures.stores import CHEAP

WORDS = "pferd batterie heftklammer"
PATIENCE_MS = 20_000


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "home" / "sessions.db", CHEAP)


@pytest.fixture
def open_locked(qtbot, doors, vault, tmp_path):
    """Opens the window on a vault as it is."""
    windows = []
    door = StoreDoor(vault)

    def make(settings: Settings | None = None) -> MainWindow:
        window = MainWindow(replace(doors.services(), door=door), settings or Settings(), tmp_path / "settings.json")
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.locking.ask_at_start(needed=True)
        return window

    yield make
    for window in windows:
        with qtbot.waitSignal(window.ready_to_quit):
            window.close()
        window.let_go()
    door.close()


def set_up(vault: Vault) -> RecoveryKey:
    recovery = RecoveryKey.new()
    vault.set_up(WORDS, recovery)
    vault.confirm_recovery_key()
    vault.lock()
    return recovery


def card(window: MainWindow):
    return window.locking.screen.card


def wait_for(qtbot, window: MainWindow, kind: type):
    qtbot.waitUntil(lambda: isinstance(card(window), kind), timeout=PATIENCE_MS)
    return card(window)


def unlock(qtbot, window: MainWindow, words: str = WORDS) -> None:
    QTest.keyClicks(card(window).field, words)
    QTest.keyClick(card(window).field, Qt.Key.Key_Return)


def test_the_first_start_asks_for_a_passphrase_and_shows_the_recovery_key_once(qtbot, open_locked, vault):
    window = open_locked()
    first = wait_for(qtbot, window, ChooseCard)
    QTest.keyClicks(first.new.first, WORDS)
    QTest.keyClicks(first.new.again, "something else")
    first.act.click()
    assert "not the same" in first.told.text()
    assert vault.state is State.ABSENT
    first.new.again.setText(WORDS)
    QTest.keyClick(first.new.again, Qt.Key.Key_Return)
    second = wait_for(qtbot, window, RecoveryKeyCard)
    written = second.key.text()
    assert not second.act.isEnabled()
    assert window.locking.locked
    second.kept.setChecked(True)
    with qtbot.waitSignal(window.locking.opened, timeout=PATIENCE_MS):
        second.act.click()
    assert vault.state is State.OPEN
    assert not any(written in label.text() for label in window.findChildren(QLabel) if label.isVisible())
    Vault(vault._database, CHEAP).unlock_with_recovery_key(RecoveryKey.read(written), "another passphrase")


def test_not_now_opens_the_window_without_a_store_and_says_that_nothing_is_kept(qtbot, open_locked, vault):
    window = open_locked()
    with qtbot.waitSignal(window.locking.settled):
        card(window).leave.click()
    assert not window.locking.locked
    assert [notice.key for notice in window.notices.notices] == ["store"]
    assert "Nothing is kept" in window.notices.notices[0].failure.what
    assert vault.state is State.ABSENT
    store = window.services.door.store_for_new()
    assert not store.kept
    window.notices.banner("store").button.click()
    assert isinstance(card(window), ChooseCard)


def test_a_short_passphrase_is_told_and_nothing_is_made(qtbot, open_locked, vault):
    window = open_locked()
    for field in (card(window).new.first, card(window).new.again):
        field.setText("kurz")
    card(window).act.click()
    qtbot.waitUntil(lambda: "too short" in card(window).told.text(), timeout=PATIENCE_MS)
    assert vault.state is State.ABSENT
    QTest.keyClicks(card(window).new.first, "x")
    assert card(window).told.text() == ""


def test_a_wrong_passphrase_is_told_and_waits_and_the_right_one_opens(qtbot, open_locked, vault):
    set_up(vault)
    window = open_locked()
    wait_for(qtbot, window, UnlockCard)
    unlock(qtbot, window, "wrong wrong wrong")
    qtbot.waitUntil(lambda: "does not open" in card(window).told.text(), timeout=PATIENCE_MS)
    assert card(window).field.text() == ""
    with qtbot.waitSignal(window.locking.opened, timeout=PATIENCE_MS):
        unlock(qtbot, window)
    assert not window.locking.locked


def test_after_many_wrong_ones_the_button_waits(qtbot, open_locked, vault):
    set_up(vault)
    vault._attempts._save(Count(wrong=6, last=time.time()))
    window = open_locked()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: "The next try is possible in" in card(window).told.text(), timeout=PATIENCE_MS)
    assert not card(window).act.isEnabled()
    assert vault.state is State.LOCKED


def test_the_recovery_key_opens_and_sets_a_new_passphrase(qtbot, open_locked, vault):
    recovery = set_up(vault)
    window = open_locked()
    card(window).other_way.click()
    other = wait_for(qtbot, window, RecoverCard)
    other.key.setText("ABCD")
    for field in (other.new.first, other.new.again):
        field.setText("a new passphrase")
    other.act.click()
    qtbot.waitUntil(lambda: "not a recovery key" in other.told.text(), timeout=PATIENCE_MS)
    other.key.setText(recovery.written.lower())
    with qtbot.waitSignal(window.locking.opened, timeout=PATIENCE_MS):
        other.act.click()
    Vault(vault._database, CHEAP).unlock("a new passphrase")


@pytest.fixture
def opened(qtbot, open_locked, vault) -> MainWindow:
    """The window over an open store."""
    set_up(vault)
    vault.unlock(WORDS)
    window = open_locked()
    assert not window.locking.locked
    return window


def test_ctrl_l_forgets_the_key_hides_everything_and_closes_dialogs(qtbot, opened, vault):
    opened.open_settings()
    QTest.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened.locking.locked)
    assert vault.state is State.LOCKED
    assert not opened.live.isVisible()
    assert not opened.notices.isVisible()
    assert not any(dialog.isVisible() for dialog in opened._dialogs.values())
    assert card(opened).leave.isHidden()  # nobody gets past it


def test_ctrl_l_locks_from_a_dialog_as_well(qtbot, opened, vault):
    opened.open_settings()
    (dialog,) = opened._dialogs.values()
    qtbot.waitActive(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened.locking.locked)
    assert vault.state is State.LOCKED
    assert not dialog.isVisible()


def test_no_key_reaches_what_is_behind_the_lock(qtbot, opened):
    opened.lock()
    opened.locking.screen.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_E, Qt.Key.Key_R):
        QTest.keyClick(opened, key)
    for key in (Qt.Key.Key_2, Qt.Key.Key_O, Qt.Key.Key_Comma):
        QTest.keyClick(opened, key, Qt.KeyboardModifier.ControlModifier)
    assert opened.page is opened.live
    assert not opened.live.running
    assert opened._dialogs == {}
    enabled = [action.shortcut().toString() for action in opened.actions() if action.isEnabled()]
    assert sorted(enabled) == ["Ctrl+Q", "F11"]


def test_a_session_goes_on_behind_the_lock_and_is_said_to(qtbot, opened, doors):
    opened.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: opened.live.state is Running.RUNNING)
    opened.lock()
    assert opened.locking.screen.running.isVisible()
    assert ("stop",) not in doors.monitor.told
    door = opened.services.door
    assert door.store_for_new().kept
    doors.monitor.finish()
    qtbot.waitUntil(lambda: not door.store_for_new().kept, timeout=PATIENCE_MS)
    assert not opened.locking.screen.running.isVisible()


def test_unlocking_shows_the_session_that_went_on(qtbot, opened):
    opened.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: opened.live.state is Running.RUNNING)
    opened.lock()
    with qtbot.waitSignal(opened.locking.opened, timeout=PATIENCE_MS):
        unlock(qtbot, opened)
    assert opened.live.state is Running.RUNNING


def test_idle_time_locks_and_every_key_and_click_begins_it_anew(qtbot, opened, vault):
    assert opened.locking.idle.interval() == 600_000
    opened.change_settings({"lock.idle_min": 1})
    assert opened.locking.idle.interval() == 60_000
    handle = opened.windowHandle()
    opened.locking._watch(handle)
    for move in (lambda: QTest.keyClick(handle, Qt.Key.Key_F2), lambda: QTest.mouseMove(handle, opened.rect().center())):
        opened.locking.idle.start(1000)
        opened.locking.idle.setInterval(60_000)
        move()
        qtbot.waitUntil(lambda: opened.locking.idle.remainingTime() > 30_000)
    opened.locking.idle.timeout.emit()
    assert opened.locking.locked
    assert vault.state is State.LOCKED
    assert not opened.locking.idle.isActive()


def test_a_session_that_a_crash_cut_off_is_told_after_unlocking(qtbot, open_locked, vault):
    set_up(vault)
    vault.unlock(WORDS)
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        connection.execute(
            "INSERT INTO session (started_utc, zone, title, recorded, process, settings, versions)"
            " VALUES ('2026-01-01T00:00:00+00:00', '', '', 0, '999999999:1.00', '{}', '{}')"
        )
    vault.lock()
    window = open_locked()
    with qtbot.waitSignal(window.locking.opened, timeout=PATIENCE_MS):
        unlock(qtbot, window)
    (notice,) = window.notices.notices
    assert notice.failure.what == "Session 1 was cut off and has been recovered."
    assert notice.action == "Write files …"


def test_nothing_that_was_typed_stays_in_the_window(qtbot, open_locked, vault):
    set_up(vault)
    window = open_locked()
    with qtbot.waitSignal(window.locking.opened, timeout=PATIENCE_MS):
        unlock(qtbot, window)
    assert all(WORDS not in field.text() for field in window.findChildren(QLineEdit))


def test_a_session_of_no_store_is_found_again_until_the_program_ends(vault):
    with closing(StoreDoor(vault)) as door:
        store = door.store_for_new()
        with closing(open_for_writing(store.database, store.key)) as connection:
            connection.execute(
                "INSERT INTO session (started_utc, zone, title, recorded, process, settings, versions)"
                " VALUES ('2026-01-01T00:00:00+00:00', '', 'Besuch', 0, '', '{}', '{}')"
            )
            (number,) = connection.execute("SELECT max(id) FROM session").fetchone()
        assert is_temporary(number)
        vault.set_up(WORDS, RecoveryKey.new())
        assert door.results(number).info.title == "Besuch"
        assert not door.keeps(number)
        assert door.store_for_new().kept
    assert not store.database.exists()


def test_the_hint_tells_common_words_from_chance():
    assert hint("") == ""
    assert "Too short" in hint("kurz")
    assert "seconds" in hint("passwort1") or "minutes" in hint("passwort1")
    assert "century" in hint("Nebel Gabel vierzehn Quastenflosser")
    assert seconds_to_guess("x" * 5000) < seconds_to_guess("Nebel Gabel vierzehn Quastenflosser")
