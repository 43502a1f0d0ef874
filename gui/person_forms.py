"""Questionnaires and daily logs of the person on the page: their dialogs, and what comes of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from capture.log_dates import LogDate, date_of, logs_in
from core.failures import Failure
from core.person import Person, folded
from core.questionnaire import Filled, Kind
from core.settings import Settings
from gui.background import Background
from gui.log_dialog import LogDialog
from gui.notices import Notice
from gui.people_record import PeopleRecord, PersonRecord
from gui.questionnaire_dialog import QuestionnaireDialog
from gui.questionnaire_history import QuestionnaireHistory
from gui.services import Services
from gui.theme import LIGHT, Theme
from review.questionnaire_csv import Fault, Row, faults_in_words, read_table, write_table


class PersonForms(QObject):
    """Opens its dialogs on the people page; `changed` says that forms were stored, `logs` carries (number, [(path, when), ...])."""

    notice = Signal(object)
    changed = Signal()
    logs = Signal(int, object)

    def __init__(
        self, page: QWidget, services: Services, settings: Callable[[], Settings], record: PeopleRecord, background: Background
    ) -> None:
        super().__init__(page)
        self._page, self._services, self._settings = page, services, settings
        self._record, self._background = record, background
        self._person: Person | None = None
        self.history: QuestionnaireHistory | None = None
        self._forms: Sequence[Filled] = ()
        self.theme: Theme = LIGHT

    def _now(self) -> datetime:
        return datetime.now().astimezone()

    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("people", failure))

    def open_history(self, shown: PersonRecord) -> None:
        """All questionnaires of a person."""
        self._person, self._forms = shown.person, shown.trend.forms
        if self.history is not None:
            self.history.close()
        history = self.history = QuestionnaireHistory(shown.person.pseudonym, self._settings().safety.contacts, self._page)
        history.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        history.destroyed.connect(partial(self._forget, history))
        history.set_theme(self.theme)
        history.show_forms(self._forms)
        history.fill_wanted.connect(self._fill)
        history.correct_wanted.connect(self._correct)
        history.import_wanted.connect(self._import)
        history.export_wanted.connect(self._export)
        _show(history)

    def _forget(self, history: QDialog, *_: object) -> None:
        if self.history is history:
            self.history = None

    @Slot(object)
    def _fill(self, kind: Kind) -> None:
        self._open_form(kind=kind)

    @Slot(object)
    def _correct(self, form: Filled) -> None:
        self._open_form(correct=form)

    def _open_form(self, kind: Kind = Kind.PHQ9, correct: Filled | None = None) -> None:
        assert self._person is not None
        dialog = QuestionnaireDialog(self._person.pseudonym, self._settings().safety.contacts, kind, correct, self._now, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        why = "change" if correct else "add"
        number = self._person.id
        dialog.filled.connect(lambda form: self._store(number, [form], why))
        _show(dialog)

    def _store(self, number: int, forms: Sequence[Filled], why: str) -> None:
        self._background.call(partial(self._record.add_forms, number, forms, why), partial(self._stored, number), self._fail)

    def _stored(self, number: int, forms: Sequence[Filled]) -> None:
        if self._person is not None and self._person.id == number:
            self._forms = forms
            if self.history is not None:
                self.history.show_forms(forms)
        self.changed.emit()

    @Slot()
    def _import(self) -> None:
        path = self._services.choose_table(self._page)
        if path is not None and self._person is not None:
            self._background.call(partial(read_table, path, self._now()), partial(self._take, self._person, path), self._fail)

    def _take(self, person: Person, path: Path, read: tuple[list[Row], list[Fault]]) -> None:
        rows, faults = read
        theirs = [row.filled for row in rows if not row.person or folded(row.person) == folded(person.pseudonym)]
        known = {(one.kind, one.filled_at, one.answers) for one in self._forms}
        new = [one for one in theirs if (one.kind, one.filled_at, one.answers) not in known]
        told = [f"{len(new)} of {len(rows) + len(faults)} rows are taken."]
        if len(rows) > len(theirs):
            told.append(f"{len(rows) - len(theirs)} are of somebody else.")
        if len(theirs) > len(new):
            told.append(f"{len(theirs) - len(new)} were there already.")
        self.notice.emit(
            Notice("forms", Failure(f"“{path.name}”: {' '.join(told)}", faults_in_words(faults) if faults else "", ""), failed=bool(faults))
        )
        if new:
            self._store(person.id, new, "import")

    @Slot()
    def _export(self) -> None:
        folder = self._services.choose_folder(self._page)
        person = self._person
        if folder is None or person is None:
            return
        path = folder / f"questionnaires-person-{person.id}.csv"
        rows = [(person.pseudonym, form) for form in self._forms]
        done = Notice(
            "forms", Failure("The questionnaires are written.", f"They lie in {path}.", "The file is not encrypted."), failed=False
        )
        self._background.call(partial(self._write, person.id, path, rows), lambda _result: self.notice.emit(done), self._fail)

    def _write(self, number: int, path: Path, rows: Sequence[tuple[str, Filled]]) -> None:
        """On the background thread."""
        write_table(path, rows)
        self._record.note_export(number, f"{len(rows)} questionnaires")

    # Daily logs

    def choose_logs(self, shown: PersonRecord) -> None:
        """Let a folder be chosen, and date what is in it."""
        folder = self._services.choose_folder(self._page)
        if folder is None:
            return
        now = self._now()
        known = [info.started_utc for info in shown.sessions]
        self._background.call(
            partial(_dated, folder, now, self._settings()), partial(self._open_logs, shown.person, known, now), self._fail
        )

    def _open_logs(self, person: Person, known: Sequence[datetime], now: datetime, logs: Sequence[LogDate]) -> None:
        dialog = LogDialog(person.pseudonym, logs, known, now, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted_logs.connect(partial(self.logs.emit, person.id))
        _show(dialog)


def _dated(folder: Path, now: datetime, settings: Settings) -> list[LogDate]:
    return [date_of(path, now, settings.capture) for path in logs_in(folder)]


def _show(dialog: QDialog) -> None:
    room = dialog.screen().availableSize()
    dialog.resize(min(dialog.width(), room.width() - 40), min(dialog.height(), room.height() - 60))
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
