"""Passphrase and recovery key are changed in the window, on a real vault."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from core.purpose import Purpose
from core.settings import Settings
from gui.application import Program
from gui.key_dialogs import CHANGED, RENEWED, UNCONFIRMED
from gui.main_window import MainWindow
from gui.pages import PEOPLE
from gui.passphrase_cards import AskCard, ChangeCard, RecoveryKeyCard
from gui.settings_dialog import SettingsDialog
from gui.store_door import StoreDoor
from store.database import writing
from store.failures import KeyRefused
from store.people import add_person
from store.purpose import state_purpose
from store.recovery_key import RecoveryKey
from store.vault import Vault
from tests.fixtures.stores import CHEAP

WORDS, NEW_WORDS = "pferd batterie heftklammer", "eine ganz andere"
PATIENCE_MS = 20_000
CARE = Settings().with_values({"record.purpose": "care"}, "a test")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Set up by somebody who wrote the recovery key down, and open."""
    vault = Vault(tmp_path / "home" / "sessions.db", CHEAP)
    vault.set_up(WORDS, RecoveryKey(bytes(16)))
    vault.confirm_recovery_key()
    return vault


@pytest.fixture
def open_unlocked(qtbot, doors, vault, tmp_path):
    """Opens the window on a store that the command line unlocked."""
    windows = []
    door = StoreDoor(vault)

    def make(settings: Settings = CARE) -> MainWindow:
        window = MainWindow(replace(doors.services(), door=door), settings, tmp_path / "settings.json")
        windows.append(window)
        door.opened()
        program = Program(QApplication.instance(), window)
        program.begin(None, (), ())
        windows.append(program)
        qtbot.waitExposed(window)
        return window

    yield make
    window, program = windows
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    program.let_go()
    door.close()


@pytest.fixture
def window(open_unlocked) -> MainWindow:
    return open_unlocked()


def wanted(window: MainWindow, name: str) -> QDialog:
    """The dialog behind a button on the page of the lock."""
    window.open_settings()
    (settings,) = window.findChildren(SettingsDialog)
    getattr(settings, name).click()
    settings.close()
    return window.keys.dialog


def told(window: MainWindow) -> list:
    return [notice.failure for notice in window.notices.notices]


def test_the_passphrase_is_changed_by_keys_alone(qtbot, window, vault):
    dialog = wanted(window, "passphrase")
    card = dialog.card
    assert isinstance(card, ChangeCard)
    for field, words in ((card.old, WORDS), (card.new.first, NEW_WORDS), (card.new.again, "something else")):
        QTest.keyClicks(field, words)
    card.act.click()
    assert "not the same" in card.told.text()
    card.new.again.setText(NEW_WORDS)
    QTest.keyClick(card.new.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: CHANGED in told(window), timeout=PATIENCE_MS)
    assert window.keys.dialog is None
    Vault(vault._database, CHEAP).unlock(NEW_WORDS)
    with pytest.raises(KeyRefused):
        Vault(vault._database, CHEAP).unlock(WORDS)


def test_a_wrong_old_passphrase_is_told_and_nothing_typed_stays(qtbot, window, vault):
    card = wanted(window, "passphrase").card
    for field, words in ((card.old, "falsch falsch"), (card.new.first, NEW_WORDS), (card.new.again, NEW_WORDS)):
        field.setText(words)
    card.act.click()
    qtbot.waitUntil(lambda: "does not open" in card.told.text(), timeout=PATIENCE_MS)
    assert [field.text() for field in (card.old, card.new.first, card.new.again)] == ["", "", ""]
    Vault(vault._database, CHEAP).unlock(WORDS)


def test_a_new_recovery_key_is_shown_once_to_who_knows_the_passphrase(qtbot, window, vault):
    dialog = wanted(window, "recovery_key")
    assert isinstance(dialog.card, AskCard)
    QTest.keyClicks(dialog.card.field, WORDS)
    QTest.keyClick(dialog.card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(dialog.card, RecoveryKeyCard), timeout=PATIENCE_MS)
    written = dialog.card.key.text()
    assert vault.recovery_unconfirmed
    dialog.card.kept.setChecked(True)
    dialog.card.act.click()
    qtbot.waitUntil(lambda: RENEWED in told(window), timeout=PATIENCE_MS)
    assert not vault.recovery_unconfirmed
    again = Vault(vault._database, CHEAP)
    again.unlock_with_recovery_key(RecoveryKey.read(written), NEW_WORDS)
    with pytest.raises(KeyRefused):
        again.unlock_with_recovery_key(RecoveryKey(bytes(16)), NEW_WORDS)


def test_the_lock_closes_the_dialog_and_what_was_under_way_shows_nothing(qtbot, window, vault):
    dialog = wanted(window, "recovery_key")
    dialog.card.field.setText(WORDS)
    dialog.card.act.click()
    window.lock()
    assert window.keys.dialog is None
    window._background.call(lambda: None, lambda _: window.setProperty("after", True), pytest.fail)
    qtbot.waitUntil(lambda: bool(window.property("after")), timeout=PATIENCE_MS)
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]


def test_a_recovery_key_that_nobody_confirmed_is_told_with_a_way_to_a_new_one(open_unlocked, vault):
    vault.change_recovery_key(RecoveryKey.new())
    window = open_unlocked()
    assert UNCONFIRMED in told(window)
    window.notices.banner("recovery key").button.click()
    assert isinstance(window.keys.dialog.card, AskCard)


def test_a_store_that_the_command_line_unlocked_is_open_in_the_window(qtbot, open_unlocked, vault):
    with writing(vault.store.database, vault.store.key) as connection:
        add_person(connection, "Änne")
    window = open_unlocked()
    qtbot.waitUntil(lambda: window.pages.page(PEOPLE).list.count() == 1, timeout=PATIENCE_MS)


def test_the_purpose_is_asked_also_where_the_command_line_unlocked_the_store(open_unlocked):
    window = open_unlocked(Settings())
    assert window.cover.currentWidget() is window.purpose


def test_a_store_that_says_its_purpose_is_not_asked_again(open_unlocked, vault):
    with writing(vault.store.database, vault.store.key) as connection:
        state_purpose(connection, Purpose.RESEARCH)
    window = open_unlocked(Settings())
    assert window.cover.currentWidget() is not window.purpose
    assert window.settings().record.purpose == "research"


def test_without_an_open_store_there_is_nothing_to_change(qtbot, doors, tmp_path):
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    assert not dialog.passphrase.isEnabled()
    assert not dialog.recovery_key.isEnabled()
