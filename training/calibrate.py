"""How well probabilities keep their promise, and the one number that mends them most: a temperature (Guo et al. 2017, arXiv:1706.04599)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.calibration import LEAST_PROBABILITY, calibrated_logits, log_probabilities, softmax  # noqa: F401

TEMPERATURES = (0.05, 20.0)


def with_temperature(logits: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Calibrated probabilities (N, K): softmax(logits / temperature)."""
    return calibrated_logits(logits, {"temperature": temperature})


def negative_log_likelihood(probabilities: ArrayLike, labels: ArrayLike) -> float:
    """The mean of -log p(true class); natural logarithm."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    return float(-np.log(np.maximum(values[np.arange(len(true)), true], LEAST_PROBABILITY)).mean())


def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """The temperature with the smallest negative log-likelihood on validation `logits` (N, K); above 1: the model was too sure."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda log_t: negative_log_likelihood(with_temperature(logits, float(np.exp(log_t))), labels),
        bounds=tuple(np.log(TEMPERATURES)),
        method="bounded",
    )
    return float(np.exp(found.x))


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, bins: int = 15) -> float:
    """The mean distance between the top probability and how often it is right, over equal-width bins, weighted by their counts."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    surest = values.max(axis=1)
    right = values.argmax(axis=1) == true
    bin_of = np.minimum((surest * bins).astype(np.int64), bins - 1)
    gaps = [abs(surest[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean() for b in np.unique(bin_of)]
    return float(sum(gaps))


def classification_figures(
    labels_true: ArrayLike, labels_predicted: ArrayLike, probabilities: ArrayLike, names: Sequence[str]
) -> Mapping[str, Any]:
    """How well a classifier measured, in plain values for a card.

    `majority` is what always saying the commonest class would score; `uar` the mean recall of the classes that occur;
    `confusion[i][j]` counts the items of class i that were taken for class j, in the order of `names`.
    """
    true, said = np.asarray(labels_true, dtype=np.int64), np.asarray(labels_predicted, dtype=np.int64)
    classes = len(names)
    confusion = np.bincount(true * classes + said, minlength=classes * classes).reshape(classes, classes)
    hits, support, claimed = np.diag(confusion).astype(float), confusion.sum(axis=1), confusion.sum(axis=0)
    occurs = support > 0
    recall = np.divide(hits, support, out=np.zeros(classes), where=occurs)
    precision = np.divide(hits, claimed, out=np.zeros(classes), where=claimed > 0)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros(classes), where=both > 0)
    majority = int(support.argmax())
    return {
        "n": len(true),
        "accuracy": _rounded(hits.sum() / len(true)),
        "uar": _rounded(recall[occurs].mean()),
        "macro_f1": _rounded(f1[occurs].mean()),
        "ece": _rounded(expected_calibration_error(probabilities, true)),
        "majority": {
            "class": str(names[majority]),
            "accuracy": _rounded(support[majority] / len(true)),
            "uar": _rounded(1 / occurs.sum()),
        },
        "per_class": {
            str(name): {"n": int(support[i]), "recall": _rounded(recall[i]), "precision": _rounded(precision[i]), "f1": _rounded(f1[i])}
            for i, name in enumerate(names)
        },
        "confusion": confusion.tolist(),
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)
