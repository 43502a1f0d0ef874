"""The whole program live, with its window, as a process of its own: an MJPEG camera in the network and a speaking voice.

usage: python -m bench.live_window URL SECONDS [kept]        Prints a line of JSON; the first SETTLE_S seconds are not counted.

With `kept` it is the session of somebody who has consented, and picture and sound are kept.
"""

import dataclasses
import json
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from core.clock import SessionClock
from core.estimate import Estimate
from core.labels import Modality
from core.media import Frame
from core.native_memory import return_freed_memory
from core.person import Scope
from core.readings import FusionScore, Reading
from core.settings import Settings
from gui import live_page
from gui.application import real_services
from gui.main_window import MainWindow
from gui.services import LiveRequest, Services
from gui.store_door import StoreDoor, door_of
from gui.video_view import VideoView
from monitor.board import Board
from monitor.lane import Plan
from monitor.wiring import DEMONSTRATION, live_plan
from store.consents import give_consent
from store.database import writing
from store.people import add_person
from store.recovery_key import RecoveryKey

SETTLE_S = 5.0
"""Caches fill, curves begin: what a person waits through once, not what the program costs."""


@dataclass(slots=True)
class Measured:
    """What has been seen so far; only while `counting` are latencies kept."""

    process: psutil.Process = field(default_factory=psutil.Process)
    clock: SessionClock | None = None
    counting: bool = False
    shown: float | None = None
    first_reading_s: float | None = None
    read_ms: list[float] = field(default_factory=list)
    lost: int = 0
    painted_ms: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: float = 0.0

    def since(self, at: float) -> float:
        """Milliseconds since a moment of the session."""
        assert self.clock is not None
        return (self.clock.now() - at) * 1000

    def count(self, on: bool) -> None:
        """Begin or end the part that counts."""
        self.counting = on
        self.cpu_s.append(sum(self.process.cpu_times()[:2]))

    def note_memory(self) -> None:
        """Keep the largest resident size."""
        self.peak_mb = max(self.peak_mb, self.process.memory_info().rss / 1e6)


SEEN = Measured()


class MeasuredBoard(Board):
    """The board, which notes how late each face reading is."""

    def add(self, item: Reading | FusionScore | Estimate) -> None:
        """As the board does, and note."""
        super().add(item)
        if isinstance(item, Reading) and item.modality is Modality.FACE:
            SEEN.first_reading_s = SEEN.first_reading_s or time.time() - SEEN.process.create_time()
            if SEEN.counting:
                SEEN.read_ms.append(SEEN.since(item.at))
                SEEN.lost += item.dropped_before


def watch_painting() -> None:
    """Note how late each frame is when it has been painted."""
    show_frame, paint_event = VideoView.show_frame, VideoView.paintEvent

    def show_and_note(view: VideoView, frame: Frame) -> None:
        show_frame(view, frame)
        SEEN.shown = frame.at

    def paint_and_note(view: VideoView, event: QPaintEvent) -> None:
        paint_event(view, event)
        if SEEN.shown is not None and SEEN.counting:
            SEEN.painted_ms.append(SEEN.since(SEEN.shown))
        SEEN.shown = None

    VideoView.show_frame, VideoView.paintEvent = show_and_note, paint_and_note  # type: ignore[method-assign, assignment]
    live_page.Board = MeasuredBoard  # type: ignore[misc, attr-defined]


def services_with(url: str, door: StoreDoor, settings: Settings, person: int | None) -> Services:
    """The real services, but the session listens to `url` and to the synthesised voice, and is this person's."""

    def planned(values: Settings, **_: object) -> Plan:
        plan = live_plan(values, camera=url, microphone=DEMONSTRATION, person=person)
        SEEN.clock = plan.clock
        return plan

    return dataclasses.replace(real_services(settings, door, None), live_plan=planned)


def somebody_in(door: StoreDoor) -> int:
    """A store behind the door, with a person who has consented to everything."""
    door.vault.set_up("a passphrase for measuring", RecoveryKey.new())
    with writing(door.vault.store.database, door.vault.store.key) as connection:
        person = add_person(connection, "Bench").id
        for scope in Scope:
            give_consent(connection, person, scope)
    return person


def main(url: str, seconds: float, *, kept: bool) -> None:
    """Run, measure, print."""
    return_freed_memory()
    watch_painting()
    app = QApplication(sys.argv[:1])
    settings = Settings()
    with tempfile.TemporaryDirectory() as name, closing(door_of(Path(name) / "bench.db")) as door:
        person = somebody_in(door) if kept else None
        window = MainWindow(services_with(url, door, settings, person), settings, Path(name) / "settings.json")
        window.resize(1280, 720)
        window.ready_to_quit.connect(app.quit)
        window.show()
        window.live.begin_with(LiveRequest(demonstration=True))
        memory = QTimer(interval=500)
        memory.timeout.connect(SEEN.note_memory)
        memory.start()
        begins_ms, ends_ms = int(SETTLE_S * 1000), int((SETTLE_S + seconds) * 1000)
        QTimer.singleShot(begins_ms, lambda: SEEN.count(True))
        QTimer.singleShot(ends_ms, lambda: SEEN.count(False))
        QTimer.singleShot(ends_ms + 1, window.close)
        app.exec()
        window.let_go()
        kept_bytes = sum(piece.stat().st_size for piece in Path(name).rglob("*.piece"))
    figures = {
        "handled_share": len(SEEN.read_ms) / (len(SEEN.read_ms) + SEEN.lost),
        "frames_a_second": len(SEEN.read_ms) / seconds,
        "read_ms": SEEN.read_ms,
        "painted_ms": SEEN.painted_ms,
        "cpu_share": (SEEN.cpu_s[1] - SEEN.cpu_s[0]) / seconds,
        "peak_mb": SEEN.peak_mb,
        "first_reading_s": SEEN.first_reading_s,
        "kept_bytes_a_second": kept_bytes / (SETTLE_S + seconds),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), kept="kept" in sys.argv[3:])
