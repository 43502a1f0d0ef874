"""One person's sessions: what they count as in the trend, their files, their deletion."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.calendar import local_time
from core.person import Use
from core.session import SessionInfo
from gui import wording
from gui.focus import enable
from gui.theme import GAP_PX

COLUMNS = ("No.", "Began", "Length", "What", "In the trend")
WORDS = {Use.BASELINE: "baseline", Use.EXCLUDED: "left out", None: "by date and quality"}


class SessionsPanel(QWidget):
    """The newest first; several can be chosen. `use_wanted` carries (numbers, use)."""

    use_wanted = Signal(object, object)
    review_wanted = Signal(int)
    files_wanted = Signal(int)
    delete_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTreeWidget()
        self.table.setColumnCount(len(COLUMNS))
        self.table.setHeaderLabels(list(COLUMNS))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAccessibleName("Sessions, the newest first")
        for column in range(len(COLUMNS)):
            mode = QHeaderView.ResizeMode.Stretch if column == COLUMNS.index("What") else QHeaderView.ResizeMode.ResizeToContents
            self.table.header().setSectionResizeMode(column, mode)
        self.table.itemSelectionChanged.connect(self._show_choices)
        self.about = QLabel()
        self.about.setObjectName("statistic")
        self.about.setWordWrap(True)
        self.uses = {
            Use.BASELINE: QPushButton("Use as baseline"),
            Use.EXCLUDED: QPushButton("Leave out"),
            None: QPushButton("Neither"),
        }
        self.uses[None].setToolTip("Its date and quality decide what it counts for in the trend")
        self.review, self.files, self.delete = QPushButton("Review"), QPushButton("Write files …"), QPushButton("Delete …")
        row = QHBoxLayout()
        for use, button in self.uses.items():
            button.clicked.connect(lambda _checked=False, use=use: self.use_wanted.emit(self.chosen, use))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.review)
        row.addWidget(self.files)
        row.addWidget(self.delete)
        self.review.clicked.connect(self._review)
        self.table.itemActivated.connect(self._review)
        self.files.clicked.connect(self._files)
        self.delete.clicked.connect(self._delete)
        panel = QVBoxLayout(self)
        panel.setContentsMargins(0, 0, 0, 0)
        panel.setSpacing(GAP_PX)
        panel.addWidget(self.table, 1)
        panel.addLayout(row)
        panel.addWidget(self.about)
        self._show_choices()

    def show_sessions(self, sessions: Sequence[SessionInfo], uses: Mapping[int, Use], baseline_days: int) -> None:
        """As they are now; what was chosen stays chosen."""
        chosen = self.chosen
        self.table.clear()
        for info in reversed(sessions):
            local = local_time(info.started_utc, info.zone)
            began = f"{local.day} {local:%b %Y, %H:%M}"
            cells = [str(info.id), began, wording.clock(info.seconds), info.title, WORDS[uses.get(info.id)]]
            item = QTreeWidgetItem(cells)
            for column, cell in enumerate(cells):
                item.setToolTip(column, cell)
            self.table.addTopLevelItem(item)
        marked = sum(use is Use.BASELINE for use in uses.values())
        self.about.setText(
            f"{marked} marked as baseline. It takes {baseline_days} days with a good session; until then the first {baseline_days} good "
            "days are the baseline. What is left out stays stored."
        )
        self.choose(chosen)

    @property
    def chosen(self) -> list[int]:
        """The numbers of the chosen sessions."""
        return sorted(int(item.text(0)) for item in self.table.selectedItems())

    def choose(self, sessions: Collection[int]) -> None:
        """Choose these, and show the newest of them."""
        first = None
        for row in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(row)
            assert item is not None
            here = int(item.text(0)) in sessions
            item.setSelected(here)
            first = first or (item if here else None)
        if first is not None:
            self.table.scrollToItem(first)
        self._show_choices()

    @Slot()
    def _show_choices(self) -> None:
        chosen = self.chosen
        for button in self.uses.values():
            enable(button, bool(chosen), focus_goes_to=self.table)
        for button in (self.review, self.files, self.delete):
            enable(button, len(chosen) == 1, focus_goes_to=self.table)

    @Slot()
    def _review(self) -> None:
        if len(self.chosen) == 1:
            self.review_wanted.emit(self.chosen[0])

    @Slot()
    def _files(self) -> None:
        self.files_wanted.emit(self.chosen[0])

    @Slot()
    def _delete(self) -> None:
        self.delete_wanted.emit(self.chosen[0])
