"""What the sequence networks share: standardised bands, and a summary over the real steps only."""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from models.voice.log_mel import BANDS

FARTHEST = 4.0
"""Standard deviations at which a band is clipped: a rumble that no training voice had must not outvote all else."""


LEAST_VARIANCE = 1e-4
"""Where nothing moves: the square root has no slope at 0."""


class BandStatistics(NamedTuple):
    """Mean and variance of each band over the real steps of training's sequences, (BANDS,) each."""

    mean: NDArray[np.float32]
    variance: NDArray[np.float32]


def band_statistics(sequences: NDArray[np.float32]) -> BandStatistics:
    """Of sequences (N, STEPS, COLUMNS)."""
    real = sequences[sequences[..., BANDS] > 0][:, :BANDS]
    return BandStatistics(real.mean(axis=0), real.var(axis=0))


def standardised(given: keras.KerasTensor, statistics: BandStatistics) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The bands (batch, STEPS, BANDS) with mean 0 and deviation 1, 0 where filled up; and which steps are real, (batch, STEPS, 1)."""
    heard = given[:, :, BANDS:]
    even = layers.Normalization(mean=statistics.mean, variance=statistics.variance, name="standardise")(given[:, :, :BANDS])
    return ops.clip(even, -FARTHEST, FARTHEST) * heard, heard


def attention_summary(steps: keras.KerasTensor, heard: keras.KerasTensor) -> keras.KerasTensor:
    """The steps (batch, T, C) as weighted means and deviations (batch, 2 C); a step's weight is learned, and 0 where filled up.

    Attention after Mirsamadi et al. (2017, ICASSP), with the deviations beside the means of Okabe et al. (2018, Interspeech,
    "Attentive statistics pooling"): how much a voice moves says more of a feeling than where it is.
    """
    far_below = (1.0 - heard) * -1e4
    weights = ops.softmax(layers.Dense(1, use_bias=False, name="attention")(steps) + far_below, axis=1)
    mean = ops.sum(steps * weights, axis=1)
    variance = ops.sum(ops.square(steps) * weights, axis=1) - ops.square(mean)
    return ops.concatenate((mean, ops.sqrt(ops.maximum(variance, LEAST_VARIANCE))), axis=1)
