"""The learned fusion: attention over each lane's segments, attention over the lanes, and one head for each item of the PHQ-8.

After the sub-attention network of Wei et al. (2022, arXiv:2207.06180), made anew, with what it lacks: a lane may be absent or of low
quality, one session alone gives what it gives in a batch, and what was attended to is an output. docs/fusion-network.md says why.
"""

import math
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

from core.estimate import HIGHEST_ITEM, ITEMS
from models.fusion.encoders import ENCODERS, LaneSteps
from models.fusion.packing import Layout, Numbers

BINS = 32
"""Of an item's scale, as in the original."""

CENTRES = np.linspace(0.0, HIGHEST_ITEM, BINS, dtype=np.float32)
"""What each bin stands for."""

ATTENTION_WIDTH = 16
LEAST_QUALITY = 0.05
"""Below it, less quality says no more: its logarithm goes into the attention."""

FARTHEST = 5.0
"""Standard deviations at which a number is clipped."""

LEAST_VARIANCE = 1e-6
NOWHERE = 1e9

HEADS = "heads"
"""The layer whose biases are logits of all bins of all items."""

ATTENTION, CONCATENATION = "attention", "concatenation"


class NetworkSettings(NamedTuple):
    """How the network is built. `fusion`: ATTENTION, or CONCATENATION to compare with. `quality`: whether the attention is told of it."""

    encoder: str = "small"
    width: int = 16
    dropout: float = 0.2
    fusion: str = ATTENTION
    quality: bool = True


class LaneStatistics(NamedTuple):
    """Mean and variance (d,) of a lane's numbers over the training's segments."""

    mean: Numbers
    variance: Numbers


class _Lane(NamedTuple):
    """A lane as one vector (batch, width); `quality` and `present` are (batch, 1), `weights` (batch, segments)."""

    vector: keras.KerasTensor
    quality: keras.KerasTensor
    present: keras.KerasTensor
    weights: keras.KerasTensor


def lane_statistics(arrays: Numbers, layout: Layout) -> tuple[LaneStatistics, ...]:
    """Of packed sessions (n, segments, width); of a lane that none of them has, mean 0 and variance 1."""
    found = []
    for number, lane in enumerate(layout.lanes):
        there = arrays[layout.masks(arrays)[:, number] > 0.0][:, layout.columns(number)]
        some = there if len(there) else np.array([[-1.0], [1.0]], np.float32).repeat(lane.width, axis=1)
        found.append(LaneStatistics(some.mean(axis=0), np.maximum(some.var(axis=0), LEAST_VARIANCE)))
    return tuple(found)


def fusion_network(
    layout: Layout, settings: NetworkSettings, statistics: tuple[LaneStatistics, ...], *, unroll: bool = False
) -> keras.Model:
    """Packed sessions (batch, segments, width) to three outputs.

    The items (batch, ITEMS, BINS), each a distribution over CENTRES; the attention over the lanes (batch, lanes), which sums to 1, with
    the part of an absent lane's stand-in; and that over segments (batch, lanes, segments), which sums to 1 where the lane is there.
    """
    given = keras.Input((layout.segments, layout.width), name="session")
    summary = _attended if settings.fusion == ATTENTION else _averaged
    lanes = []
    for number, lane in enumerate(layout.lanes):
        steps = _standardised(given, layout, number, statistics[number], settings.quality)
        encoded = ENCODERS[settings.encoder](steps, lane.name, settings.width, settings.dropout, unroll)
        lanes.append(_stand_in(summary(encoded, lane.name), lane.name))
    fused, weights = _weighed(lanes, layout) if settings.fusion == ATTENTION else _side_by_side(lanes, settings.width)
    items = _heads(layers.Dropout(settings.dropout)(fused), settings.width)
    of_segments = ops.stack([lane.weights for lane in lanes], axis=1)
    return keras.Model(given, [items, layers.Identity(name="lanes")(weights), layers.Identity(name="segments")(of_segments)])


