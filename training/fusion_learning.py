"""How the fusion network learns: soft targets, lanes and segments dropped at random, stopped when people it did not see gain no more."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from core.estimate import CUT_OFF, ITEMS
from models.fusion.estimates import BETWEEN
from models.fusion.network import CENTRES, HEADS, LaneStatistics, NetworkSettings, fusion_network, lane_statistics
from models.fusion.packing import Layout, Numbers
from training.fusion_examples import ABOVE, TOTAL, Examples

SOFTNESS = 0.3
"""Standard deviation of an item's soft target, in its points. (The original has 5 of 31 bins, which is 0.5.)"""
TOTAL_UNIT = 5.0
"""Points of the total that count as much as a unit of the items' loss."""
ABOVE_UNIT = 2.0
"""Points of the total over which the probability of the cut-off rises, where only the side of the cut-off is known."""
LEAST_SHARE = 1e-3
"""Of a bin in which no item lay."""
TOGETHER = 512
"""Sessions that are asked about at once."""

Told = Callable[[int, float, float], None]
"""Of every epoch: its number, and the losses of training and of validation."""


class LearningSettings(NamedTuple):
    """How long and how carefully. `lane_dropout`, `segment_dropout`: the share that a session loses at random each time it is seen."""

    epochs: int = 120
    patience: int = 15
    batch: int = 32
    rate: float = 3e-3
    weight_decay: float = 1e-2
    lane_dropout: float = 0.15
    segment_dropout: float = 0.2


class Learned(NamedTuple):
    """A network's weights, the statistics that it standardises with, its best epoch, and the loss of validation there (NaN without any)."""

    weights: list[Numbers]
    statistics: tuple[LaneStatistics, ...]
    epoch: int
    loss: float


