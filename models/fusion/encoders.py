"""What turns a lane's segments into vectors of one width; the network's attention then weighs these."""

from collections.abc import Callable
from typing import NamedTuple

import keras
from keras import layers, ops

POOLED = 3
"""Segments that the ConvBiLSTM encoder sees as one step; a network's number of segments is a multiple of it."""


class LaneSteps(NamedTuple):
    """A lane in the network: `vectors` (batch, steps, width), `qualities` and `mask` (batch, steps, 1).

    `pooled` segments make a step; `shares` (batch, segments, 1) say how a step is shared out among those of them that are there.
    """

    vectors: keras.KerasTensor
    qualities: keras.KerasTensor
    mask: keras.KerasTensor
    shares: keras.KerasTensor
    pooled: int = 1


Encoder = Callable[[LaneSteps, str, int, float, bool], LaneSteps]


def small(given: LaneSteps, name: str, width: int, dropout: float, unroll: bool) -> LaneSteps:
    """Each segment by itself: two dense layers. What a session's course says is then left to the attention."""
    hidden = layers.Dense(width, activation="relu", name=f"{name}_hidden")(given.vectors)
    hidden = layers.Dropout(dropout)(hidden)
    return given._replace(vectors=layers.Dense(width, activation="tanh", name=f"{name}_encoded")(hidden))


def conv_bilstm(given: LaneSteps, name: str, width: int, dropout: float, unroll: bool) -> LaneSteps:
    """A convolution over three segments, the strongest of every three, and an LSTM in both directions (after Wei et al. 2022).

    Unlike there, the attention takes the place of the last step, of which the backward direction has seen one step only, and a
    normalisation of each step that of the batch, so that one session alone gives what it gives among others. `unroll`: the steps are
    written out one by one, which the light runtime wants. The LSTM is given no mask, which its two ways of running read differently: where
    nothing is, it reads zeros.
    """
    steps = layers.Conv1D(width, 3, padding="same", name=f"{name}_convolution")(given.vectors)
    steps = layers.ReLU()(layers.LayerNormalization(name=f"{name}_even")(steps)) * given.mask
    steps = layers.Dropout(dropout)(layers.MaxPooling1D(POOLED, padding="same")(steps))
    mask = layers.MaxPooling1D(POOLED, padding="same")(given.mask)
    both = layers.Bidirectional(layers.LSTM(width // 2, return_sequences=True, unroll=unroll), name=f"{name}_bilstm")
    encoded = layers.Dense(width, activation="tanh", name=f"{name}_encoded")(both(steps))
    count = ops.maximum(_sums(given.mask), 1.0)
    return LaneSteps(encoded, _sums(given.qualities) / count, mask, given.mask / ops.repeat(count, POOLED, axis=1), POOLED)


def _sums(values: keras.KerasTensor) -> keras.KerasTensor:
    """Of every POOLED segments (batch, segments, 1), their number being a multiple of it."""
    return ops.sum(layers.Reshape((-1, POOLED))(values), axis=-1, keepdims=True)


ENCODERS: dict[str, Encoder] = {"small": small, "conv_bilstm": conv_bilstm}
"""By the name in a configuration and a card."""