def _standardised(given: keras.KerasTensor, layout: Layout, number: int, statistics: LaneStatistics, told_quality: bool) -> LaneSteps:
    """A lane's vectors with mean 0 and deviation 1, and 0 wherever no segment is."""
    place = layout.columns(number)
    mask = given[:, :, place.stop + 1 : place.stop + 2]
    name = f"{layout.lanes[number].name}_standardised"
    even = layers.Normalization(mean=statistics.mean, variance=statistics.variance, name=name)(given[:, :, place])
    qualities = given[:, :, place.stop : place.stop + 1] * mask if told_quality else mask
    return LaneSteps(ops.clip(even, -FARTHEST, FARTHEST) * mask, qualities, mask, mask)


def _attended(steps: LaneSteps, name: str) -> _Lane:
    """The local attention: what a segment holds and how well it was measured decide how much it counts."""
    told = layers.Concatenate()([steps.vectors, steps.qualities])
    scores = _score(told, f"{name}_local") + _trust(steps.qualities, f"{name}_local_trust")
    weights = ops.softmax(scores - NOWHERE * (1.0 - steps.mask), axis=1) * steps.mask
    return _lane(steps, weights)


def _averaged(steps: LaneSteps, name: str) -> _Lane:
    """Without an attention: all segments alike."""
    return _lane(steps, steps.mask / ops.maximum(ops.sum(steps.mask, axis=1, keepdims=True), 1.0))


def _lane(steps: LaneSteps, weights: keras.KerasTensor) -> _Lane:
    of_segments = (weights if steps.pooled == 1 else ops.repeat(weights, steps.pooled, axis=1)) * steps.shares
    vector, quality = (ops.sum(weights * values, axis=1) for values in (steps.vectors, steps.qualities))
    return _Lane(vector, quality, ops.max(steps.mask, axis=1), ops.squeeze(of_segments, -1))


def _stand_in(lane: _Lane, name: str) -> _Lane:
    """The lane in the space of all lanes; in place of an absent one, a vector that was learned for it."""
    width = lane.vector.shape[-1]
    vector = layers.Dense(width, activation="tanh", name=f"{name}_projected")(lane.vector)
    null = layers.Dense(width, use_bias=False, name=f"{name}_null")(1.0 - lane.present)
    return lane._replace(vector=vector * lane.present + null)


def _weighed(lanes: list[_Lane], layout: Layout) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The global attention: what the lanes say, which of them are there and how well they were measured decide how much each counts."""
    context = layers.Concatenate()([part for lane in lanes for part in (lane.vector, lane.present)])
    scores = []
    for lane, shape in zip(lanes, layout.lanes, strict=True):
        told = layers.Concatenate()([context, lane.vector, lane.quality])
        scores.append(_score(told, f"{shape.name}_global") + _trust(lane.quality, f"{shape.name}_global_trust"))
    weights = ops.softmax(layers.Concatenate()(scores), axis=-1) if len(lanes) > 1 else ops.ones_like(scores[0])
    return ops.sum(ops.stack([lane.vector for lane in lanes], axis=1) * ops.expand_dims(weights, -1), axis=1), weights


def _side_by_side(lanes: list[_Lane], width: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Concatenation: all that an attention would be told, and one dense layer; the weights say nothing, and are alike."""
    told = layers.Concatenate()([part for lane in lanes for part in (lane.vector, lane.quality, lane.present)])
    alike = ops.concatenate([ops.ones_like(lane.present) / len(lanes) for lane in lanes], axis=-1)
    return layers.Dense(width, activation="tanh", name="concatenated")(told), alike


def _score(told: keras.KerasTensor, name: str) -> keras.KerasTensor:
    hidden = layers.Dense(ATTENTION_WIDTH, activation="tanh", name=f"{name}_question")(told)
    return layers.Dense(1, use_bias=False, name=f"{name}_score")(hidden)


def _trust(qualities: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """How much quality itself counts: learned, from where twice the quality has twice the weight."""
    of_quality = ops.log(ops.maximum(qualities, LEAST_QUALITY))
    return layers.Dense(1, use_bias=False, kernel_initializer="ones", name=name)(of_quality)


def _heads(fused: keras.KerasTensor, width: int) -> keras.KerasTensor:
    """A head an item: logits over its bins, which begin alike."""
    hidden = layers.Dense(width, activation="relu", name="hidden")(fused)
    logits = layers.Dense(ITEMS * BINS, kernel_initializer=keras.initializers.RandomNormal(stddev=1 / math.sqrt(BINS)), name=HEADS)
    return layers.Softmax(name="items")(layers.Reshape((ITEMS, BINS))(logits(hidden)))
