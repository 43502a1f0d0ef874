"""How well a classifier measured: figures with their intervals, in plain values for a card, a table or a file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.calibration import LEAST_PROBABILITY, label_set

BINS = 15
"""Of the calibration error and the reliability diagram, as in Guo et al. 2017."""

CHANCE_DRAWS = 200
"""Of an ECE by chance: its mean is then steady to 0.001."""

RESAMPLES = 2000
"""Of the bootstrap: an interval's ends are then steady to a tenth of its width."""
CONFIDENCE = 0.95
WILSON_Z = 1.959964
"""The normal distribution's quantile of CONFIDENCE."""

KEPT_SHARES = (1.0, 0.9, 0.8, 0.7, 0.5)
"""Of the accuracy-coverage curve: how many items are answered, surest first."""


def classification_figures(
    labels_true: ArrayLike,
    labels_predicted: ArrayLike,
    probabilities: ArrayLike,
    names: Sequence[str],
    *,
    calibration: Mapping[str, Any] | None = None,
    clusters: ArrayLike | None = None,
) -> dict[str, Any]:
    """How well a classifier measured on N items of the classes `names`.

    `probabilities` (N, K) are calibrated; `calibration` is the card's, for the coverage of its label sets (else None). `clusters` (N,)
    names what was drawn as one, such as the speaker: intervals are then over these. `ece_by_chance` is what the ECE of so few items would
    be were they perfectly calibrated; `majority` is what always saying the commonest class would score; `uar` and `macro_f1` are means
    over the classes that occur; `confusion[i][j]` counts the items of class i that were taken for class j; `intervals` are of 95 %.
    """
    true, said = np.asarray(labels_true, dtype=np.int64), np.asarray(labels_predicted, dtype=np.int64)
    if len(true) == 0:
        raise ValueError("there is nothing to measure")
    classes = len(names)
    covered = in_label_set(probabilities, true, calibration)
    confusion = np.bincount(true * classes + said, minlength=classes * classes).reshape(classes, classes)
    scores = _scores(confusion)
    support = confusion.sum(axis=1)
    always = np.zeros_like(confusion)
    always[:, support.argmax()] = support
    return {
        "n": len(true),
        **{name: rounded(scores[name]) for name in ("accuracy", "uar", "macro_f1")},
        "ece": rounded(expected_calibration_error(probabilities, true)),
        "ece_by_chance": rounded(ece_by_chance(probabilities)),
        "coverage": None if covered is None else rounded(covered.mean()),
        "majority": {
            "class": str(names[int(support.argmax())]),
            **{name: rounded(_scores(always)[name]) for name in ("accuracy", "uar", "macro_f1")},
        },
        "per_class": {
            str(name): {"n": int(support[i]), **{of: rounded(scores[f"{of}s"][i]) for of in ("recall", "precision", "f1")}}
            for i, name in enumerate(names)
        },
        "confusion": confusion.tolist(),
        "intervals": intervals(true, said, classes, covered, clusters),
    }


def _scores(confusion: NDArray[np.number]) -> dict[str, NDArray[np.float64]]:
    """Accuracy, UAR and macro-F1 (...,) with recalls, precisions and F1s (..., K) of confusion matrices (..., K, K)."""
    hits, support, claimed = np.diagonal(confusion, axis1=-2, axis2=-1).astype(float), confusion.sum(axis=-1), confusion.sum(axis=-2)
    occurs = support > 0
    recalls, precisions = _ratio(hits, support), _ratio(hits, claimed)
    f1s = _ratio(2 * precisions * recalls, precisions + recalls)
    count = np.maximum(occurs.sum(axis=-1), 1)
    return {
        "accuracy": _ratio(hits.sum(axis=-1), support.sum(axis=-1)),
        "uar": recalls.sum(axis=-1) / count,
        "macro_f1": (f1s * occurs).sum(axis=-1) / count,
        "recalls": recalls,
        "precisions": precisions,
        "f1s": f1s,
    }


def _ratio(above: NDArray[np.number], below: NDArray[np.number]) -> NDArray[np.float64]:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=np.asarray(below) > 0)


def intervals(
    true: NDArray[np.int64],
    said: NDArray[np.int64],
    classes: int,
    covered: NDArray[np.bool_] | None = None,
    clusters: ArrayLike | None = None,
    seed: int = 0,
) -> dict[str, list[float] | None]:
    """95 % intervals of accuracy, UAR, macro-F1 and coverage.

    By the bootstrap over items, or over `clusters` where these are given (None with fewer than two: one speaker says nothing of others).
    Shares of independent items have Wilson's interval (1927), which is also right near 0 and 1.
    """
    of = np.arange(1) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    if clusters is not None and of.max() < 1:
        return dict.fromkeys(("accuracy", "uar", "macro_f1", "coverage"))
    drawn = _resampled(true, said, classes, covered, None if clusters is None else of, np.random.default_rng(seed))
    scores = _scores(drawn.sum(axis=-1))
    found = {name: _percentiles(scores[name]) for name in ("accuracy", "uar", "macro_f1")}
    found["coverage"] = None if covered is None else _percentiles(drawn[..., 1].sum(axis=(1, 2)) / drawn.sum(axis=(1, 2, 3)))
    if clusters is None:
        found["accuracy"] = wilson(int((true == said).sum()), len(true))
        found["coverage"] = None if covered is None else wilson(int(covered.sum()), len(true))
    return found


