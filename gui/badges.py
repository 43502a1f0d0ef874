"""LIVE, PAUSED, REC: what the program is doing, in one word each."""

from collections.abc import Collection

from PySide6.QtWidgets import QLabel, QWidget

from core.media import MediaKind
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


def stored_word(kept: Collection[MediaKind], *, wanted: bool) -> str:
    """What the badge of the record says: numbers always, and what of picture and sound is kept with them."""
    if not wanted:
        return "NOT STORED"
    both = set(kept) == set(MediaKind)
    return " + ".join(["REC", *(["A/V"] if both else (kind.value.upper() for kind in kept))])


def stored_explained(kept: Collection[MediaKind], *, wanted: bool) -> str:
    """The tooltip of that badge."""
    if not wanted:
        return "What is measured now is shown, and not stored, nor is a picture or a sound kept; the stretch becomes a gap (R)."
    if not kept:
        return "Numbers, marks and notes are stored while the session runs; pictures and sound are not (R)."
    what = " and ".join(kind.value for kind in MediaKind if kind in kept)
    return f"Numbers, marks and notes are stored while the session runs, and {what} with them: the person has consented (R)."
