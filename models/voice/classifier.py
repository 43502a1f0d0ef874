"""A voice's checkpoint as a function: what the live reader and the measurement both call."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.calibration import calibrated
from models.card import load_card
from models.runtime import LiteRtModel
from models.voice.input_kinds import INPUTS


class VoiceClassifier:
    """The network of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, INPUTS)
        self._features = INPUTS[self.card.input["kind"]]
        self._model = LiteRtModel(self.card.path)

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's numbers of a segment at 16 kHz."""
        return self._features(samples)

    def probabilities(self, samples: NDArray[np.float32], centre: NDArray[np.float32] | None = None) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels, of a segment at 16 kHz."""
        return calibrated(self._model.run(self.features(samples)[np.newaxis])[0][0], self.card.calibration)
