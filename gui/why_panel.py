"""Why the index has its value at one moment, as a tree: lanes, what their weights are made of, signs, and the pieces that moved it.

Any page may hold one: `show_why` takes what `review.why.KeptScores.why` says of a moment (its reasons, or a sentence why there are none)
and `remark` of it; `moment_chosen` carries the time of a piece that somebody pressed Enter on or clicked twice.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core.why import Why
from gui.theme import GAP_PX
from review.why_rows import WhyRow, clock, headline, why_rows

NOTE = (
    "Each sign adds its points, and together they are the index. A stretch, segment or entry moved it by the index less what it would be "
    "had the lane been absent then; those need not add up. Words and sides of the voice moved the class of their own reading."
)
CHOOSE = "Choose a moment of the index."
COLUMNS = ("What", "Measured", "Index points")


class WhyPanel(QWidget):
    """Given the reasons of one moment, it shows them; what is open stays open from one moment to the next."""

    moment_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QLabel()
        self.head.setObjectName("heading")
        self.head.setWordWrap(True)
        self.head.setAccessibleName("The index at this moment")
        self.remark = QLabel()
        self.remark.setWordWrap(True)
        self.remark.setAccessibleName("What is to be said of these reasons")
        self.tree = self._new_tree()
        note = QLabel(NOTE)
        note.setObjectName("statistic")
        note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        for widget in (self.head, self.remark):
            column.addWidget(widget)
        column.addWidget(self.tree, 1)
        column.addWidget(note)
        self.estimate = QLabel()
        self.estimate.setObjectName("statistic")
        self.estimate.setWordWrap(True)
        self.estimate.setTextFormat(Qt.TextFormat.PlainText)
        self.estimate.setAccessibleName("The estimate of a questionnaire")
        column.addWidget(self.estimate)
        self._estimated: tuple[WhyRow, ...] = ()
        self.say(CHOOSE)

    def _new_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(len(COLUMNS))
        tree.setHeaderLabels(COLUMNS)
        tree.setAccessibleName("Reasons of the index's value")
        tree.setUniformRowHeights(True)
        tree.header().setSectionsClickable(False)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        tree.headerItem().setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
        tree.itemActivated.connect(self._choose)
        return tree

    def show_estimate(self, rows: tuple[WhyRow, ...], about: str) -> None:
        """The estimate that holds at the moment whose reasons are shown next, below them, and what is to be said of it."""
        self._estimated = rows
        self.estimate.setText(about)

    def show_why(self, at: float, why: Why | str, remark: str | None = None) -> None:
        """The reasons of the moment at `at` seconds, or the sentence that says why there are none."""
        if isinstance(why, str):
            self.say(f"{clock(at)}: {why}")
            return
        self.head.setText(f"{clock(at)}: {headline(why.score)}")
        self.remark.setText(remark or "")
        self.remark.setVisible(bool(remark))
        self._fill((*why_rows(why), *self._estimated))

    def say(self, sentence: str) -> None:
        """There are no reasons: say why."""
        self.head.setText(sentence)
        self.remark.hide()
        self._fill(())

    def _fill(self, rows: tuple[WhyRow, ...]) -> None:
        opened, current = self._open_paths(), self._path(self.tree.currentItem())
        first = self.tree.topLevelItemCount() == 0
        self.tree.clear()
        self.tree.setVisible(bool(rows))
        for row in rows:
            self._add(row, self.tree.invisibleRootItem(), (), opened, first=first)
        found = self._item(current) or self.tree.topLevelItem(0)
        if found is not None:
            self.tree.setCurrentItem(found)

    def _add(self, row: WhyRow, parent: QTreeWidgetItem, above: tuple[str, ...], opened: set[tuple[str, ...]], *, first: bool) -> None:
        item = QTreeWidgetItem(parent, [row.what, row.measured, row.points])
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setFirstColumnSpanned(not row.measured and not row.points)
        item.setToolTip(0, row.what)
        item.setToolTip(1, row.measured)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (row.what, row.measured, row.points))))
        item.setData(0, Qt.ItemDataRole.UserRole, row.at)
        path = (*above, row.what)
        for one in row.below:
            self._add(one, item, path, opened, first=first)
        item.setExpanded(path in opened or (first and not above))

    def _open_paths(self) -> set[tuple[str, ...]]:
        found, waiting = set(), [self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if item is not None and item.isExpanded():
                found.add(self._path(item))
                waiting += [item.child(n) for n in range(item.childCount())]
        return found

    def _path(self, item: QTreeWidgetItem | None) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        while item is not None:
            names, item = (item.text(0), *names), item.parent()
        return names

    def _item(self, path: tuple[str, ...]) -> QTreeWidgetItem | None:
        """The item of that path, or as far along it as there is one."""
        found: QTreeWidgetItem | None = None
        below = self.tree.invisibleRootItem()
        for name in path:
            children = [child for n in range(below.childCount()) if (child := below.child(n)) is not None]
            one = next((child for child in children if child.text(0) == name), None)
            if one is None:
                break
            found = below = one
        return found

    @Slot(QTreeWidgetItem, int)
    def _choose(self, item: QTreeWidgetItem, _column: int) -> None:
        at = item.data(0, Qt.ItemDataRole.UserRole)
        if at is not None:
            self.moment_chosen.emit(float(at))