def _resampled(
    true: NDArray[np.int64],
    said: NDArray[np.int64],
    classes: int,
    covered: NDArray[np.bool_] | None,
    clusters: NDArray[np.int64] | None,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Confusion counts (RESAMPLES, K, K, 2) of items or clusters drawn with replacement; the last axis: outside or in its label set.

    Drawing items anew is drawing the counts of a multinomial, so that nothing as long as the data is ever made.
    """
    cells = classes * classes * 2
    cell = (true * classes + said) * 2 + (0 if covered is None else covered.astype(np.int64))
    if clusters is None:
        counts = random.multinomial(len(true), np.bincount(cell, minlength=cells) / len(true), RESAMPLES)
    else:
        number = int(clusters.max()) + 1
        each = np.bincount(clusters * cells + cell, minlength=number * cells).reshape(number, cells)
        counts = random.multinomial(number, np.full(number, 1 / number), RESAMPLES) @ each
    return counts.reshape(RESAMPLES, classes, classes, 2)


def _percentiles(values: NDArray[np.float64]) -> list[float]:
    tail = (1 - CONFIDENCE) / 2
    return [rounded(value) for value in np.quantile(values, (tail, 1 - tail))]


def wilson(hits: int, count: int) -> list[float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, z2 = hits / count, WILSON_Z**2 / count
    middle = (share + z2 / 2) / (1 + z2)
    half = WILSON_Z * (share * (1 - share) / count + z2 / (4 * count)) ** 0.5 / (1 + z2)
    return [rounded(max(0.0, middle - half)), rounded(min(1.0, middle + half))]


def in_label_set(probabilities: ArrayLike, labels: ArrayLike, calibration: Mapping[str, Any] | None) -> NDArray[np.bool_] | None:
    """Whether each true class is in the card's label set (N,); None without a card that has a threshold."""
    kept = None if calibration is None else label_set(probabilities, calibration)
    return None if kept is None else kept[np.arange(len(kept)), np.asarray(labels, dtype=np.int64)]


def calibration_figures(probabilities: ArrayLike, labels: ArrayLike, calibration: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How far calibrated probabilities (N, K) may be believed: log-likelihood, reliability, what abstaining would gain, label sets."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    return {
        "nll": rounded(negative_log_likelihood(values, true)),
        "reliability": reliability(values, true),
        "accuracy_coverage": accuracy_coverage(values, true),
        "label_sets": label_set_figures(values, true, calibration),
    }


def negative_log_likelihood(probabilities: ArrayLike, labels: ArrayLike) -> float:
    """The mean of -log p(true class); natural logarithm."""
    return float(losses(probabilities, labels).mean())


def losses(probabilities: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """-log p(true class) of each item."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    return -np.log(np.maximum(values[np.arange(len(true)), true], LEAST_PROBABILITY))


def reliability(probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> list[dict[str, Any]]:
    """Of each of the equal-width bins of the top probability that holds items: how many, how sure, and how often right."""
    return [
        {"from": rounded(b / bins), "to": rounded((b + 1) / bins), "n": n, "probability": rounded(surest), "accuracy": rounded(right)}
        for b, n, surest, right in _binned(probabilities, labels, bins)
    ]


def _binned(probabilities: ArrayLike, labels: ArrayLike, bins: int) -> list[tuple[int, int, float, float]]:
    """Number, items, mean top probability and share of right ones of each bin that holds items."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    surest, right = values.max(axis=1), values.argmax(axis=1) == true
    bin_of = np.minimum((surest * bins).astype(np.int64), bins - 1)
    return [
        (b, int(of.sum()), float(surest[of].mean()), float(right[of].mean())) for b in np.unique(bin_of).tolist() for of in [bin_of == b]
    ]


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> float:
    """The mean distance between the top probability and how often it is right, over equal-width bins, weighted by their counts."""
    held = _binned(probabilities, labels, bins)
    return sum(abs(surest - right) * n for _, n, surest, right in held) / sum(n for _, n, _, _ in held)


def ece_by_chance(probabilities: ArrayLike, bins: int = BINS, seed: int = 0) -> float:
    """The mean ECE of answers as sure as these (N, K), were each right as often as it says: what an ECE cannot fall below but by luck.

    An ECE is a mean of distances, so it is above zero even for a perfect model, the more the fewer items a bin holds (Nixon et al. 2019).
    """
    surest = np.asarray(probabilities, dtype=np.float64).max(axis=1)
    bin_of = np.minimum((surest * bins).astype(np.int64), bins - 1)
    random = np.random.default_rng(seed)
    found = [
        np.abs(np.bincount(bin_of, surest - (random.random(len(surest)) < surest), minlength=bins)).sum() / len(surest)
        for _ in range(CHANCE_DRAWS)
    ]
    return float(np.mean(found))


def accuracy_coverage(probabilities: ArrayLike, labels: ArrayLike) -> list[dict[str, float]]:
    """How accurate the surest items are, for each of KEPT_SHARES: `kept`, the least top probability among them, and their accuracy."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    surest, right = values.max(axis=1), values.argmax(axis=1) == true
    order = np.argsort(-surest, kind="stable")
    return [
        {"kept": share, "least": rounded(surest[order[count - 1]]), "accuracy": rounded(right[order[:count]].mean())}
        for share in KEPT_SHARES
        for count in [max(1, round(share * len(order)))]
    ]


def label_set_figures(probabilities: ArrayLike, labels: ArrayLike, calibration: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of the card's label sets: their coverage, mean size, the share with one class only (`answered`), and how often that one is right."""
    covered = in_label_set(probabilities, labels, calibration)
    if covered is None or calibration is None:
        return None
    sizes = np.asarray(label_set(probabilities, calibration)).sum(axis=1)
    alone = sizes == 1
    return {
        "coverage": rounded(covered.mean()),
        "mean_size": rounded(sizes.mean()),
        "answered": rounded(alone.mean()),
        "accuracy_of_answered": rounded(covered[alone].mean()) if alone.any() else None,
    }


def rounded(value: Any) -> float:
    """Four digits: more would be noise."""
    return round(float(value), 4)
