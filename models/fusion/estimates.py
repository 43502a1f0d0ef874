"""What the network's distributions over items come to: expectations, an interval of the total, the probability of the cut-off.

`calibration` of a card, measured on people that the network had not seen: {"spread": k, "coverage": 0.9, "times": q}. The items of one
person go together, so the deviation of the total is more than theirs put together as if they did not: k times as much. The true total is
within q of these deviations as often as `coverage` says (split conformal prediction, with the deviation as the scale; Lei et al. 2018).
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.estimate import CUT_OFF, HIGHEST_ITEM, HIGHEST_TOTAL

Values = NDArray[np.float64]

BETWEEN = 0.5
"""Totals are whole numbers: what lies half a point below the cut-off counts as on it."""


def item_moments(distributions: ArrayLike) -> tuple[Values, Values]:
    """Expectations and standard deviations (..., items) of distributions (..., items, bins) over 0 to HIGHEST_ITEM."""
    given = np.asarray(distributions, dtype=np.float64)
    centres = np.linspace(0.0, HIGHEST_ITEM, given.shape[-1])
    means = given @ centres
    return means, np.sqrt(np.maximum(given @ centres**2 - means**2, 0.0))


def total_moments(distributions: ArrayLike, spread: float = 1.0) -> tuple[Values, Values]:
    """The total (...) and its standard deviation, `spread` times what independent items would have."""
    means, deviations = item_moments(distributions)
    return means.sum(axis=-1), spread * np.sqrt((deviations**2).sum(axis=-1))


def probability_above(total: ArrayLike, sd: ArrayLike) -> Values:
    """That the total is CUT_OFF or more: normal with this deviation."""
    away = (np.asarray(total, dtype=np.float64) - (CUT_OFF - BETWEEN)) / np.maximum(np.asarray(sd, dtype=np.float64), 1e-6)
    return 0.5 * (1.0 + np.vectorize(math.erf, otypes=[float])(away / math.sqrt(2.0)))


def interval(total: ArrayLike, sd: ArrayLike, calibration: Mapping[str, float]) -> tuple[Values, Values]:
    """Within which the true total is held to be, in 0 to HIGHEST_TOTAL."""
    middle, half = np.asarray(total, dtype=np.float64), calibration["times"] * np.asarray(sd, dtype=np.float64)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, HIGHEST_TOTAL)
