"""A face's checkpoint as a function: what the live reader and the measurement both call."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.calibration import calibrated
from models.card import load_card
from models.face.inputs import INPUT_KIND, scaled, to_side
from models.runtime import LiteRtModel


class FaceClassifier:
    """The network of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, INPUT_KIND)
        self._model = LiteRtModel(self.card.path)

    def probabilities(self, crop: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels, of a square grey crop of any size."""
        return calibrated(self._model.run(scaled(to_side(crop)[np.newaxis]))[0][0], self.card.calibration)
