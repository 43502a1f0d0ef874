"""The share of time in a state, with an interval that knows that neighbouring readings are not independent."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95
LEAST_MERGED = 6
"""Blocks are not merged into fewer: a variance of fewer values says little."""
METHOD = (
    "Time is cut into blocks of {block_s:g} s (an entry of text is a block of its own). The variance of the share between "
    "blocks (ratio estimator, Cochran 1977, ch. 6), or between blocks of two, four and more neighbours where it is larger (Flyvbjerg "
    "and Petersen 1989), gives the effective number of independent observations, at most one per block; Wilson’s score interval "
    "(1927) for that number, with Student’s t for the number of blocks, is the 95 % interval. Below {least_blocks} blocks there is "
    "no figure. The interval holds for a session that goes on as this one did; it does not cover the model’s own errors."
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
    in_block = np.bincount(index, weights).astype(np.float64)
    hit_in_block = np.bincount(index, weights * hits).astype(np.float64)
    share = min(1.0, float(hit_in_block.sum() / in_block.sum()))
    variance, pieces = max(_variances(hit_in_block, in_block, share))
    effective_n = min(float(count), share * (1 - share) / variance) if variance > 0 else float(count)
    low, high = wilson(share, effective_n, float(stdtrit(pieces - 1, (1 + CONFIDENCE) / 2)))
    return Share(share, low, high, effective_n, count)


def _variances(hits: NDArray[np.float64], totals: NDArray[np.float64], share: float) -> Iterator[tuple[float, int]]:
    """The variance of `share` by blocks of one, two, four ... neighbours, and from how many it was taken.

    It grows with the length of the blocks until they are longer than what they hold lasts (Flyvbjerg and Petersen 1989).
    """
    count, whole = len(totals), float(totals.sum())
    while True:
        yield count / (count - 1) * float(np.square(hits - share * totals).sum()) / whole**2, count
        if count < 2 * LEAST_MERGED:
            return
        firsts = np.arange(0, count - count % 2, 2)  # an odd last block joins the pair before it
        hits, totals = np.add.reduceat(hits, firsts), np.add.reduceat(totals, firsts)
        count = len(totals)


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's score interval of a share from `n` independent observations at quantile `z`."""
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (centre - half) / (1 + z * z / n)), min(1.0, (centre + half) / (1 + z * z / n))
