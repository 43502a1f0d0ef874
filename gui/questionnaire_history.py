"""All questionnaires of one person, with what can be done with them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.questionnaire import Filled, Kind
from gui.elided_label import ElidedLabel
from gui.focus import enable
from gui.safety_panel import SafetyPanel
from gui.theme import GAP_PX, LIGHT, Theme
from review.questionnaire import FORMS, MISSING_RULE, changes_explained, needs_safety_panel
from review.questionnaire_history import HistoryRow, history, newest_needs_safety_panel

LOW_PX = 420
"""Below it the sources stand in the tooltip alone."""

COLUMNS = ("Filled in", "Form", "Total", "Since the one before", "Since the first", "Safety")


class QuestionnaireHistory(QDialog):
    """Opened for one person; it leaves the window usable. The one row that is chosen can be corrected: the history keeps both."""

    fill_wanted = Signal(object)
    correct_wanted = Signal(object)
    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, person: str, contacts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Questionnaires")
        self.setModal(False)
        self._theme: Theme = LIGHT
        self._rows: list[HistoryRow] = []
        self.table = QTreeWidget()
        self.safety = SafetyPanel(contacts)
        self.correct = QPushButton("Correct …")
        self.fill = {kind: QPushButton(f"New {form.name} …") for kind, form in FORMS.items()}
        self.read_in, self.write_out = QPushButton("Import CSV …"), QPushButton("Export CSV …")
        self.source = QLabel()
        self._lay_out(person)
        self._connect()
        self.show_forms(())

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self._theme = theme
        self._fill_table()

    def show_forms(self, forms: Sequence[Filled]) -> None:
        """The person's forms as they are now, the newest first."""
        self._rows = history(forms)
        self._fill_table()
        self.safety.setVisible(newest_needs_safety_panel(forms))
        enable(self.write_out, bool(self._rows), focus_goes_to=self.table)

    @property
    def chosen(self) -> Filled | None:
        """The form of the chosen row."""
        item = self.table.currentItem()
        return self._rows[self.table.indexOfTopLevelItem(item)].filled if item is not None else None

    def _lay_out(self, person: str) -> None:
        name = ElidedLabel(align=Qt.AlignmentFlag.AlignLeft)
        name.setText(person)
        name.setToolTip(person)
        name.setObjectName("heading")
        self.table.setColumnCount(len(COLUMNS))
        self.table.setHeaderLabels(list(COLUMNS))
        self.table.setRootIsDecorated(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAccessibleName("Questionnaires, the newest first")
        self.table.setObjectName("roomy")
        self.table.setUniformRowHeights(True)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.source.setObjectName("statistic")
        self.source.setWordWrap(True)
        shown = (FORMS[Kind.PHQ9], FORMS[Kind.GAD7])
        self.source.setText(" ".join([*map(changes_explained, shown), MISSING_RULE]))
        self.table.header().setToolTip(self.source.text())
        top, row = QHBoxLayout(), QHBoxLayout()
        top.addWidget(name, 1)
        for button in (self.read_in, self.write_out):
            top.addWidget(button)
        for button in (*self.fill.values(), self.correct):
            row.addWidget(button)
        row.addStretch(1)
        for button in (*self.fill.values(), self.correct, self.read_in, self.write_out):
            button.setAutoDefault(False)
        outer = QVBoxLayout(self)
        outer.setSpacing(GAP_PX)
        outer.addLayout(top)
        for widget in (self.safety, self.table):
            outer.addWidget(widget)
        outer.addLayout(row)
        outer.addWidget(self.source)
        outer.setStretch(2, 1)
        self.resize(1040, 560)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a low window the table has the room."""
        super().resizeEvent(event)
        self.source.setVisible(event.size().height() >= LOW_PX)

    def _connect(self) -> None:
        for kind, button in self.fill.items():
            button.clicked.connect(lambda _checked=False, kind=kind: self.fill_wanted.emit(kind))
        self.correct.clicked.connect(self._correct)
        self.table.itemActivated.connect(self._correct)
        self.read_in.clicked.connect(self.import_wanted)
        self.write_out.clicked.connect(self.export_wanted)
        self.table.itemSelectionChanged.connect(self._show_choices)

    def _fill_table(self) -> None:
        self.table.ensurePolished()  # the height of all rows is measured once
        self.table.clear()
        for row in self._rows:
            words = (row.date, row.form, row.total, row.since_last, row.since_first, row.safety)
            item = QTreeWidgetItem(list(words))
            for column, cell in enumerate(words):
                item.setToolTip(column, cell)
            if row.corrected:
                for column in range(len(COLUMNS)):
                    item.setForeground(column, QBrush(QColor(self._theme.dim)))
            if needs_safety_panel(row.filled.kind, row.filled.answers):
                item.setForeground(len(COLUMNS) - 1, QBrush(QColor(self._theme.failure)))
            self.table.addTopLevelItem(item)
        newest = self.table.topLevelItem(0)
        if newest is not None:
            self.table.setCurrentItem(newest)
        self._show_choices()

    @Slot()
    def _show_choices(self) -> None:
        item = self.table.currentItem()
        row = self._rows[self.table.indexOfTopLevelItem(item)] if item is not None else None
        enable(self.correct, row is not None and not row.corrected, focus_goes_to=self.table)

    @Slot()
    def _correct(self) -> None:
        if self.chosen is not None and self.correct.isEnabled():
            self.correct_wanted.emit(self.chosen)
