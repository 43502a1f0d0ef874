"""How well estimates of questionnaires measured: figures with intervals over people, and what no estimate at all would have scored."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fusion.estimates import interval, item_moments, probability_above, total_moments
from training.figures import CONFIDENCE, RESAMPLES, rounded
from training.fusion_examples import ABOVE, TOTAL, Examples
from training.fusion_validation import COVERAGE, Outcome
from training.fusion_variations import WHOLE

Values = NDArray[np.float64]
Measure = Callable[[Values, Values, Values], Values]
"""Of weights (R, n), what is true (n,) and what was said (n,): R values."""

CONSTANT = "constant"


def rmse(weights: Values, true: Values, said: Values) -> Values:
    """Root of the mean squared error."""
    return np.sqrt(_mean(weights, (said - true) ** 2))


def mae(weights: Values, true: Values, said: Values) -> Values:
    """Mean absolute error."""
    return _mean(weights, np.abs(said - true))


def correlation(weights: Values, true: Values, said: Values) -> Values:
    """Pearson's; NaN where nothing varies."""
    covariance, of_true, of_said = _second_moments(weights, true, said)
    spread = np.sqrt(of_true * of_said)
    return np.divide(covariance, spread, out=np.full_like(spread, np.nan), where=spread > 1e-9)


def ccc(weights: Values, true: Values, said: Values) -> Values:
    """Lin's concordance (1989): a correlation that scale and offset lower."""
    covariance, of_true, of_said = _second_moments(weights, true, said)
    return 2.0 * covariance / np.maximum(of_true + of_said + (_mean(weights, true) - _mean(weights, said)) ** 2, 1e-9)


def auc(weights: Values, true: Values, said: Values) -> Values:
    """Area under the ROC curve: how often one above the cut-off is held likelier than one below; ties count half."""
    above, below = true > 0.5, true < 0.5
    apart = said[above][:, np.newaxis] - said[below][np.newaxis]
    won = (apart > 0) + 0.5 * (apart == 0)
    pairs = weights[:, above].sum(axis=1) * weights[:, below].sum(axis=1)
    hits = ((weights[:, above] @ won) * weights[:, below]).sum(axis=1)
    return np.divide(hits, pairs, out=np.full_like(hits, np.nan), where=pairs > 0)


def f1(weights: Values, true: Values, said: Values) -> Values:
    """Of those above the cut-off, where a probability of 0.5 says so."""
    claimed, is_above = said >= 0.5, true > 0.5
    hits = weights @ (claimed & is_above)
    return 2.0 * hits / np.maximum(weights @ claimed.astype(float) + weights @ is_above.astype(float), 1e-9)


def accuracy(weights: Values, true: Values, said: Values) -> Values:
    """On the right side of the cut-off."""
    return _mean(weights, ((said >= 0.5) == (true > 0.5)).astype(float))


def brier(weights: Values, true: Values, said: Values) -> Values:
    """Mean squared error of the probability."""
    return _mean(weights, (said - true) ** 2)


OF_CONSTANTS = ("rmse", "mae", "f1", "accuracy", "brier")
"""What is said the same of everybody has no correlation and no order."""

OF_TOTALS: Mapping[str, Measure] = {"rmse": rmse, "mae": mae, "correlation": correlation, "ccc": ccc}
OF_SIDES: Mapping[str, Measure] = {"auc": auc, "f1": f1, "accuracy": accuracy, "brier": brier}


def _mean(weights: Values, values: Values) -> Values:
    return weights @ values / weights.sum(axis=1)


def _second_moments(weights: Values, true: Values, said: Values) -> tuple[Values, Values, Values]:
    mean_true, mean_said = _mean(weights, true), _mean(weights, said)
    products = ((true, said), (true, true), (said, said))
    means = ((mean_true, mean_said), (mean_true, mean_true), (mean_said, mean_said))
    return tuple(_mean(weights, a * b) - x * y for (a, b), (x, y) in zip(products, means, strict=True))  # type: ignore[return-value]


