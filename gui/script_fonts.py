"""The fonts of the reports, for the window as well: names in scripts for which the system has no font."""

from pathlib import Path

from PySide6.QtGui import QFontDatabase

FOLDER = Path(__file__).resolve().parent.parent / "review" / "fonts"


def add_script_fonts() -> None:
    """Qt turns to them for letters that its own font lacks."""
    for path in sorted(FOLDER.glob("NotoSans*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
