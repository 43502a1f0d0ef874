"""Lowest, highest and mean of a long series for every pixel of a chart, at any zoom, without looking at every reading."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from core.tracks import Floats

FANOUT = 4
"""Neighbours that make one node of the level above; a third more memory than the series itself."""

NODES_A_PIXEL = 4
"""An extreme is drawn at most a quarter of a pixel beside its place."""

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """A stretch of `width_s` seconds each, (P,) of them from `start`: what a column of a chart shows.

    `low`, `high`, `mean` are (P, columns), NaN where nothing was measured; `measured` (P, columns) counts what was, and `readings` (P,)
    all there is.
    """

    start: float
    width_s: float
    low: Values
    high: Values
    mean: Values
    measured: Values
    readings: NDArray[np.intp]

    @property
    def middles(self) -> Floats:
        """The time in the middle of each stretch (P,)."""
        return np.asarray(self.start + (np.arange(len(self.readings)) + 0.5) * self.width_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    low: Values
    high: Values
    total: Values
    count: Values


class Pyramid:
    """A series of `values` (N, columns), NaN where not measured, at `times` (N,) that never go back; most are `usual_step_s` apart."""

    def __init__(self, times: Floats, values: NDArray[np.floating]) -> None:
        self.times = times
        self.usual_step_s = float(np.median(np.diff(times))) if len(times) > 1 else np.inf
        self.values = values.astype(np.float32)
        known = ~np.isnan(self.values)
        levels = [_Level(self.values, self.values, np.where(known, self.values, 0), known.astype(np.float32))]
        while len(levels[-1].low) > FANOUT:
            levels.append(_above(levels[-1]))
        self._levels = levels

    def readings(self, start: float, end: float) -> tuple[Floats, Values]:
        """The readings of start..end (s) themselves, with the one before and the one after, so that lines reach the edges."""
        low = max(0, int(np.searchsorted(self.times, start, side="left")) - 1)
        high = int(np.searchsorted(self.times, end, side="right")) + 1
        return self.times[low:high], self.values[low:high]

    def pixels(self, start: float, width_s: float, count: int) -> Pixels:
        """What `count` stretches of `width_s` seconds from `start` on show."""
        edges = np.searchsorted(self.times, start + width_s * np.arange(count + 1))
        depth = self._depth((edges[-1] - edges[0]) / max(1, count))
        level, nodes = self._levels[depth], -(-edges // FANOUT**depth)  # a node across an edge belongs to the pixel before it
        filled = np.flatnonzero(np.diff(nodes))
        columns = self.values.shape[1]
        made = _Level(*(np.full((count, columns), fill, np.float32) for fill in (np.nan, np.nan, 0, 0)))
        if len(filled):
            firsts, beyond = nodes[filled], nodes[filled[-1] + 1]
            for fold, source, target in (
                (np.fmin, level.low, made.low),
                (np.fmax, level.high, made.high),
                (np.add, level.total, made.total),
                (np.add, level.count, made.count),
            ):
                target[filled] = fold.reduceat(source[:beyond], firsts, axis=0)
        mean = np.divide(made.total, made.count, out=np.full_like(made.total, np.nan), where=made.count > 0)
        return Pixels(start, width_s, made.low, made.high, mean, made.count, np.diff(edges))

    def _depth(self, readings_a_pixel: float) -> int:
        """The highest level of which a pixel still has NODES_A_PIXEL nodes."""
        depth = 0
        while depth + 1 < len(self._levels) and FANOUT ** (depth + 1) * NODES_A_PIXEL <= readings_a_pixel:
            depth += 1
        return depth


def _above(level: _Level) -> _Level:
    return _Level(
        _folded(level.low, np.fmin, np.nan),
        _folded(level.high, np.fmax, np.nan),
        _folded(level.total, np.add, 0.0),
        _folded(level.count, np.add, 0.0),
    )


def _folded(values: Values, fold: np.ufunc, filler: float) -> Values:
    """Each FANOUT rows made one; whole columns at a time, which is five times quicker than `reduceat`."""
    missing = -len(values) % FANOUT
    whole = np.concatenate((values, np.full((missing, values.shape[1]), filler, np.float32))) if missing else values
    return reduce(fold, (whole[first::FANOUT] for first in range(FANOUT)))