class Course:
    """A network with its optimiser, built once and begun anew for every fit, so that its graph is compiled once.

    It is built with mean 0 and variance 1; what it is given is standardised before. For one thread.
    """

    def __init__(self, layout: Layout, network: NetworkSettings, learning: LearningSettings) -> None:
        self._layout, self._network, self._learning = layout, network, learning
        self._model = fusion_network(layout, network, _nothing_to_do(layout))
        self._optimiser = keras.optimizers.AdamW(learning.rate, weight_decay=learning.weight_decay)
        self._optimiser.build(self._model.trainable_variables)
        self._zeros = [np.zeros(one.shape) for one in self._optimiser.variables[2:]]  # after the count of steps and the rate
        some, wanted = tf.TensorSpec((None, layout.segments, layout.width)), tf.TensorSpec((None, ITEMS + 2))
        soft = tf.TensorSpec((None, ITEMS, len(CENTRES)))
        self._step = tf.function(self._learn, input_signature=[some, soft, wanted, wanted])
        self._measure = tf.function(self._loss, input_signature=[some, soft, wanted, wanted])
        self._answer = tf.function(lambda arrays: self._model(arrays, training=False)[:2], input_signature=[some])

    def begin(self, seed: int) -> None:
        """First weights, an optimiser that remembers nothing, and dropout, all from `seed`."""
        keras.utils.set_random_seed(seed)
        self._model.set_weights(fusion_network(self._layout, self._network, _nothing_to_do(self._layout)).get_weights())
        for number, layer in enumerate(one for one in self._model.layers if isinstance(one, keras.layers.Dropout)):
            layer.seed_generator.state.assign(np.array([seed, number], np.uint32))
        self._optimiser.iterations.assign(0)
        for variable, zeros in zip(self._optimiser.variables[2:], self._zeros, strict=True):
            variable.assign(zeros)

    def learned(self, examples: Examples, rows: NDArray[np.bool_], validating: NDArray[np.bool_] | None, seed: int, told: Told) -> Learned:
        """See `learned`."""
        self.begin(seed)
        random = np.random.default_rng(seed)
        statistics = lane_statistics(examples.arrays[rows], self._layout)
        even, wanted = standardised(examples.arrays, self._layout, statistics), _wanted(examples.targets)
        self._model.get_layer(HEADS).bias.assign(_usual(wanted[0][rows]))
        best = Learned(self._model.get_weights(), statistics, 0, math.inf)
        for epoch in range(1, self._learning.epochs + 1):
            loss = self._epoch(even, wanted, np.flatnonzero(rows), random)
            if validating is None:
                told(epoch, loss, math.nan)
                continue
            val_loss = float(self._measure(even[validating], *(one[validating] for one in wanted)))
            told(epoch, loss, val_loss)
            if val_loss < best.loss:
                best = Learned(self._model.get_weights(), statistics, epoch, val_loss)
            elif epoch - best.epoch >= self._learning.patience:
                break
        return best if validating is not None else Learned(self._model.get_weights(), statistics, self._learning.epochs, math.nan)

    def said(self, learned: Learned, arrays: Numbers) -> tuple[Numbers, Numbers]:
        """See `said`."""
        self._model.set_weights(learned.weights)
        even = standardised(arrays, self._layout, learned.statistics)
        answers = [self._answer(even[first : first + TOGETHER]) for first in range(0, len(even), TOGETHER)]
        items, lanes = (np.concatenate([np.asarray(one) for one in parts]) for parts in zip(*answers, strict=True))
        return items, lanes

    def _epoch(self, even: Numbers, wanted: tuple[Numbers, ...], rows: NDArray[np.int64], random: np.random.Generator) -> float:
        losses = []
        for some in _batches(rows, self._learning.batch, random):
            arrays = thinned(even[some], self._layout, self._learning, random)
            losses.append(self._step(arrays, *(one[some] for one in wanted)))
        return float(np.mean([float(loss) for loss in losses]))

    def _learn(self, arrays: tf.Tensor, soft: tf.Tensor, targets: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            loss = loss_of(self._model(arrays, training=True)[0], soft, targets, known)
        self._optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    def _loss(self, arrays: tf.Tensor, soft: tf.Tensor, targets: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
        return loss_of(self._model(arrays, training=False)[0], soft, targets, known)


course_of = lru_cache(maxsize=8)(Course)
"""A graph takes longer to build than a small network to learn."""


def learned(
    examples: Examples,
    rows: NDArray[np.bool_],
    validating: NDArray[np.bool_] | None,
    network: NetworkSettings,
    learning: LearningSettings,
    seed: int,
    told: Told = lambda epoch, loss, val_loss: None,
) -> Learned:
    """A network that has learned from `rows` (N,): as it was when the loss of `validating` (N,) was least; without these, after all epochs.

    The same seed and data give the same network, whatever was learned before.
    """
    return course_of(examples.layout, network, learning).learned(examples, rows, validating, seed, told)


def said(layout: Layout, network: NetworkSettings, learning: LearningSettings, known: Learned, arrays: Numbers) -> tuple[Numbers, Numbers]:
    """Distributions over the items (n, ITEMS, BINS) and attention over the lanes (n, lanes) of packed sessions."""
    return course_of(layout, network, learning).said(known, arrays)


def network_of(layout: Layout, network: NetworkSettings, known: Learned, *, unroll: bool = False) -> keras.Model:
    """The network by itself, which standardises what it is given: what is exported."""
    model = fusion_network(layout, network, known.statistics, unroll=unroll)
    model.set_weights(known.weights)
    return model


def soft_targets(items: Numbers) -> Numbers:
    """Items (N, ITEMS) as distributions (N, ITEMS, BINS): a Gaussian around each; zeros where an item is not known."""
    away = (CENTRES - np.nan_to_num(items)[..., np.newaxis]) / SOFTNESS
    weights = np.exp(-0.5 * away**2) * np.isfinite(items)[..., np.newaxis]
    return (weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9)).astype(np.float32)


def loss_of(items: keras.KerasTensor, soft: keras.KerasTensor, targets: keras.KerasTensor, known: keras.KerasTensor) -> keras.KerasTensor:
    """The mean over sessions of what is known: the items' KL divergence, the total's error, and without a total the cut-off's entropy.

    `items` and `soft` are (N, ITEMS, BINS), `targets` and `known` (1 or 0) as in Examples, with 0 where nothing is known.
    """
    divergence = ops.sum(soft * (ops.log(ops.maximum(soft, 1e-9)) - ops.log(ops.maximum(items, 1e-9))), axis=(1, 2))
    total = ops.sum(items * CENTRES, axis=(1, 2))
    squared = ops.square((total - targets[:, TOTAL]) / TOTAL_UNIT) * known[:, TOTAL]
    above = ops.sigmoid((total - (CUT_OFF - BETWEEN)) / ABOVE_UNIT)
    entropy = keras.losses.binary_crossentropy(targets[:, ABOVE, None], above[:, None])
    return ops.mean(divergence / ITEMS + squared + entropy * known[:, ABOVE] * (1.0 - known[:, TOTAL]))


def standardised(arrays: Numbers, layout: Layout, statistics: tuple[LaneStatistics, ...]) -> Numbers:
    """Packed sessions whose vectors have mean 0 and deviation 1, as the network itself makes them."""
    even = arrays.copy()
    for number, of_lane in enumerate(statistics):
        place = layout.columns(number)
        even[..., place] = (even[..., place] - of_lane.mean) / np.sqrt(of_lane.variance)
    return even


def thinned(arrays: Numbers, layout: Layout, learning: LearningSettings, random: np.random.Generator) -> Numbers:
    """Sessions (n, segments, width) without some lanes and segments, drawn at random; never without all their lanes."""
    masks = layout.masks(arrays)
    lost = random.random(masks.shape[:2]) < learning.lane_dropout
    left = masks.any(axis=-1) & ~lost
    lost[~left.any(axis=1)] = False
    kept = (random.random(masks.shape) >= learning.segment_dropout) | (masks.sum(axis=-1, keepdims=True) < 2)
    kept &= ~lost[..., np.newaxis]
    result = arrays.copy()
    for number in range(len(layout.lanes)):
        place = layout.columns(number)
        result[:, :, place.start : place.stop + 2] *= kept[:, number, :, np.newaxis]
    return result


def _usual(soft: Numbers) -> Numbers:
    """Logits (ITEMS * BINS,) of the mean of soft targets (N, ITEMS, BINS): a network that knows nothing says what is usual.

    Of an item that is known of nobody, what would put the total at the cut-off.
    """
    middle = np.exp(-0.5 * (CENTRES - (CUT_OFF - BETWEEN) / ITEMS) ** 2)
    known = soft.sum(axis=(0, 2))[:, np.newaxis] > 0.0
    return np.log(np.where(known, soft.mean(axis=0), middle / middle.sum()) + LEAST_SHARE).astype(np.float32).reshape(-1)


def _nothing_to_do(layout: Layout) -> tuple[LaneStatistics, ...]:
    return tuple(LaneStatistics(np.zeros(lane.width, np.float32), np.ones(lane.width, np.float32)) for lane in layout.lanes)


def _wanted(targets: Numbers) -> tuple[Numbers, ...]:
    return soft_targets(targets[:, :ITEMS]), np.nan_to_num(targets), np.isfinite(targets).astype(np.float32)


def _batches(rows: NDArray[np.int64], size: int, random: np.random.Generator) -> list[NDArray[np.int64]]:
    """All rows in a new order, in batches of one size; the last one is filled up with some that were seen before."""
    order = random.permutation(rows)
    return list(np.concatenate([order, random.choice(rows, -len(order) % size)]).reshape(-1, size))
