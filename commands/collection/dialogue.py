"""What is said to the person who is recorded, and what the person answers; in a pipe it is plain lines."""

import sys
from enum import Enum

from rich.console import Console

from core.levels import QUIETEST_DBFS

METER_LETTERS = 30

CONSENT = """\
Consent. {what} of {person} will be recorded in order to train or adapt the recognition of emotions, and for nothing else.
The recordings stay in the folder {folder} on this machine; this program sends them nowhere.
Emotions shown on request are acted: they say nothing about {person}, and no diagnosis is made from them.
{person} may stop at any moment with Ctrl+C, may leave any sentence out, and withdraws this consent by deleting {person}'s recordings."""

AGREED = "yes"


class Answer(Enum):
    """What the person wants to do next."""

    RECORD = ""
    REDO = "r"
    SKIP = "s"
    STOP = "q"


class Dialogue:
    """Lines out, lines in. The end of the input means stop."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, soft_wrap=True)
        self._meter = self._console.is_terminal

    def say(self, text: str, style: str = "") -> None:
        """A line."""
        self._console.print(text, style=style or None)

    def agrees(self, text: str) -> bool:
        """Whether the person agrees to the text, by the whole word."""
        self.say(text)
        return self._line(f"Type “{AGREED}” to agree: ") == AGREED

    def next(self, what: str) -> Answer:
        """What is to be done with what is asked for; anything unknown asks again."""
        while True:
            word = self._line(what)
            if word is None:
                return Answer.STOP
            if word in {answer.value for answer in Answer}:
                return Answer(word)
            self.say("Enter records, r repeats the one before, s skips this one, q stops.")

    def level(self, dbfs: float) -> None:
        """The level of what is being heard, as a bar on a terminal."""
        if not self._meter:
            return
        share = max(0.0, 1.0 - dbfs / QUIETEST_DBFS * 2)  # the lower half of the scale is silence
        bar = "▮" * round(METER_LETTERS * min(1.0, share))
        sys.stdout.write(f"\r  {bar:<{METER_LETTERS}} {dbfs:4.0f} dBFS ")
        sys.stdout.flush()

    def end_level(self) -> None:
        """Clear the bar."""
        if self._meter:
            sys.stdout.write("\r" + " " * (METER_LETTERS + 14) + "\r")
            sys.stdout.flush()

    def _line(self, prompt: str) -> str | None:
        try:
            return self._console.input(prompt).strip().casefold()
        except EOFError:
            return None
