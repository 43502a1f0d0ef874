"""The review page: the list of stored sessions, one of them as it went, or two side by side."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.failures import Failure
from core.person import folded
from core.session import Verdict
from gui import wording
from gui.background import Background
from gui.focus import enable
from gui.notices import Notice
from gui.review_record import Listed, Opened, ReviewRecord
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
TWO = 2
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
        self._found: list[Opened] = []
        self._listed: Sequence[Listed] = ()
        self.search, self.list = QLineEdit(), QListWidget()
        self.open_button, self.compare_button = QPushButton("Open"), QPushButton("Compare two")
        self.hint = QLabel(CLOSED)
        self.panels = [ReviewSession(self._record, self._background) for _ in range(TWO)]
        self.differences, self.caution = SummaryTable(), QLabel(CAUTION)
        self._lay_out()
        self._connect()
        self._show_choice()

    # What the window calls

    def take_keyboard(self) -> None:
        """The page was turned to."""
        (self.panels[0].timeline if self._shown else self.search).setFocus()

    @Slot()
    def show_open(self) -> None:
        """The store was opened."""
        self.hint.setText(CHOOSE)
        self.refresh()

    @Slot()
    def show_closed(self) -> None:
        """No store is open: show and keep nothing of it."""
        self._wanted, self._found = [], []
        self.list.clear()
        self._listed = ()
        for panel in self.panels:
            panel.close_session()
        self.differences.clear()
        self.hint.setText(CLOSED)
        self.body.setCurrentWidget(self.hint)
        self._show_choice()

    @Slot()
    def refresh(self) -> None:
        """Read the list anew, as after a session has ended; nothing while the store is not open."""
        if self._door.vault.state is State.OPEN:
            self._background.call(self._record.sessions, self._take_list, self._fail)

    @Slot(object)
    def prepare(self, session: int | None) -> None:
        """A live session has ended: make what it is opened with, so that hours open at once, and list it."""
        if session is not None and self._door.vault.state is State.OPEN:
            self._background.call(partial(self._record.prepare, session), lambda _: None, self._fail)
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
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the sessions")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("Stored sessions, the newest first")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left = QFrame()
        left.setObjectName("card")
        left.setMinimumWidth(LIST_PX)
        column = QVBoxLayout(left)
        column.setSpacing(GAP_PX)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.compare_button)
        column.addLayout(buttons)
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
        whole.addWidget(left)
        whole.addWidget(self.body)
        whole.setStretchFactor(1, 1)
        whole.setSizes([LIST_PX, 1000])
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP_PX, 12, 6)
        row.addWidget(whole)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._find)
        self.list.itemActivated.connect(self._open_chosen)
        self.list.itemSelectionChanged.connect(self._show_choice)
        self.open_button.clicked.connect(self._open_chosen)
        self.compare_button.clicked.connect(self._compare)
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

    @property
    def chosen(self) -> list[int]:
        """The numbers of the chosen sessions, the older first."""
        return sorted(item.data(Qt.ItemDataRole.UserRole) for item in self.list.selectedItems() if not item.isHidden())

    def _take_list(self, listed: Sequence[Listed]) -> None:
        before = self.chosen
        self._listed = [one for one in listed if one.info.ended_utc is not None]
        self.list.clear()
        for one in self._listed:
            item = QListWidgetItem(line(one))
            item.setData(Qt.ItemDataRole.UserRole, one.info.id)
            item.setToolTip(item.text())
            self.list.addItem(item)
            item.setSelected(one.info.id in before)
        if not self._shown:
            self.hint.setText(CHOOSE if self._listed else EMPTY)
        self._find()

    @Slot()
    def _find(self) -> None:
        words = folded(self.search.text()).split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in folded(item.text()) for word in words))
        self._show_choice()

    @Slot()
    def _show_choice(self) -> None:
        count = len(self.chosen)
        enable(self.open_button, count == 1, focus_goes_to=self.list)
        enable(self.compare_button, count == TWO, focus_goes_to=self.list)

    @Slot()
    def _open_chosen(self) -> None:
        if self.chosen:
            self._begin(self.chosen[:1])

    @Slot()
    def _compare(self) -> None:
        self._begin(self.chosen[:TWO])

    # Opening

    def _begin(self, sessions: list[int]) -> None:
        """Open one session, or two; what was shown goes when the new ones have been read."""
        self._wanted, self._found = sessions, []
        if not self._shown:
            self.hint.setText(READING.format(" and ".join(str(one) for one in sessions)))
        for session in sessions:
            self._background.call(partial(self._read, session), partial(self._take, sessions), self._not_opened)

    def _read(self, session: int) -> Opened:
        opened = self._record.open(session)
        return opened if opened.lanes is not None else self._record.complete(opened)

    def _take(self, wanted: list[int], opened: Opened) -> None:
        if wanted is not self._wanted:
            return
        self._found.append(opened)
        if len(self._found) == len(wanted):
            self._show_found()

    def _show_found(self) -> None:
        two = len(self._found) == TWO
        for panel in self.panels:
            panel.close_session()
        for panel, opened in zip(self.panels, self._found, strict=False):
            panel.set_compact(two)
            panel.show_session(opened)
        self.panels[1].setVisible(two)
        self._below.setVisible(two)
        if two:
            names = [f"Session {one.info.id}, {wording.day(one.info.started_utc)}" for one in self._found]
            self.differences.show_two(compared(self.panels[0].sections, self.panels[1].sections), *names)
        self.body.setCurrentWidget(self.shown)
        self.panels[0].timeline.setFocus()

    def _not_opened(self, failure: Failure) -> None:
        self._wanted, self._found = [], []
        if not self._shown:
            self.hint.setText(CHOOSE)
        self._fail(failure)
        self.refresh()

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("review", failure))


def line(one: Listed) -> str:
    """12 · 2 Mar 2026, 10:30 · Anna, and below it Visit 3 · 4:12 · recovered."""
    info = one.info
    local = info.started_utc.astimezone()
    above = (str(info.id), f"{local.day} {local:%b %Y, %H:%M}", one.person)
    below = (info.title, wording.clock(info.seconds), "recovered" if info.recovered else "", "" if one.kept else "not kept")
    return "\n".join(" · ".join(part for part in parts if part) for parts in (above, below))
