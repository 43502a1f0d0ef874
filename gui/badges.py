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


EXPLAINED: dict[State | None, str] = {
    State.STARTING: "Devices are opened and models loaded.",
    State.PAUSED: "Nothing is analysed or stored until it goes on; the pause becomes a gap.",
    State.STOPPING: "What was measured is being stored.",
}


def state_explained(state: State | None, *, demonstration: bool = False) -> str:
    """The tooltip of the badge of the live page."""
    if state is State.RUNNING:
        return "A drawn face and a synthesised voice are analysed." if demonstration else "What the devices deliver now is analysed."
    return EXPLAINED.get(state, "Nothing is analysed or stored; Start begins a session.")


def state_word(state: State | None, running_word: str) -> str:
    """What the badge says for a state; None: nothing runs."""
    if state is None or state is State.ENDED:
        return "READY"
    return running_word if state is State.RUNNING else state.value.upper()
