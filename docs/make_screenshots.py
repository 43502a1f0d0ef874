"""Makes the pictures of the window for the README: `python docs/make_screenshots.py` (any Qt platform; no display is needed).

The whole program runs on the demonstration for a while; then the same moment is pictured in both themes. After that the
demonstration is analysed as a recording.
"""

import argparse
import os
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import av  # noqa: E402  the platform is chosen before Qt is loaded
from PySide6.QtCore import QTimer  # noqa: E402  the platform is chosen before Qt is loaded
from PySide6.QtWidgets import QApplication  # noqa: E402

from capture.source import Pace  # noqa: E402
from capture.test_pattern import DemonstrationSound, DemonstrationVideo  # noqa: E402
from core.settings import Settings  # noqa: E402
from gui.application import real_services  # noqa: E402
from gui.main_window import MainWindow  # noqa: E402
from gui.pages import RECORDING  # noqa: E402
from gui.services import LiveRequest  # noqa: E402
from gui.store_door import door_of  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WORDS = "I am so sad and tired of everything today, and I cannot sleep"
WORDS_AFTER = 0.6
MARK_AFTER = 0.45
FPS, RATE_HZ = 30, 16_000
SETTLE_MS = 500
"""Until what came last has its place."""


class Sitting:
    """The demonstration live, pictured in both themes; then as a recording, pictured at its end."""

    def __init__(self, window: MainWindow, recording: Path, folder: Path, seconds: float) -> None:
        self._window, self._recording, self._folder = window, recording, folder
        ms = seconds * 1000
        window.live.begin_with(LiveRequest(demonstration=True))
        QTimer.singleShot(int(ms * MARK_AFTER), partial(window.live.mark, "event"))
        QTimer.singleShot(int(ms * WORDS_AFTER), partial(window.live.text.submitted.emit, WORDS))
        QTimer.singleShot(int(ms), self._picture_live)
        window.live.busy_changed.connect(self._analyse)
        window.recording.busy_changed.connect(self._picture_recording)

    def _picture_live(self) -> None:
        for theme in ("dark", "light"):
            self._window.change_settings({"display.theme": theme})
            self._save(f"live-{theme}")
        self._window.live.end()

    def _analyse(self, busy: bool) -> None:
        if not busy:
            page = self._window.recording
            self._window.show_page(RECORDING)
            page.add_files([self._recording])
            page.queue.jobs[0].text_file = self._recording.with_suffix(".txt")
            page.start()

    def _picture_recording(self, busy: bool) -> None:
        if not busy:
            for notice in self._window.notices.notices:
                self._window.notices.remove(notice.key)
            QTimer.singleShot(SETTLE_MS, self._close_with_picture)

    def _close_with_picture(self) -> None:
        self._save("recording")
        self._window.close()

    def _save(self, name: str) -> None:
        QApplication.processEvents()
        path = self._folder / f"{name}.png"
        self._window.grab().save(str(path), "PNG", 0)  # the smallest file, which takes longest
        print(path)  # noqa: T201  the script's only output


def opened(source: Any) -> Any:
    """The source, ready to be read."""
    source.open()
    return source


def write_recording(path: Path, seconds: float) -> Path:
    """The demonstration as a video file, with its words beside it."""
    with av.open(str(path), "w") as file:
        picture = file.add_stream("libx264", rate=FPS, width=640, height=480, pix_fmt="yuv420p")
        sound = file.add_stream("aac", rate=RATE_HZ, layout="mono")
        for frame in opened(DemonstrationVideo(seed=1, fps=FPS, seconds=seconds, pace=Pace.RECORDED)).items():
            file.mux(picture.encode(av.VideoFrame.from_ndarray(frame.image, format="bgr24")))
        file.mux(picture.encode(None))
        for chunk in opened(DemonstrationSound(seed=1, seconds=seconds, pace=Pace.RECORDED)).items():
            samples = av.AudioFrame.from_ndarray(chunk.samples[None, :], format="fltp", layout="mono")
            samples.sample_rate = RATE_HZ
            samples.pts = round(chunk.at * RATE_HZ)
            file.mux(sound.encode(samples))
        file.mux(sound.encode(None))
    path.with_suffix(".txt").write_text(f"00:20 {WORDS}\n", encoding="utf-8")
    return path


def main() -> int:
    """Run the demonstration and picture it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=56.0, help="how long the demonstration runs before")
    parser.add_argument("--size", default="1280x760", metavar="WxH", help="of the window")
    parser.add_argument("-o", "--output", type=Path, default=IMAGES, help="folder of the pictures")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as home, closing(door_of(Path(home) / "sessions.db")) as door:
        services = real_services(Settings(), door, export=None)
        window = MainWindow(services, Settings(), Path(home) / "settings.json")
        window.resize(*(int(length) for length in arguments.size.split("x")))
        window.ready_to_quit.connect(app.quit)
        window.show()
        recording = write_recording(Path(home) / "visit-12.mp4", arguments.seconds)
        sitting = Sitting(window, recording, arguments.output, arguments.seconds)
        code = app.exec()
        del sitting
        window.let_go()
    return code


if __name__ == "__main__":
    sys.exit(main())
