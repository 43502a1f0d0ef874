"""Daily video logs of one person: which day each was made, before they are analysed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QDateTime, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from capture.log_dates import LogDate
from gui.theme import GAP_PX

COLUMNS = ("Log", "Made on", "Known")
DATE_LETTERS = len("30 Sep 2026, 20:30")
LEFT_OUT, GIVEN = "Leave out", "Another date …"


class LogDialog(QDialog):
    """Opened for one person; it leaves the window usable. Logs whose date is not sure come first, for the person to date.

    `accepted_logs` carries [(path, when), ...]. `known` are the moments at which the person's sessions began: those logs are there already.
    """

    accepted_logs = Signal(object)

    def __init__(
        self, person: str, logs: Sequence[LogDate], known: Collection[datetime], now: datetime, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Daily video logs")
        self.setModal(False)
        self._now = now
        self._logs = sorted(logs, key=lambda log: (log.when is not None, log.when or now, log.path.name))
        self._stored = {log.path for log in self._logs if log.when is not None and any(_same(log.when, moment) for moment in known)}
        self.table = QTreeWidget()
        self.choices: dict[str, QComboBox] = {}
        self.dates: dict[str, QDateTimeEdit] = {}
        self.count = QLabel()
        self.start = QPushButton("Analyse")
        self._lay_out(person)
        self._fill()
        self._show_count()

    def _lay_out(self, person: str) -> None:
        name = QLabel(person)
        name.setObjectName("heading")
        name.setTextFormat(Qt.TextFormat.PlainText)
        self.table.setColumnCount(len(COLUMNS))
        self.table.setHeaderLabels(list(COLUMNS))
        self.table.setRootIsDecorated(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setAccessibleName("Logs and their dates, the unsure ones first")
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for number in range(len(COLUMNS)):
            mode = QHeaderView.ResizeMode.ResizeToContents if number == 1 else QHeaderView.ResizeMode.Stretch
            self.table.header().setSectionResizeMode(number, mode)
        self.count.setObjectName("dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start.setProperty("primary", True)
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(GAP_PX)
        for widget in (name, self.table, self.count, buttons):
            column.addWidget(widget)
        column.setStretch(1, 1)
        self.resize(860, 520)

    def _fill(self) -> None:
        for log in self._logs:
            item = QTreeWidgetItem([log.path.name, "", self._known(log)])
            item.setToolTip(0, str(log.path))
            item.setToolTip(2, self._known(log))
            self.table.addTopLevelItem(item)
            if log.failure is None and log.path not in self._stored:
                self.table.setItemWidget(item, 1, self._date_choice(log))
            elif log.when is not None:
                item.setText(1, _written(log.when))

    def _known(self, log: LogDate) -> str:
        if log.failure is not None:
            return f"Cannot be read: {log.why}"
        if log.path in self._stored:
            return "Analysed already."
        return log.why if log.says is None else log.says.value.capitalize() + "."

    def _date_choice(self, log: LogDate) -> QWidget:
        """The dates that it may have, another one, or none at all."""
        key = str(log.path)
        choice, edit = QComboBox(), QDateTimeEdit(QDateTime.fromSecsSinceEpoch(int(self._now.timestamp())))
        choice.setMinimumContentsLength(DATE_LETTERS)
        choice.setAccessibleName(f"Date of {log.path.name}")
        for moment in (log.when,) if log.when is not None else log.candidates:
            choice.addItem(_written(moment), moment)
        choice.addItem(GIVEN, GIVEN)
        choice.addItem(LEFT_OUT, None)
        choice.setCurrentIndex(0 if log.when is not None else choice.count() - 1)
        edit.setDisplayFormat("d MMM yyyy  HH:mm")
        edit.setMaximumDateTime(QDateTime.fromSecsSinceEpoch(int(self._now.timestamp())))
        edit.setCalendarPopup(True)
        edit.setAccessibleName(f"Another date of {log.path.name}")
        edit.hide()
        choice.currentIndexChanged.connect(partial(self._choose, key))
        self.choices[key], self.dates[key] = choice, edit
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, GAP_PX, GAP_PX)  # the table gives a row less room than it asks for
        column.addWidget(choice)
        column.addWidget(edit)
        return both

    def _choose(self, key: str, _index: int) -> None:
        self.dates[key].setVisible(self.choices[key].currentData() == GIVEN)
        self.table.scheduleDelayedItemsLayout()
        self._show_count()

    @property
    def dated(self) -> list[LogDate]:
        """The logs that are to be analysed, with their dates."""
        found = []
        for log in self._logs:
            chosen = self.choices[str(log.path)].currentData() if str(log.path) in self.choices else None
            if chosen == GIVEN:
                moment = self.dates[str(log.path)].dateTime().toPython()
                assert isinstance(moment, datetime)
                found.append(log.dated(moment.astimezone()))
            elif isinstance(chosen, datetime):
                found.append(log if chosen == log.when else log.dated(chosen))
        return found

    @Slot()
    def _show_count(self) -> None:
        count, unsure = len(self.dated), sum(log.when is None and log.failure is None for log in self._logs)
        words = [f"{count} of {len(self._logs)} will be analysed, each as a session of its own day."]
        if unsure:
            words.append(f"{unsure} without a sure date {'stands' if unsure == 1 else 'stand'} first.")
        if not self._logs:
            words = ["There is no recording in this folder."]
        self.count.setText(" ".join(words))
        self.start.setText(f"Analyse {count}" if count else "Analyse")
        self.start.setEnabled(count > 0)

    @Slot()
    def _accept(self) -> None:
        self.accepted_logs.emit([(log.path, log.when) for log in self.dated])
        self.accept()


def _written(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def _same(one: datetime, other: datetime) -> bool:
    """A session is stored to the microsecond, a log dated to the second."""
    return abs((one - other).total_seconds()) < 1.0
