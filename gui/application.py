"""The program with a window, from its start to its clean end."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core.baseline import VoiceBaseline
from core.failures import Failure
from core.settings import Settings
from gui import file_choice
from gui.background import Background
from gui.main_window import MainWindow
from gui.notices import Notice
from gui.pages import RECORDING
from gui.script_fonts import add_script_fonts
from gui.services import (
    AnyPlan,
    Device,
    Export,
    ExportPerson,
    LiveRequest,
    OnEvent,
    PreviewReport,
    RunningMonitor,
    Services,
    WritePeriod,
    WriteSession,
)
from gui.settings_store import settings_file
from gui.store_door import StoreDoor
from gui.usual_record import UsualRecord
from monitor.board import Board

logger = logging.getLogger(__name__)

PATIENCE_MS = 20_000
"""After a wish to quit: longer than all threads of a monitor may take to end."""

NO_DEVICES = Failure(
    "No camera and no microphone were found: this is the demonstration.",
    "A drawn face and a synthesised voice go through the same analysis as a person would.",
    "Connect a device, end the demonstration, and choose “Look for devices again” above.",
)


def run_window(
    settings: Settings,
    *,
    door: StoreDoor,
    start_live: LiveRequest | None = None,
    files: Sequence[Path] = (),
    export: Export | None = None,
    export_person: ExportPerson | None = None,
    write_session: WriteSession | None = None,
    write_period: WritePeriod | None = None,
    preview_report: PreviewReport | None = None,
    problems: Sequence[Failure] = (),
    baseline: VoiceBaseline | None = None,
    settings_path: Path | None = None,
) -> int:
    """Open the window and return the exit code when it was closed and everything is stored.

    `start_live` names devices to begin with; without it the first ones found are chosen, and where there are none the
    demonstration starts. `files` are opened on the recording page and analysed. `problems` are shown as notices.
    Live sessions compare the voice with `baseline`.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Affectograph")
    file_choice.keep_no_history()
    add_script_fonts()
    pg.setConfigOptions(antialias=False)
    services = real_services(settings, door, export, export_person)
    services = replace(services, write_session=write_session, write_period=write_period, preview_report=preview_report)
    window = MainWindow(services, settings, settings_path or settings_file())
    window.live.compare_with(baseline)
    program = Program(app, window)
    program.begin(start_live, files, problems)
    try:
        return app.exec()
    finally:
        program.let_go()
        door.close()


def real_services(settings: Settings, door: StoreDoor, export: Export | None, export_person: ExportPerson | None = None) -> Services:
    """The doors to the rest of the program; what is heavy is imported when a door is used."""
    from monitor.calibration_recording import CalibrationRecording  # noqa: PLC0415
    from monitor.monitor import Monitor  # noqa: PLC0415
    from monitor.preview import Preview  # noqa: PLC0415
    from monitor.wiring import live_plan, recording_plan  # noqa: PLC0415

    return Services(
        live_plan=live_plan,
        recording_plan=partial(plan_of_person, recording_plan, door),
        monitor=partial(monitor_of_plan, Monitor, door),
        preview=Preview,
        cameras=find_cameras,
        microphones=find_microphones,
        choose_recordings=file_choice.choose_recordings,
        choose_text_file=file_choice.choose_text_file,
        choose_folder=file_choice.choose_folder,
        results=door.results,
        export=export,
        door=door,
        export_person=export_person,
        calibration_recording=CalibrationRecording,
        usuals=UsualRecord(door).of,
    )


def monitor_of_plan(
    monitor: Callable[..., RunningMonitor], door: StoreDoor, plan: Any, values: Settings, board: Board, on_event: OnEvent
) -> RunningMonitor:
    """A monitor that writes where the plan's session may be kept; in a temporary store it is nobody's."""
    store = door.store_for_new(plan.person)
    return monitor(plan if store.kept else replace(plan, person=None), values, board, store, on_event)


def plan_of_person(recording_plan: Callable[..., AnyPlan], door: StoreDoor, path: Path, settings: Settings, **wishes: Any) -> AnyPlan:
    """The analysis of a recording, in which somebody of the record is compared with their own ordinary speech."""
    person = wishes.get("person")
    return recording_plan(path, settings, baseline=None if person is None else door.voice_baseline(person), **wishes)


def find_cameras() -> list[Device]:
    """All cameras, by name."""
    from capture.devices import list_cameras  # noqa: PLC0415

    return [Device(camera.name, camera.name) for camera in list_cameras()]


def find_microphones() -> list[Device]:
    """All microphones, by name, the system's default first."""
    from capture.devices import list_microphones  # noqa: PLC0415

    return [Device(one.name, one.name) for one in sorted(list_microphones(), key=lambda one: not one.is_default)]


