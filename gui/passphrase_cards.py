"""The cards of the lock screen: choose a passphrase, keep the recovery key, unlock, and unlock with the recovery key."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.passphrase_strength import hint
from gui.theme import GAP_PX

CARD_PX = 460
HINT_AFTER_MS = 250
"""The hint follows when a person stops typing."""

CHOOSE = (
    "Sessions are stored encrypted. Choose a passphrase that only you know; you type it when the program starts. "
    "Nobody can open the store without it or the recovery key that is shown next."
)
ENCRYPT = "The sessions that an earlier version stored here are kept, and are encrypted now. "
KEEP = (
    "Write this recovery key down and keep it apart from this machine. It opens the store when the passphrase is forgotten. "
    "It is shown this once."
)
CHANGE = "Only the passphrase changes: the recovery key stays as it is, and no session is touched."
RENEW = "It takes the old one's place, which then no longer opens the store. Type the passphrase to see it, once."
FORGOTTEN = "Type the recovery key that was shown when the store was set up, and choose a new passphrase."


class PassphraseCard(QFrame):
    """A heading, words, fields, a line for what is wrong, and buttons."""

    submitted = Signal()
    left = Signal()

    def __init__(self, heading: str, words: str, act: str, leave: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(heading)
        self.setFixedWidth(CARD_PX)
        title = QLabel(heading)
        title.setObjectName("heading")
        self.words = _wrapped(words)
        self.fields = QVBoxLayout()
        self.fields.setSpacing(GAP_PX // 2)
        self.told = _wrapped("")
        self.told.setObjectName("what")
        self.act = QPushButton(act)
        self.act.setProperty("primary", True)
        self.act.clicked.connect(self.submitted)
        self.leave = QPushButton(leave)
        self.leave.setVisible(bool(leave))
        self.leave.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        buttons.addWidget(self.act)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PX * 3, GAP_PX * 3, GAP_PX * 3, GAP_PX * 2)
        column.setSpacing(GAP_PX)
        for widget in (title, self.words):
            column.addWidget(widget)
        column.addLayout(self.fields)
        column.addWidget(self.told)
        column.addLayout(buttons)

    def event(self, event: QEvent) -> bool:
        """As high as its words need at its width; a layout that centres it would cut wrapped lines off."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self.setFixedHeight(self._column.heightForWidth(CARD_PX))
        return handled

    def tell(self, words: str) -> None:
        """What is wrong or what is being done; "" for nothing."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def set_busy(self, busy: bool, words: str = "") -> None:
        """Nothing can be pressed while a key is made."""
        for widget in (self.act, self.leave, *self.findChildren(QLineEdit)):
            widget.setEnabled(not busy)
        if busy:
            self.tell(words)

    def clear(self) -> None:
        """Forget what was typed."""
        for field in self.findChildren(QLineEdit):
            field.clear()

    def take_keyboard(self) -> None:
        """To the first field."""
        field = self.findChild(QLineEdit)
        (field or self.act).setFocus(Qt.FocusReason.OtherFocusReason)

    def add_secret(self, name: str) -> QLineEdit:
        """A field whose letters are not shown; Enter presses the button."""
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        label = QLabel(name)
        label.setBuddy(field)
        field.returnPressed.connect(self.act.click)
        self.fields.addWidget(label)
        self.fields.addWidget(field)
        return field


class NewPassphrase:
    """Two fields and the hint below them, in any card."""

    def __init__(self, card: PassphraseCard) -> None:
        self._card = card
        self.first = card.add_secret("New passphrase")
        self.again = card.add_secret("The same again")
        self.hint = _wrapped("")
        self.hint.setObjectName("dim")
        card.fields.addWidget(self.hint)
        self._later = QTimer(card, singleShot=True, interval=HINT_AFTER_MS)
        self._later.timeout.connect(self._say)
        self.first.textChanged.connect(self._wait_for_more)
        for field in (self.first, self.again):
            field.textEdited.connect(self._forget_refusal)

    def _forget_refusal(self, _: str) -> None:
        """What was wrong with the last words is not about these."""
        self._card.tell("")

    def _wait_for_more(self, _: str) -> None:
        self._later.start()

    def _say(self) -> None:
        self.hint.setText(hint(self.first.text()))

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return self.first.text() == self.again.text()


class ChooseCard(PassphraseCard):
    """The first start."""

    def __init__(self, *, plain: bool, parent: QWidget | None = None) -> None:
        super().__init__("Choose a passphrase", (ENCRYPT if plain else "") + CHOOSE, "Encrypt the store", "Not now", parent)
        self.new = NewPassphrase(self)
        self.leave.setToolTip("Sessions can be seen and written to files, and nothing is kept")
        self.tell("")


class ChangeCard(PassphraseCard):
    """The old passphrase and a new one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Change the passphrase", CHANGE, "Change it", "Cancel", parent)
        self.old = self.add_secret("Passphrase until now")
        self.new = NewPassphrase(self)
        self.tell("")


