"""Sums over a lane's readings: what the fusion remembers of it, and of which pieces that is made."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.readings import Reading


ROUNDING = 1e-12
"""Of the whole: a difference as small as this is none."""


class Tally:
    """Sums over readings, all of which fade alike.

    `amount` is what they hold (seconds, words), `usable` the same times quality, and `firm` times quality twice. Of each column (a quantity
    that is averaged) it keeps the usable amount of the readings that measured it, and their sum of values.
    """

    __slots__ = ("amount", "firm", "totals", "usable", "weights")

    def __init__(self, columns: int) -> None:
        self.amount = self.usable = self.firm = 0.0
        self.weights = array("d", bytes(8 * columns))
        self.totals = array("d", bytes(8 * columns))

    def add(self, amount: float, quality: float, values: Sequence[float]) -> None:
        """Take a reading in: one value a column, NaN where it was not measured."""
        usable = amount * quality
        self.amount += amount
        self.usable += usable
        self.firm += usable * quality
        for column, value in enumerate(values):
            if math.isfinite(value):
                self.weights[column] += usable
                self.totals[column] += usable * value

    def fade(self, share: float) -> None:
        """Leave `share` of everything."""
        self.amount *= share
        self.usable *= share
        self.firm *= share
        for column in range(len(self.weights)):
            self.weights[column] *= share
            self.totals[column] *= share

    def plus(self, other: "Tally", share: float = 1.0) -> "Tally":
        """These sums and `share` of another's."""
        result = Tally(0)
        result.amount = self.amount + share * other.amount
        result.usable = self.usable + share * other.usable
        result.firm = self.firm + share * other.firm
        result.weights = array("d", [mine + share * theirs for mine, theirs in zip(self.weights, other.weights, strict=True)])
        result.totals = array("d", [mine + share * theirs for mine, theirs in zip(self.totals, other.totals, strict=True)])
        return result

    def faded(self, share: float) -> "Tally":
        """`share` of these sums, as a copy."""
        result = self.plus(self, 0.0)
        result.fade(share)
        return result

    def minus(self, part: "Tally") -> "Tally":
        """These sums without a part of them; what rounding leaves below nothing, or of nothing, is nothing."""
        result = self.plus(part, -1.0)
        least = ROUNDING * self.amount
        result.amount, result.usable, result.firm = (max(0.0, one) for one in (result.amount, result.usable, result.firm))
        for column, weight in enumerate(result.weights):
            if weight <= least:
                result.weights[column] = result.totals[column] = 0.0
        return result

    def mean(self, column: int) -> float:
        """The mean of a column; NaN when it was never measured."""
        weight = self.weights[column]
        return self.totals[column] / weight if weight > 0.0 else math.nan

    def covered(self, column: int) -> float:
        """In which share of the usable readings a column was measured, 0..1."""
        return self.weights[column] / self.usable if self.usable > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """What a stretch of the session brought to a lane: the faces of one step, a segment of speech, an entry.

    `tally` holds its sums as they were at `at` (s), when its last reading came; `starts` and `ends` (s) are what it describes. `reading` is
    what was said, where the piece is one reading.
    """

    at: float
    starts: float
    ends: float
    tally: Tally
    reading: "Reading | None" = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a lane's part of a score rests on: its sums as they were at `at` (s), and the pieces that came since the score before."""

    at: float
    tally: Tally
    pieces: tuple[Piece, ...] = ()
