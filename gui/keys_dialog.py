"""All keys in one list."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.keys import Key
from gui.theme import GAP_PX

ABOUT = (
    "Affectograph shows what expressions, voice and words resemble, and how that changes. An expression is not a feeling. "
    "It supports a professional's judgement; it is not a diagnosis. Letters and numbers work while no text field is in use; "
    "Tab reaches every control, and Space or Enter presses it."
)


class KeysDialog(QDialog):
    """Opened by F1; it leaves the window usable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help and keys")
        self.setModal(False)
        about = QLabel(ABOUT)
        about.setWordWrap(True)
        about.setObjectName("dim")
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP_PX * 3)
        grid.setVerticalSpacing(6)
        for row, key in enumerate(Key):
            written = QLabel(key.written)
            written.setObjectName("lane")
            meaning = QLabel(key.meaning)
            meaning.setWordWrap(True)
            grid.addWidget(written, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(meaning, row, 1)
        grid.setColumnStretch(1, 1)
        inner = QWidget()
        inner.setObjectName("plain")
        body = QVBoxLayout(inner)
        body.setSpacing(GAP_PX * 2)
        body.addWidget(about)
        body.addLayout(grid)
        body.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        self.resize(460, 540)
