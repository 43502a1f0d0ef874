"""The stored sessions to choose from: by person, date, title or number."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.person import folded
from gui import wording
from gui.focus import enable
from gui.review_record import Listed, Opened
from gui.theme import GAP_PX

TWO = 2


class ReviewList(QFrame):
    """`wanted` carries the number of one session, or the numbers of two to compare, the older first."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.search, self.list = QLineEdit(), QListWidget()
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
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the sessions by person, date, title or number")
        self.search.setToolTip("Person, date (2 Mar 2026), title or number; Enter goes to the list")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("Stored sessions, the newest first")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.compare_button.setToolTip("Choose two sessions with Ctrl or Shift")
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.compare_button)
        column = QVBoxLayout(self)
        column.setSpacing(GAP_PX)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    def show_sessions(self, listed: Sequence[Listed]) -> None:
        """As they are now; what was chosen stays chosen."""
        before = self.chosen
        self.list.clear()
        for one in listed:
            item = QListWidgetItem(line(one))
            item.setData(Qt.ItemDataRole.UserRole, one.info.id)
            item.setToolTip(item.text())
            self.list.addItem(item)
            item.setSelected(one.info.id in before)
        self._find()

    @property
    def chosen(self) -> list[int]:
        """The numbers of the chosen sessions, the older first."""
        return sorted(item.data(Qt.ItemDataRole.UserRole) for item in self.list.selectedItems() if not item.isHidden())

    @Slot()
    def _find(self) -> None:
        words = folded(self.search.text()).split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in folded(item.text()) for word in words))
        self._show_choice()

    @Slot()
    def _enter_list(self) -> None:
        first = next((row for row in range(self.list.count()) if not self.list.item(row).isHidden()), None)
        if first is not None:
            self.list.setCurrentRow(first)
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


def line(one: Listed) -> str:
    """12 · 2 Mar 2026, 10:30 · Anna, and below it Visit 3 · 4:12 · recovered."""
    info = one.info
    local = info.started_utc.astimezone()
    above = (str(info.id), f"{local.day} {local:%b %Y, %H:%M}", one.person)
    below = (info.title, wording.clock(info.seconds), "recovered" if info.recovered else "", "" if one.kept else "not kept")
    return "\n".join(" · ".join(part for part in parts if part) for parts in (above, below))


def heading(opened: Opened) -> str:
    """Session 12, 2 Mar 2026, 10:30, Anna: Visit 3. 4:12. Recovered after a crash."""
    info = opened.info
    local = info.started_utc.astimezone()
    who = f", {opened.person}" if opened.person else ""
    parts = [f"Session {info.id}, {local.day} {local:%b %Y, %H:%M}{who}: {info.title}", wording.clock(info.seconds)]
    return " · ".join(parts + (["recovered after a crash"] if info.recovered else []))
