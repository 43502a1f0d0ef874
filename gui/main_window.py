"""The window: a header, the notices, and the pages."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.failures import Failure
from core.person import Consent, Person
from core.purpose import Purpose
from core.session import Verdict
from core.settings import Settings
from gui.background import Background
from gui.key_dialogs import KeyDialogs
from gui.keys import Key
from gui.keys_dialog import KeysDialog
from gui.live_page import LivePage
from gui.locking import Locking
from gui.notices import Notice, NoticeBar
from gui.pages import LIVE, PEOPLE, RECORDING, REPORTS, REVIEW, Page, Pages
from gui.people_page import PeoplePage
from gui.purpose_card import PurposeCard
from gui.recording_page import RecordingPage
from gui.report_page import ReportPage
from gui.review_page import ReviewPage
from gui.services import Services
from gui.settings_dialog import SettingsDialog
from gui.settings_store import load_values, save_values
from gui.theme import GAP_PX, apply_theme, chosen_theme
from gui.window_state import FILE_NAME, WindowState, load_window_state, save_window_state
from monitor.estimating import fusion_names
from store.recovery import recovered as recovered_failure
from store.vault import State

logger = logging.getLogger(__name__)

NARROW_PX = 760
TITLE_PX = 36
"""Of the frame that the system puts around the window: without it the lowest line would be below the screen."""
PERSON_PX = 160
"""A longer pseudonym in the header ends in an ellipsis."""

NOT_KEPT = Notice(
    "store",
    Failure("Nothing is kept: the store is not open.", "Sessions can be seen, and written to files until the program ends.", ""),
    failed=False,
    action="Open it …",
)
NOT_CONSENTED = Failure("The session is not kept.", "The person has not consented to storing.", "Write its files before the program ends.")
SESSION_NOT_KEPT = Failure("The session is not kept.", "The store was not open.", "Write its files before the program ends.")


class MainWindow(QMainWindow):
    """Holds the pages and the keys; `ready_to_quit` is told when the window was closed and nothing runs any more."""

    quit_wanted = Signal()
    ready_to_quit = Signal()
    purpose_stated = Signal()

    def __init__(self, services: Services, settings: Settings, settings_path: Path) -> None:
        super().__init__()
        self.services = services
        self._settings = settings
        self._settings_path = settings_path
        self._state_path = settings_path.with_name(FILE_NAME)
        self._quitting = False
        self._background = Background("affectograph-window", self)
        self._dialogs: dict[type[QDialog], QDialog] = {}
        self.notices = NoticeBar()
        self.pages = Pages(services, self.settings, self._background)
        self.person_button = QToolButton()
        self.purpose = PurposeCard()
        self._page_buttons = QButtonGroup(self)
        self._offers_files = services.export is not None
        self._lay_out()
        self._connect()
        self._act_on_keys()
        self.restyle()
        self.locking = self._locking()
        self.keys = KeyDialogs(self, services.door.vault, self._background, self.notices.post) if services.door else None
        self.setWindowTitle("Affectograph")
        self.setMinimumSize(QSize(480, 320))
        self.remembered = load_window_state(self._state_path)
        room = self.screen().availableSize()
        self.resize(min(self.remembered.width, room.width()), min(self.remembered.height, room.height() - TITLE_PX))
        if self.remembered.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.live.start_button.setFocus()

    @property
    def live(self) -> LivePage:
        """Live sessions."""
        return self.pages.live

    @property
    def recording(self) -> RecordingPage:
        """Recordings."""
        return self.pages.recording

    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def _locking(self) -> Locking | None:
        door = self.services.door
        if door is None:
            return None
        locking = Locking(self, self.cover, door, self._settings.lock, lambda: self.session_runs)
        locking.opened.connect(self._store_opened)
        locking.put_off.connect(self._store_put_off)
        locking.opened.connect(self.pages.show_open)
        locking.put_off.connect(self.pages.show_closed)
        locking.covered.connect(self.pages.put_away)
        self.pages.busy_changed.connect(locking.let_go, Qt.ConnectionType.QueuedConnection)  # the next recording of a list begins at once
        return locking

    @Slot()
    def lock(self) -> None:
        """Ctrl+L."""
        if self.locking:
            self.locking.lock()

    @property
    def session_runs(self) -> bool:
        """Whether anything is being measured."""
        return self.pages.session_runs

    @Slot(object)
    def _store_opened(self, recovered: list[int]) -> None:
        self.notices.remove(NOT_KEPT.key)
        assert self.services.door is not None
        if self.services.door.vault.suspicion:
            self.notices.post(Notice("store", self.services.door.vault.suspicion))
        for session in recovered:
            self._tell_of(session, recovered_failure(session))
        if self.keys is not None:
            self.keys.remind()
        self._agree_on_purpose()
        self.page.take_keyboard()

    @Slot()
    def _store_put_off(self) -> None:
        self.notices.post(replace(NOT_KEPT, act=self.lock))
        self.page.take_keyboard()

    def _lay_out(self) -> None:
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(GAP_PX // 2)
        product = QLabel("Affectograph")
        product.setObjectName("product")
        self._product = product
        row.addWidget(product)
        row.addSpacing(GAP_PX * 2)
        for number, name in enumerate(self.pages.names):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setObjectName("page")
            button.setAccessibleName(f"{name} page")
            button.setToolTip(f"{name} page (Ctrl+{number + 1})")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._page_buttons.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.person_button)
        for name, tip, act in (
            ("Settings", "Settings (Ctrl+,)", self.open_settings),
            ("Help", "Help and keys (F1)", self.open_keys),
        ):
            button = QToolButton()
            button.setText(name)
            button.setObjectName("quiet")
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            row.addWidget(button)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.notices)
        column.addWidget(self.pages, 1)
        self.cover = QStackedWidget()
        self.cover.addWidget(body)
        self.cover.addWidget(self.purpose)
        self.setCentralWidget(self.cover)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the pages' names have the header for themselves."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW_PX
        self._product.setVisible(not narrow)
        for button in self._page_buttons.buttons():
            if button.property("narrow") != narrow:
                button.setProperty("narrow", narrow)
                button.style().polish(button)
        self._name_person()

    def _connect(self) -> None:
        self._page_buttons.idClicked.connect(lambda number: self.show_page(self.pages.names[number]))
        self.pages.notice.connect(self.notices.post)
        self.pages.notice_over.connect(self.notices.remove)
        self.pages.busy_changed.connect(self._quit_when_idle)
        self.pages.class_map_wanted.connect(self._toggle_class_map)
        self.pages.person_chosen.connect(self._take_person)
        self.pages.turned_to.connect(self.show_page)
        self.person_button.setObjectName("quiet")
        self.person_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.person_button.setVisible(PEOPLE in self.pages.names)
        self.person_button.clicked.connect(self._turning_to(PEOPLE))
        self.purpose.stated.connect(self._take_purpose)
        self._take_person(None, ())
        self.live.session_ended.connect(self._live_ended)
        QApplication.styleHints().colorSchemeChanged.connect(self.restyle)

    def _act_on_keys(self) -> None:
        for key, act in (
            (Key.HELP, self.open_keys),
            (Key.FULL_SCREEN, self.toggle_full_screen),
            (Key.OPEN, self.open_recordings),
            (Key.SETTINGS, self.open_settings),
            (Key.LIVE, self._turning_to(LIVE)),
            (Key.RECORDING, self._turning_to(RECORDING)),
            (Key.PEOPLE, self._turning_to(PEOPLE)),
            (Key.REPORTS, self._turning_to(REPORTS)),
            (Key.REVIEW, self._turning_to(REVIEW)),
            (Key.QUIT, self.close),
            (Key.LOCK, self.lock),
        ):
            action = QAction(key.meaning, self)
            action.setShortcut(QKeySequence(key.written))
            if key is Key.LOCK:  # also from a dialog
                action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            action.triggered.connect(act)
            self.addAction(action)

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self.pages.page(self.pages.names[self.pages.currentIndex()])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys that no control has taken: a text field keeps its letters, a focused button its Space."""
        if self.locking and self.locking.locked:
            return
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
            return
        act = None if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else self._single_keys().get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            act()

    def _single_keys(self) -> dict[Qt.Key, Callable[[], None]]:
        if self.cover.currentWidget() is self.purpose:
            return {}
        if isinstance(self.page, ReviewPage):
            return (
                {
                    Qt.Key.Key_Space: self.page.play_or_pause,
                    Qt.Key.Key_A: partial(self.page.judge, Verdict.AGREE),
                    Qt.Key.Key_D: partial(self.page.judge, Verdict.DISAGREE),
                    Qt.Key.Key_W: self.page.show_why,
                    Qt.Key.Key_Escape: self._put_away,
                }
                if self.page.is_shown
                else {Qt.Key.Key_Escape: self._put_away}
            )
        if isinstance(self.page, PeoplePage | ReportPage):
            return {Qt.Key.Key_Escape: self._put_away}
        return {
            Qt.Key.Key_Space: self.page.start_or_pause,
            Qt.Key.Key_R: self.page.toggle_recording,
            Qt.Key.Key_E: self._mark_event,
            Qt.Key.Key_A: self._toggle_class_map,
            Qt.Key.Key_W: self.page.view.reasons.open_newest,
            Qt.Key.Key_N: self.page.begin_note,
            Qt.Key.Key_T: self.page.begin_text,
            Qt.Key.Key_Escape: self._put_away,
        } | {Qt.Key(Qt.Key.Key_0 + number): self._marker(str(number)) for number in range(1, 10)}

    def _marker(self, name: str) -> Callable[[], None]:
        page = self.page
        assert not isinstance(page, PeoplePage | ReportPage | ReviewPage)
        return lambda: page.mark(name)

    def _mark_event(self) -> None:
        self._marker("event")()

    @Slot()
    def _toggle_class_map(self) -> None:
        self.change_settings({"display.class_map": not self._settings.display.class_map})

    def _put_away(self) -> None:
        if self.live.consent.isVisible():
            self.live.consent.not_now.click()
        elif self.notices.remove_newest():
            return
        elif isinstance(self.page, ReviewPage) and self.page.is_shown:
            self.page.go_back()
        elif self.isFullScreen():
            self.showNormal()

    def _turning_to(self, name: str) -> Callable[[], None]:
        return lambda: self.show_page(name)

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show the page of that name, where there is one."""
        if name not in self.pages.names:
            return
        number = self.pages.names.index(name)
        self._page_buttons.button(number).setChecked(True)
        focused = self.focusWidget()
        on_page = focused is None or self.pages.isAncestorOf(focused)
        page = self.pages.page(name)
        self.pages.setCurrentIndex(number)
        if on_page:
            page.take_keyboard()

    @Slot(object, object)
    def _take_person(self, person: Person | None, consents: Sequence[Consent]) -> None:
        if (person and person.id) != (self.live.person and self.live.person.id):
            self._compare_with(person)
        self.pages.set_person(person, consents)
        self._name_person()

    def _compare_with(self, person: Person | None) -> None:
        """The voice is compared with the ordinary speech of whom the sessions belong to."""
        door = self.services.door
        if person is None or door is None:
            self.live.compare_with(None)
        else:
            self._background.call(partial(door.voice_baseline, person.id), self.live.compare_with, self._not_compared)

    def _not_compared(self, failure: Failure) -> None:
        self.notices.post(Notice("baseline", failure))

    def _name_person(self) -> None:
        """Whose sessions are, in the header."""
        person, narrow = self.live.person, self.width() < NARROW_PX
        name = person.pseudonym if person else "nobody"
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, PERSON_PX // 2 if narrow else PERSON_PX)
        self.person_button.setText(short.capitalize() if narrow and person is None else short if narrow else f"Person: {short}")
        self.person_button.setToolTip(f"Live sessions and recordings belong to {name}; choose on the people page (Ctrl+3)")
        self.person_button.setAccessibleName(f"Sessions belong to {name}")

    def ask_purpose(self) -> bool:
        """Cover the window until a purpose is stated, where none ever was; says whether it did."""
        if self._settings.record.purpose:
            return False
        self.cover.setCurrentWidget(self.purpose)
        self.purpose.begin()
        return True

    def _agree_on_purpose(self) -> None:
        """What the settings say of it is stored; what the store says is taken over where the settings say nothing."""
        door, said = self.services.door, self._settings.record.purpose
        if door is None or door.vault.state is not State.OPEN:
            return
        if not said and door.purpose:
            self.change_settings({"record.purpose": door.purpose.value})
        elif said:
            self._background.call(partial(door.state_purpose, Purpose(said)), lambda _: None, self._not_stored)

    def _not_stored(self, failure: Failure) -> None:
        self.notices.post(Notice("purpose", failure))

    @Slot(str)
    def _take_purpose(self, purpose: str) -> None:
        self.change_settings({"record.purpose": str(purpose)})
        self.cover.setCurrentIndex(0)
        self.page.take_keyboard()
        self.purpose_stated.emit()

    @Slot()
    def open_recordings(self) -> None:
        """Ctrl+O."""
        self.show_page(RECORDING)
        self.recording.open_by_dialog()

    @Slot()
    def toggle_full_screen(self) -> None:
        """F11."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    @Slot()
    def open_keys(self) -> None:
        """F1."""
        self._open(KeysDialog, lambda: KeysDialog(self))

    @Slot()
    def open_settings(self) -> None:
        """Ctrl+comma."""
        self._open(SettingsDialog, self._new_settings_dialog)

    def _open(self, kind: type[QDialog], made: Callable[[], QDialog]) -> None:
        dialog = self._dialogs.get(kind)
        if dialog is None:
            dialog = self._dialogs[kind] = made()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.destroyed.connect(lambda: self._dialogs.pop(kind, None))
            room = self.screen().availableSize()
            dialog.resize(min(dialog.width(), room.width() - 40), min(dialog.height(), room.height() - 60))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _new_settings_dialog(self) -> QDialog:
        door = self.services.door
        opened = door is not None and door.vault.state is State.OPEN
        dialog = SettingsDialog(self._settings, store_is_open=opened, offered={"fusion.checkpoint": fusion_names()}, parent=self)
        dialog.changed.connect(self.change_settings)
        if self.keys is not None:
            dialog.passphrase_wanted.connect(self.keys.change_passphrase)
            dialog.recovery_key_wanted.connect(self.keys.renew_recovery_key)
        return dialog

    @Slot(object)
    def change_settings(self, changes: dict[str, Any]) -> None:
        """Take changed settings ({"group.name": value}) over, and store them."""
        if not changes:
            return
        self._settings = self._settings.with_values(changes, "the settings")
        try:
            save_values(self._settings_path, load_values(self._settings_path).values | changes)
        except OSError as error:
            why = f"{self._settings_path}: {error.strerror}."
            self.notices.post(
                Notice(
                    "settings",
                    Failure("The settings could not be saved; they hold until the program ends.", why, "Make room or permit writing."),
                )
            )
        if "display.theme" in changes:
            self.restyle()
        if "record.purpose" in changes:
            self._agree_on_purpose()
        if self.locking:
            self.locking.set_idle(self._settings.lock)
        if any(name.startswith("display.") for name in changes):
            self.pages.set_display(self._settings.display)

    @Slot()
    def restyle(self) -> None:
        """Take the theme of the settings, or of the desktop."""
        theme = chosen_theme(self._settings.display.theme)
        apply_theme(QApplication.instance(), theme)  # type: ignore[arg-type]
        self.pages.set_theme(theme)

    @Slot(object)
    def _live_ended(self, session_id: int | None) -> None:
        if session_id is None or self._quitting:
            return
        kept = self.services.door is None or self.services.door.keeps(session_id)
        self._tell_of(session_id, Failure(f"The session is stored as number {session_id}.", "", "") if kept else self._why_not_kept())

    def _why_not_kept(self) -> Failure:
        door = self.services.door
        return NOT_CONSENTED if door is not None and door.vault.state is State.OPEN else SESSION_NOT_KEPT

    def _tell_of(self, session: int, told: Failure) -> None:
        notice = Notice(f"session {session}", told, failed=False)
        if self._offers_files:
            notice = replace(notice, action="Write files …", act=lambda: self.recording.write_session(session))
        self.notices.post(notice)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Never wait here: hide, stop what runs, and quit when it has ended."""
        if not self._quitting:
            self._remember()
        self._quitting = True
        self.quit_wanted.emit()
        self.live.close_devices()
        if not self.session_runs:
            event.accept()
            self.ready_to_quit.emit()
            return
        event.ignore()
        self.hide()
        self.live.end()
        self.pages.stop_recordings()

    def _remember(self) -> None:
        """The demonstration is no device: the ones before it stay."""
        size = self.normalGeometry().size() if self.isMaximized() or self.isFullScreen() else self.size()
        devices = self.live.devices
        camera, microphone = self.remembered.camera, self.remembered.microphone
        if self.live.has_devices and not devices.demonstration:
            new_camera, new_microphone = devices.to_remember
            camera = camera if new_camera is None else new_camera
            microphone = microphone if new_microphone is None else new_microphone
        save_window_state(self._state_path, WindowState(size.width(), size.height(), self.isMaximized(), camera, microphone))

    @Slot()
    def _quit_when_idle(self) -> None:
        if self._quitting and not self.session_runs:
            self.ready_to_quit.emit()

    def let_go(self) -> None:
        """End the window's own background thread and the window itself; the last thing.

        Qt takes it apart here and now: where Python's collector comes upon its circles first, the process can crash.
        """
        if self.locking:
            self.locking.close()
        self.pages.close_backgrounds()
        self._background.close()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.DeferredDelete)
