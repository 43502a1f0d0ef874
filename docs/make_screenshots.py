"""Makes the pictures of the window for the README: `python docs/make_screenshots.py` (any Qt platform; no display is needed).

The whole program runs on the demonstration for a while; then the same moment is pictured in both themes.
"""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer  # noqa: E402  the platform is chosen before Qt is loaded
from PySide6.QtWidgets import QApplication  # noqa: E402

from core.settings import Settings  # noqa: E402
from gui.application import real_services  # noqa: E402
from gui.main_window import MainWindow  # noqa: E402
from gui.services import LiveRequest  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WORDS = "I am so sad and tired of everything today, and I cannot sleep"
WORDS_AFTER = 0.6
MARK_AFTER = 0.45


def picture(window: MainWindow, folder: Path) -> None:
    """Save the window in both themes."""
    for theme in ("light", "dark"):
        window.change_settings({"display.theme": theme})
        QApplication.processEvents()
        path = folder / f"live-{theme}.png"
        window.grab().save(str(path))
        print(path)  # noqa: T201  the script's only output
    window.close()


def main() -> int:
    """Run the demonstration and picture it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=56.0, help="how long the demonstration runs before")
    parser.add_argument("--size", default="1280x760", metavar="WxH", help="of the window")
    parser.add_argument("-o", "--output", type=Path, default=IMAGES, help="folder of the pictures")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as home:
        services = real_services(Settings(), Path(home) / "sessions.db", export=None)
        window = MainWindow(services, Settings(), Path(home) / "settings.json")
        window.resize(*(int(length) for length in arguments.size.split("x")))
        window.ready_to_quit.connect(app.quit)
        window.show()
        window.live.begin_with(LiveRequest(demonstration=True))
        ms = arguments.seconds * 1000
        QTimer.singleShot(int(ms * MARK_AFTER), partial(window.live.mark, "event"))
        QTimer.singleShot(int(ms * WORDS_AFTER), partial(window.live.text.submitted.emit, WORDS))
        QTimer.singleShot(int(ms), partial(picture, window, arguments.output))
        code = app.exec()
        window.let_go()
    return code


if __name__ == "__main__":
    sys.exit(main())
