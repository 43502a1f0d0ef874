"""What the program is to be used for: asked once, before anything is measured."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QRadioButton, QVBoxLayout, QWidget

from core.purpose import PURPOSE_WORDS, REFUSED, Purpose
from gui.theme import GAP_PX


class PurposeCard(QWidget):
    """`stated` carries one of the first three; the fourth is refused in a sentence."""

    stated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = QFrame()
        card.setObjectName("card")
        card.setMaximumWidth(560)
        title = QLabel("What will Affectograph be used for?")
        title.setObjectName("heading")
        self.choices: dict[Purpose, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.told = QLabel(str(REFUSED))
        self.told.setWordWrap(True)
        self.told.hide()
        self.go_on = QPushButton("Continue")
        self.go_on.setProperty("primary", True)
        self.go_on.setEnabled(False)
        self.go_on.clicked.connect(self._state)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(GAP_PX)
        column.addWidget(title)
        for purpose, words in PURPOSE_WORDS.items():
            choice = self.choices[purpose] = QRadioButton(words)
            choice.toggled.connect(self._show_choice)
            self._group.addButton(choice)
            column.addWidget(choice)
        column.addWidget(self.told)
        column.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(card, 4, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)

    def begin(self) -> None:
        """Take the keyboard: the arrows choose."""
        next(iter(self.choices.values())).setFocus()

    @property
    def purpose(self) -> Purpose | None:
        """What is chosen; None: nothing yet."""
        return next((purpose for purpose, choice in self.choices.items() if choice.isChecked()), None)

    @Slot()
    def _show_choice(self) -> None:
        refused = self.purpose is Purpose.MONITORING
        self.told.setVisible(refused)
        self.setAccessibleDescription(str(REFUSED) if refused else "")
        self.go_on.setEnabled(self.purpose is not None and not refused)

    @Slot()
    def _state(self) -> None:
        self.stated.emit(self.purpose)
