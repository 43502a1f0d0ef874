"""Which texts a step of training sees: rare classes more often than they are, texts of like length together, the same for the same seed."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Emotion
from training.datasets.goemotions import FINE, TextRow

SORTED_TOGETHER = 50
"""Batches whose texts are sorted by length before they are cut apart."""

LENGTH_STEP = 8
"""Batches are padded to a multiple of this, so that few shapes are compiled."""

Targets = dict[str, NDArray[np.float32]]


def balanced_order(classes: NDArray[np.int64], wanted: int, power: float, random: np.random.Generator) -> NDArray[np.int64]:
    """`wanted` row numbers: a class of n rows is drawn in proportion to n ** (1 - power), each of its rows as often as the others."""
    present, rows = np.unique(classes, return_counts=True)
    shares = rows ** (1.0 - power) / (rows ** (1.0 - power)).sum()
    drawn = [_cycled(np.flatnonzero(classes == k), round(share * wanted), random) for k, share in zip(present, shares, strict=True)]
    order = random.permutation(np.concatenate(drawn))
    return np.resize(order, wanted)


def _cycled(rows: NDArray[np.int64], wanted: int, random: np.random.Generator) -> NDArray[np.int64]:
    rounds = -(-wanted // len(rows))
    return np.concatenate([random.permutation(rows) for _ in range(rounds)])[:wanted] if rounds else rows[:0]


def by_length(order: NDArray[np.int64], lengths: NDArray[np.int64], batch: int, random: np.random.Generator) -> list[NDArray[np.int64]]:
    """The order cut into batches of like lengths, in random order within every SORTED_TOGETHER batches."""
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), batch * SORTED_TOGETHER):
        chunk = order[start : start + batch * SORTED_TOGETHER]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        cut = [chunk[first : first + batch] for first in range(0, len(chunk), batch)]
        batches += [cut[n] for n in random.permutation(len(cut))]
    return batches


def padded(ids: Sequence[Sequence[int]], most: int) -> NDArray[np.int32]:
    """(B, L) of the texts' pieces, at most `most` of each; 0 fills the rest of the shortest L that holds them."""
    longest = min(most, max(len(one) for one in ids))
    length = min(most, -(-longest // LENGTH_STEP) * LENGTH_STEP)
    out = np.zeros((len(ids), length), dtype=np.int32)
    for row, one in zip(out, ids, strict=True):
        row[: len(one)] = one[:length]
    return out


def targets(rows: Sequence[TextRow], smoothing: float, classes: Sequence[Emotion] = EMOTIONS) -> Targets:
    """What the raters saw, as shares (N, K) of "groups" and (N, 28) of "fine"; `smoothing` is spread over all."""
    groups = np.array([[label in row.groups for label in classes] for row in rows], dtype=np.float32)
    fine = np.array([[name in row.fine for name in FINE] for row in rows], dtype=np.float32)
    return {"groups": _shares(groups, smoothing), "fine": _shares(fine, smoothing)}


def _shares(seen: NDArray[np.float32], smoothing: float) -> NDArray[np.float32]:
    total = np.maximum(seen.sum(axis=1, keepdims=True), 1.0)
    return ((1.0 - smoothing) * seen / total + smoothing / seen.shape[1]).astype(np.float32)


def in_batches(ids: Sequence[Sequence[int]], batch: int, most: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """(row numbers, padded pieces) over all texts, the short ones first: for measuring."""
    order = np.argsort([len(one) for one in ids], kind="stable")
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        yield rows, padded([ids[row] for row in rows], most)