class AskCard(PassphraseCard):
    """The passphrase, before something that only its owner may do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("A new recovery key", RENEW, "Show it", "Cancel", parent)
        self.field = self.add_secret("Passphrase")
        self.tell("")


class RecoveryKeyCard(PassphraseCard):
    """Shows the recovery key, once."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__("Your recovery key", KEEP, "Go on", "", parent)
        key = QLabel(words)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        key.setFont(font)
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        key.setAccessibleName("Recovery key")
        key.setAccessibleDescription(" ".join(words))
        key.setMargin(GAP_PX)
        self.key = key
        self.kept = QCheckBox("I have written it down and keep it apart from this machine")
        self.kept.toggled.connect(self.act.setEnabled)
        self.act.setEnabled(False)
        self.fields.addWidget(key)
        self.fields.addWidget(self.kept)
        self.tell("")

    def take_keyboard(self) -> None:
        """To the box that has to be ticked."""
        self.kept.setFocus(Qt.FocusReason.OtherFocusReason)


class UnlockCard(PassphraseCard):
    """The passphrase; `forgotten` asks for the other way."""

    forgotten = Signal()

    def __init__(self, leave: str, parent: QWidget | None = None) -> None:
        super().__init__("Locked", "Type the passphrase to open the store.", "Unlock", leave, parent)
        self.field = self.add_secret("Passphrase")
        self.other_way = QPushButton("I have forgotten it …")
        self.other_way.setFlat(True)
        self.other_way.clicked.connect(self.forgotten)
        row = QHBoxLayout()
        row.addWidget(self.other_way)
        row.addStretch(1)
        self.fields.addLayout(row)
        self._left_s = 0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count)
        self.tell("")

    def wait(self, seconds: float, words: str) -> None:
        """Nobody can try until then; `words` say what happened."""
        self._left_s, self._words = int(seconds + 0.999), words
        self._second.start()
        self._show_wait()

    @Slot()
    def _count(self) -> None:
        self._left_s -= 1
        self._show_wait()

    def _show_wait(self) -> None:
        waiting = self._left_s > 0
        self.act.setEnabled(not waiting)
        self.tell(f"{self._words} The next try is possible in {self._left_s} s." if waiting else self._words)
        if not waiting:
            self._second.stop()


class RecoverCard(PassphraseCard):
    """The recovery key and a new passphrase."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("With the recovery key", FORGOTTEN, "Unlock", "Back", parent)
        self.key = QLineEdit()
        self.key.setAccessibleName("Recovery key")
        self.key.setPlaceholderText("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345")
        label = QLabel("Recovery key")
        label.setBuddy(self.key)
        self.fields.addWidget(label)
        self.fields.addWidget(self.key)
        self.new = NewPassphrase(self)
        self.tell("")


def _wrapped(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    return label
