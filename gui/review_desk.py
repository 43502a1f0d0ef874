"""One session as it went, or two side by side with what may be said of their difference."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QSplitter, QTabBar, QVBoxLayout, QWidget

from core.calendar import local_time
from core.media import MediaKind
from gui import wording
from gui.background import Background
from gui.linked_timelines import LinkedTimelines
from gui.review_record import Prepared, ReviewRecord
from gui.review_session import ReviewSession
from gui.summary_table import SummaryTable
from gui.theme import GAP_PX, Theme
from review.comparison import CAUTION, compared

TWO = 2
NARROW_PX = 900
"""Below it one part is seen at a time."""


class ReviewDesk(QWidget):
    """Is given what has been read of the sessions; `back_wanted` asks for the list again."""

    back_wanted = Signal()
    failed = Signal(object)

    def __init__(self, record: ReviewRecord, background: Background, estimating: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels = [ReviewSession(record, background, estimating) for _ in range(TWO)]
        self.back, self.tabs = QPushButton("◀ Sessions"), QTabBar()
        self.differences, self.caution = SummaryTable(), QLabel(CAUTION)
        self._linked = LinkedTimelines(self.panels[0].timeline, self.panels[1].timeline, self)
        self._two = self._narrow = False
        self._lay_out()
        self.back.clicked.connect(self.back_wanted)
        self.tabs.currentChanged.connect(self._show_part)
        for panel in self.panels:
            panel.failed.connect(self.failed)

    def _lay_out(self) -> None:
        self.back.setToolTip("Back to the list of sessions (Esc)")
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("What is seen")
        self.caution.setWordWrap(True)
        self.caution.setObjectName("statistic")
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        self._beside.setChildrenCollapsible(False)
        for panel in self.panels:
            self._beside.addWidget(panel)
        self._below = QWidget()
        middle = QVBoxLayout()
        middle.addWidget(self.differences, 1)
        middle.addWidget(self.caution)
        self._pictures = QHBoxLayout(self._below)
        self._pictures.setContentsMargins(0, 0, 0, 0)
        self._pictures.setSpacing(GAP_PX)
        self._pictures.addLayout(middle, 1)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self._beside)
        self._parts.addWidget(self._below)
        self._parts.setStretchFactor(0, 5)
        self._parts.setStretchFactor(1, 2)
        self._head = QHBoxLayout()
        self._head.setSpacing(GAP_PX)
        self._head.addWidget(self.tabs, 1)
        self.panels[0].head.insertWidget(0, self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addLayout(self._head)
        column.addWidget(self._parts, 1)

    # What the page calls

    @property
    def active(self) -> ReviewSession:
        """The session that has the keyboard, else the first that is seen."""
        focused = self.window().focusWidget()
        seen = [panel for panel in self.panels if panel.isVisibleTo(self)] or self.panels
        return next((panel for panel in seen if focused is not None and panel.isAncestorOf(focused)), seen[0])

    def take_keyboard(self) -> None:
        """Arrows move through time."""
        self.active.timeline.setFocus()

    def show_sessions(self, found: Sequence[Prepared]) -> None:
        """Show one or two sessions; the lanes of one may follow by `take_lanes`."""
        self.close_sessions()
        self._two = len(found) == TWO
        axis_s = max(shown.data.seconds for shown in found)
        for panel, shown in zip(self.panels, found, strict=False):
            panel.show_session(shown, axis_s)
        self._place_pictures()
        self._linked.link(self._two)
        self._show_differences()
        self._arrange()
        self.take_keyboard()

    def take_lanes(self, number: int, shown: Prepared) -> None:
        """The lanes of the first (0) or the second session have been read."""
        self.panels[number].take_lanes(shown)
        self._show_differences()

    def close_sessions(self) -> None:
        """Show and keep nothing."""
        self._linked.link(False)
        for panel in self.panels:
            panel.close_session()
        self.differences.clear()

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for panel in self.panels:
            panel.set_theme(theme)

    # Arranging

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of one part: two sessions side by side ask for more, and are then seen one after the other."""
        return QSize(480, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window one part is seen at a time."""
        super().resizeEvent(event)
        self._arrange()

    def _place_pictures(self) -> None:
        """Beside its own summary, or beside the comparison of two."""
        for number, panel in enumerate(self.panels):
            if self._two:
                self._pictures.insertWidget(0 if number == 0 else self._pictures.count(), panel.picture)
            else:
                panel.take_picture_back()
            opened = panel.opened
            panel.picture.set_kept(opened is not None and MediaKind.PICTURE in opened.kept, alone=not self._two)

    def _arrange(self) -> None:
        for panel in self.panels:
            panel.title.setMinimumHeight(self.back.sizeHint().height())  # what stands below is level in both
        self._narrow = self.width() < NARROW_PX
        names = [f"Session {panel.opened.info.id}" for panel in self.panels if panel.opened is not None]
        names = [*names, "Difference"] if self._two else ["Timeline", "Summary"]
        if not self._narrow:
            names = []
        if [self.tabs.tabText(number) for number in range(self.tabs.count())] != names:
            self.tabs.blockSignals(True)
            while self.tabs.count():
                self.tabs.removeTab(0)
            for name in names:
                self.tabs.addTab(name)
            self.tabs.blockSignals(False)
        self.tabs.setVisible(self._narrow)
        if self._narrow:
            self._head.insertWidget(0, self.back)
        else:
            self.panels[0].head.insertWidget(0, self.back)
        self._show_part()

    @Slot()
    def _show_part(self) -> None:
        part = self.tabs.currentIndex() if self._narrow else None
        for number, panel in enumerate(self.panels):
            panel.setVisible(part in (None, number) if self._two else number == 0)
            panel.show_parts(compact=self._two, timeline=self._two or part in (None, 0), side=not self._two and part in (None, 1))
        self._beside.setVisible(not (self._two and part == TWO))
        self._below.setVisible(self._two and part in (None, TWO))

    def _show_differences(self) -> None:
        both = [panel for panel in self.panels if panel.opened is not None and panel.sections]
        if len(both) < TWO:
            self.differences.clear()
            return
        infos = [panel.opened.info for panel in both if panel.opened]
        names = [f"Session {info.id}, {wording.day(local_time(info.started_utc, info.zone))}" for info in infos]
        self.differences.show_two(compared(both[0].sections, both[1].sections), *names)
