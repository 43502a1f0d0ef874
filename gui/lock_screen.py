"""Covers the window while the store is locked or not set up; what it opens is the vault, on a thread of its own."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.failures import Failure
from gui.background import Background
from gui.passphrase_cards import ChooseCard, PassphraseCard, RecoverCard, RecoveryKeyCard, UnlockCard
from gui.store_door import StoreDoor
from gui.theme import GAP_PX
from store.recovery_key import RecoveryKey
from store.vault import State

RUNNING = "A session is running and goes on being recorded."
NOT_THE_SAME = "The two are not the same; type both again."
WORKING = "This takes a moment …"


class LockScreen(QWidget):
    """`opened` carries the sessions that a crash had cut off; `dismissed`: not now."""

    opened = Signal(object)
    dismissed = Signal()

    def __init__(self, door: StoreDoor, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._background = background
        self.may_dismiss = True
        self.card: PassphraseCard | None = None
        self.running = QLabel(RUNNING)
        self.running.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.running.hide()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(GAP_PX * 2)
        self._column.addStretch(1)
        self._column.addWidget(self.running, 0, Qt.AlignmentFlag.AlignCenter)
        self._column.addStretch(1)

    def ask(self, *, session_runs: bool = False) -> None:
        """Show the card that fits what there is."""
        self.running.setVisible(session_runs)
        if self._door.vault.state is State.LOCKED:
            self._ask_passphrase()
        else:
            self._ask_choice()

    def forget(self) -> None:
        """Nothing that was typed or shown stays."""
        if self.card is not None:
            self.card.clear()
            self._column.removeWidget(self.card)
            self.card.hide()
            self.card.deleteLater()
            self.card = None

    def _show(self, card: PassphraseCard) -> None:
        self.forget()
        self.card = card
        self._column.insertWidget(1, card, 0, Qt.AlignmentFlag.AlignCenter)
        card.take_keyboard()

    def _ask_choice(self) -> None:
        card = ChooseCard(plain=self._door.vault.state is State.PLAIN)
        card.submitted.connect(self._set_up)
        card.left.connect(self.dismissed)
        self._show(card)

    def _ask_passphrase(self) -> None:
        card = UnlockCard("Not now" if self.may_dismiss else "")
        card.submitted.connect(self._unlock)
        card.left.connect(self.dismissed)
        card.forgotten.connect(self._ask_recovery_key)
        self._show(card)

    @Slot()
    def _ask_recovery_key(self) -> None:
        card = RecoverCard()
        card.submitted.connect(self._recover)
        card.left.connect(self._ask_passphrase)
        self._show(card)

    @Slot()
    def _set_up(self) -> None:
        card = self.card
        assert isinstance(card, ChooseCard)
        if not card.new.equal:
            card.tell(NOT_THE_SAME)
            return
        passphrase, recovery = card.new.first.text(), RecoveryKey.new()
        self._do(lambda: self._door.vault.set_up(passphrase, recovery), lambda _: self._show_recovery_key(recovery))

    def _show_recovery_key(self, recovery: RecoveryKey) -> None:
        card = RecoveryKeyCard(recovery.written)
        card.submitted.connect(self._confirm)
        self._show(card)

    @Slot()
    def _confirm(self) -> None:
        """The recovery key was written down."""
        self._do(self._door.vault.confirm_recovery_key, lambda _: self._enter())

    @Slot()
    def _unlock(self) -> None:
        card = self.card
        assert isinstance(card, UnlockCard)
        passphrase = card.field.text()
        self._do(lambda: self._door.vault.unlock(passphrase), lambda _: self._enter())

    @Slot()
    def _recover(self) -> None:
        card = self.card
        assert isinstance(card, RecoverCard)
        if not card.new.equal:
            card.tell(NOT_THE_SAME)
            return
        written, passphrase = card.key.text(), card.new.first.text()
        vault = self._door.vault
        self._do(lambda: vault.unlock_with_recovery_key(RecoveryKey.read(written), passphrase), lambda _: self._enter())

    @Slot()
    def _enter(self) -> None:
        self._do(self._door.opened, self._let_in)

    def _let_in(self, recovered: list[int]) -> None:
        self.forget()
        self.may_dismiss = False
        self.opened.emit(recovered)

    def _do(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        assert self.card is not None
        self.card.set_busy(True, WORKING)
        self._background.call(work, then, self._failed)

    def _failed(self, failure: Failure) -> None:
        card = self.card
        if card is None:
            return
        card.set_busy(False)
        card.tell(str(failure))
        wait = self._door.vault.wait_s
        if isinstance(card, UnlockCard):
            card.clear()
            if wait > 0:
                card.wait(wait, failure.what)
        card.take_keyboard()
