"""A session's summary, or those of two sessions, as a table."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from review.comparison import PairSection
from review.summary_rows import Section

ONE = ("", "This session")
MOST_NAME_PX = 200


class SummaryTable(QTreeWidget):
    """Sections with lines; how a section is read stands in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setAccessibleName("Summary")

    def show_one(self, sections: Sequence[Section]) -> None:
        """One session."""
        self._show(ONE, ((one.title, one.about, [(row.name, row.words) for row in one.rows]) for one in sections))

    def show_two(self, sections: Sequence[PairSection], first: str, second: str) -> None:
        """Two sessions and what may be said of their difference."""
        rows = ((one.title, one.about, [(row.name, row.first, row.second, row.difference) for row in one.pairs]) for one in sections)
        self._show(("", first, second, "Difference"), rows)

    def _show(self, columns: Sequence[str], sections: Iterable[tuple[str, str, Sequence[Sequence[str]]]]) -> None:
        self.clear()
        self.setColumnCount(len(columns))
        self.setHeaderLabels(list(columns))
        for title, about, rows in sections:
            head = QTreeWidgetItem([title])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            head.setToolTip(0, about)
            self.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            for row in rows:
                item = QTreeWidgetItem(head, list(row))
                for column, words in enumerate(row):
                    item.setToolTip(column, words)
            head.setExpanded(True)
        self._share_width(len(columns))
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)

    def _share_width(self, columns: int) -> None:
        """The last column has the rest; of one session it has the numbers, so the longest names are cut."""
        self.header().setStretchLastSection(True)
        for column in range(columns - 1):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if columns == len(ONE):
            self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(0, min(MOST_NAME_PX, self.sizeHintForColumn(0)))
