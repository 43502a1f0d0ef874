"""What stands above a lane of a timeline."""

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from gui.elided_label import ElidedLabel
from gui.theme import GAP_PX
from review.summary import DESCRIPTORS

FIRST_DESCRIPTOR = "pitch_sd_semitones"


class LaneHead(QWidget):
    """A lane's name, a choice where there is one, and what holds at the play-head."""

    def __init__(self, name: str, choice: QComboBox | None = None) -> None:
        super().__init__()
        self._name = name
        self.title = QLabel(name)
        self.title.setObjectName("lane")
        self.words = ElidedLabel()
        self.words.setObjectName("dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.title)
        if choice is not None:
            row.addWidget(choice)
        row.addWidget(self.words, 1)

    def say(self, words: str) -> None:
        """What holds; whole in the tooltip."""
        self.words.setText(words)
        self.words.setToolTip(words)

    def choose(self, on: bool) -> None:
        """Whether this is the lane that keys speak of."""
        self.title.setText(f"▸ {self._name}" if on else self._name)


def descriptor_choice() -> QComboBox:
    """Which descriptor of the voice the lane of speaking shows."""
    choice = QComboBox()
    choice.setObjectName("low")
    choice.setAccessibleName("What the timeline of speaking shows")
    for one in DESCRIPTORS:
        choice.addItem(f"{one.name} ({one.unit})", one.field)
    choice.setCurrentIndex(choice.findData(FIRST_DESCRIPTOR))
    return choice
