"""A shipped sequence network of the voice learns on from a few recordings, slowly enough to keep what it knew."""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from models.card import ModelCard
from models.voice.log_mel import log_mel_input
from models.voice.networks.sequence_parts import BandStatistics
from training.datasets.speech_sequences import NOISY_COPIES, TRAINING_SNR_DB
from training.network_weights import kept_weights
from training.sequence_augmentation import AugmentedBatches
from training.train_voice_sequence import NETWORKS, Trained, export_sequence_network
from training.voice_conditions import with_noise

RATE = 2e-4
"""A seventh of what it was trained at."""
EPOCHS = 20
BATCH = 16


class SequenceTuning:
    """The network of `card`, ready to learn on from `segments` with `labels` (N,); raises CheckpointRefused without its weights."""

    def __init__(self, card: ModelCard, segments: Sequence[NDArray[np.float32]], labels: NDArray[np.int64], seed: int) -> None:
        self._network = Path(card.file).stem
        self._classes = len(card.labels)
        self._weights, more = kept_weights(card.folder)
        self._statistics = BandStatistics(**more)
        self._labels, self._seed = labels, seed
        random = np.random.default_rng(seed)
        self._versions = np.array([_versions(samples, random) for samples in segments])

    def learn(self, rows: NDArray[np.bool_]) -> Callable[[int], NDArray[np.float64]]:
        """What makes probabilities (K,) of a row, after learning from `rows`."""
        answers = self._tuned(rows).predict(self._versions[:, 0], verbose=0).astype(np.float64)
        return lambda row: answers[row]

    def export(self, folder: Path) -> str:
        """Learn from everything; the name of the light runtime's file in `folder`."""
        whole = Trained(self._tuned(np.ones(len(self._labels), dtype=bool)), self._statistics)
        return export_sequence_network(whole, self._network, folder, self._versions[:, 0]).name

    def _tuned(self, rows: NDArray[np.bool_]) -> keras.Model:
        keras.utils.set_random_seed(self._seed)
        model = NETWORKS[self._network](self._statistics, self._classes)
        model.set_weights(self._weights)
        labels = self._labels[rows]
        counts = np.bincount(labels, minlength=self._classes)
        weights = len(labels) / (self._classes * np.maximum(counts, 1))
        model.compile(keras.optimizers.Adam(RATE), loss="sparse_categorical_crossentropy")
        batches = AugmentedBatches(self._versions[rows], labels, self._statistics.mean, weights, BATCH, self._seed)
        model.fit(batches, epochs=EPOCHS, verbose=0)
        return model


def _versions(samples: NDArray[np.float32], random: np.random.Generator) -> list[NDArray[np.float32]]:
    levels = random.uniform(*TRAINING_SNR_DB, NOISY_COPIES)
    return [log_mel_input(one) for one in (samples, *(with_noise(samples, level, random) for level in levels))]
