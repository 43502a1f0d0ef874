"""What is usual for a person, and when a later stretch differs from it by more than chance and error explain.

A series holds one value per day with a good session, in the order of time; several persons may lie in one array, the days along
its last axis. The numbers mean nothing about illness: they say that measured values moved.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Median absolute deviation to the standard deviation of a normal distribution, 1 / 0.6745 (Rousseeuw and Croux 1993)."""

RECENT = 6
"""The newest values whose median is compared with the baseline: six weekly visits. Two odd days among six move the median little, and
fewer values find fewer changes (simulated)."""

NOMINAL_RATE = 0.05
"""Of persons who stay as they are, at most this share gets any mark, over all measures and all looks together."""

LEAST_BASELINE = 5
"""Values in a baseline: with fewer, its spread says next to nothing."""

CARRY_OVER = 0.4
"""The correlation between one day's value and the next that the limits allow for; chosen. With 0.3 two in a hundred stable persons are
marked, with 0.5 fourteen (simulated): the limits do not hold for values that wander more slowly than that."""

APART = 2
"""The error comes from values that are two days with sessions apart: neighbours are alike, and a shift lies between few pairs."""

MOST_LOOKS = 208
"""Comparisons with one baseline: four years of weekly visits, seven months of daily logs. After as many a newer baseline is due."""

BASELINES = (5, 6, 8, 10, 12, 16, 20)
PARTS = (1, 2, 4, 8, 16)

_MULTIPLIERS: dict[int, tuple[float, ...]] = {
    5: (3.35, 3.62, 3.87, 4.13, 4.38),
    6: (3.21, 3.47, 3.71, 3.93, 4.17),
    8: (3.09, 3.33, 3.55, 3.76, 3.98),
    10: (2.99, 3.21, 3.42, 3.65, 3.85),
    12: (2.90, 3.12, 3.32, 3.51, 3.71),
    16: (2.80, 3.00, 3.18, 3.35, 3.54),
    20: (2.72, 2.91, 3.09, 3.26, 3.40),
}
"""Per number of baseline values, a column for each of PARTS."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual: the median, and 1.4826 times the median absolute deviation, of `count` values."""

    median: Floats
    spread: Floats
    count: int


@dataclass(frozen=True, slots=True)
class ChangeTrace:
    """The comparison of a series with its own beginning; all arrays have the series' shape.

    `recent` is the median of the newest RECENT values up to each day and `limit` the least distance from the baseline's median that
    counts as a reliable change; both NaN until there are enough values. `changed` is -1 below, +1 above, 0 otherwise. It looks at no
    later day, so that a mark once set stays.
    """

    baseline: Baseline
    recent: Floats
    limit: Floats
    changed: NDArray[np.int8]


def needed(baseline_count: int) -> int:
    """How many values there must be before the first comparison."""
    return baseline_count + RECENT


def robust_baseline(values: Floats, count: int) -> Baseline:
    """Median and scaled MAD of the first `count` values (last axis); raises ValueError for fewer than LEAST_BASELINE or too few values."""
    if count < LEAST_BASELINE:
        raise ValueError(f"a baseline takes at least {LEAST_BASELINE} values, not {count}")
    if values.shape[-1] < count:
        raise ValueError(f"{values.shape[-1]} values are not enough for a baseline of {count}")
    first = values[..., :count]
    median = np.median(first, axis=-1)
    return Baseline(median, MAD_TO_SD * np.median(np.abs(first - median[..., None]), axis=-1), count)


def measurement_error(values: Floats) -> Floats:
    """The error of one value (its SEM) from the differences between values APART, so far; the shape of `values`.

    Two measurements of the same differ by sqrt(2) SEM, and by 2 SEM / sqrt(pi) in the mean, as in the charts of Shewhart for single
    values (Montgomery 2009, ch. 6.4). A lasting change touches few differences. NaN for the first APART values.
    """
    steps = np.abs(values[..., APART:] - values[..., :-APART]).cumsum(axis=-1)
    means = steps / np.arange(1, steps.shape[-1] + 1)
    return np.concatenate([np.full((*values.shape[:-1], min(APART, values.shape[-1])), np.nan), means * math.sqrt(math.pi) / 2], axis=-1)


def change_trace(values: Floats, baseline_count: int, *, part: int = 1, least: float = 0.0) -> ChangeTrace:
    """Compare every day's last RECENT values with the first `baseline_count`.

    A change is reliable when the medians are further apart than `multiplier` times the measurement error so far: the reliable change of
    Jacobson and Truax (1991), with the person's own error in place of one from a published reliability, which these measures do not
    have. `part` is the multiplier's, and `least` the smallest distance that is worth a word (the unit of `values`).
    """
    baseline = robust_baseline(values, baseline_count)
    recent, limit = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    first = needed(baseline_count) - 1
    looked_at = slice(first, first + MOST_LOOKS)
    if values.shape[-1] > first:
        windows = np.lib.stride_tricks.sliding_window_view(values[..., baseline_count:], RECENT, axis=-1)
        recent[..., first:] = np.median(windows, axis=-1)
        error = measurement_error(values)[..., looked_at]
        limit[..., looked_at] = np.maximum(multiplier(baseline_count, part) * error, least)
    away = recent - baseline.median[..., None]
    return ChangeTrace(baseline, recent, limit, np.where(np.abs(away) > limit, np.sign(away), 0).astype(np.int8))


def multiplier(baseline_count: int, part: int = 1) -> float:
    """How many times the measurement error a distance must be to count as a reliable change.

    Found by simulation (`python -m bench.change_limits`): 40,000 stable persons with normal values and a correlation of CARRY_OVER
    between one day and the next are compared day by day for MOST_LOOKS days; it is the distance that NOMINAL_RATE / `part` of them
    exceed at any look. Measures that are looked at together share the rate by their parts (Bonferroni): eight with part 8, or one with
    part 2 and eight with part 16. What few baseline values, a correlation and many looks cost is in these figures. Between two cases
    of the table the harder one is taken. Raises ValueError for a part that is beyond it.
    """
    column = next((index for index, most in enumerate(PARTS) if part <= most), None)
    if column is None:
        raise ValueError(f"the rate is shared out in at most {PARTS[-1]} parts, not {part}")
    return _MULTIPLIERS[max(count for count in BASELINES if count <= baseline_count)][column]


def reliable_change_index(before: float, after: float, sem: float) -> float:
    """(after - before) / (sqrt(2) SEM) (Jacobson and Truax 1991); beyond 1.96 it is reliable for a single comparison."""
    return (after - before) / (math.sqrt(2) * sem)


def error_of_reliability(sd: float, reliability: float) -> float:
    """SEM = SD sqrt(1 - reliability)."""
    if not 0.0 <= reliability <= 1.0:
        raise ValueError(f"a reliability lies between 0 and 1, not at {reliability}")
    return sd * math.sqrt(1.0 - reliability)
