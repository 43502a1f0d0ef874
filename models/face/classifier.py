"""A face's checkpoint as a function: what the live reader and the measurement both call."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.calibration import calibrated
from models.card import load_card, require_classes
from models.face.inputs import INPUTS
from models.runtime import LiteRtModel


class FaceClassifier:
    """The network of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, INPUTS)
        self._model = LiteRtModel(self.card.path)
        require_classes(self.card, self._model.first_output_shape[-1])
        self._input = INPUTS[self.card.input["kind"]]

    def probabilities(self, crop: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels, of a square grey crop of any size."""
        return self.explain(crop)[0]

    def explain(self, crop: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float32] | None]:
        """The probabilities (K,) and, of the same pass, the class activation maps (K, h, w), whose mean is the class's logit.

        None in place of the maps where the checkpoint has one output only (Zhou et al. 2016, arXiv:1512.04150).
        """
        output, *maps = self._model.run(self._input([crop]))
        return calibrated(output[0], self.card.calibration), maps[0][0].transpose(2, 0, 1) if maps else None
