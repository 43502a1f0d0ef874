"""What is remembered between two starts."""

import pytest
from PySide6.QtWidgets import QMainWindow

from gui.application import chosen_again
from gui.main_window import MainWindow
from gui.services import Device, LiveRequest
from gui.window_state import WindowState, load_window_state, save_window_state

CAMERAS = [Device("Front camera", "Front camera"), Device("Side camera", "Side camera")]


def test_what_is_saved_is_loaded(tmp_path):
    state = WindowState(900, 600, True, "Front camera", "")
    save_window_state(tmp_path / "new" / "window.json", state)
    assert load_window_state(tmp_path / "new" / "window.json") == state


@pytest.mark.parametrize("words", ["", "[1]", "{", '{"width": "wide", "maximised": 3, "camera": 1}'])
def test_a_broken_file_gives_the_defaults(tmp_path, words):
    (tmp_path / "window.json").write_text(words)
    assert load_window_state(tmp_path / "window.json") == WindowState()


def test_an_address_with_a_password_is_not_written(tmp_path):
    save_window_state(tmp_path / "window.json", WindowState(camera="rtsp://me:secret@camera/1", microphone="Desk"))
    assert "secret" not in (tmp_path / "window.json").read_text()
    assert load_window_state(tmp_path / "window.json").microphone == "Desk"


def test_a_disk_that_refuses_stops_nobody(tmp_path):
    (tmp_path / "folder").write_text("in the way")
    save_window_state(tmp_path / "folder" / "window.json", WindowState())


@pytest.mark.parametrize(
    ("last", "chosen"),
    [
        (None, "Front camera"),
        ("Side camera", "Side camera"),
        ("Gone camera", "Front camera"),
        ("", None),
        ("http://10.0.0.2/video", "http://10.0.0.2/video"),
    ],
)
def test_the_device_of_the_last_time_is_chosen_again_where_it_is_there(last, chosen):
    assert chosen_again(last, CAMERAS) == chosen


def test_a_closed_window_remembers_its_size_and_its_devices(qtbot, open_window, doors):
    window = open_window(doors)
    window.live.devices.fill(CAMERAS, [])
    window.live.begin_with(LiveRequest("Side camera", None, start=False))
    window.resize(700, 500)
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    again = open_window(doors)
    assert again.remembered == WindowState(700, 500, False, "Side camera", None)


def test_a_new_window_leaves_room_for_its_frame(monkeypatch, open_window, doors):
    asked = []
    monkeypatch.setattr(MainWindow, "resize", lambda window, *size: asked.append(size) or QMainWindow.resize(window, *size))
    window = open_window(doors)
    assert asked[0][1] < window.screen().availableSize().height() - 30


def test_a_device_that_was_switched_off_stays_off_and_one_that_was_not_there_is_not_forgotten(qtbot, open_window, doors):
    window = open_window(doors)
    window.live.devices.fill(CAMERAS, [Device("Desk", "Desk")])
    window.live.begin_with(LiveRequest(None, "Desk", start=False))
    window.close()
    again = open_window(doors)
    again.live.devices.fill([], [])
    again.live.begin_with(LiveRequest(None, None, start=False))
    again.close()
    remembered = open_window(doors).remembered
    assert (remembered.camera, remembered.microphone) == ("", "Desk")


def test_the_demonstration_is_not_remembered_in_place_of_devices(qtbot, open_window, doors):
    window = open_window(doors)
    window.live.begin_with(LiveRequest("Side camera", "Desk microphone", start=False))
    window.close()
    again = open_window(doors)
    again.live.begin_with(LiveRequest(demonstration=True, start=False))
    again.close()
    assert open_window(doors).remembered.camera == "Side camera"
