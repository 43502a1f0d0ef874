"""The program with a window, from its start to its clean end."""

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core.failures import Failure
from core.settings import Settings
from gui import application
from gui.services import Device, LiveRequest
from gui.store_door import door_of
from monitor.events import State
from tests.fixtures.window_services import Doors


@pytest.fixture
def run(qapp, monkeypatch, tmp_path):
    """Runs the program on given doors; `step` is called on its window until it says True, then the program is asked to end."""

    def start(doors: Doors, step, end=lambda window: window.close(), **arguments) -> int:
        monkeypatch.setattr(application, "real_services", lambda *_: doors.services())
        timer = QTimer()

        def look() -> None:
            window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, application.MainWindow) and w.isVisible())
            if step(window):
                timer.stop()
                end(window)

        timer.timeout.connect(look)
        timer.start(5)
        return application.run_window(
            Settings(), door=door_of(tmp_path / "sessions.db"), settings_path=tmp_path / "settings.json", **arguments
        )

    return start


def keys(window):
    return [notice.key for notice in window.notices.notices]


def test_without_devices_it_starts_on_the_demonstration_and_says_so(run):
    doors = Doors(cameras=(), microphones=())
    assert run(doors, lambda window: window.live.state is State.RUNNING and "devices" in keys(window)) == 0
    assert doors.live_plans == [{"camera": "demonstration", "microphone": "demonstration", "demonstration": True, "baseline": None}]


def test_with_files_the_keyboard_is_on_their_start(run, doors, tmp_path):
    doors.lanes = ()
    seen = []

    def step(window):
        if window.recording.state is State.RUNNING:
            seen.append(window.focusWidget() is window.recording.start_button)
        return bool(seen)

    assert run(doors, step, files=[tmp_path / "a.mp4"]) == 0
    assert seen == [True]


def test_with_devices_it_shows_them_and_waits_for_start(run, doors):
    assert run(doors, lambda window: bool(doors.previews)) == 0
    assert (doors.previews[0].camera, doors.previews[0].microphone) == ("Front camera", "Desk microphone")
    assert doors.monitors == []


def test_a_camera_that_was_named_is_opened_after_the_notice(run, doors):
    assert run(doors, lambda window: window.live.consent.isVisible(), start_live=LiveRequest("2", None)) == 0
    assert doors.live_plans == []


def test_the_demonstration_can_be_asked_for(run, doors):
    assert run(doors, lambda window: window.live.state is State.RUNNING, start_live=LiveRequest(demonstration=True)) == 0


def test_files_that_were_named_are_analysed(run, doors):
    assert run(doors, lambda window: window.recording.state is State.RUNNING, files=[Path("visit 12.mp4")]) == 0
    assert doors.monitors[0].plan.path == Path("visit 12.mp4")


def test_problems_of_the_start_are_shown(run, doors):
    problem = Failure("Session 3 was cut off and is recovered.", "", "")
    assert run(doors, lambda window: "problem 0" in keys(window), problems=[problem]) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_terminal_ends_the_session_and_then_the_program(run, doors, number):
    code = run(
        doors,
        lambda window: window.live.state is State.RUNNING,
        end=lambda window: os.kill(os.getpid(), number),
        start_live=LiveRequest(demonstration=True),
    )
    assert code == 0
    assert doors.monitor.told[-1] == ("stop",)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_device_that_is_connected_later_is_found_by_another_look(run):
    doors = Doors(cameras=(), microphones=())
    seen = []

    def step(window):
        if not seen and window.live.state is State.RUNNING:
            doors._cameras.append(Device("New camera", "New camera"))
            seen.append(window.live.devices.look_wanted.emit())
        return window.live.devices._camera.findText("New camera") >= 0

    assert run(doors, step) == 0


def test_devices_that_cannot_be_listed_are_told(run):
    class Deaf(Doors):
        def services(self):
            from dataclasses import replace

            def fail():
                raise RuntimeError("no sound system")

            return replace(super().services(), microphones=fail)

    assert run(Deaf(), lambda window: window.live.state is State.RUNNING) == 0
