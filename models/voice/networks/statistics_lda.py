"""Linear discriminants over the statistics of a segment, alone and about a person's centre; their answers are averaged.

Each tells finer classes apart than the program asks for (anger said softly and loudly, by women and men, in one corpus and another) and
adds up what belongs to one class: a class need not be one cloud (Zhu and Martinez 2006, "Subclass discriminant analysis"). The scatter
within a finer class, in which all places that training hears people in lie, is what a discriminant divides by: a number that noise moves
counts little. Where finer classes are parted by places too, each place has its own means. Several partings, and several degrees of
shrinking the scatter, make up for each other's chance.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from scipy import linalg

from models.calibration import softmax

SHRINKAGES = (0.01, 0.1, 0.35)
"""Of the scatter towards equal spread in all directions (Ledoit and Wolf 2004): there are as many numbers as clips. The mean over
three degrees does as well as the best one, which the few people of a fold choose with much chance."""
FARTHEST = 4.0
"""Standard deviations at which a number is clipped: a rumble that no training voice had must not outvote all else."""
LEAST_DEVIATION = 1e-3
SOFTNESS = 0.5
"""On the log-odds: in this many directions each discriminant is far too sure, and the mean would be that of the surest."""

Rows = NDArray[np.float32]


class Scale(NamedTuple):
    """Mean and deviation (F,) of each number over training's rows, and the deviation `within` (F,) a person, once standardised.

    `alone` (F,) is 1 for a number that says something without a centre, else 0.
    """

    mean: Rows
    deviation: Rows
    within: Rows
    alone: Rows


class Discriminant(NamedTuple):
    """`weights` (F, K) and `bias` (K,) of K finer classes, and which class each is part of (K,)."""

    weights: Rows
    bias: Rows
    classes: NDArray[np.int64]


def scale_of(rows: Rows, centres: Rows, alone: Rows) -> Scale:
    """Of rows (N, F) and a centre for each (N, F); what is NaN is left out."""
    first = Scale(np.nanmean(rows, axis=0), np.maximum(np.nanstd(rows, axis=0), LEAST_DEVIATION), np.ones_like(alone), alone)
    within = np.std(_even(rows, first) - _even(centres, first), axis=0)
    return first._replace(within=np.maximum(within, LEAST_DEVIATION))


def _even(rows: Rows, scale: Scale) -> Rows:
    even = (rows - scale.mean) / scale.deviation
    return np.clip(np.where(np.isnan(even), 0.0, even), -FARTHEST, FARTHEST).astype(np.float32)


def standardised(rows: Rows, scale: Scale) -> Rows:
    """Rows (N, F) as deviations from all people; 0 is the mean, and a number that is not known or says nothing alone."""
    return _even(rows, scale) * scale.alone


def about_centres(rows: Rows, centres: Rows, scale: Scale) -> Rows:
    """Rows (N, F) standardised, and beside it how far they are from the person's centre: (N, 2 F)."""
    change = np.clip((_even(rows, scale) - _even(centres, scale)) / scale.within, -FARTHEST, FARTHEST)
    return np.concatenate((standardised(rows, scale), change), axis=1).astype(np.float32)


def discriminants(
    rows: Rows, labels: NDArray[np.int64], shares: NDArray[np.floating], partings: NDArray[np.int64]
) -> tuple[Discriminant, ...]:
    """One for each of `partings` (P, N), which are numbers of finer classes, none in two of `labels` (N,), and each of SHRINKAGES.

    `shares` (N,) say how much each of the `rows` (N, F) counts among its class; all classes count alike.
    """
    counts = np.bincount(labels, shares)
    shares = (shares / counts[labels] / np.count_nonzero(counts)).astype(np.float32)
    total = (rows * shares[:, np.newaxis]).T @ rows
    return tuple(one for parting in partings for one in _of_parting(rows, labels, shares, parting, total))


