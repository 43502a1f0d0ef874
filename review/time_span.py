"""Which part of a session a timeline shows, and how it is moved."""

import math
from dataclasses import dataclass

LEAST_S = 2.0
"""Closest look: sixty readings of a camera, each a dozen pixels apart."""

_ROUND = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, seconds of the session, within a session of `whole` seconds."""

    start: float
    end: float
    whole: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start

    @property
    def is_whole(self) -> bool:
        """Whether all is shown."""
        return self.seconds >= self.whole

    def moved(self, by_s: float) -> "Span":
        """Later, or earlier, as far as the session goes."""
        return _placed(self.start + by_s, self.seconds, self.whole)

    def zoomed(self, factor: float, about: float) -> "Span":
        """`factor` times as long; the moment `about` stays where it is, as far as the session goes."""
        seconds = min(max(LEAST_S, self.seconds * factor), self.whole)
        return _placed(about - (about - self.start) * seconds / self.seconds, seconds, self.whole)

    def holding(self, at: float) -> "Span":
        """The same where `at` is seen; else turned as a page, so that `at` stands a tenth behind its beginning."""
        return self if self.start <= at <= self.end else _placed(at - self.seconds / 10, self.seconds, self.whole)


def whole_span(seconds: float) -> Span:
    """All of a session."""
    length = max(LEAST_S, seconds)
    return Span(0.0, length, length)


def ticks(span: Span, most: int) -> tuple[list[float], float]:
    """At most about `most` round times within a span, and the step between them (s)."""
    step = next((one for one in _ROUND if span.seconds / one <= most), _ROUND[-1])
    first = math.ceil(span.start / step - 1e-9)
    return [number * step for number in range(first, math.floor(span.end / step + 1e-9) + 1)], step


def _placed(start: float, seconds: float, whole: float) -> Span:
    begins = min(max(0.0, start), max(0.0, whole - seconds))
    return Span(begins, begins + seconds, whole)
