"""The dialogs in which a person chooses files."""

import os
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

MEDIA_FILES = "Recordings (*.mp4 *.mov *.mkv *.webm *.avi *.wav *.flac *.mp3 *.m4a *.ogg);;All files (*)"
TABLE_FILES = "Tables (*.csv);;All files (*)"
TEXT_FILES = "Text (*.txt *.md *.csv);;All files (*)"


def keep_no_history() -> None:
    """Folders are named after people: Qt's own dialog would write those that were visited into a file of its own, in plain words.

    Where the desktop shows its own dialog, what that one keeps is the desktop's to say.
    """
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)


def choose_recordings(parent: QWidget) -> list[Path]:
    """One or many; empty when the person thinks better of it."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Open recordings", "", MEDIA_FILES)
    return [Path(name) for name in names]


def choose_text_file(parent: QWidget) -> Path | None:
    """The text of a recording."""
    name, _ = QFileDialog.getOpenFileName(parent, "Text of the recording", "", TEXT_FILES)
    return Path(name) if name else None


def choose_table(parent: QWidget) -> Path | None:
    """Questionnaires as a table."""
    name, _ = QFileDialog.getOpenFileName(parent, "Questionnaires as CSV", "", TABLE_FILES)
    return Path(name) if name else None


def choose_folder(parent: QWidget) -> Path | None:
    """Where files are written to."""
    name = QFileDialog.getExistingDirectory(parent, "Write files into")
    return Path(name) if name else None


def choose_target(parent: QWidget, name: str, kinds: str) -> Path | None:
    """Where one file is written to; the dialog asks before it takes the name of one that is there."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "Write the file", name, kinds)
    return Path(chosen) if chosen else None
