"""The share of time in a state, with an interval that knows that neighbouring readings are not independent."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95
METHOD = (
    "Time is cut into blocks of {block_s:g} s (an entry of text is a block of its own). The variance of the share between "
    "blocks gives the effective number of independent observations, at most one per block (ratio estimator, Cochran 1977, ch. 6); "
    "Wilson’s score interval (1927) for that number, with Student’s t for the number of blocks, is the 95 % interval. "
    "Below {least_blocks} blocks there is no figure. The interval holds for a session that goes on as this one did; it does not "
    "cover the model’s own errors."
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the measured time, 0..1, its 95 % interval, and from how many independent pieces it comes."""

    share: float
    low: float
    high: float
    effective_n: float
    blocks: int


def block_share(hits: NDArray[np.bool_], weights: NDArray[np.float64], blocks: NDArray[np.intp]) -> Share:
    """The weighted share of `hits` (N,) with `weights` (N,) in seconds, when readings of one of `blocks` (N,) belong together; see METHOD.

    Raises ValueError for fewer than two blocks.
    """
    _, index = np.unique(blocks, return_inverse=True)
    count = int(index.max()) + 1 if len(index) else 0
    if count < 2:
        raise ValueError("an interval needs at least two blocks")
    in_block = np.bincount(index, weights)
    hit_in_block = np.bincount(index, weights * hits)
    total = float(in_block.sum())
    share = min(1.0, float(hit_in_block.sum()) / total)
    variance = count / (count - 1) * float(np.square(hit_in_block - share * in_block).sum()) / total**2
    effective_n = min(float(count), share * (1 - share) / variance) if variance > 0 else float(count)
    low, high = wilson(share, effective_n, float(stdtrit(count - 1, (1 + CONFIDENCE) / 2)))
    return Share(share, low, high, effective_n, count)


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's score interval of a share from `n` independent observations at quantile `z`."""
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (centre - half) / (1 + z * z / n)), min(1.0, (centre + half) / (1 + z * z / n))
