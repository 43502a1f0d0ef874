"""The index of a running session beside what is usual for its person.

What is usual is made of whole sessions' medians, so it is the session's median so far that is compared, and not the moment.
"""

from collections.abc import Iterable

import numpy as np

from core.readings import FusionScore
from core.usual import Place, place_of
from review.person_usual import PersonUsual

LEAST_S = 300.0
"""Seconds with a number before the session so far is called anything, or as many as the person's sessions usually have, where these are
fewer: the median of a minute wanders more than that of a visit, and would be called different too often (`bench.usual_limits`)."""

LEAST_BARE_S = 60.0
"""The same where there is no usual, and nothing is called different."""


class Comparing:
    """Takes the scores of one session as they come; `usual` None: nobody's, or nothing is known of the person."""

    def __init__(self, usual: PersonUsual | None, step_s: float) -> None:
        self.usual = usual
        self.step_s = step_s
        self._values: list[float] = []

    def add(self, scores: Iterable[FusionScore]) -> None:
        """Take in what came."""
        self._values += [score.value for score in scores if score.value is not None]

    @property
    def seconds(self) -> float:
        """How long there was a number."""
        return len(self._values) * self.step_s

    @property
    def least_s(self) -> float:
        """How long there must have been a number before the session so far is said."""
        return min(LEAST_S, self.usual.session_s) if self.usual and self.usual.index else LEAST_BARE_S

    @property
    def so_far(self) -> float | None:
        """The session's median so far; None: nothing yet, or too little to stand for a session."""
        return float(np.median(self._values)) if self._values and self.seconds >= self.least_s else None

    @property
    def place(self) -> Place | None:
        """Where the session so far lies; None: it is too short, or nothing is usual yet."""
        value, usual = self.so_far, self.usual.index if self.usual else None
        return None if value is None or usual is None else place_of(value, usual)
