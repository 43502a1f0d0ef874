"""Wrong passphrases, counted beside the store, and how long the next one has to wait.

It slows down who tries at this program; who can copy the files tries elsewhere, and meets only the cost of each guess.
"""

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

from core.failures import Failure
from store.failures import KeyRefused
from store.safe_file import write_whole

logger = logging.getLogger(__name__)

FREE_TRIES = 3
"""Anybody mistypes."""

FIRST_DELAY_S = 2.0
LONGEST_DELAY_S = 300.0
"""Five minutes: 12 guesses an hour, and the owner who remembers is not locked out for the day."""


class Attempts:
    """The count in a small file, so that closing the program does not help; `now` is the time in seconds since 1970."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def wait_s(self) -> float:
        """Seconds until the next try is permitted; 0: now."""
        count = self._load()
        return max(0.0, min(count.last, self._now()) + delay_s(count.wrong) - self._now())

    @property
    def untold(self) -> int:
        """How many wrong ones the audit log does not know of yet."""
        return self._load().untold

    def begin(self) -> None:
        """Count a try before it is made, so that killing the program does not undo it; raises KeyRefused while it is too early."""
        left = self.wait_s()
        if left > 0:
            raise KeyRefused(
                Failure(
                    "Too many wrong passphrases.", f"The next try is possible in {ceil(left)} s.", "Nothing was lost; wait, then try again."
                )
            )
        count = self._load()
        self._save(Count(count.wrong + 1, self._now(), count.untold + 1))

    def succeeded(self) -> None:
        """The last one was right: nobody waits any more."""
        left = self._load().untold - 1
        if left > 0:
            self._save(Count(0, self._now(), left))
        else:
            self.told()

    def told(self) -> None:
        """The audit log knows of the wrong ones."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _load(self) -> "Count":
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return Count(int(content["wrong"]), float(content["last"]), int(content.get("untold", content["wrong"])))
        except FileNotFoundError:
            return Count()
        except (OSError, ValueError, TypeError, KeyError, AttributeError):  # damaged: as if many had been wrong, once
            return Count(FREE_TRIES, 0.0, 0)

    def _save(self, count: "Count") -> None:
        try:
            write_whole(self._path, json.dumps(asdict(count)).encode())
        except OSError as error:  # a folder that cannot be written is no reason to keep its owner out
            logger.warning("Wrong passphrases cannot be counted: %s", error)


@dataclass(frozen=True, slots=True)
class Count:
    """How many were wrong in a row, when the last one was, and how many of which the audit log does not know."""

    wrong: int = 0
    last: float = 0.0
    untold: int = 0


def delay_s(wrong: int) -> float:
    """How long to wait after so many wrong ones: nothing, then 2, 4, 8 ... 300 s."""
    return min(FIRST_DELAY_S * 2.0 ** min(wrong - FREE_TRIES, 60), LONGEST_DELAY_S) if wrong >= FREE_TRIES else 0.0
