"""What is shown whenever somebody reports thoughts of death or self-harm."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

WHAT = "Item 9 is above 0: thoughts of being better off dead, or of self-harm, were reported."
WHAT_TO_DO = (
    "Speak with the person about it now, before they leave; ask about plans, means and protection. This form is no estimate of risk."
)


class SafetyPanel(QFrame):
    """In the colour of failures, the only one about a person; it says what to do and whom to call, and has no number of any model."""

    def __init__(self, contacts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("failed", True)
        self.setAccessibleName("Safety")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(2)
        self._lines = []
        for name, words in (("what", WHAT), ("", WHAT_TO_DO), ("", contacts)):
            label = QLabel(words)
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._lines.append(label)
            column.addWidget(label)
        self.setAccessibleDescription(f"{WHAT} {WHAT_TO_DO} {contacts}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """No line of it is ever cut off, however small the window is."""
        super().resizeEvent(event)
        for line in self._lines:
            line.setMinimumHeight(line.heightForWidth(line.width()))
