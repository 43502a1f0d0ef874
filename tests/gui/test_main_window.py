"""The window as a whole: keys, pages, settings, size, names for screen readers, and its end."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from core.failures import Failure
from core.labels import Emotion, Modality
from core.person import Person
from core.settings import Settings
from gui.keys import Key
from gui.keys_dialog import KeysDialog
from gui.notices import Notice
from gui.pages import LIVE, RECORDING, REVIEW
from gui.services import LiveRequest
from gui.settings_dialog import SettingsDialog
from gui.settings_store import load_values
from gui.theme import DARK
from monitor.events import State
from tests.fixtures.window_services import face, frame

CONTROL = Qt.KeyboardModifier.ControlModifier


def dialog_of(window, kind):
    return window.findChild(kind)


def test_f1_lists_every_key_and_leaves_the_window_usable(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = dialog_of(window, KeysDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    from PySide6.QtWidgets import QLabel

    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {key.written for key in Key} <= words
    dialog.close()


def test_f11_fills_the_screen_and_goes_back(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()


def test_pages_change_by_click_and_by_key(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.page is window.recording
    qtbot.mouseClick(window._page_buttons.button(0), Qt.MouseButton.LeftButton)
    assert window.page is window.live


def test_a_page_is_built_when_it_is_first_turned_to_in_the_colours_and_for_the_person_of_now(qtbot, window):
    assert window.pages.built == (window.live,)
    window.change_settings({"display.theme": "dark"})
    window.pages.set_person(Person(7, "Änne"), ())
    window.show_page(REVIEW)
    assert window.page is window.live, "there is none without a store"
    window.show_page(RECORDING)
    assert window.pages.built == (window.live, window.recording)
    assert window.recording.isVisible()
    window.recording.add_files([Path("a.mp4")])
    assert window.recording.queue.jobs[0].person == 7
    assert window.recording.view.video._theme is DARK


def test_a_page_that_was_turned_to_has_the_keyboard_on_its_beginning(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.focusWidget() is window.recording.drop_zone.button
    window.recording.add_files([Path("a.mp4")])
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.focusWidget() is window.live.start_button
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.focusWidget() is window.recording.start_button


def test_settings_are_changed_saved_and_taken_over(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    dialog = dialog_of(window, SettingsDialog)
    dialog.editors["display.theme"].set_value("dark")
    dialog.editors["face.rate_hz"].set_value(15.0)
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Save), Qt.MouseButton.LeftButton)
    assert window.settings().display.theme == "dark"
    assert load_values(window._settings_path).values == {"display.theme": "dark", "face.rate_hz": 15.0}
    assert window.palette().window().color().lightness() < 60


def test_how_steady_a_label_is_changes_at_once(qtbot, window):
    line = window.live.view.now.lines[Modality.FACE]
    window.change_settings({"display.label_hold_s": 5.0})
    line.show_readings([face(1.0, Emotion.HAPPINESS)])
    line.show_readings([face(3.0, Emotion.SADNESS)])
    assert "happiness" in line.sentence
    window.change_settings({"display.label_hold_s": 0.0})
    line.show_readings([face(4.0, Emotion.SADNESS)])
    assert "sadness" in line.sentence


def test_settings_that_are_cancelled_change_nothing(qtbot, window):
    window.open_settings()
    dialog = dialog_of(window, SettingsDialog)
    dialog.editors["face.rate_hz"].set_value(15.0)
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert window.settings() == Settings()
    assert not window._settings_path.exists()


def test_every_setting_has_a_control_with_its_value(qtbot):
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    assert set(dialog.editors) == set(Settings().as_dict())
    assert dialog.changes == {}
    assert {name: editor.value for name, editor in dialog.editors.items()} == Settings().as_dict()


def test_a_setting_goes_back_to_its_default(qtbot):
    dialog = SettingsDialog(Settings().with_values({"face.rate_hz": 12}, "a test"))
    qtbot.addWidget(dialog)
    dialog.editors["face.rate_hz"].reset()
    assert dialog.changes == {"face.rate_hz": 30.0}


def test_a_settings_file_that_cannot_be_written_is_told(qtbot, window):
    window._settings_path.parent.write_text("in the way")
    window.change_settings({"face.rate_hz": 15.0})
    assert window.settings().face.rate_hz == 15.0
    assert "could not be saved" in window.notices.notices[0].failure.what


def test_escape_puts_the_newest_notice_away(qtbot, window):
    for word in ("first", "second"):
        window.notices.post(Notice(word, Failure(word, "", "")))
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert [notice.key for notice in window.notices.notices] == ["first"]


def test_closing_ends_the_session_first_and_quits_when_all_is_stored(qtbot, window, doors):
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
        assert doors.monitor.told[-1] == ("stop",)
    assert window.live.state is None


def test_closing_while_a_session_begins_ends_it_too(qtbot, window, doors):
    window.live.begin_with(LiveRequest(demonstration=True))
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    assert window.live.state is None


def test_closing_while_recordings_wait_begins_no_other(qtbot, window, doors):
    window.recording.add_files([Path("a.mp4"), Path("b.mp4")])
    window.recording.start()
    qtbot.waitUntil(lambda: window.recording.state is State.RUNNING)
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    assert len(doors.monitors) == 1


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (512, 320)])
def test_the_window_fits_small_screens(qtbot, window, size):
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    for button in (window.live.start_button, window.live.end_button):
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))
    assert window.live.view._tabs.isVisible() is (size[0] < 860)


def test_what_a_person_agrees_to_is_never_cut_off(qtbot, window):
    window.notices.post(Notice("recovered", Failure("Session 16 was cut off and has been recovered.", "It ended.", "It is kept.")))
    window.live.begin_with(LiveRequest("Front camera", None))
    window.resize(512, 360)
    words = window.live.consent._words
    qtbot.waitUntil(lambda: words.isVisible() and words.height() >= words.heightForWidth(words.width()))


def test_every_control_has_a_name_for_screen_readers(window):
    for name in window.pages.names:
        window.pages.page(name)
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    controls = [control for kind in kinds for control in window.findChildren(kind) if not control.objectName().startswith("qt_")]
    nameless = [control for control in controls if not (control.accessibleName() or getattr(control, "text", str)())]
    assert not nameless
    pictures = [
        w for w in window.findChildren(QWidget) if type(w).paintEvent is not QWidget.paintEvent and type(w).__module__.startswith("gui.")
    ]
    assert all(picture.accessibleName() for picture in pictures)


def test_tab_reaches_every_control_of_the_live_page_in_the_order_of_reading(qtbot, window):
    live = window.live
    seen = []
    widget = window._page_buttons.button(0)
    for _ in range(200):
        widget = widget.nextInFocusChain()
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.append(widget)
    order = [live.devices._camera, live.devices._microphone, live.start_button, live.record_button]
    assert [seen.index(widget) for widget in order] == sorted(seen.index(widget) for widget in order)


def test_a_hidden_page_is_not_drawn(qtbot, window, monkeypatch):
    drawn = []
    monkeypatch.setattr(window.live.view.charts, "refresh", drawn.append)
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    window.show_page(RECORDING)
    drawn.clear()
    for n in range(9):
        window.live._board.post(frame(n, n / 30))
        window.live._look()
    assert drawn == []
    window.show_page(LIVE)
    for _ in range(3):
        window.live._look()
    assert len(drawn) >= 1
