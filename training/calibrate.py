"""What a card's `calibration` holds, fitted on validation data.

A train script calls `calibration_card` with its network's validation probabilities, stores what it gives as the card's `calibration`, and
measures with `card_figures`; `training/refresh_card.py` does both for a checkpoint that is there already.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.calibration import calibrated_logits, log_probabilities, softmax
from training.figures import (
    calibration_figures,
    classification_figures,
    expected_calibration_error,
    losses,
    negative_log_likelihood,
    rounded,
)

__all__ = [
    "calibration_card",
    "card_figures",
    "classification_figures",
    "conformal_threshold",
    "expected_calibration_error",
    "fit_temperature",
    "log_probabilities",
    "negative_log_likelihood",
    "softmax",
    "with_temperature",
]

FORMS: tuple[tuple[str, ...], ...] = (("temperature",), ("temperature", "entropy_slope"), ("temperature", "entropy_slope", "bias"))
"""What a calibration may consist of, each step with more; models/calibration.py applies them."""
TEMPERATURES = (0.05, 20.0)
ENTROPY_SLOPES = (-2.0, 2.0)
"""Beyond them an undecided network would be made surer, or a sure one less sure, by a factor of seven."""
FOLDS = 5
COVERAGE = 0.9
"""Of the label sets: nine times in ten the true class is in them."""
LARGEST_LOSS_OF_RECALL = 0.005
"""Of the mean recall: a bias that costs more buys its likelihood by saying the frequent classes more often."""
BIAS_PENALTY = 1e-3
"""On the squared biases, so that a class that validation hardly holds keeps a finite one."""


def calibration_card(validation_probabilities: ArrayLike, labels: ArrayLike, groups: ArrayLike | None = None) -> dict[str, Any]:
    """The `calibration` of a card, from uncalibrated validation probabilities (N, K) and labels (N,).

    A temperature, and more of FORMS as far as cross-validation says that the likelihood gains by more than its standard error and the mean
    recall does not fall; the temperature is then that by which the network is as sure as it is right; then the threshold of the label sets.
    `groups` (N,), such as speakers, are never parted by the cross-validation, and with them the likeliest temperature stays: how right a
    network is follows who a few people are (docs/decisions/0022). How the fit measured is kept under "validation".
    """
    logits, true = log_probabilities(validation_probabilities), np.asarray(labels, dtype=np.int64)
    likeliest = fit(logits, true, chosen_form(logits, true, groups))
    calibration = _rounded(as_sure_as_right(logits, true, likeliest) if groups is None else likeliest)
    after, before = calibrated_logits(logits, calibration), softmax(logits)
    return {
        **calibration,
        "conformal": {
            "coverage": COVERAGE,
            "threshold": round(conformal_threshold(after, true), 6),
            "method": "least ambiguous sets (Sadinle et al. 2019)",
        },
        "validation": {
            "n": len(true),
            **{name: rounded(of(after, true)) for name, of in _FIT.items()},
            "before": {name: rounded(of(before, true)) for name, of in _FIT.items()},
        },
    }


def _rounded(calibration: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [rounded(one) for one in value] if name == "bias" else rounded(value) for name, value in calibration.items()}


_FIT = {"nll": negative_log_likelihood, "ece": expected_calibration_error}


def card_figures(
    labels: ArrayLike,
    probabilities: ArrayLike,
    names: Sequence[str],
    calibration: Mapping[str, Any] | None = None,
    clusters: ArrayLike | None = None,
) -> dict[str, Any]:
    """One entry of a card's `figures`: how well calibrated `probabilities` (N, K) measured, and how far they may be believed."""
    said = np.asarray(probabilities).argmax(axis=1)
    figures = classification_figures(labels, said, probabilities, names, calibration=calibration, clusters=clusters)
    return {**figures, "calibration": calibration_figures(probabilities, labels, calibration)}


def with_temperature(logits: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Calibrated probabilities (N, K): softmax(logits / temperature)."""
    return calibrated_logits(logits, {"temperature": temperature})


def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """The temperature with the smallest negative log-likelihood on validation `logits` (N, K); above 1: the model was too sure."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda log_t: negative_log_likelihood(with_temperature(logits, float(np.exp(log_t))), labels),
        bounds=tuple(np.log(TEMPERATURES)),
        method="bounded",
    )
    return float(np.exp(found.x))


