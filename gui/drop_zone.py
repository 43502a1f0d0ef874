"""Where recordings are dropped, when there are none yet."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import GAP_PX


class DropZone(QFrame):
    """An invitation, and the button that opens the dialog."""

    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dropzone")
        self.setAccessibleName("Drop recordings here")
        head = QLabel("Drop video or audio files here")
        head.setObjectName("heading")
        more = QLabel(
            "mp4, mov, mkv, webm, avi, wav, flac, mp3, m4a, ogg. One or many; they are analysed one after another, on this machine."
        )
        more.setObjectName("dim")
        more.setWordWrap(True)
        more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton("Open files …")
        self.button.setProperty("primary", True)
        self.button.setToolTip("Choose video or audio files (Ctrl+O)")
        self.button.clicked.connect(self.open_wanted)
        column = QVBoxLayout(self)
        column.setSpacing(GAP_PX * 2)
        column.addStretch(1)
        column.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(more)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def set_hot(self, hot: bool) -> None:
        """Whether files hang over it."""
        self.setProperty("hot", hot)
        self.style().unpolish(self)
        self.style().polish(self)
