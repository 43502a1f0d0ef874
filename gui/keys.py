"""The keys, once: the window acts on them and the dialog lists them."""

from enum import Enum


class Key(Enum):
    """What a person can ask for by a key: the key as it is written, and what it does."""

    PAUSE = ("Space", "Start, pause or go on")
    RECORD = ("R", "Store what is measured, with picture and sound where they are kept; or stop storing")
    EVENT = ("E", "Mark this moment as an event")
    MARKS = ("1 … 9", "Mark this moment with a number of your own")
    CLASS_MAP = ("A", "Show where the face's network looked, or hide it")
    WHY = ("W", "Say why the index has its value")
    NOTE = ("N", "Write a note on this moment")
    TEXT = ("T", "Write what was said, to be analysed")
    LIVE = ("Ctrl+1", "Live page")
    RECORDING = ("Ctrl+2", "Recording page")
    PEOPLE = ("Ctrl+3", "People page")
    REPORTS = ("Ctrl+4", "Reports page")
    REVIEW = (
        "Ctrl+5",
        "Review page; there Space plays, arrows seek, + and - zoom, A agrees and D disagrees with the chosen lane, W says why",
    )
    OPEN = ("Ctrl+O", "Open recordings")
    SETTINGS = ("Ctrl+,", "Settings")
    LOCK = ("Ctrl+L", "Lock: hide everything and forget the key; a running session goes on")
    FULL_SCREEN = ("F11", "Full screen, or back")
    HELP = ("F1", "This list")
    PUT_AWAY = ("Esc", "Put the newest notice away; leave a text field or full screen")
    QUIT = ("Ctrl+Q", "End, after everything is stored")

    @property
    def written(self) -> str:
        """The key as it is written."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """What it does."""
        return self.value[1]
