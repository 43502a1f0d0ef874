"""Depression severity as raters saw it in a writing: a weighted sum of the text encoder's mean state, and three thresholds on it.

For research: no part of the running program reads with it, and it is added to no questionnaire and no index. Proportional odds (McCullagh
1980): P(level >= k) = sigmoid(score - threshold k).
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from core.labels import SEVERITIES, Modality
from models.calibration import LEAST_PROBABILITY
from models.card import ModelCard, load_card
from models.checkpoints import resolve
from models.text import pieces
from models.text.encoder import added
from models.text.mixed import MixedTextModel, load_mixed

INPUT_KIND = "text-severity-states-v1"
"""Changes whenever the numbers change: a checkpoint made for another kind is refused."""

UPWARDS = np.array([-1.0, 1.0, 1.0, 1.0])
"""What raises the score speaks against the lowest level and for the others."""


@dataclass(frozen=True, slots=True)
class SeverityModel:
    """The text lane's `reader` of emotions lends its encoder, whose mean state is weighed by `weights` (W,); `thresholds` (3,) rise."""

    reader: MixedTextModel
    weights: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    def explain(self, text: str) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Log-probabilities (4,) of the levels, and how far each distinct token moved the score, upwards or (the first) downwards."""
        spoken, states = self.reader.encoder.states(text)
        parts = states @ self.weights
        levels = level_probabilities(parts.sum(keepdims=True), self.thresholds)[0]
        return np.log(np.maximum(levels, LEAST_PROBABILITY)), added(spoken, np.outer(parts, UPWARDS))

    def known_share(self, words: Sequence[str]) -> float:
        """The share of `words` that the encoder's training has seen."""
        return self.reader.known_share(words)


def level_probabilities(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 4) of scores (N,)."""
    above = 0.5 + 0.5 * np.tanh((scores[:, np.newaxis] - thresholds) / 2)  # the logistic function, without an overflow
    edges = np.hstack([np.ones((len(scores), 1)), above, np.zeros((len(scores), 1))])
    return edges[:, :-1] - edges[:, 1:]


def at_least(probabilities: NDArray[np.float64], level: int = 1) -> NDArray[np.float64]:
    """The probability of a level or a higher one, of (..., 4)."""
    return probabilities[..., level:].sum(axis=-1)


def load_severity(card: ModelCard) -> SeverityModel:
    """The model of a card and the encoder that the card names; raises CheckpointRefused when one of them is unfit."""
    encoder = load_card(resolve(Modality.TEXT, str(card.input["encoder"])), pieces.INPUT_KIND)
    try:
        with np.load(card.path, allow_pickle=False) as parts:
            weights, thresholds = (parts[name].astype(np.float64) for name in ("weights", "thresholds"))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _refused(card, f"a part cannot be read ({error})") from error
    if encoder.sha256 != card.input["encoder_sha256"]:
        raise _refused(card, f"it was made with another encoder than the “{encoder.name}” that is there")
    if card.labels != SEVERITIES or len(thresholds) != len(SEVERITIES) - 1:
        raise _refused(card, f"its levels are not {', '.join(SEVERITIES)}")
    return SeverityModel(load_mixed(encoder), weights, thresholds)


def _refused(card: ModelCard, why: str) -> CheckpointRefused:
    return CheckpointRefused(Failure(f"The text model {card.name} cannot be used:", f"{why}.", "Train it anew, or restore its folder."))
