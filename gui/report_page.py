"""The reports page: a session or a period, as a report to file or as files that open elsewhere."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.failures import Failure
from core.person import Person
from core.purpose import Purpose
from core.settings import Settings
from gui.background import Background
from gui.focus import enable
from gui.notices import Notice
from gui.report_preview import ReportPreview
from gui.report_record import Everything, ReportRecord
from gui.report_subject import ReportSubject
from gui.services import Services
from gui.store_door import StoreDoor
from gui.theme import GAP_PX
from review.exports.formats import PERIOD_FORMATS, Format, Request, period_name, session_name
from review.report.page_pictures import PagePictures
from review.report.paper import Paper
from store.vault import State

CLOSED = "Reports are written from the store: open it first (Ctrl+L)."
HOLDS = {
    Format.PDF: "Cover with the audit's checkpoint, summary, charts, questionnaires, quality, limits and model cards.",
    Format.HTML: "The same as one page that needs nothing else; it prints on the paper below.",
    Format.CSV: "Every reading and score as a row, with a data dictionary, in a folder of its own.",
    Format.JSON: "Every reading and score, the settings and the data dictionary.",
    Format.EAF: "A tier for each lane, the index, words, marks and notes.",
    Format.VTT: "What each lane resembled, as captions beside a recording.",
    Format.XDF: "Face, voice, words and index as signals on one clock, with events.",
    Format.FHIR: "Observations with local codes and questionnaires with LOINC's; never a diagnosis.",
}
PERIOD_HOLDS = HOLDS | {
    Format.CSV: "A row for each session, the questionnaires, and a data dictionary, in a folder of its own.",
    Format.JSON: "A value for each session and measure, the questionnaires and the data dictionary.",
}
FOR = {
    Purpose.CARE: "For care: all of it, in the person's own record. It needs the consent to store.",
    Purpose.RESEARCH: "For research: numbers under the pseudonym, without words, notes or files' names. It needs the consent to research.",
    Purpose.OWN_USE: "For own use: all of it. It needs the consent to store where it is a person's.",
}
ALL_FILES = "All files (*)"
LEAST_LETTERS = 8
"""Of a choice, in a window of half the width: its list shows the rest."""


class ReportPage(QWidget):
    """Store and files are reached on a thread of its own."""

    notice = Signal(object)

    def __init__(self, services: Services, settings: Callable[[], Settings], door: StoreDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._settings, self._door = services, settings, door
        self._background = Background("affectograph-reports", self)
        self._record = ReportRecord(door)
        self._written: Path | None = None
        self._busy = False
        self.subject = ReportSubject()
        self.format, self.paper, self.purpose = QComboBox(), QComboBox(), QComboBox()
        self.holds, self.covered, self.result = QLabel(), QLabel(), QLabel()
        self.write, self.open = QPushButton("Write …"), QPushButton("Open it")
        self.look, self.preview, self.shown = QPushButton("Preview"), ReportPreview(), QStackedWidget()
        self._looked_at: object = None
        self._lay_out()
        self._connect()
        self.show_closed()

    # What the window calls

    def take_keyboard(self) -> None:
        """The page was turned to."""
        self.subject.take_keyboard()

    @Slot()
    def show_open(self) -> None:
        """The store was opened."""
        self.result.clear()
        stated = self._settings().record.purpose
        self.purpose.setCurrentIndex(max(0, self.purpose.findData(Purpose(stated) if stated else Purpose.CARE)))
        self.refresh()

    @Slot()
    def show_closed(self) -> None:
        """No store is open: show and keep nothing of it."""
        self._close_preview()
        self.subject.show_all((), ())
        self._written = None
        self.open.hide()
        self.result.setText(CLOSED)
        self._show_choice()

    @Slot()
    def refresh(self) -> None:
        """Read anew what can be chosen, as after a session has ended; nothing while the store is not open."""
        if self._door.vault.state is State.OPEN:
            self._background.call(self._record.everything, self._take, self._fail)

    def close_background(self) -> None:
        """End its thread."""
        self._background.close()

    # Building

    def _lay_out(self) -> None:
        for purpose in FOR:
            self.purpose.addItem(purpose.capitalize(), purpose)
        for paper in Paper:
            self.paper.addItem(paper.value, paper)
        for control, name in ((self.format, "Kind of file"), (self.paper, "Paper"), (self.purpose, "What for")):
            control.setAccessibleName(name)
            control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            control.setMinimumContentsLength(LEAST_LETTERS)
        for label in (self.holds, self.covered):
            label.setObjectName("dim")
            label.setWordWrap(True)
        self.result.setWordWrap(True)
        self.result.setTextFormat(Qt.TextFormat.PlainText)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.result.setAccessibleName("Result")
        self.write.setProperty("primary", True)
        self.open.setToolTip("Open the file, or its folder, with the program that the system has for it")
        self.look.setCheckable(True)
        self.look.setToolTip("See the pages before they are written; Esc goes back")
        self.shown.addWidget(self.subject)
        self.shown.addWidget(self.preview)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setMinimumWidth(240)
        scroll.setWidget(self._choices())
        card = QFrame()
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 12, 6, 12)
        inside.addWidget(scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP_PX, 12, 6)
        row.setSpacing(12)
        row.addWidget(self.shown, 3)
        row.addWidget(card, 2)
        self._offer_formats()

    def _choices(self) -> QWidget:
        form = QFormLayout()
        form.setSpacing(GAP_PX)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for words, control in (("As", self.format), ("", self.holds), ("Paper", self.paper), ("For", self.purpose), ("", self.covered)):
            form.addRow(words, control) if words else form.addRow(control)
        buttons = QHBoxLayout()
        buttons.addWidget(self.look)
        buttons.addWidget(self.write)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(GAP_PX * 2)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self.result)
        column.addStretch(1)
        return inner

    def _connect(self) -> None:
        self.subject.changed.connect(self._show_choice)
        self.subject.person_wanted.connect(self._ask_for_days)
        self.format.currentIndexChanged.connect(self._show_choice)
        self.purpose.currentIndexChanged.connect(self._show_choice)
        self.paper.currentIndexChanged.connect(self._show_choice)
        self.look.clicked.connect(self._look)
        self.preview.closed.connect(self._close_preview)
        self.write.clicked.connect(self._choose_target)
        self.open.clicked.connect(self._open_written)

    # What is chosen

    @property
    def _kind(self) -> Format:
        """Qt keeps words, not their kind."""
        return Format(self.format.currentData())

    @property
    def _for(self) -> Purpose:
        return Purpose(self.purpose.currentData())

    @Slot()
    def _show_choice(self) -> None:
        self._offer_formats()
        kind = self._kind
        self.holds.setText((PERIOD_HOLDS if self.subject.is_period else HOLDS)[kind])
        self.covered.setText(FOR[self._for])
        self.paper.setEnabled(kind.is_report)
        ready = self._door.vault.state is State.OPEN and not self._busy and self._suggested() is not None
        enable(self.write, ready, focus_goes_to=self.format)
        enable(self.look, ready and kind.is_report and self._services.preview_report is not None, focus_goes_to=self.format)
        if self.look.isChecked():
            self._look()

    def _offer_formats(self) -> None:
        """Those that suit a session or a period; what was chosen stays where it suits."""
        kinds = PERIOD_FORMATS if self.subject.is_period else tuple(Format)
        if self.format.count() == len(kinds):
            return
        before = self.format.currentData()
        self.format.blockSignals(True)
        self.format.clear()
        for kind in kinds:
            self.format.addItem(kind.words, kind)
        self.format.setCurrentIndex(max(0, self.format.findData(before)))
        self.format.blockSignals(False)

    def _suggested(self) -> str | None:
        """The file's name; None: nothing is chosen."""
        kind = self._kind
        if self.subject.is_period:
            period = self.subject.period
            return None if period is None else period_name(period, kind)
        session = self.subject.session
        return None if session is None else session_name(session.info.id, kind)

    # Looking

    @Slot()
    def _look(self) -> None:
        """Show the pages of what is chosen, or what can be chosen again."""
        if not self.look.isChecked() or not self.look.isEnabled():
            self._close_preview()
            return
        assert self._services.preview_report is not None
        session = self.subject.session
        subject = self.subject.period if self.subject.is_period else None if session is None else session.info.id
        assert subject is not None
        wanted = (subject, self._for, Paper(self.paper.currentData()))
        if wanted == self._looked_at:
            return
        self._looked_at = wanted
        self.shown.setCurrentWidget(self.preview)
        self.preview.begin()
        self.preview.setFocus()
        work = partial(self._services.preview_report, *wanted, self._settings(), self.preview.width_px)
        self._background.call(work, partial(self._take_pages, wanted), partial(self._no_pages, wanted))

    def _take_pages(self, wanted: object, pictures: PagePictures) -> None:
        if wanted == self._looked_at:
            self.preview.show_pages(pictures)

    def _no_pages(self, wanted: object, failure: Failure) -> None:
        if wanted == self._looked_at:
            self.preview.say(str(failure))

    @Slot()
    def _close_preview(self) -> None:
        self.look.setChecked(False)
        self._looked_at = None
        self.preview.begin()
        if self.shown.currentWidget() is self.preview:
            self.shown.setCurrentWidget(self.subject)
            self.subject.take_keyboard()

    # Writing

    @Slot()
    def _choose_target(self) -> None:
        name, kind = self._suggested(), self._kind
        if name is None:
            return
        if kind is Format.CSV:
            folder = self._services.choose_folder(self)
            target = folder / name if folder else None
        else:
            target = self._services.choose_target(self, name, f"{kind.words} (*{kind.ending});;{ALL_FILES}")
        if target is not None:
            overwrite = kind is not Format.CSV  # the dialog asked before it took the name of a file that is there
            paper = Paper(self.paper.currentData())
            self._begin(Request(format=kind, target=target, purpose=self._for, paper=paper, overwrite=overwrite))

    def _begin(self, request: Request) -> None:
        services, session, period = self._services, self.subject.session, self.subject.period
        assert services.write_session is not None
        assert services.write_period is not None
        if self.subject.is_period:
            assert period is not None
            work = partial(services.write_period, period, request, self._settings())
        else:
            assert session is not None
            work = partial(services.write_session, session.info.id, request, self._settings())
        kept = self.subject.is_period or (session is not None and session.kept)
        self._busy = True
        self.open.hide()
        self.result.setText(f"Writing {request.target} …")
        self._show_choice()
        self._background.call(work, partial(self._done, request, kept), self._not_done)

    def _done(self, request: Request, kept: bool, written: Sequence[Path]) -> None:
        self._busy = False
        self._written = request.target
        size = sum(path.stat().st_size for path in written if path.exists()) / 1000
        files = f"{len(written)} files in {request.target}" if len(written) > 1 else str(request.target)
        logged = " It stands in the audit log." if kept else ""
        self.result.setText(f"Written: {files} ({size:,.0f} kB).{logged} It is not encrypted; only you can read it.")
        self.open.show()
        self._show_choice()

    def _not_done(self, failure: Failure) -> None:
        self._busy = False
        self.result.setText(f"Nothing was written. {failure}")
        self.notice.emit(Notice("report", failure))
        self._show_choice()

    @Slot()
    def _open_written(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    # Reading

    def _take(self, everything: Everything) -> None:
        if self._door.vault.state is State.OPEN:
            self.subject.show_all(everything.sessions, everything.people)

    @Slot(object)
    def _ask_for_days(self, person: Person) -> None:
        self._background.call(partial(self._record.days, person), partial(self._take_days, person), self._fail)

    def _take_days(self, person: Person, days: tuple[date, date] | None) -> None:
        if self.subject.who is not None and self.subject.who.id == person.id:
            self.subject.show_days(days)

    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("report", failure))
