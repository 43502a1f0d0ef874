"""Makes the pictures of the record for the README: `python docs/make_record_screenshots.py` (any Qt platform; no display is needed).

A made-up year is written into a store of its own; its people, a trend and a questionnaire are pictured.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSize, QTimer  # noqa: E402  the platform is chosen before Qt is loaded
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from bench.sample_record import PASSPHRASE, write_record  # noqa: E402
from core.questionnaire import Kind  # noqa: E402
from core.settings import Settings  # noqa: E402
from gui.application import real_services  # noqa: E402
from gui.main_window import MainWindow  # noqa: E402
from gui.pages import PEOPLE  # noqa: E402
from gui.people_page import PeoplePage  # noqa: E402
from gui.questionnaire_dialog import QuestionnaireDialog  # noqa: E402
from gui.store_door import door_of  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SETTINGS = Settings().with_values({"record.purpose": "care", "display.theme": "light"}, "the pictures")
ANSWERS = (2, 2, 1, 2, 1, 1, 1, 0, 1)
FORM_SIZE = QSize(900, 660)
PATIENCE_MS = 60_000
SETTLE_MS = 400


def wait() -> None:
    """SETTLE_MS of the window's life; QTest.qWait would keep Python's lock from the threads that read the record."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


def wait_for(happened: Callable[[], bool]) -> None:
    """Until it has; raises TimeoutError."""
    for _ in range(PATIENCE_MS // SETTLE_MS):
        wait()
        if happened():
            wait()
            return
    raise TimeoutError("the window did not show what was to be pictured")


def save(widget: QWidget, folder: Path, name: str) -> None:
    """Picture a widget."""
    path = folder / f"{name}.png"
    widget.grab().save(str(path), "PNG", 0)  # the smallest file, which takes longest
    print(path)  # noqa: T201  the script's only output


def picture_record(window: MainWindow, folder: Path) -> None:
    """People with a trend, and a questionnaire that is being filled in."""
    page = window.pages.page(PEOPLE)
    assert isinstance(page, PeoplePage)
    window.show_page(PEOPLE)
    wait_for(lambda: page.list.count() > 0)
    page.list.setCurrentRow(0)
    page.list.itemActivated.emit(page.list.currentItem())
    wait_for(lambda: page.card.record is not None)
    save(window, folder, "people-trend")
    page.card.questionnaire.click()
    assert page.forms.history is not None
    page.forms.history.fill[Kind.PHQ9].click()
    (form,) = page.findChildren(QuestionnaireDialog)
    form.resize(FORM_SIZE)
    for row, answer in zip(form.rows, ANSWERS, strict=True):
        row.answer(answer)
    wait_for(form.safety.isVisible)
    save(form, folder, "questionnaire")


def main() -> int:
    """Write the record and picture it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1280x760", metavar="WxH", help="of the window")
    parser.add_argument("-o", "--output", type=Path, default=IMAGES, help="folder of the pictures")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as home, closing(door_of(write_record(Path(home) / "record"))) as door:
        door.vault.unlock(PASSPHRASE)
        door.opened()
        window = MainWindow(real_services(SETTINGS, door, export=None), SETTINGS, Path(home) / "settings.json")
        window.resize(QSize(*(int(length) for length in arguments.size.split("x"))))
        window.show()
        assert window.locking is not None
        window.locking.ask_at_start(needed=True)
        picture_record(window, arguments.output)
        window.close()
        app.processEvents()
        window.let_go()
    return 0


if __name__ == "__main__":
    sys.exit(main())
