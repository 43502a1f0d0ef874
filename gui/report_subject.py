"""What a report is about: one session, or a person's period."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.calendar import Period, local_time
from core.person import Person, folded
from gui import wording
from gui.review_record import Listed
from gui.theme import GAP_PX
from review.exports.formats import PeriodOf

DAY_FORMAT = "yyyy-MM-dd"


class ReportSubject(QFrame):
    """`changed` when something else is chosen; `person_wanted` when the days of somebody's record are not known yet."""

    changed = Signal()
    person_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._sessions: Sequence[Listed] = ()
        self._people: Sequence[Person] = ()
        self.of_session, self.of_period = QPushButton("One session"), QPushButton("A person's period")
        self.search, self.list = QLineEdit(), QListWidget()
        self.person, self.by = QComboBox(), QComboBox()
        self.first, self.last = QDateEdit(), QDateEdit()
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()

    @property
    def is_period(self) -> bool:
        """Whether a period is chosen."""
        return self.of_period.isChecked()

    @property
    def session(self) -> Listed | None:
        """The session that is chosen; None: none is."""
        item = self.list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None and not item.isHidden() else None

    @property
    def who(self) -> Person | None:
        """The person that is chosen; None: there is nobody."""
        return self.person.currentData()

    @property
    def period(self) -> PeriodOf | None:
        """The period that is chosen; None: nobody is."""
        who = self.who
        return None if who is None else PeriodOf(who.id, _day(self.first), _day(self.last), Period(self.by.currentData()))

    def show_all(self, sessions: Sequence[Listed], people: Sequence[Person]) -> None:
        """What there is to choose from; what was chosen stays chosen."""
        before, person = self.session, self.who
        self._sessions, self._people = sessions, people
        self.list.clear()
        for one in sessions:
            item = QListWidgetItem(_line(one))
            item.setData(Qt.ItemDataRole.UserRole, one)
            item.setToolTip(item.text())
            self.list.addItem(item)
            if before is not None and one.info.id == before.info.id:
                self.list.setCurrentItem(item)
        self.person.blockSignals(True)
        self.person.clear()
        for somebody in people:
            self.person.addItem(somebody.pseudonym, somebody)
        self.person.setCurrentIndex(next((i for i, one in enumerate(people) if person and one.id == person.id), 0 if people else -1))
        self.person.blockSignals(False)
        if self.list.currentItem() is None and self.list.count():
            self.list.setCurrentRow(0)
        if (self.who and self.who.id) != (person and person.id):
            self._ask_for_days()
        self._find()

    def choose(self, session: int) -> None:
        """Choose a session by its number."""
        self.of_session.click()
        self.search.clear()
        row = next((row for row, one in enumerate(self._sessions) if one.info.id == session), -1)
        self.list.setCurrentRow(row)

    def show_days(self, days: tuple[date, date] | None) -> None:
        """The whole record of the person; None: nothing is stored yet."""
        first, last = days or (date.today(), date.today())
        self.first.setDate(QDate(first.year, first.month, first.day))
        self.last.setDate(QDate(last.year, last.month, last.day))
        self.changed.emit()

    def take_keyboard(self) -> None:
        """Letters search the sessions, or choose the person."""
        (self.person if self.is_period else self.search).setFocus()

    def _lay_out(self) -> None:
        self._kinds = QButtonGroup(self)
        row = QHBoxLayout()
        for number, button in enumerate((self.of_session, self.of_period)):
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._kinds.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self.search.setPlaceholderText("Search sessions")
        self.search.setAccessibleName("Search sessions")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("Sessions, the newest first")
        self.list.setSpacing(1)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(GAP_PX)
        column.addLayout(row)
        column.addWidget(self.pages, 1)
        self.pages.addWidget(self._session_side())
        self.pages.addWidget(self._period_side())

    def _session_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        return side

    def _period_side(self) -> QWidget:
        for period in Period:
            self.by.addItem(f"One point a {period}", period)
        self.by.setCurrentIndex(list(Period).index(Period.MONTH))
        for edit, name in ((self.first, "First day"), (self.last, "Last day")):
            edit.setDisplayFormat(DAY_FORMAT)
            edit.setCalendarPopup(True)
            edit.setAccessibleName(name)
        self.person.setAccessibleName("Person")
        self.by.setAccessibleName("How time is cut")
        side = QWidget()
        form = QFormLayout(side)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(GAP_PX)
        for words, control in (("Person", self.person), ("From", self.first), ("To", self.last), ("Charts", self.by)):
            form.addRow(words, control)
        return side

    def _connect(self) -> None:
        self._kinds.idClicked.connect(self._turn)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self._tell)
        self.person.currentIndexChanged.connect(self._ask_for_days)
        for edit in (self.first, self.last):
            edit.dateChanged.connect(self._tell)
        self.by.currentIndexChanged.connect(self._tell)

    @Slot(int)
    def _turn(self, number: int) -> None:
        self.pages.setCurrentIndex(number)
        self.changed.emit()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()

    @Slot()
    def _ask_for_days(self) -> None:
        if self.who is not None:
            self.person_wanted.emit(self.who)
        self.changed.emit()

    @Slot()
    def _find(self) -> None:
        """Hide what does not hold every word; case and accents do not matter."""
        words = folded(self.search.text()).split()
        shown = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in folded(item.text()) for word in words))
            if not item.isHidden():
                shown.append(row)
        if shown and self.session is None:
            self.list.setCurrentRow(shown[0])
        self.changed.emit()


def _line(one: Listed) -> str:
    """12 · 2 Mar 2026, 10:30 · Visit 3 · Anna · 4:12."""
    info = one.info
    local = local_time(info.started_utc, info.zone)
    parts = [str(info.id), f"{local.day} {local:%b %Y, %H:%M}", info.title, one.person, wording.clock(info.seconds)]
    return " · ".join(part for part in (*parts, "" if one.kept else "not kept") if part)


def _day(edit: QDateEdit) -> date:
    chosen = edit.date()
    return date(chosen.year(), chosen.month(), chosen.day())
