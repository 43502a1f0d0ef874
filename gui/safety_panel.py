"""What is shown whenever somebody reports thoughts of death or self-harm."""

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
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        for name, words in (("what", WHAT), ("", WHAT_TO_DO), ("", contacts)):
            label = QLabel(words)
            label.setObjectName(name)
            label.setWordWrap(True)
            column.addWidget(label)
        self.setAccessibleDescription(f"{WHAT} {WHAT_TO_DO} {contacts}")
