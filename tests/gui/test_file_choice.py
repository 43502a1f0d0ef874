"""The dialogs in which files are chosen, in a process of its own: what they leave behind on the disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHOOSE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from gui import file_choice
app, window = QApplication([]), QWidget()
window.show()
def accept():
    (dialog,) = [one for one in app.topLevelWidgets() if isinstance(one, QFileDialog)]
    dialog.setDirectory(sys.argv[1])
    dialog.accept()
QTimer.singleShot(0, accept)
if sys.argv[2] == "quiet":
    file_choice.keep_no_history()
assert file_choice.choose_folder(window) == Path(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the desktop's own dialog is shown")
@pytest.mark.parametrize(("how", "left"), [("quiet", 0), ("as Qt does", 1)])
def test_the_folder_that_was_chosen_is_written_nowhere(tmp_path: Path, how: str, left: int) -> None:
    home, chosen = tmp_path / "home", tmp_path / "Patient Nachtigall"
    home.mkdir()
    chosen.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment = kept | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", CHOOSE, str(chosen), how], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    files = [path for path in home.rglob("*") if path.is_file()]
    assert sum("Nachtigall" in path.read_text("utf-8", "replace") for path in files) == left
