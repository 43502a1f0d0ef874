"""Where the network looked: switched on and off in a real window, kept with a mark, and honest about models that do not say it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.labels import EMOTIONS, Emotion
from core.readings import Absence, ClassMap
from core.settings import Settings
from gui.services import LiveRequest
from gui.settings_store import load_values
from gui.wording import NO_CLASS_MAP
from monitor.events import State
from tests.fixtures.window_services import face, frame, no_face

MAPS = {label: ClassMap(label, ((0, 0), (0, 255))) for label in EMOTIONS}


@pytest.fixture
def started(qtbot, window):
    window.live.begin_with(LiveRequest(demonstration=True, start=False))
    window.live.start()
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    window.live._timer.stop()
    window.setFocus()
    return window


def show(window, *readings):
    board = window.live._board
    board.post(frame(1, readings[-1].at))
    for reading in readings:
        board.add(reading)
    window.live._look()


def painted(window) -> np.ndarray:
    """The picture's widget, (h, w, 3)."""
    image = window.live.view.video.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def within_box(window, changed: np.ndarray, across: slice, down: slice) -> np.ndarray:
    """A part of the face's box (200, 120, 180, 180) of `changed` (h, w); the slices are hundredths of the box."""
    target = window.live.view.video._target()
    scale = target.width() / 640
    left, top, side = target.left() + 200 * scale, target.top() + 120 * scale, 180 * scale / 100
    return changed[
        int(top + down.start * side) : int(top + down.stop * side), int(left + across.start * side) : int(left + across.stop * side)
    ]


def test_the_key_shows_the_map_over_the_face_and_hides_it_again(qtbot, started):
    show(started, face(1.0, class_maps=MAPS))
    before = painted(started)
    qtbot.keyClick(started, Qt.Key.Key_A)
    assert started.live.view.video.class_map.words == "Where the network looked for happiness – not where happiness is"
    changed = np.abs(painted(started) - before).sum(axis=2) > 30
    assert within_box(started, changed, slice(80, 95), slice(80, 95)).all(), "the cell with all the evidence"
    assert not within_box(started, changed, slice(5, 30), slice(5, 30)).any(), "the cell with none"
    qtbot.keyClick(started, Qt.Key.Key_A)
    assert np.array_equal(painted(started), before)


def test_it_is_off_at_first_and_what_was_chosen_last_is_kept(qtbot, started):
    assert Settings().display.class_map is False
    assert not started.live.view.map_button.isChecked()
    qtbot.mouseClick(started.live.view.map_button, Qt.MouseButton.LeftButton)
    assert started.settings().display.class_map is True
    assert load_values(started._settings_path).values["display.class_map"] is True
    assert started.recording.view.map_button.isChecked()
    qtbot.keyClick(started, Qt.Key.Key_A)
    assert not started.live.view.map_button.isChecked()


def test_a_mark_keeps_the_map_of_the_expression_that_is_shown_also_when_it_is_switched_off(qtbot, started, doors):
    show(started, face(1.0, top=Emotion.SADNESS, class_maps=MAPS))
    qtbot.keyClick(started, Qt.Key.Key_E)
    qtbot.keyClick(started, Qt.Key.Key_3)
    assert doors.monitor.kept_maps == [MAPS[Emotion.SADNESS]] * 2


@pytest.mark.parametrize("last", [no_face(1.1, Absence.NO_FACE), face(1.1)])
def test_a_mark_keeps_none_where_there_is_none(qtbot, started, doors, last):
    show(started, face(1.0, class_maps=MAPS), last)
    qtbot.keyClick(started, Qt.Key.Key_E)
    assert doors.monitor.kept_maps == [None]


def test_a_pause_keeps_no_map_of_before(qtbot, started, doors):
    show(started, face(1.0, class_maps=MAPS))
    started.live.start_or_pause()
    qtbot.waitUntil(lambda: started.live.state is State.PAUSED)
    started.live.mark("event")
    assert doors.monitor.kept_maps == [None]


def test_a_model_without_maps_is_said_to_have_none(qtbot, started):
    qtbot.keyClick(started, Qt.Key.Key_A)
    show(started, face(1.0))
    assert started.live.view.video.class_map.words == NO_CLASS_MAP
    show(started, no_face(1.1, Absence.NO_FACE))
    assert started.live.view.video.class_map.words == ""


def test_names_of_devices_have_a_line_of_their_own_in_a_narrow_window_until_a_session_runs(qtbot, open_window, doors):
    window = open_window(doors)
    window.resize(640, 360)
    live = window.live
    live.begin_with(LiveRequest("Logitech BRIO Ultra HD Pro Webcam (046d:085e)", "Desk microphone", start=False))
    qtbot.waitUntil(lambda: live.devices.geometry().bottom() < live.start_button.geometry().top())
    assert live.devices._camera.width() > 180
    assert "046d:085e" in live.devices._camera.toolTip()
    live._agreed = True
    live.start()
    qtbot.waitUntil(lambda: live.state is State.RUNNING)
    qtbot.waitUntil(lambda: live.devices.geometry().bottom() >= live.start_button.geometry().top())
