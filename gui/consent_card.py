"""What is said before the first frame of a live camera is analysed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import GAP_PX

WORDS = (
    "Facial expression, voice and words will be analysed on this machine; nothing leaves it. "
    "Numbers are stored while REC is on, pictures and sound are not. "
    "The result supports a professional's judgement and is not a diagnosis. Begin only when the person agrees."
)


class ConsentCard(QFrame):
    """A notice with Begin and Not now; it lies in the page and stops nothing else."""

    accepted = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName("Before the analysis begins")
        self.setAccessibleDescription(WORDS)
        title = QLabel("Before the analysis begins")
        title.setObjectName("what")
        words = self._words = QLabel(WORDS)
        words.setWordWrap(True)
        self.remember = QCheckBox("Do not show this again until the program is closed")
        self.begin = QPushButton("Begin")
        self.begin.setProperty("primary", True)
        self.begin.clicked.connect(self.accepted)
        self.not_now = QPushButton("Not now")
        self.not_now.clicked.connect(self._decline)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.remember, 1)
        row.addWidget(self.not_now)
        row.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP_PX, 12, GAP_PX)
        column.addWidget(title)
        column.addWidget(words)
        column.addLayout(row)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What a person agrees to is never cut off, however small the window is."""
        super().resizeEvent(event)
        self._words.setMinimumHeight(self._words.heightForWidth(self._words.width()))

    def ask(self) -> None:
        """Show it, with the keyboard on Begin."""
        self.show()
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _decline(self) -> None:
        self.hide()
        self.declined.emit()
