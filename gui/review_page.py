"""The review page: the list of stored sessions, one of them as it went, or two side by side."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.failures import Failure
from core.session import Verdict
from gui import wording
from gui.background import Background
from gui.linked_timelines import LinkedTimelines
from gui.notices import Notice
from gui.review_list import TWO, ReviewList
from gui.review_record import Listed, Prepared, ReviewRecord
from gui.review_session import ReviewSession
from gui.store_door import StoreDoor
from gui.summary_table import SummaryTable
from gui.theme import GAP_PX, Theme
from review.comparison import CAUTION, compared
from store.vault import State

CLOSED = "Stored sessions are reviewed when the store is open (Ctrl+L)."
CHOOSE = "Choose a session and press Enter. Two chosen sessions can be compared."
EMPTY = "No session is stored yet."
READING = "Reading session {} …"
LIST_PX = 230


class ReviewPage(QWidget):
    """The store is reached on a thread of its own."""

    notice = Signal(object)

    def __init__(self, door: StoreDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._background = Background("affectograph-review", self)
        self._record = ReviewRecord(door)
        self._wanted: list[int] = []
        self._put_away: list[int] = []
        self._found: list[Prepared] = []
        self._listed: Sequence[Listed] = ()
        self.sessions = ReviewList()
        self.hint = QLabel(CLOSED)
        self.panels = [ReviewSession(self._record, self._background) for _ in range(TWO)]
        self._linked = LinkedTimelines(self.panels[0].timeline, self.panels[1].timeline, self)
        self.differences, self.caution = SummaryTable(), QLabel(CAUTION)
        self._lay_out()
        self._connect()

    # What the window calls

    def take_keyboard(self) -> None:
        """The page was turned to."""
        (self.panels[0].timeline if self._shown else self.sessions.search).setFocus()

    @Slot()
    def show_open(self) -> None:
        """The store was opened: list its sessions, and show again what was shown when it was locked."""
        self._say_choose()
        self.refresh()
        again, self._put_away = self._put_away, []
        if again:
            self._begin(again)

    @Slot()
    def put_away(self) -> None:
        """The window was locked: nothing of a session is shown, heard or kept in memory until it is opened again."""
        shown = [panel.opened.info.id for panel in self.panels if panel.opened is not None]
        self.show_closed()
        self._put_away = shown

    @Slot()
    def show_closed(self) -> None:
        """No store is open: show and keep nothing of it; what is not kept can still be seen."""
        self._wanted, self._found, self._put_away = [], [], []
        self._listed = ()
        self.sessions.show_sessions(())
        self._show_none()
        self.hint.setText(CLOSED)
        self.refresh()

    def _show_none(self) -> None:
        for panel in self.panels:
            panel.close_session()
        self.differences.clear()
        self.body.setCurrentWidget(self.hint)

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
        self._active.play_or_pause()

    def judge(self, verdict: Verdict) -> None:
        """A and D."""
        self._active.judge(verdict)

    def show_why(self) -> None:
        """W."""
        self._active.show_why()

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for panel in self.panels:
            panel.set_theme(theme)

    def close_background(self) -> None:
        """End its threads."""
        for panel in self.panels:
            panel.close_session()
        self._background.close()

    # Building

    def _lay_out(self) -> None:
        self.sessions.setMinimumWidth(LIST_PX)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setObjectName("dim")
        self.caution.setWordWrap(True)
        self.caution.setObjectName("dim")
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.differences, 1)
        inside.addWidget(self.caution)
        self.beside = QSplitter(Qt.Orientation.Horizontal)
        self.beside.setChildrenCollapsible(False)
        for panel in self.panels:
            self.beside.addWidget(panel)
        self.shown = QSplitter(Qt.Orientation.Vertical)
        self.shown.setChildrenCollapsible(False)
        self.shown.addWidget(self.beside)
        self.shown.addWidget(below)
        self.shown.setStretchFactor(0, 3)
        self.shown.setStretchFactor(1, 2)
        self._below = below
        self.body = QStackedWidget()
        self.body.addWidget(self.hint)
        self.body.addWidget(self.shown)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setChildrenCollapsible(False)
        whole.addWidget(self.sessions)
        whole.addWidget(self.body)
        whole.setStretchFactor(1, 1)
        whole.setSizes([LIST_PX, 1000])
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP_PX, 12, 6)
        row.addWidget(whole)

    def _connect(self) -> None:
        self.sessions.wanted.connect(self._begin)
        for panel in self.panels:
            panel.failed.connect(self._fail)

    # Choosing

    @property
    def _shown(self) -> bool:
        return self.body.currentWidget() is self.shown

    @property
    def _active(self) -> ReviewSession:
        """The session that has the keyboard, else the first."""
        focused = self.window().focusWidget()
        return next((panel for panel in self.panels if focused is not None and panel.isAncestorOf(focused)), self.panels[0])

    def _take_list(self, listed: Sequence[Listed]) -> None:
        opened = self._door.vault.state is State.OPEN
        self._listed = [one for one in listed if one.info.ended_utc is not None and (opened or not one.kept)]
        self.sessions.show_sessions(self._listed)
        self._say_choose()

    def _say_choose(self) -> None:
        """What to do while no session is shown."""
        if self._shown or self._wanted:
            return
        unopened = self._door.vault.state is not State.OPEN
        self.hint.setText(CHOOSE if self._listed else CLOSED if unopened else EMPTY)

    # Opening

    @Slot(object)
    def _begin(self, sessions: list[int]) -> None:
        """Open one session, or two; what was shown goes when the new ones have been read."""
        self._wanted, self._found = sessions, []
        if not self._shown:
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
        two = len(self._found) == TWO
        self._linked.link(False)
        for panel in self.panels:
            panel.close_session()
        axis_s = max(shown.data.seconds for shown in self._found)
        for panel, shown in zip(self.panels, self._found, strict=False):
            panel.set_compact(two)
            panel.show_session(shown, axis_s)
            if shown.opened.lanes is None:
                work = partial(self._record.complete, shown.opened)
                self._background.call(work, partial(self._take_lanes, self._wanted, panel), self._not_opened)
        self.panels[1].setVisible(two)
        self._below.setVisible(two)
        self._linked.link(two)
        self._show_differences()
        self.body.setCurrentWidget(self.shown)
        self.panels[0].timeline.setFocus()

    def _take_lanes(self, wanted: list[int], panel: ReviewSession, shown: Prepared) -> None:
        if wanted is self._wanted:
            panel.take_lanes(shown)
            self._show_differences()

    def _show_differences(self) -> None:
        both = [panel for panel in self.panels if panel.sections]
        if len(self._found) == TWO and len(both) == TWO:
            names = [f"Session {one.opened.info.id}, {wording.day(one.opened.info.started_utc)}" for one in self._found]
            self.differences.show_two(compared(self.panels[0].sections, self.panels[1].sections), *names)
        else:
            self.differences.clear()

    def _not_opened(self, failure: Failure) -> None:
        self._wanted, self._found = [], []
        if any(panel.opened is not None and not panel.sections for panel in self.panels):
            self._show_none()
        self._say_choose()
        self._fail(failure)
        self.refresh()

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("review", failure))


def _nothing(_: object) -> None:
    """What was made ready is there when it is opened."""
