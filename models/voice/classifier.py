"""A voice's checkpoint as a function: what the live reader and the measurement both call."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from models.calibration import calibrated, log_probabilities
from models.card import load_card
from models.runtime import LiteRtModel
from models.voice.input_kinds import CENTRED, INPUTS
from models.voice.statistics import groups

WITH_BASELINE = "with_baseline"
"""The part of a card's calibration that holds for readings about a person's centre."""

Numbers = NDArray[np.float32]


class VoiceClassifier:
    """The network of a checkpoint's folder, calibrated; raises CheckpointRefused when it is unfit. For one thread.

    A `centre` is the mean of `features` over ordinary speech of the same person. A network that takes one has two outputs: what the voice
    resembles compared with all people, and compared with this person.
    """

    def __init__(self, folder: Path) -> None:
        self.card = load_card(folder, INPUTS)
        self._features = INPUTS[str(self.card.input["kind"])]
        self._model = LiteRtModel(self.card.path)

    @property
    def takes_centre(self) -> bool:
        """Whether readings can be centred on a person."""
        return self.card.input["kind"] in CENTRED and WITH_BASELINE in self.card.calibration

    def calibration(self, centre: Numbers | None = None) -> Mapping[str, Any]:
        """What the card says of readings with or without a centre."""
        return self.card.calibration if centre is None else self.card.calibration[WITH_BASELINE]

    def features(self, samples: NDArray[np.float32]) -> Numbers:
        """The network's numbers of a segment at 16 kHz, whatever its level."""
        return self._features(samples)

    def centre_of(self, segments: Iterable[NDArray[np.float32]]) -> Numbers:
        """The centre of a person from segments of ordinary speech (at least one); raises CheckpointRefused where the network takes none."""
        self._require_centred()
        return mean_of_known(np.stack([self.features(samples) for samples in segments]))

    def probabilities(self, samples: NDArray[np.float32], centre: Numbers | None = None) -> NDArray[np.float64]:
        """(K,) calibrated, in the order of the card's labels, of a segment at 16 kHz."""
        return self.of_features(self.features(samples), centre)

    def of_features(self, features: Numbers, centre: Numbers | None = None) -> NDArray[np.float64]:
        """`probabilities` of numbers that were made before."""
        if centre is not None:
            self._require_centred()
        if self.card.input["kind"] not in CENTRED:
            return calibrated(self._model.run(features[np.newaxis])[0][0], self.card.calibration)
        of_all, of_person = self._model.run(np.stack((features, features if centre is None else centre))[np.newaxis])
        return calibrated(of_all[0] if centre is None else of_person[0], self.calibration(centre))

    def evidence(self, samples: NDArray[np.float32], class_index: int, centre: Numbers | None = None) -> Sequence[tuple[str, float]]:
        """What moved the class of a segment: see `evidence_of`."""
        return self.evidence_of(self.features(samples), class_index, centre)

    def evidence_of(self, features: Numbers, class_index: int, centre: Numbers | None = None) -> Sequence[tuple[str, float]]:
        """(descriptor, by how much it moved the class's log-odds) pairs, strongest first; nothing where the numbers have no groups.

        A group of numbers is taken for unknown (or, with a centre, as in the person's ordinary speech), and the log-odds fall by what they
        had moved (occlusion; Zeiler and Fergus 2014). Parts that say the same share no sum: they need not add up to the whole.
        """
        if self.card.input["kind"] not in CENTRED:
            return ()
        whole = log_odds(self.of_features(features, centre), class_index)
        moved = []
        for name, part in groups().items():
            without = features.copy()
            without[part] = np.nan if centre is None else centre[part]
            moved.append((name, whole - log_odds(self.of_features(without, centre), class_index)))
        return sorted(moved, key=lambda pair: -abs(pair[1]))

    def _require_centred(self) -> None:
        if not self.takes_centre:
            raise CheckpointRefused(
                Failure(
                    f"The checkpoint “{self.card.name}” cannot be centred on a person.",
                    f"Its numbers ({self.card.input['kind']}) are read as they are.",
                    "Use it without a baseline, or choose another checkpoint in the settings.",
                )
            )


def mean_of_known(rows: Numbers) -> Numbers:
    """The mean of rows (N, F) without what is NaN; NaN where all are."""
    known = np.isfinite(rows)
    nowhere = np.full(rows.shape[1], np.nan, np.float32)
    return np.divide(np.where(known, rows, 0.0).sum(axis=0), known.sum(axis=0), out=nowhere, where=known.any(axis=0))


def log_odds(probabilities: NDArray[np.float64], class_index: int) -> float:
    """ln(p / (1 - p)) of a class."""
    both = np.array([probabilities[class_index], 1.0 - probabilities[class_index]])
    return float(np.subtract(*log_probabilities(both)))
