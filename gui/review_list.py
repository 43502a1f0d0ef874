"""The stored sessions to choose from: by person, date, title or number."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.calendar import local_time
from core.media import MediaKind
from core.person import folded
from core.session import SessionInfo
from gui import wording
from gui.focus import enable
from gui.review_record import Listed, Opened
from gui.theme import GAP_PX

COLUMNS = ("No.", "Began", "Length", "Person", "What", "Kept", "State")
STRETCHED = ("Person", "What")
RARE = ("Kept", "State")
"""Shown where a session has something in them: a narrow window has no room for empty columns."""
TWO = 2


class _Line(QTreeWidgetItem):
    """A session; numbers and dates are sorted as such."""

    def __init__(self, one: Listed) -> None:
        super().__init__(cells(one))
        self._keys = (one.info.id, one.info.started_utc, one.info.seconds, *(folded(cell) for cell in cells(one)[3:]))
        self.words = folded(" ".join(cells(one)))
        self.session = one.info.id
        for column, cell in enumerate(cells(one)):
            self.setToolTip(column, cell)

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        assert isinstance(other, _Line)
        return bool(self._keys[column] < other._keys[column])  # type: ignore[operator]


class ReviewList(QWidget):
    """`wanted` carries the number of one session, or the numbers of two to compare, the older first."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search, self.list = QLineEdit(), QTreeWidget()
        self.open_button, self.compare_button = QPushButton("Open"), QPushButton("Compare two")
        self._lay_out()
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._enter_list)
        self.list.itemActivated.connect(self._open)
        self.list.itemSelectionChanged.connect(self._show_choice)
        self.open_button.clicked.connect(self._open)
        self.compare_button.clicked.connect(self._compare)
        self._show_choice()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search: person, date, title, number")
        self.search.setAccessibleName("Search the sessions by person, date, title or number")
        self.search.setToolTip("Enter goes to the list")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("Stored sessions")
        self.list.setColumnCount(len(COLUMNS))
        self.list.setHeaderLabels(list(COLUMNS))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.header().setStretchLastSection(False)
        for column, name in enumerate(COLUMNS):
            mode = QHeaderView.ResizeMode.Stretch if name in STRETCHED else QHeaderView.ResizeMode.ResizeToContents
            self.list.header().setSectionResizeMode(column, mode)
        self.list.setSortingEnabled(True)
        self.list.sortByColumn(COLUMNS.index("Began"), Qt.SortOrder.DescendingOrder)
        self.compare_button.setToolTip("Side by side; choose two sessions with Ctrl or Shift")
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.search, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.compare_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP_PX)
        whole.addLayout(row)
        whole.addWidget(self.list, 1)

    def show_sessions(self, listed: Sequence[Listed]) -> None:
        """As they are now; what was chosen stays chosen."""
        before = self.chosen
        self.list.clear()
        self.list.addTopLevelItems([_Line(one) for one in listed])
        for line in self.lines:
            line.setSelected(line.session in before)
        for name in RARE:
            column = COLUMNS.index(name)
            self.list.setColumnHidden(column, not any(line.text(column) for line in self.lines))
        self._find()

    @property
    def lines(self) -> list[_Line]:
        """From the top, hidden or not."""
        items = [self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount())]
        return [item for item in items if isinstance(item, _Line)]

    @property
    def chosen(self) -> list[int]:
        """The numbers of the chosen sessions, the older first."""
        return sorted(line.session for line in self.lines if line.isSelected() and not line.isHidden())

    @Slot()
    def _find(self) -> None:
        words = folded(self.search.text()).split()
        for line in self.lines:
            line.setHidden(not all(word in line.words for word in words))
        self._show_choice()

    @Slot()
    def _enter_list(self) -> None:
        first = next((line for line in self.lines if not line.isHidden()), None)
        if first is not None:
            self.list.setCurrentItem(first)
            self.list.setFocus()

    @Slot()
    def _show_choice(self) -> None:
        count = len(self.chosen)
        enable(self.open_button, count == 1, focus_goes_to=self.list)
        enable(self.compare_button, count == TWO, focus_goes_to=self.list)

    @Slot()
    def _open(self) -> None:
        if self.chosen:
            self.wanted.emit(self.chosen[:1])

    @Slot()
    def _compare(self) -> None:
        self.wanted.emit(self.chosen[:TWO])


def cells(one: Listed) -> list[str]:
    """What stands in COLUMNS."""
    info = one.info
    kept = ", ".join(kind.value for kind in MediaKind if kind in one.media)
    state = " · ".join(part for part in ("recovered" if info.recovered else "", "" if one.kept else "not kept") if part)
    return [str(info.id), began(info), wording.clock(info.seconds), one.person, info.title, kept, state]


def began(info: SessionInfo) -> str:
    """2 Mar 2026, 10:30, by the clock of its place."""
    local = local_time(info.started_utc, info.zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def heading(opened: Opened) -> str:
    """Session 12, 2 Mar 2026, 10:30, Anna: Visit 3 · 4:12 · recovered after a crash."""
    info = opened.info
    who = f", {opened.person}" if opened.person else ""
    parts = [f"Session {info.id}, {began(info)}{who}: {info.title}", wording.clock(info.seconds)]
    return " · ".join(parts + (["recovered after a crash"] if info.recovered else []))