def fusion_figures(
    examples: Examples, fold: NDArray[np.int64], outcomes: Mapping[str, Outcome], truth: NDArray[np.float64] | None
) -> dict[str, Any]:
    """Of every variation and of no estimate at all: [value, low, high], intervals of 95 % by the bootstrap over people.

    `truth` (N,) is what a generated total is expected to be, where that is known. `differences` are those of a variation's RMSE from the
    fusion's, of the same draws: above 0, the fusion errs less.
    """
    totals, sides = (np.isfinite(examples.targets[:, column]) for column in (TOTAL, ABOVE))
    draws = _draws(examples.people)
    constants = _constants(examples, fold)
    figures: dict[str, Any] = {
        "sessions": len(examples.people),
        "people": len(set(examples.people.tolist())),
        "above": int(np.nansum(examples.targets[:, ABOVE])),
        "fits": sum(outcome.fits for outcome in outcomes.values()),
        "cpu_minutes": rounded(sum(outcome.seconds for outcome in outcomes.values()) / 60),
        "widths": list(outcomes[WHOLE].widths),
        "epochs": list(outcomes[WHOLE].epochs),
    }
    said = {name: total_moments(outcome.items, outcome.spreads) for name, outcome in outcomes.items()}
    if totals.any():
        true, weights = examples.targets[totals, TOTAL].astype(np.float64), draws[:, totals]
        estimated = {name: total[totals] for name, (total, _) in said.items()} | {CONSTANT: constants[0][totals]}
        figures["total"] = {name: _of(_measures(OF_TOTALS, name), weights, true, one) for name, one in estimated.items()}
        figures["differences"] = {
            name: _with_interval(rmse(weights, true, one) - rmse(weights, true, estimated[WHOLE]))
            for name, one in estimated.items()
            if name != WHOLE
        }
        figures["interval"] = _interval_figures(weights, true, outcomes[WHOLE], totals)
        if truth is not None:
            figures["truth"] = {
                name: _with_interval(correlation(weights, truth[totals], one)) for name, one in estimated.items() if name != CONSTANT
            }
    if sides.any():
        true, weights = examples.targets[sides, ABOVE].astype(np.float64), draws[:, sides]
        held = {name: probability_above(*of)[sides] for name, of in said.items()} | {CONSTANT: constants[1][sides]}
        figures["cut_off"] = {name: _of(_measures(OF_SIDES, name), weights, true, one) for name, one in held.items()}
        figures["cut_off"]["always above"] = _of({"f1": f1, "accuracy": accuracy}, weights, true, np.ones(len(true)))
    figures["items"] = _item_figures(examples, fold, outcomes[WHOLE])
    there = examples.layout.masks(examples.arrays).any(axis=-1)
    figures["lanes"] = {
        lane.name: rounded(outcomes[WHOLE].lanes[there[:, number], number].mean()) if there[:, number].any() else None
        for number, lane in enumerate(examples.layout.lanes)
    }
    return figures


def _draws(people: NDArray[np.str_], seed: int = 0) -> Values:
    """How often each session counts (1 + RESAMPLES, N): first each once, then people drawn with replacement."""
    names, of = np.unique(people, return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
    return np.vstack([np.ones(len(people)), drawn[:, of]]).astype(np.float64)


def _measures(of: Mapping[str, Measure], name: str) -> Mapping[str, Measure]:
    return {measure: one for measure, one in of.items() if name != CONSTANT or measure in OF_CONSTANTS}


def _of(measures: Mapping[str, Measure], weights: Values, true: Values, said: Values) -> dict[str, list[float] | None]:
    return {name: _with_interval(measure(weights, true, said)) for name, measure in measures.items()}


def _with_interval(values: Values) -> list[float] | None:
    """The first value, of the people themselves, between the quantiles of the others; None where it is none."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(drawn):
        return None
    tail = (1.0 - CONFIDENCE) / 2.0
    return [rounded(values[0]), *(rounded(one) for one in np.quantile(drawn, (tail, 1.0 - tail)))]


def _constants(examples: Examples, fold: NDArray[np.int64]) -> tuple[Values, Values]:
    """What the other folds' people say of everybody: the mean total, and the share above the cut-off (N,) each."""
    means = np.empty((len(fold), 2))
    for number in np.unique(fold):
        others = examples.targets[fold != number]
        for place, column in enumerate((TOTAL, ABOVE)):
            known = others[:, column][np.isfinite(others[:, column])]
            means[fold == number, place] = known.mean() if len(known) else np.nan
    return means[:, 0], means[:, 1]


def _interval_figures(weights: Values, true: Values, outcome: Outcome, rows: NDArray[np.bool_]) -> dict[str, Any]:
    """How often the interval of the total holds the true one, and how wide it is."""
    total, sd = total_moments(outcome.items[rows], outcome.spreads[rows])
    low, high = interval(total, sd * outcome.times[rows], {"times": 1.0})
    held = ((true >= low) & (true <= high)).astype(float)
    return {"meant": COVERAGE, "held": _with_interval(_mean(weights, held)), "mean_width": rounded((high - low).mean())}


def _item_figures(examples: Examples, fold: NDArray[np.int64], outcome: Outcome) -> list[dict[str, Any]]:
    """The mean absolute error of every item that is known of somebody, beside that of its mean over the other folds' people."""
    means, _ = item_moments(outcome.items)
    found = []
    for number in range(means.shape[1]):
        true = examples.targets[:, number].astype(np.float64)
        known = np.isfinite(true)
        if not known.any():
            continue
        usual = np.array([np.nanmean(true[known & (fold != own)]) if (known & (fold != own)).any() else np.nan for own in fold[known]])
        errors = (np.abs(means[known, number] - true[known]), np.abs(usual - true[known]))
        found.append({"item": number + 1, "mae": rounded(errors[0].mean()), "constant": rounded(np.nanmean(errors[1]))})
    return found
