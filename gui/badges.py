"""LIVE, PAUSED, REC: what the program is doing, in one word each."""

from PySide6.QtWidgets import QLabel, QWidget

from monitor.events import State


class Badge(QLabel):
    """A word in a pill, filled while it is true."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAccessibleName(name)

    def show_word(self, word: str, *, on: bool) -> None:
        """The word, and whether it is filled."""
        if (word, on) == (self.text(), self.property("on")):
            return
        self.setText(word)
        self.setProperty("on", on)
        self.style().unpolish(self)
        self.style().polish(self)


def state_word(state: State | None, running_word: str) -> str:
    """What the badge says for a state; None: nothing runs."""
    if state is None or state is State.ENDED:
        return "READY"
    return running_word if state is State.RUNNING else state.value.upper()