class Program(QObject):
    """Begins with what was asked for, listens for Ctrl+C, and quits when nothing runs any more."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        super().__init__()
        self._app = app
        self._window = window
        self._listing = Background("affectograph-devices", self)
        self._request: LiveRequest | None = None
        self._impatience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._impatience.timeout.connect(self._give_up)
        self._interrupts = _Interrupts(self)
        self._interrupts.came.connect(window.close)
        window.quit_wanted.connect(self._impatience.start)
        app.setQuitOnLastWindowClosed(False)
        window.ready_to_quit.connect(self._quit)

    def begin(self, request: LiveRequest | None, files: Sequence[Path], problems: Sequence[Failure]) -> None:
        """Show the window, look for devices, open files."""
        self._request = request
        self._window.show()
        for number, problem in enumerate(problems):
            self._window.notices.post(Notice(f"problem {number}", problem, failed=False))
        self._begin_work: Callable[[], None] = partial(self._start, files)
        locking = self._window.locking
        if locking is None:
            self._begin_work()
            return
        for_record = request is None or not request.demonstration  # which needs no record: neither passphrase nor purpose
        if locking.ask_at_start(needed=for_record):
            locking.settled.connect(self._settled)
        elif for_record:
            self._settled()
        else:
            self._begin_work()

    @Slot()
    def _settled(self) -> None:
        if self._window.ask_purpose():
            self._window.purpose_stated.connect(self._begin_now)
        else:
            self._begin_now()

    @Slot()
    def _begin_now(self) -> None:
        begin, self._begin_work = self._begin_work, _nothing
        begin()

    def _start(self, files: Sequence[Path]) -> None:
        if files:
            self._window.show_page(RECORDING)
            self._window.recording.add_files(files)
            self._window.recording.start()
            self._window.recording.take_keyboard()
        if self._request is not None and self._request.start:
            self._window.live.begin_with(self._request)
        self._window.live.devices.look_wanted.connect(self._look_again)
        self._listing.call(self._devices, partial(self._found, bool(files)), self._not_found)

    def _devices(self) -> tuple[Sequence[Device], Sequence[Device]]:
        services = self._window.services
        return services.cameras(), services.microphones()

    @Slot()
    def _look_again(self) -> None:
        self._listing.call(self._devices, self._fill, self._say)

    def _fill(self, devices: tuple[Sequence[Device], Sequence[Device]]) -> None:
        cameras, microphones = devices
        self._window.live.devices.fill(cameras, microphones)
        found = f"{_counted(len(cameras), 'camera')} and {_counted(len(microphones), 'microphone')} found."
        self._window.notices.post(Notice("devices", Failure(found, "", ""), failed=False))

    def _say(self, failure: Failure) -> None:
        self._window.notices.post(Notice("devices", failure))

    def _found(self, has_files: bool, devices: tuple[Sequence[Device], Sequence[Device]]) -> None:
        cameras, microphones = devices
        live = self._window.live
        live.devices.fill(cameras, microphones)
        if self._request is not None:
            if not self._request.start:
                live.begin_with(self._request)
            return
        last = self._window.remembered
        camera, microphone = chosen_again(last.camera, cameras), chosen_again(last.microphone, microphones)
        if camera is None and microphone is None:
            camera, microphone = chosen_again(None, cameras), chosen_again(None, microphones)
        nothing = not cameras and not microphones and camera is None
        live.begin_with(LiveRequest(camera, microphone, demonstration=nothing, start=nothing and not has_files))
        if nothing and not has_files:
            self._window.notices.post(Notice("devices", NO_DEVICES, failed=False))

    def _not_found(self, failure: Failure) -> None:
        self._say(failure)
        self._found(False, ((), ()))

    @Slot()
    def _quit(self) -> None:
        self._app.quit()

    @Slot()
    def _give_up(self) -> None:
        logger.error("the session did not end in time; quitting all the same")
        self._app.exit(1)

    def let_go(self) -> None:
        """End what belongs to the window."""
        self._interrupts.close()
        self._listing.close()
        self._window.let_go()


def chosen_again(last: str | None, devices: Sequence[Device]) -> str | None:
    """The device of the last time where it is there, or was switched off, or lies in the network; else the first one (None: off)."""
    if last == "" and devices:
        return None
    if last and ("://" in last or any(device.key == last for device in devices)):
        return last
    return devices[0].key if devices else None


def _nothing() -> None:
    """What begins only once has begun."""


def _counted(number: int, thing: str) -> str:
    return f"{number or 'No'} {thing}{'' if number == 1 else 's'}"


class _Interrupts(QObject):
    """Ctrl+C and SIGTERM as a signal of the window's thread: the system writes a byte into a pipe that Qt watches."""

    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)
        self._before = {number: signal.signal(number, _leave_to_the_pipe) for number in (signal.SIGINT, signal.SIGTERM)}
        self._pipe_before = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    @Slot()
    def _read(self) -> None:
        numbers = self._here.recv(64)
        if signal.SIGINT in numbers or signal.SIGTERM in numbers:
            self.came.emit()

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._pipe_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._here.close()
        self._there.close()


def _leave_to_the_pipe(number: int, frame: FrameType | None) -> None:
    """A handler must be there for the byte to be written."""
