"""When the participant speaks, and alone: what the interviewer says tells who is depressed better than the participant does.

A network that is given only the interviewer's questions reaches an F1 of 0.90 on DAIC-WOZ (arXiv 2404.14463): who asks knows already.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Span = tuple[float, float]
"""From and to, in seconds of the interview."""

WHOLE: tuple[Span, ...] = ((0.0, math.inf),)
"""Of a recording in which one person is heard and seen, from its beginning to its end."""


class Turn(NamedTuple):
    """What somebody said from `starts_s` to `ends_s`; `certainty` is the recogniser's, 0 to 1."""

    starts_s: float
    ends_s: float
    text: str
    certainty: float = 1.0

    @property
    def span(self) -> Span:
        """From and to."""
        return self.starts_s, self.ends_s


def alone(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What is left of `spans`, in the order of time and joined where they touch, when the times of `others` are taken out."""
    left = joined(spans)
    for start, end in joined(others):
        left = [piece for one, other in left for piece in ((one, min(other, start)), (max(one, end), other)) if piece[0] < piece[1]]
    return left


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same times in order, without overlap; a span that ends where it begins or before is none."""
    whole: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def lies_in(spans: Sequence[Span], start_s: float, end_s: float) -> bool:
    """Whether one of the spans holds the whole stretch."""
    return any(start <= start_s and end_s <= end for start, end in spans)
