"""The passphrase and the recovery key are changed while the store is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from core.failures import Failure
from gui.background import Background
from gui.lock_screen import NOT_THE_SAME, WORKING
from gui.notices import Notice
from gui.passphrase_cards import AskCard, ChangeCard, PassphraseCard, RecoveryKeyCard
from store.recovery_key import RecoveryKey
from store.vault import Vault

UNCONFIRMED = Failure(
    "Nobody has said that the recovery key was written down.",
    "The program ended while it was shown. Without it a forgotten passphrase loses the record.",
    "",
)
CHANGED = Failure("The new passphrase holds.", "The recovery key stays as it was; the sessions were not touched.", "")
RENEWED = Failure("The new recovery key holds.", "The old one no longer opens the store.", "")


class KeyDialog(QDialog):
    """Shows one card after another; what was typed or shown goes with it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.card: PassphraseCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def show_card(self, card: PassphraseCard, submitted: Callable[[], None]) -> None:
        """In place of the one before."""
        before, self.card = self.card, card
        if before is not None:
            before.clear()
            self._column.removeWidget(before)
            before.hide()
            before.deleteLater()
        card.submitted.connect(submitted)
        card.left.connect(self.reject)
        self._column.addWidget(card)
        self.show()
        card.take_keyboard()

    def fail(self, failure: Failure) -> None:
        """Why it was not done; what is typed is typed again."""
        if self.card is not None:
            self.card.set_busy(False)
            self.card.clear()
            self.card.tell(str(failure))
            self.card.take_keyboard()


class KeyDialogs(QObject):
    """Opens them; what takes a while is done on `background`, and `tell` shows a notice."""

    def __init__(self, window: QWidget, vault: Vault, background: Background, tell: Callable[[Notice], None]) -> None:
        super().__init__(window)
        self._window, self._vault, self._background, self._tell = window, vault, background, tell
        self.dialog: KeyDialog | None = None

    @Slot()
    def change_passphrase(self) -> None:
        """Ask for the old one and, twice, for the new one."""
        card, dialog = ChangeCard(), self._open("Change the passphrase")

        def submit() -> None:
            old, new = card.old.text(), card.new.first.text()
            if not card.new.equal:
                card.tell(NOT_THE_SAME)
            else:
                self._do(card, lambda: self._vault.change_passphrase(old, new), lambda _: self._done(CHANGED))

        dialog.show_card(card, submit)

    @Slot()
    def renew_recovery_key(self) -> None:
        """Ask for the passphrase, then show a new recovery key, once."""
        card, dialog, recovery = AskCard(), self._open("New recovery key"), RecoveryKey.new()

        def submit() -> None:
            words = card.field.text()
            self._do(card, lambda: self._renew(words, recovery), lambda _: self._show(dialog, recovery))

        dialog.show_card(card, submit)

    def remind(self) -> None:
        """Where nobody is known to have seen the recovery key, say so."""
        if self._vault.recovery_unconfirmed:
            self._tell(Notice("recovery key", UNCONFIRMED, failed=False, action="Show a new one …", act=self.renew_recovery_key))

    def _renew(self, passphrase: str, recovery: RecoveryKey) -> None:
        self._vault.key_by(passphrase)
        self._vault.change_recovery_key(recovery)

    def _show(self, dialog: KeyDialog, recovery: RecoveryKey) -> None:
        card = RecoveryKeyCard(recovery.written)
        dialog.show_card(card, lambda: self._do(card, self._vault.confirm_recovery_key, lambda _: self._done(RENEWED)))

    def _open(self, title: str) -> KeyDialog:
        if self.dialog is not None:
            self.dialog.close()
        dialog = self.dialog = KeyDialog(title, self._window)
        dialog.finished.connect(self._forget)
        return dialog

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None and self.dialog.card is not None:
            self.dialog.card.clear()
        self.dialog = None

    def _do(self, card: PassphraseCard, work: Callable[[], object], then: Callable[[object], None]) -> None:
        card.set_busy(True, WORKING)
        self._background.call(work, self._if_there(then), self._if_there(self._fail))

    def _if_there(self, act: Callable[..., None]) -> Callable[..., None]:
        """The dialog may have been closed meanwhile, as by the lock."""
        dialog = self.dialog
        return lambda outcome: act(outcome) if dialog is not None and self.dialog is dialog else None

    def _fail(self, failure: Failure) -> None:
        if self.dialog is not None:
            self.dialog.fail(failure)

    def _done(self, told: Failure) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._tell(Notice("recovery key", told, failed=False))
