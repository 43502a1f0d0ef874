"""One person on the people page: who it is, and tabs of the trend, the sessions and the consents."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from core.person import Person
from core.settings import Settings
from gui.consents_panel import ConsentsPanel
from gui.elided_label import ElidedLabel
from gui.people_record import PersonRecord
from gui.safety_panel import SafetyPanel
from gui.sessions_panel import SessionsPanel
from gui.theme import GAP_PX, Theme
from gui.trend_page import TrendPage
from review.questionnaire_history import newest_needs_safety_panel


class PersonCard(QWidget):
    """It is given what it shows, and says what is wanted."""

    back_wanted = Signal()
    edit_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal()
    chosen = Signal(bool)
    questionnaire_wanted = Signal()
    logs_wanted = Signal()

    def __init__(self, settings: Callable[[], Settings], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.record: PersonRecord | None = None
        self.name, self.facts = ElidedLabel(align=Qt.AlignmentFlag.AlignLeft), ElidedLabel()
        self.back, self.choose = QPushButton("◀ People"), QPushButton("Use for sessions")
        self.edit, self.export, self.delete = QPushButton("Edit …"), QPushButton("Export …"), QPushButton("Delete …")
        self.questionnaire, self.logs = QPushButton("Questionnaires …"), QPushButton("Daily video logs …")
        self.safety = SafetyPanel(settings().safety.contacts)
        self.trend = TrendPage(settings)
        self.sessions = SessionsPanel()
        self.consents = ConsentsPanel()
        self.tabs = QTabWidget()
        self._lay_out()
        self.trend.sessions_wanted.connect(self.show_sessions)

    def _lay_out(self) -> None:
        for label, kind in ((self.name, "heading"), (self.facts, "dim")):
            label.setObjectName(kind)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setAccessibleName("Pseudonym")
        self.facts.setAccessibleName("What else is known")
        self.choose.setCheckable(True)
        self.back.hide()
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.back)
        row.addWidget(self.name, 1)
        row.addWidget(self.facts, 1)
        for button, words in (
            (self.choose, "Live sessions and recordings from now on belong to this person"),
            (self.edit, "Change pseudonym, year of birth, sex or notes"),
            (self.export, "Write everything on this person into a folder"),
            (self.delete, "Delete this person with everything that is stored"),
        ):
            button.setToolTip(words)
            button.setAccessibleDescription(words)
            row.addWidget(button)
        for name, page in (("Trend", self.trend), ("Sessions", self.sessions), ("Consents", self.consents)):
            self.tabs.addTab(page, name)
        self.tabs.setObjectName("tall")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setCornerWidget(self._beside_tabs())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addLayout(row)
        column.addWidget(self.safety)
        column.addWidget(self.tabs, 1)
        for button, signal in (
            (self.back, self.back_wanted),
            (self.edit, self.edit_wanted),
            (self.export, self.export_wanted),
            (self.delete, self.delete_wanted),
            (self.questionnaire, self.questionnaire_wanted),
            (self.logs, self.logs_wanted),
        ):
            button.clicked.connect(signal)
        self.choose.clicked.connect(self.chosen)

    def _beside_tabs(self) -> QWidget:
        """What is added to the record."""
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(GAP_PX)
        for button, words in (
            (self.questionnaire, "PHQ-9, PHQ-8 and GAD-7: fill in, correct, import, export"),
            (self.logs, "Choose a folder of daily video logs, which are dated and analysed"),
        ):
            button.setToolTip(words)
            button.setAccessibleDescription(words)
            row.addWidget(button)
        return beside

    def show_record(self, record: PersonRecord, *, chosen: bool) -> None:
        """Somebody as stored now."""
        same = self.record is not None and self.record.person.id == record.person.id
        self.record = record
        self.name.setText(record.person.pseudonym)
        self.name.setToolTip(record.person.pseudonym)
        self.facts.setText(_facts(record.person))
        self.facts.setToolTip(record.person.notes)
        self.show_choice(chosen)
        self.safety.setVisible(newest_needs_safety_panel(record.trend.forms))
        if same:
            self.trend.renew_record(record.trend)
        else:
            self.trend.show_record(record.trend)
        self.sessions.show_sessions(record.sessions, record.uses, self._settings().review.baseline_days)
        self.consents.show_consents(record.consents)

    def show_choice(self, chosen: bool) -> None:
        """Whether sessions belong to this person."""
        self.choose.setChecked(chosen)
        self.choose.setText("Used for sessions ✓" if chosen else "Use for sessions")

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self.trend.set_theme(theme)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is no room for the list beside it, a button leads back to it."""
        self.back.setVisible(narrow)
        self.facts.setVisible(not narrow)
        self.export.setText("Export …" if not narrow else "Export")
        self.delete.setText("Delete …" if not narrow else "Delete")

    @Slot(object)
    def show_sessions(self, sessions: Collection[int]) -> None:
        """Turn to the sessions, with these chosen."""
        self.tabs.setCurrentWidget(self.sessions)
        self.sessions.choose(sessions)
        self.sessions.table.setFocus()


def _facts(person: Person) -> str:
    notes = " ".join(person.notes.split())
    return " · ".join(part for part in (f"born {person.year_of_birth}" if person.year_of_birth else "", person.sex or "", notes) if part)
