"""What a sequence network hears of one segment in training: each time in other noise, moved, and with parts left out."""

import math

import keras
import numpy as np
from numpy.typing import NDArray

from models.voice.log_mel import BANDS, STEPS

FARTHEST_BAND = 3
"""Bands by which the spectrum moves: throats differ in length by a fifth (after Jaitly and Hinton 2013, vocal tract perturbation)."""
STRETCH = 1.2
LARGEST_SHIFT = 8
"""Steps (of 32 ms) by which the beginning moves: where the segmenter cuts is chance."""
BAND_GAPS = 2
WIDEST_BAND_GAP = 8
TIME_GAPS = 2
LONGEST_TIME_GAP = 12
"""SpecAugment (Park et al. 2019): bands and steps that are left out, as filled with the mean."""


class AugmentedBatches(keras.utils.PyDataset):
    """Batches of one epoch: each row once, as one of its `versions` (N, V, STEPS, COLUMNS) by chance, and augmented.

    `mean` (BANDS,) stands where something is left out; `weights` (K,) count each class.
    """

    def __init__(
        self,
        versions: NDArray[np.float32],
        labels: NDArray[np.int64],
        mean: NDArray[np.float32],
        weights: NDArray[np.float64],
        batch: int,
        seed: int,
    ) -> None:
        super().__init__()
        self._versions, self._labels, self._mean, self._weights, self._batch = versions, labels, mean, weights, batch
        self._random = np.random.default_rng(seed)
        self._order = self._random.permutation(len(labels))

    def __len__(self) -> int:
        """Batches of an epoch."""
        return math.ceil(len(self._labels) / self._batch)

    def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64]]:
        """Sequences, labels and the weights of the rows."""
        rows = self._order[number * self._batch : (number + 1) * self._batch]
        chosen = self._versions[rows, self._random.integers(self._versions.shape[1], size=len(rows))]
        labels = self._labels[rows]
        return np.stack([augmented(one, self._mean, self._random) for one in chosen]), labels, self._weights[labels]

    def on_epoch_end(self) -> None:
        """Deal anew."""
        self._order = self._random.permutation(len(self._labels))


def augmented(sequence: NDArray[np.float32], mean: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """One sequence (STEPS, COLUMNS) as another throat, slower or faster, moved in time, with gaps in some bands and steps."""
    real = sequence[sequence[:, BANDS] > 0, :BANDS]
    bands = np.clip(np.arange(BANDS) + random.integers(-FARTHEST_BAND, FARTHEST_BAND + 1), 0, BANDS - 1)
    pace = random.uniform(1 / STRETCH, STRETCH)
    length = min(max(1, round(len(real) * pace)), STEPS)
    steps = np.minimum((np.arange(length) / pace).astype(np.int64), len(real) - 1)
    sound = real[np.ix_(steps, bands)]
    for gap in random.integers(0, WIDEST_BAND_GAP + 1, BAND_GAPS):
        first = random.integers(0, BANDS - gap + 1)
        sound[:, first : first + gap] = mean[first : first + gap]
    for gap in random.integers(0, min(LONGEST_TIME_GAP, length // 4) + 1, TIME_GAPS):
        first = random.integers(0, length - gap + 1)
        sound[first : first + gap] = mean
    shift = random.integers(0, min(LARGEST_SHIFT, STEPS - length) + 1)
    moved = np.zeros_like(sequence)
    moved[shift : shift + length, :BANDS] = sound
    moved[shift : shift + length, BANDS] = 1.0
    return moved
