"""Small networks side by side over the statistics of a segment, alone and about a person's centre; their answers are averaged.

Averaging networks that differ in their first weights only (Lakshminarayanan et al. 2017, "deep ensembles") is worth two to three points
here and costs a tenth of a millisecond.
"""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

MEMBERS = 6
HIDDEN = 64
INPUT_DROPOUT = 0.2
DROPOUT = 0.5
FARTHEST = 4.0
"""Standard deviations at which a number is clipped: a rumble that no training voice had must not outvote all else."""
LEAST_DEVIATION = 1e-3

Rows = NDArray[np.float32]


class Scale(NamedTuple):
    """Mean and deviation (F,) of each number over training's rows, and the deviation `within` (F,) a person, once standardised."""

    mean: Rows
    deviation: Rows
    within: Rows


def scale_of(rows: Rows, centres: Rows) -> Scale:
    """Of rows (N, F) and a centre for each (N, F); what is NaN is left out."""
    mean, deviation = np.nanmean(rows, axis=0), np.maximum(np.nanstd(rows, axis=0), LEAST_DEVIATION)
    alone = Scale(mean, deviation, np.ones_like(mean))
    within = np.maximum(np.std(standardised(rows, alone) - standardised(centres, alone), axis=0), LEAST_DEVIATION)
    return Scale(mean, deviation, within)


def standardised(rows: Rows, scale: Scale) -> Rows:
    """Rows (N, F) as deviations from all people; a number that is not known is 0, the mean."""
    even = (rows - scale.mean) / scale.deviation
    return np.clip(np.where(np.isnan(even), 0.0, even), -FARTHEST, FARTHEST).astype(np.float32)


def about_centres(rows: Rows, centres: Rows, scale: Scale) -> Rows:
    """Rows (N, F) standardised, and beside it how far they are from the person's centre: (N, 2 F)."""
    even = standardised(rows, scale)
    change = np.clip((even - standardised(centres, scale)) / scale.within, -FARTHEST, FARTHEST)
    return np.concatenate((even, change), axis=1).astype(np.float32)


def members(numbers: int, classes: int, name: str) -> keras.Model:
    """MEMBERS untrained networks as one: (batch, numbers) to logits (batch, MEMBERS, classes)."""
    given = keras.Input((numbers,))
    hidden = layers.Dropout(INPUT_DROPOUT)(given)
    hidden = layers.Dense(MEMBERS * HIDDEN, activation="relu", kernel_initializer="he_normal")(hidden)
    hidden = layers.Reshape((MEMBERS, HIDDEN))(layers.Dropout(DROPOUT)(hidden))
    logits = layers.EinsumDense("bmh,mhk->bmk", (MEMBERS, classes), bias_axes="mk")(hidden)
    return keras.Model(given, logits, name=name)


def statistics_mlp(of_all: keras.Model, of_person: keras.Model, scale: Scale, classes: int) -> keras.Model:
    """The network that is shipped: (batch, 2, F), a segment and a centre, to two outputs of (batch, classes) probabilities.

    The first says what the voice resembles compared with all people, whatever the centre, and the second compared with this person. Of the
    members' classes only the first `classes` are kept.
    """
    given = keras.Input((2, len(scale.mean)), name="segment_and_centre")
    even = (given - scale.mean) / scale.deviation
    even = ops.clip(ops.where(ops.equal(given, given), even, ops.zeros_like(even)), -FARTHEST, FARTHEST)
    segment, centre = even[:, 0], even[:, 1]
    change = ops.clip((segment - centre) / scale.within, -FARTHEST, FARTHEST)
    outputs = [
        layers.Identity(name=f"{network.name}_probabilities")(ops.mean(ops.softmax(network(values)[..., :classes]), axis=1))
        for network, values in ((of_all, segment), (of_person, ops.concatenate((segment, change), axis=1)))
    ]
    return keras.Model(given, outputs, name="statistics_mlp")
