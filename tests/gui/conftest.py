"""The window in tests: offscreen, real clicks and keys; a dialog that nobody asked for, or a thread that stays, is a failure."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import gc
import threading

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from core.settings import Settings
from gui.main_window import MainWindow
from tests.fixtures.window_services import Doors


@pytest.fixture(autouse=True)
def no_unexpected_dialog(monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail("a dialog was opened that nobody asked for")

    for kind in (QDialog, QMessageBox, QFileDialog):
        monkeypatch.setattr(kind, "exec", refuse)
    for name in ("critical", "warning", "information", "question"):
        monkeypatch.setattr(QMessageBox, name, refuse)
    for name in ("getOpenFileName", "getOpenFileNames", "getExistingDirectory", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, refuse)
    yield
    if QApplication.instance() is not None:
        assert QApplication.activeModalWidget() is None


@pytest.fixture(autouse=True)
def no_thread_stays():
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads that stayed: {[thread.name for thread in left]}"


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def open_window(qtbot, tmp_path):
    """Opens the whole window on given doors and ends it, all stored, after the test."""
    windows = []

    def make(doors: Doors, settings: Settings | None = None) -> MainWindow:
        window = MainWindow(doors.services(), settings or Settings(), tmp_path / "settings" / "settings.json")
        windows.append(window)
        window.resize(1280, 780)  # the offscreen screen is smaller
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        return window

    yield make
    for window in windows:
        if window.isVisible() or window.live.running or window.recording.running:
            with qtbot.waitSignal(window.ready_to_quit):
                window.close()
        window.let_go()
    windows.clear()
    gc.collect()


@pytest.fixture
def window(open_window, doors):
    return open_window(doors)
