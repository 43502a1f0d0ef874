"""A text checkpoint as a function: what the live reader and the measurement both call."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.calibration import calibrated_logits
from models.card import ModelCard, load_card
from models.text import inputs, pieces, severity
from models.text.linear import load_model
from models.text.mixed import load_mixed
from models.text.severity import load_severity

Moved = dict[str, NDArray[np.float64]]
"""Of each distinct token, how far it moved the logits (K,)."""


class TextModel(Protocol):
    """What every kind of model gives."""

    def explain(self, text: str) -> tuple[NDArray[np.float64], Moved]:
        """Logits (K,) and what moved them."""

    def known_share(self, words: Sequence[str]) -> float:
        """The share of the words that the model has seen in training."""


MODELS: Mapping[str, Callable[[ModelCard], TextModel]] = {
    inputs.INPUT_KIND: lambda card: load_model(card.path, len(card.labels)),
    pieces.INPUT_KIND: load_mixed,
    severity.INPUT_KIND: load_severity,
}
"""The models by the kind of input in their cards."""


class TextClassifier:
    """The model of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, MODELS)
        self._model = MODELS[self.card.input["kind"]](self.card)

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels."""
        return self.explain(text)[0]

    def explain(self, text: str) -> tuple[NDArray[np.float64], Moved]:
        """The probabilities (K,) and, of the same pass, how far each distinct token moved the logits (K,)."""
        logits, moved = self._model.explain(text)
        return calibrated_logits(logits, self.card.calibration), moved

    def evidence(self, text: str, class_index: int) -> list[tuple[str, float]]:
        """Each distinct token and how far it moved the class's logit, strongest first."""
        return strongest_first(self.explain(text)[1], class_index)

    def known_share(self, words: Sequence[str]) -> float:
        """The share of `words` that the model has seen in training; 0 when there are none."""
        return self._model.known_share(words)


def strongest_first(moved: Moved, class_index: int) -> list[tuple[str, float]]:
    """What moved one class, the strongest first."""
    return sorted(((token, float(part[class_index])) for token, part in moved.items()), key=lambda pair: (-abs(pair[1]), pair[0]))
