"""What turns a network's output into probabilities that keep their promise, and what they leave open; the numbers stand in its card.

`card.calibration` holds {"temperature": T} (Guo et al. 2017, arXiv:1706.04599), where validation wanted it {"entropy_slope": s}, which
makes the temperature follow how undecided the network is (after Balanya et al. 2022, arXiv:2208.00461), or {"bias": [K]} (Alexandari et
al. 2020, arXiv:1901.06852), and {"conformal": {"coverage": 0.9, "threshold": q}}. `training/calibrate.py` makes them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.labels import Emotion

LEAST_PROBABILITY = 1e-7
"""A smaller output of a float32 softmax is rounding."""


def calibrated(probabilities: ArrayLike, calibration: Mapping[str, Any]) -> NDArray[np.float64]:
    """A softmax's output (..., K) as calibrated probabilities (..., K)."""
    return calibrated_logits(log_probabilities(probabilities), calibration)


def calibrated_logits(logits: ArrayLike, calibration: Mapping[str, Any]) -> NDArray[np.float64]:
    """softmax(logits / temperature + bias), (..., K); the temperature times exp(entropy_slope x entropy, 0..1)."""
    values = np.asarray(logits, dtype=np.float64)
    temperature = float(calibration.get("temperature", 1.0)) * np.exp(float(calibration.get("entropy_slope", 0.0)) * entropy(values))
    return softmax(values / temperature + np.asarray(calibration.get("bias", 0.0), dtype=np.float64))


def entropy(logits: ArrayLike) -> NDArray[np.float64]:
    """Of softmax(logits (..., K)) as a share of its largest, (..., 1): 1 when all classes are alike."""
    said = softmax(logits)
    return -(said * np.log(np.maximum(said, LEAST_PROBABILITY))).sum(axis=-1, keepdims=True) / np.log(said.shape[-1])


def label_set(probabilities: ArrayLike, calibration: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """Which classes (..., K) of calibrated probabilities cannot be ruled out; None when the card has no conformal threshold.

    Each class of at least the threshold, and always the likeliest one: over data like the validation data, the true class is in it at
    the card's coverage (least ambiguous sets, Sadinle et al. 2019; Angelopoulos and Bates 2023).
    """
    if "conformal" not in calibration:
        return None
    values = np.asarray(probabilities, dtype=np.float64)
    return (values >= float(calibration["conformal"]["threshold"])) | (values == values.max(axis=-1, keepdims=True))


def classes_left(probabilities: Mapping[Emotion, float], calibration: Mapping[str, Any]) -> tuple[Emotion, ...]:
    """The label set of a reading, likeliest first; empty for an absent one, and when the card has no conformal threshold."""
    kept = label_set(list(probabilities.values()), calibration) if probabilities else None
    if kept is None:
        return ()
    left = [emotion for emotion, one in zip(probabilities, kept, strict=True) if one]
    return tuple(sorted(left, key=lambda emotion: -probabilities[emotion]))


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """(..., K) as probabilities."""
    values = np.asarray(logits, dtype=np.float64)
    values = np.exp(values - values.max(axis=-1, keepdims=True))
    return values / values.sum(axis=-1, keepdims=True)


def log_probabilities(probabilities: ArrayLike) -> NDArray[np.float64]:
    """A softmax's output as logits again (up to a constant a row, which no temperature can see)."""
    return np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), LEAST_PROBABILITY))