def _of_parting(
    rows: Rows, labels: NDArray[np.int64], shares: NDArray[np.floating], parting: NDArray[np.int64], total: Rows
) -> Iterator[Discriminant]:
    """For each of SHRINKAGES; `total` (F, F) is the rows' scatter about 0.

    What all finer classes have in common is taken out: a softmax does not see it, and single precision would.
    """
    _, first, finer = np.unique(parting, return_index=True, return_inverse=True)
    sizes = np.bincount(finer, shares)[:, np.newaxis]
    means = np.stack([shares[finer == one] @ rows[finer == one] for one in range(len(first))]) / sizes
    within = total - (means * sizes).T @ means
    spread = np.eye(len(within)) * (np.trace(within) / len(within))
    for shrinkage in SHRINKAGES:
        weights = linalg.solve((1.0 - shrinkage) * within + shrinkage * spread, means.T, assume_a="pos")
        bias = -0.5 * np.sum(means.T * weights, axis=0)
        weights, bias = (SOFTNESS * (part - part.mean(axis=-1, keepdims=True)).astype(np.float32) for part in (weights, bias))
        yield Discriminant(weights, bias, labels[first])


def answers(several: Sequence[Discriminant], rows: Rows, classes: int) -> NDArray[np.float64]:
    """Probabilities (N, classes) of standardised rows (N, F), as the network below makes them."""
    said = [softmax(rows @ one.weights + one.bias) @ _parts_of(one.classes, classes) for one in (_kept(one, classes) for one in several)]
    return np.mean(said, axis=0, dtype=np.float64)


def _kept(one: Discriminant, classes: int) -> Discriminant:
    """Without the finer classes of those that were only learned beside."""
    kept = one.classes < classes
    return Discriminant(one.weights[:, kept], one.bias[kept], one.classes[kept])


def _parts_of(finer: NDArray[np.int64], classes: int) -> Rows:
    """(K, classes): 1 where a finer class is part of a class."""
    return (finer[:, np.newaxis] == np.arange(classes)).astype(np.float32)


def statistics_lda(of_all: Sequence[Discriminant], of_person: Sequence[Discriminant], scale: Scale, classes: int) -> keras.Model:
    """The network that is shipped: (batch, 2, F), a segment and a centre, to two outputs of (batch, classes) probabilities.

    The first says what the voice resembles compared with all people, whatever the centre, and the second compared with this person. Of the
    discriminants' classes only the first `classes` are kept.
    """
    given = keras.Input((2, len(scale.mean)), name="segment_and_centre")
    even = (given - scale.mean) / scale.deviation
    even = ops.clip(ops.where(ops.equal(given, given), even, ops.zeros_like(even)), -FARTHEST, FARTHEST)
    change = ops.clip((even[:, 0] - even[:, 1]) / scale.within, -FARTHEST, FARTHEST)
    segment = even[:, 0] * scale.alone
    outputs = [
        _averaged(several, values, classes, name)
        for name, several, values in (("of_all", of_all, segment), ("of_person", of_person, ops.concatenate((segment, change), axis=1)))
    ]
    return keras.Model(given, outputs, name="statistics_lda")


def _averaged(several: Sequence[Discriminant], values: keras.KerasTensor, classes: int, name: str) -> keras.KerasTensor:
    """The discriminants as one dense layer, parted for their own softmax."""
    kept = [_kept(one, classes) for one in several]
    ends = np.cumsum([len(one.bias) for one in kept])
    dense = layers.Dense(int(ends[-1]), name=f"{name}_discriminants")
    odds = dense(values)
    dense.set_weights([np.concatenate([one.weights for one in kept], axis=1), np.concatenate([one.bias for one in kept])])
    parts = [ops.softmax(odds[:, int(end) - len(one.bias) : int(end)]) for one, end in zip(kept, ends, strict=True)]
    said = [ops.matmul(part, _parts_of(one.classes, classes)) for one, part in zip(kept, parts, strict=True)]
    return layers.Identity(name=f"{name}_probabilities")(ops.mean(ops.stack(said, axis=1), axis=1))
