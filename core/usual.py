"""What is usual for a person in one signal, and how far a value stands from it.

A signal is the index, a class of one lane, or a descriptor of the voice; `core.session_values` has one value of each a session. The
numbers mean nothing about illness: they say where a value lies beside the person's own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from core.statistics import robust_baseline

FIRST_SAID = 6
"""Days from which a usual is said; the scaled MAD of five is so unsteady that a value would have to lie 7 spreads away (simulated)."""

DIFFERENT_RATE = 0.05
"""Of the days of persons who stay as they are, at most this share is called different from usual, in one signal."""

_MULTIPLIERS = {5: 7.35, 6: 5.07, 7: 4.74, 8: 3.99, 10: 3.45, 12: 3.14, 16: 2.80, 20: 2.61}
"""Per number of days: how many spreads a value lies away before it is called different."""


class Standing(StrEnum):
    """Where a value lies beside what is usual."""

    AS_USUAL = "about as usual"
    HIGHER = "higher than usual"
    LOWER = "lower than usual"


@dataclass(frozen=True, slots=True)
class Usual:
    """The median of `count` days from `first` to `last`, and their spread: 1.4826 times the median absolute deviation.

    `least` is the smallest distance that is worth a word, in the signal's unit: the floor under a spread that came out too small.
    """

    centre: float
    spread: float
    count: int
    first: date
    last: date
    least: float = 0.0

    @property
    def reach(self) -> float:
        """How far from the centre a value may lie and be called usual."""
        return max(usual_multiplier(self.count) * self.spread, self.least)

    @property
    def low(self) -> float:
        """The lowest value that is called usual."""
        return self.centre - self.reach

    @property
    def high(self) -> float:
        """The highest value that is called usual."""
        return self.centre + self.reach


@dataclass(frozen=True, slots=True)
class Place:
    """A value beside what is usual. `spreads` is its distance from the centre in spreads, above it positive."""

    value: float
    spreads: float
    standing: Standing


def usual_of(values: Sequence[float], first: date, last: date, least: float = 0.0) -> Usual:
    """What is usual by one value a day; raises ValueError for fewer than core.statistics.LEAST_BASELINE, or one that is no number."""
    if not np.isfinite(values).all():
        raise ValueError("a usual is made of numbers only")
    baseline = robust_baseline(np.array(values, float), len(values))
    return Usual(float(baseline.median), float(baseline.spread), len(values), first, last, least)


def usual_multiplier(count: int) -> float:
    """How many spreads a value lies away before it is called different from what `count` days made usual.

    Found by simulation (`python -m bench.usual_limits`): 400,000 stable persons with normal values and a correlation of
    `core.statistics.CARRY_OVER` between one day and the next; it is the distance of a later day that DIFFERENT_RATE of them exceed.
    Between two cases of the table the harder one is taken.
    """
    return _MULTIPLIERS[max(known for known in _MULTIPLIERS if known <= count)]


def place_of(value: float, usual: Usual) -> Place:
    """Where a value lies; one that is no number raises ValueError, for nothing may be said of it."""
    if not math.isfinite(value):
        raise ValueError("only a number has a place beside what is usual")
    away = value - usual.centre
    standing = Standing.AS_USUAL if abs(away) <= usual.reach else Standing.HIGHER if away > 0 else Standing.LOWER
    unit = usual.reach / usual_multiplier(usual.count)
    return Place(value, away / unit if unit > 0 else math.copysign(math.inf, away) if away else 0.0, standing)