def as_sure_as_right(logits: ArrayLike, labels: ArrayLike, calibration: Mapping[str, Any]) -> dict[str, Any]:
    """`calibration` with the temperature by which the mean probability of the likeliest class is the share of right answers.

    Expectation consistency (Clarté et al. 2023, arXiv:2303.02644). Where a network's errors are not those of a wrong temperature, the
    likeliest one leaves it surer, or less sure, on the whole than it is right. Where no temperature does it (all answers right), the
    given one stays.
    """
    from scipy.optimize import brentq

    values, true = np.asarray(logits, dtype=np.float64), np.asarray(labels, dtype=np.int64)

    def too_sure(log_t: float) -> float:
        said = calibrated_logits(values, {**calibration, "temperature": float(np.exp(log_t))})
        return float(said.max(axis=1).mean() - (said.argmax(axis=1) == true).mean())

    low, high = np.log(TEMPERATURES)
    if too_sure(low) <= 0 or too_sure(high) >= 0:
        return dict(calibration)
    return {**calibration, "temperature": float(np.exp(brentq(too_sure, low, high)))}


def fit(logits: ArrayLike, labels: ArrayLike, form: Sequence[str]) -> dict[str, Any]:
    """The numbers that `form` names (of FORMS) with the smallest negative log-likelihood; biases sum to 0."""
    from scipy.optimize import minimize

    values, true = np.asarray(logits, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    temperature = fit_temperature(values, true)
    if form == FORMS[0]:
        return {"temperature": temperature}

    def named(numbers: NDArray[np.float64]) -> dict[str, Any]:
        bias = {"bias": (numbers[2:] - numbers[2:].mean()).tolist()} if "bias" in form else {}
        return {"temperature": float(np.exp(numbers[0])), "entropy_slope": float(numbers[1]), **bias}

    def loss(numbers: NDArray[np.float64]) -> float:
        return negative_log_likelihood(calibrated_logits(values, named(numbers)), true) + BIAS_PENALTY * float(numbers[2:] @ numbers[2:])

    start = np.array([np.log(temperature), 0.0, *([0.0] * values.shape[1] if "bias" in form else [])])
    bounds = [tuple(np.log(TEMPERATURES)), ENTROPY_SLOPES, *[(None, None)] * (len(start) - 2)]
    return named(minimize(loss, start, method="L-BFGS-B", bounds=bounds).x)


def chosen_form(logits: NDArray[np.float64], labels: NDArray[np.int64], groups: ArrayLike | None = None) -> tuple[str, ...]:
    """The richest of FORMS of which each step pays, by cross-validation on what the temperature is fitted on; of one group the first."""
    if groups is not None and len(np.unique(np.asarray(groups))) < 2:
        return FORMS[0]
    best, said = FORMS[0], _held_out(logits, labels, FORMS[0], groups)
    for form in FORMS[1:]:
        richer = _held_out(logits, labels, form, groups)
        gain = losses(said, labels) - losses(richer, labels)
        fallen = _mean_recall(said, labels) - _mean_recall(richer, labels)
        if gain.mean() <= gain.std() / np.sqrt(len(gain)) or fallen > LARGEST_LOSS_OF_RECALL:
            break
        best, said = form, richer
    return best


def _held_out(logits: NDArray[np.float64], labels: NDArray[np.int64], form: Sequence[str], groups: ArrayLike | None) -> NDArray[np.float64]:
    """Every item calibrated by what was fitted on the folds without it."""
    said = np.empty_like(logits)
    for held_out in _folds(len(labels), groups):
        said[held_out] = calibrated_logits(logits[held_out], fit(logits[~held_out], labels[~held_out], form))
    return said


def _folds(count: int, groups: ArrayLike | None) -> list[NDArray[np.bool_]]:
    """Up to FOLDS masks (N,), each item in one; items of a group together. Dealt out at random, the same every time."""
    of = np.arange(count) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    number = int(of.max()) + 1
    fold_of = np.random.default_rng(0).permutation(number) % FOLDS
    return [fold_of[of] == fold for fold in range(min(FOLDS, number))]


def _mean_recall(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    right = probabilities.argmax(axis=1) == labels
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))


def conformal_threshold(probabilities: ArrayLike, labels: ArrayLike, coverage: float = COVERAGE) -> float:
    """The least probability of a class in a label set, so that new items of the same kind have theirs in it at `coverage`.

    Split conformal prediction with the score 1 - p(true class): the ceil((n + 1) coverage)-th smallest score of n (Sadinle et al. 2019;
    Angelopoulos and Bates 2023, arXiv:2107.07511). 0 when there are too few items: every class is then in every set.
    """
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    scores = np.sort(1 - values[np.arange(len(true)), true])
    rank = int(np.ceil((len(scores) + 1) * coverage))
    return float(1 - scores[rank - 1]) if rank <= len(scores) else 0.0
