"""When the window locks: by Ctrl+L, and after a time without a key or a click."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget

from core.settings import LockSettings
from gui.background import Background
from gui.keys import Key
from gui.lock_screen import LockScreen
from gui.store_door import StoreDoor
from store.vault import State

MINUTE_MS = 60_000
INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
}
STAYS = {Key.QUIT.written, Key.FULL_SCREEN.written}
"""Keys that work while the window is locked."""


class Locking(QObject):
    """Covers `pages` by the lock screen (`covered`). `settled`: the store was opened, or it was put off; `put_off` says the latter."""

    opened = Signal(object)
    covered = Signal()
    put_off = Signal()
    settled = Signal()

    def __init__(
        self, window: QMainWindow, pages: QStackedWidget, door: StoreDoor, settings: LockSettings, session_runs: Callable[[], bool]
    ) -> None:
        super().__init__(window)
        self._session_runs = session_runs
        self._window = window
        self._pages = pages
        self.door = door
        self._background = Background("affectograph-store", self)
        self.screen = LockScreen(door, self._background)
        pages.addWidget(self.screen)
        self.screen.opened.connect(self._enter)
        self.screen.dismissed.connect(self._dismiss)
        self.idle = QTimer(self, singleShot=True)
        self.idle.timeout.connect(self.lock)
        self.set_idle(settings)
        QApplication.instance().focusWindowChanged.connect(self._watch)  # type: ignore[union-attr]

    @property
    def locked(self) -> bool:
        """Whether the window is covered."""
        return self._pages.currentWidget() is self.screen

    def set_idle(self, settings: LockSettings) -> None:
        """Take a changed setting over."""
        self.idle.setInterval(int(settings.idle_min * MINUTE_MS))

    def ask_at_start(self, *, needed: bool) -> bool:
        """Cover the window when the store is not open; says whether it did. Not `needed`: it is put off."""
        if self.door.vault.state is State.OPEN:  # by the command line, which told what it recovered
            self.screen.may_dismiss = False
            self.idle.start()
            self.opened.emit([])
            return False
        if needed:
            self._cover(session_runs=False)
        else:
            self.put_off.emit()
        return needed

    @Slot()
    def lock(self) -> None:
        """Forget the key and cover the window; where nothing is set up, ask for it."""
        if not self.locked:
            runs = self._session_runs()
            self.door.lock(hold=runs)
            self._cover(session_runs=runs)

    @Slot()
    def let_go(self) -> None:
        """When the last session has ended, its key goes as well."""
        if not self._session_runs():
            self.door.release()
            self.screen.running.hide()

    def _cover(self, *, session_runs: bool) -> None:
        self.idle.stop()
        for dialog in self._window.findChildren(QDialog):
            dialog.close()
        self._allow_keys(False)
        self._pages.setCurrentWidget(self.screen)
        self.screen.ask(session_runs=session_runs)
        self.covered.emit()

    @Slot(object)
    def _enter(self, recovered: list[int]) -> None:
        self._uncover()
        self.door.release()
        self.idle.start()
        self.opened.emit(recovered)
        self.settled.emit()

    @Slot()
    def _dismiss(self) -> None:
        self._uncover()
        self.screen.forget()
        self.put_off.emit()
        self.settled.emit()

    def _uncover(self) -> None:
        self._allow_keys(True)
        self._pages.setCurrentIndex(0)

    def _allow_keys(self, allowed: bool) -> None:
        for action in self._window.actions():
            if action.shortcut() not in [QKeySequence(key) for key in STAYS]:
                action.setEnabled(allowed)

    @Slot(QWindow)
    def _watch(self, window: QWindow | None) -> None:
        """Input reaches a window before its widgets: there it is rare enough to be looked at."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A person is there."""
        if event.type() in INPUT and self.idle.isActive():
            self.idle.start()
        return False

    def close(self) -> None:
        """End its thread."""
        self._background.close()
