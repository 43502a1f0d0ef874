"""How a statistics network in training does on people that it does not learn from: what its log holds, and when it stops."""

import keras
import numpy as np
from numpy.typing import NDArray

from models.calibration import softmax
from models.voice.networks.statistics_mlp import Rows
from training.calibrate import fit_temperature, log_probabilities, negative_log_likelihood, with_temperature
from training.run_log import RunLog

PATIENCE = 4
"""Looks at validation in a row that were no better than the best: training stops."""


class Validation:
    """Looks at inputs (N, ...) with their labels (N,) now and then; of the network's classes the first `kept` are asked.

    What counts is the loss after the best temperature: calibration mends overconfidence later, and a plain loss sees nothing else.
    """

    def __init__(self, inputs: Rows, labels: NDArray[np.int64], kept: int, log: RunLog, patience: int = PATIENCE) -> None:
        self._inputs, self._labels, self._kept, self._log, self._patience = inputs, labels, kept, log, patience
        self._best, self._waited = np.inf, 0
        self.best_step = 0

    def __call__(self, network: keras.Model, step: int, loss: float) -> bool:
        """Note how it does; True when it has not become better for `patience` looks."""
        said = softmax(network.predict_on_batch(self._inputs)[..., : self._kept]).mean(axis=1)
        logits = log_probabilities(said)
        found = negative_log_likelihood(with_temperature(logits, fit_temperature(logits, self._labels)), self._labels)
        right = said.argmax(axis=1) == self._labels
        recall = float(np.mean([right[self._labels == one].mean() for one in np.unique(self._labels)]))
        self._log.add(step, loss=loss, val_loss=found, val_uar=recall)
        self._waited += 1
        if found < self._best:
            self._best, self._waited, self.best_step = found, 0, step
        return self._waited >= self._patience
