"""The people page: everybody by pseudonym, with search, and the one who is looked at."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.failures import Failure
from core.person import Consent, Person, Scope, found, holding
from core.settings import Settings
from gui.background import Background
from gui.confirm_dialog import ConfirmDialog
from gui.consents_panel import NAMES
from gui.notices import Notice
from gui.people_record import PeopleRecord, PersonRecord
from gui.person_card import PersonCard
from gui.person_dialog import PersonDialog
from gui.person_forms import PersonForms
from gui.services import Services
from gui.store_door import StoreDoor
from gui.theme import GAP_PX, Theme
from store.vault import State

NARROW_PX = 900
"""Below it the list and the person do not fit beside each other."""

LIST_PX = 220
CLOSED = "The people of the record are shown when the store is open."
NOBODY = "Nobody has been added yet."
NOT_ERASED = Failure(
    "It is deleted.", "A running session holds the file, or the disk is full: the last traces go at the next opening of the store.", ""
)


class PeoplePage(QWidget):
    """Store and files are reached on a thread of its own. `person_chosen` carries whom sessions belong to from now on, or None."""

    notice = Signal(object)
    person_chosen = Signal(object, object)
    logs_wanted = Signal(int, object)
    files_wanted = Signal(int)
    review_wanted = Signal(int)

    def __init__(self, services: Services, settings: Callable[[], Settings], door: StoreDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._settings, self._door = services, settings, door
        self._background = Background("affectograph-people", self)
        self._store = PeopleRecord(door)
        self._everybody: Sequence[Person] = ()
        self._chosen: int | None = None
        self._narrow = False
        self.search, self.list, self.new = QLineEdit(), QListWidget(), QPushButton("New person …")
        self.card = PersonCard(settings)
        self.forms = PersonForms(self, services, settings, self._store, self._background)
        self.empty = QLabel()
        self._lay_out()
        self._connect()
        self.show_closed()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search people")
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName("People")
        self.list.setSpacing(1)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setObjectName("dim")
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GAP_PX)
        for widget in (self.search, self.list, self.new):
            left.addWidget(widget)
        self._right = QStackedWidget()
        self._right.addWidget(self.empty)
        self._right.addWidget(self.card)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP_PX, 12, 6)
        row.setSpacing(12)
        row.addWidget(self._left)
        row.addWidget(self._right, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._show_found)
        self.search.returnPressed.connect(self._enter_list)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.new.clicked.connect(self._ask_for_new)
        self.card.back_wanted.connect(self._go_back)
        self.card.edit_wanted.connect(self._ask_for_changes)
        self.card.export_wanted.connect(self._export)
        self.card.delete_wanted.connect(self._ask_to_delete)
        self.card.chosen.connect(self._choose)
        self.card.consents.give_wanted.connect(self._give)
        self.card.consents.withdraw_wanted.connect(self._ask_to_withdraw)
        self.card.sessions.use_wanted.connect(self._use)
        self.card.sessions.files_wanted.connect(self.files_wanted)
        self.card.sessions.review_wanted.connect(self.review_wanted)
        self.card.sessions.delete_wanted.connect(self._ask_to_delete_session)
        self.card.questionnaire_wanted.connect(self._open_forms)
        self.card.logs_wanted.connect(self._choose_logs)
        self.forms.notice.connect(self.notice)
        self.forms.changed.connect(self.refresh)
        self.forms.logs.connect(self.logs_wanted)

    # What the window calls

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self.card.set_theme(theme)
        self.forms.theme = theme

    def take_keyboard(self) -> None:
        """The page was turned to: letters search."""
        (self.search if self._left.isVisibleTo(self) else self.card.tabs).setFocus()

    @Slot()
    def show_open(self) -> None:
        """The store was opened: show who is in it."""
        for control in (self.search, self.list, self.new):
            control.setEnabled(True)
        self.refresh()

    @Slot()
    def show_closed(self) -> None:
        """No store is open: show and keep nobody."""
        self._everybody, self._chosen, self.card.record = (), None, None
        self._show_found()
        self._show_person(False)
        self.empty.setText(CLOSED)
        for control in (self.search, self.list, self.new):
            control.setEnabled(False)
        self.person_chosen.emit(None, ())

    @Slot()
    def refresh(self) -> None:
        """Read anew what is shown, as after a session has ended; nothing while the store is not open."""
        if self._door.vault.state is not State.OPEN:
            return
        self._background.call(self._store.everybody, self._take_everybody, self._fail)
        if self.card.record is not None:
            self._read(self.card.record.person.id)

    def close_background(self) -> None:
        """End its thread."""
        self._background.close()

    # The list

    def _take_everybody(self, everybody: Sequence[Person]) -> None:
        self._everybody = everybody
        self.empty.setText("Choose somebody in the list." if everybody else NOBODY)
        self._show_found()
        self._place()

    @Slot()
    def _show_found(self) -> None:
        self.list.clear()
        for person in found(self._everybody, self.search.text()):
            item = QListWidgetItem(person.pseudonym + (" ✓" if person.id == self._chosen else ""))
            item.setData(Qt.ItemDataRole.UserRole, person.id)
            item.setToolTip(person.pseudonym)
            self.list.addItem(item)
        self._mark_shown()

    def _mark_shown(self) -> None:
        """In the list, who is seen beside it."""
        shown = self.card.record.person.id if self.card.record else None
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == shown:
                self.list.setCurrentRow(row)

    @Slot()
    def _enter_list(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(max(0, self.list.currentRow()))
            self._open(self.list.currentItem())

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem) -> None:
        self._read(int(item.data(Qt.ItemDataRole.UserRole)))

    def _read(self, number: int) -> None:
        self._background.call(partial(self._store.of, number), self._take, self._fail)

    def _take(self, record: PersonRecord) -> None:
        if self._door.vault.state is not State.OPEN:
            return
        self.card.show_record(record, chosen=record.person.id == self._chosen)
        self._show_person(True)
        self._mark_shown()
        if record.person.id == self._chosen:
            self.person_chosen.emit(record.person, record.consents)

    def _show_person(self, on: bool) -> None:
        self._right.setCurrentIndex(1 if on else 0)
        self._place()

    @Slot()
    def _go_back(self) -> None:
        self._show_person(False)
        self.search.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window there is the list or the person."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._narrow = self.width() < NARROW_PX
        person = self._right.currentIndex() == 1
        self._left.setVisible(not (self._narrow and person))
        self._right.setVisible(not self._narrow or person or not self._everybody)
        self._left.setMaximumWidth(LIST_PX if not self._narrow or not self._everybody else 16_777_215)
        self.card.set_narrow(self._narrow)

    # What is done with people

    def _shown(self) -> Person:
        assert self.card.record is not None
        return self.card.record.person

    def _fail(self, failure: Failure) -> None:
        self.notice.emit(Notice("people", failure))

    @Slot()
    def _ask_for_new(self) -> None:
        self._open_dialog(Person(0, ""))

    @Slot()
    def _ask_for_changes(self) -> None:
        self._open_dialog(self._shown())

    def _open_dialog(self, person: Person) -> None:
        dialog = PersonDialog(person, self)
        dialog.wanted.connect(lambda wanted: self._save(dialog, wanted))
        dialog.show()

    def _save(self, dialog: PersonDialog, person: Person) -> None:
        def stored(saved: Person) -> None:
            dialog.accept()
            self._read(saved.id)
            self._background.call(self._store.everybody, self._take_everybody, self._fail)

        self._background.call(partial(self._store.save, person), stored, dialog.tell)

    @Slot(bool)
    def _choose(self, on: bool) -> None:
        assert self.card.record is not None
        self._chosen = self._shown().id if on else None
        self.card.show_choice(on)
        self._show_found()
        self.person_chosen.emit(self._shown() if on else None, self.card.record.consents if on else ())

    @Slot(object)
    def _give(self, scope: Scope) -> None:
        number = self._shown().id
        self._background.call(partial(self._store.give, number, [scope]), partial(self._gave, number), self._fail)

    def consent(self, number: int, scopes: Sequence[Scope], then: Callable[[], None]) -> None:
        """Note consents that were given before a session, and go on."""

        def gave(consents: Sequence[Consent]) -> None:
            self._gave(number, consents)
            then()

        self._background.call(partial(self._store.give, number, scopes), gave, self._fail)

    def _gave(self, number: int, _consents: Sequence[Consent]) -> None:
        if self.card.record is not None and self.card.record.person.id == number:
            self._read(number)

    @Slot(object)
    def _ask_to_withdraw(self, scope: Scope) -> None:
        assert self.card.record is not None
        person, count = self._shown(), len(self.card.record.sessions)
        covered = {
            Scope.STORE: f"{count} sessions of “{person.pseudonym}”, questionnaires and baselines are deleted, with picture and sound. ",
            Scope.RECORD: f"Picture and sound of {count} sessions of “{person.pseudonym}” are deleted; the numbers stay. ",
            Scope.RESEARCH: f"Nothing is deleted; “{person.pseudonym}” is left out of research from now on. ",
        }[scope]
        again = "" if scope is Scope.RESEARCH else "None of it can be brought back."
        self._ask(f"Withdraw: {NAMES[scope]}", covered + again, "Withdraw", partial(self._store.withdraw, person.id, scope))

    @Slot()
    def _ask_to_delete(self) -> None:
        assert self.card.record is not None
        person, count = self._shown(), len(self.card.record.sessions)
        words = f"“{person.pseudonym}” is deleted, with {count} sessions, forms, consents and baselines. None of it can be brought back."
        self._ask("Delete a person", words, "Delete", partial(self._store.delete, person.id), gone=person.id)

    @Slot(int)
    def _ask_to_delete_session(self, session: int) -> None:
        words = f"Session {session} is deleted with all that it holds. It cannot be brought back."
        self._ask("Delete a session", words, "Delete", partial(self._store.delete_session, session))

    def _ask(self, title: str, words: str, act: str, work: Callable[[], bool], gone: int | None = None) -> None:
        dialog = ConfirmDialog(title, words, act, self)
        dialog.accepted.connect(lambda: self._background.call(work, partial(self._deleted, gone), self._fail))
        dialog.show()

    def _deleted(self, gone: int | None, erased: bool) -> None:
        if gone is not None:
            self.card.record = None
            self._show_person(False)
            if self._chosen == gone:
                self._chosen = None
                self.person_chosen.emit(None, ())
            self.take_keyboard()
        if not erased:
            self.notice.emit(Notice("people", NOT_ERASED, failed=False))
        self.refresh()

    @Slot(object, object)
    def _use(self, sessions: Sequence[int], use: object) -> None:
        self._background.call(partial(self._store.use, sessions, use), self._refresh_after, self._fail)  # type: ignore[arg-type]

    def _refresh_after(self, _result: object) -> None:
        self.refresh()

    @Slot()
    def _export(self) -> None:
        folder = self._services.choose_folder(self)
        export = self._services.export_person
        if folder is not None and export is not None:
            self._background.call(partial(export, self._shown().id, folder), self._exported, self._fail)

    def _exported(self, folder: Path) -> None:
        told = Failure("Everything on the person is written.", f"It lies in {folder}.", "These files are not encrypted.")
        self.notice.emit(Notice("people", told, failed=False))

    @Slot()
    def _open_forms(self) -> None:
        if self.card.record is not None:
            self.forms.open_history(self.card.record)

    @Slot()
    def _choose_logs(self) -> None:
        assert self.card.record is not None
        if Scope.STORE not in holding(self.card.record.consents):
            why = "Logs are sessions, and this person has not consented to storing them."
            self._fail(Failure("The daily logs are not analysed.", why, "Note the consent first (Consents)."))
            return
        self.forms.choose_logs(self.card.record)
