"""A text checkpoint as a function: what the live reader and the measurement both call."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.calibration import calibrated_logits
from models.card import load_card
from models.text.inputs import INPUT_KIND, tokens
from models.text.linear import load_model


class TextClassifier:
    """The model of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, INPUT_KIND)
        self._model = load_model(self.card.path, len(self.card.labels))

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels."""
        return calibrated_logits(self._model.logits(tokens(text)), self.card.calibration)
