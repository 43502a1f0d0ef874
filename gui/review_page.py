"""The review page: the list of stored sessions, one of them as it went, or two side by side."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.failures import Failure
from core.session import Verdict
from core.settings import Settings
from gui.background import Background
from gui.notices import Notice
from gui.review_desk import ReviewDesk
from gui.review_list import ReviewList
from gui.review_record import Listed, Prepared, ReviewRecord
from gui.store_door import StoreDoor
from gui.theme import GAP_PX, Theme
from store.vault import State

CLOSED = "Stored sessions are reviewed when the store is open (Ctrl+L)."
CHOOSE = "Choose a session and press Enter; two that are chosen (Ctrl, Shift) can be compared."
EMPTY = "No session is stored yet."
LISTING = "Reading the list of sessions …"
READING = "Reading session {} …"


class ReviewPage(QWidget):
    """The store is reached on a thread of its own."""

    notice = Signal(object)

    def __init__(self, door: StoreDoor, settings: Callable[[], Settings] = Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._background = Background("affectograph-review", self)
        self._estimating = Background("affectograph-estimates", self)  # seconds for an hour, in which somebody seeks
        self._record = ReviewRecord(door, settings)
        self._wanted: list[int] = []
        self._put_away: list[int] = []
        self._found: list[Prepared] = []
        self._listed: Sequence[Listed] = ()
        self.sessions, self.hint = ReviewList(), QLabel(CLOSED)
        self.desk = ReviewDesk(self._record, self._background, self._estimating)
        self._choice = QWidget()
        self.body = QStackedWidget()
        self._lay_out()
        self.sessions.wanted.connect(self._begin)
        self.desk.back_wanted.connect(self.go_back)
        self.desk.failed.connect(self._fail)

    def _lay_out(self) -> None:
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setObjectName("dim")
        choice = QVBoxLayout(self._choice)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.setSpacing(GAP_PX)
        choice.addWidget(self.sessions, 1)
        choice.addWidget(self.hint)
        self.body.addWidget(self._choice)
        self.body.addWidget(self.desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP_PX, 12, 6)
        column.addWidget(self.body)

    # What the window calls

    def take_keyboard(self) -> None:
        """The page was turned to."""
        if self.is_shown:
            self.desk.take_keyboard()
        else:
            self.sessions.search.setFocus()

    @property
    def is_shown(self) -> bool:
        """Whether a session is shown, and not the list."""
        return self.body.currentWidget() is self.desk

    @Slot()
    def show_open(self) -> None:
        """The store was opened: list its sessions, and show again what was shown when it was locked."""
        self.hint.setText(LISTING)
        self.refresh()
        again, self._put_away = self._put_away, []
        if again:
            self._begin(again)

    @Slot()
    def put_away(self) -> None:
        """The window was locked: nothing of a session is shown, heard or kept in memory until it is opened again."""
        shown = [panel.opened.info.id for panel in self.desk.panels if panel.opened is not None]
        self.show_closed()
        self._put_away = shown

    @Slot()
    def show_closed(self) -> None:
        """No store is open: show and keep nothing of it; what is not kept can still be seen."""
        self._put_away, self._listed = [], ()
        self.sessions.show_sessions(())
        self._show_list()
        self.refresh()

    @Slot()
    def go_back(self) -> None:
        """Esc: the list again."""
        self._show_list()
        self.sessions.list.setFocus()

    @Slot()
    def refresh(self) -> None:
        """Read the list anew, as after a session has ended; nothing while no store is open."""
        if self._door.stores():
            self._background.call(self._record.sessions, self._take_list, self._fail)

    @Slot(object)
    def take_ended(self, session: int | None) -> None:
        """A session has ended: make it ready to be opened at once, and list it."""
        there = self._door.vault.state is State.OPEN or (session is not None and not self._door.keeps(session))
        if session is not None and there:
            self._background.call(partial(self._record.prepare, session), _nothing, self._fail)
        self.refresh()

    @Slot(int)
    def open_session(self, session: int) -> None:
        """Show one session."""
        self._begin([session])

    def play_or_pause(self) -> None:
        """Space."""
        self.desk.active.play_or_pause()

    def judge(self, verdict: Verdict) -> None:
        """A and D."""
        self.desk.active.judge(verdict)

    def show_why(self) -> None:
        """W."""
        self.desk.active.show_why()

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self.desk.set_theme(theme)

    def close_background(self) -> None:
        """End its threads."""
        self.desk.close_sessions()
        self._background.close()
        self._estimating.close()

    # The list

    def _take_list(self, listed: Sequence[Listed]) -> None:
        opened = self._door.vault.state is State.OPEN
        self._listed = [one for one in listed if one.info.ended_utc is not None and (opened or not one.kept)]
        self.sessions.show_sessions(self._listed)
        self._say_choose()

    def _say_choose(self) -> None:
        """What to do while no session is shown, or read."""
        if not self._wanted:
            unopened = self._door.vault.state is not State.OPEN
            self.hint.setText(CHOOSE if self._listed else CLOSED if unopened else EMPTY)

    def _show_list(self) -> None:
        self._wanted, self._found = [], []
        self.desk.close_sessions()
        self.body.setCurrentWidget(self._choice)
        self._say_choose()

    # Opening

    @Slot(object)
    def _begin(self, sessions: list[int]) -> None:
        """Open one session, or two; what was shown goes when the new ones have been read."""
        self._wanted, self._found = sessions, []
        self.hint.setText(READING.format(" and ".join(str(one) for one in sessions)))
        for session in sessions:
            self._background.call(partial(self._record.open, session), partial(self._take, sessions), self._not_opened)

    def _take(self, wanted: list[int], shown: Prepared) -> None:
        if wanted is not self._wanted:
            return
        self._found.append(shown)
        if len(self._found) == len(wanted):
            self._show_found()

    def _show_found(self) -> None:
        self.body.setCurrentWidget(self.desk)
        self.desk.show_sessions(self._found)
        for number, shown in enumerate(self._found):
            if shown.opened.lanes is None:
                work = partial(self._record.complete, shown.opened)
                self._background.call(work, partial(self._take_lanes, self._wanted, number), self._not_opened)

    def _take_lanes(self, wanted: list[int], number: int, shown: Prepared) -> None:
        if wanted is self._wanted:
            self.desk.take_lanes(number, shown)

    def _not_opened(self, failure: Failure) -> None:
        if not self.is_shown or any(panel.opened is not None and not panel.sections for panel in self.desk.panels):
            self._show_list()
        self._fail(failure)
        self.refresh()

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("review", failure))


def _nothing(_: object) -> None:
    """What was made ready is there when it is opened."""
