"""Nested cross-validation over people: outer folds are measured on, inner ones choose; every finished fit is kept."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure
from models.fusion.estimates import probability_above, total_moments
from models.fusion.network import NetworkSettings
from models.fusion.packing import Numbers, without_lanes
from training.fusion_config import FusionConfig
from training.fusion_examples import ABOVE, TOTAL, Examples
from training.fusion_learning import LearningSettings, learned, said
from training.fusion_variations import WHOLE, Variation
from training.leaks import require_no_leak
from training.run_log import RunLog

COVERAGE = 0.9
"""Of the interval of a total."""

NORMAL_TIMES = 1.645
"""Deviations within which COVERAGE of a normal distribution lie."""

SPREADS = tuple(2.0 ** (power / 2) for power in range(-4, 9))
"""To choose from where only sides of the cut-off are known."""


class Fit(NamedTuple):
    """What one network said: of the outer fold's people (n, items, bins) and (n, lanes), and of those that chose its epoch."""

    tested: Numbers
    lanes: Numbers
    validated: Numbers
    loss: float
    epoch: int
    seconds: float


class Outcome(NamedTuple):
    """A variation measured: of every session (N, ...), what networks said that had seen none of that person.

    `spreads` and `times` (N,) calibrate each by the people that chose; `widths` and `epochs` are those that were chosen, a fold each.
    """

    items: Numbers
    lanes: Numbers
    spreads: NDArray[np.float64]
    times: NDArray[np.float64]
    widths: tuple[int, ...]
    epochs: tuple[int, ...]
    fits: int
    seconds: float


class Fits:
    """The fits of a run, kept in its folder one by one; one that is there already is not made again."""

    def __init__(self, folder: Path, key: str, say: Callable[[str], None] = lambda line: None) -> None:
        self._folder, self._key, self._say = folder, key, say
        (folder / "fits").mkdir(parents=True, exist_ok=True)

    def fit(self, name: str, make: Callable[[RunLog], Fit]) -> Fit:
        """The kept fit of this name, or a new one."""
        file = self._folder / "fits" / f"{self._key}-{name.replace(' ', '_')}.npz"
        if (kept := _kept(file)) is not None:
            return kept
        made = make(RunLog(self._folder / "logs" / name.replace(" ", "_")))
        part = file.with_suffix(".part.npz")
        np.savez(part, allow_pickle=False, **made._asdict())
        part.replace(file)
        self._say(f"{name}: validation loss {made.loss:.3f} after epoch {made.epoch}, {made.seconds:.0f} s")
        return made


def _kept(file: Path) -> Fit | None:
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream) as kept:
            arrays = (kept[name] for name in ("tested", "lanes", "validated"))
            return Fit(*arrays, float(kept["loss"]), int(kept["epoch"]), float(kept["seconds"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def folds_of(examples: Examples, folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of every session (N,): by person, people of all totals in each; raises DataUnfit for fewer people than folds."""
    people, of = np.unique(examples.people, return_inverse=True)
    if len(people) < folds:
        raise DataUnfit(
            Failure(f"{len(people)} people cannot be dealt into {folds} folds.", "", "Lower validation.folds, or add interviews.")
        )
    severity = np.nan_to_num(examples.targets[:, TOTAL], nan=0.0) + np.nan_to_num(examples.targets[:, ABOVE], nan=0.5)
    mean = np.bincount(of, severity) / np.bincount(of)
    random = np.random.default_rng(seed)
    order = np.lexsort((random.random(len(people)), mean))
    dealt = np.concatenate([random.permutation(folds) for _ in range(0, len(people), folds)])[: len(people)]
    fold = np.empty(len(people), np.int64)
    fold[order] = dealt
    return fold[of]


def parts(fold: NDArray[np.int64], tested: int, inner: int, people: NDArray[np.str_]) -> tuple[NDArray[np.bool_], ...]:
    """Who trains, validates and is tested (N,) in a fit; raises LeakFound where somebody is in two of them."""
    test, validation = fold == tested, fold == (tested + 1 + inner) % (fold.max() + 1)
    found = {"training": ~test & ~validation, "validation": validation, "test": test}
    require_no_leak("person", {name: people[rows].tolist() for name, rows in found.items()})
    return tuple(found.values())


def measured(
    examples: Examples, fold: NDArray[np.int64], variation: Variation, config: FusionConfig, widths: Sequence[Sequence[int]], fits: Fits
) -> Outcome:
    """One variation, each outer fold with the best of its `widths`: the least mean loss over those that validate there."""
    shown = examples._replace(arrays=without_lanes(examples.arrays, examples.layout, variation.left_out))
    count = len(examples.people)
    items = lanes = None
    spreads, times = np.empty(count), np.empty(count)
    chosen, epochs, made = [], [], []
    for tested, candidates in enumerate(widths):
        found = {width: list(_inner(shown, fold, variation, config, width, tested, fits)) for width in candidates}
        best = min(found, key=lambda width: np.mean([fit.loss for fit, _ in found[width]]))
        rows = fold == tested
        first = found[best][0][0]
        items = np.zeros((count, *first.tested.shape[1:]), np.float32) if items is None else items
        lanes = np.zeros((count, *first.lanes.shape[1:]), np.float32) if lanes is None else lanes
        items[rows], lanes[rows] = (np.mean([getattr(fit, name) for fit, _ in found[best]], axis=0) for name in ("tested", "lanes"))
        validated = np.concatenate([fit.validated for fit, _ in found[best]])
        calibration = calibration_of(validated, np.concatenate([examples.targets[validating] for _, validating in found[best]]))
        spreads[rows], times[rows] = calibration["spread"], calibration["times"]
        chosen.append(best)
        epochs += [fit.epoch for fit, _ in found[best]]
        made += [fit for of_width in found.values() for fit, _ in of_width]
    assert items is not None
    assert lanes is not None
    return Outcome(items, lanes, spreads, times, tuple(chosen), tuple(epochs), len(made), sum(fit.seconds for fit in made))


def _inner(
    examples: Examples, fold: NDArray[np.int64], variation: Variation, config: FusionConfig, width: int, tested: int, fits: Fits
) -> Iterator[tuple[Fit, NDArray[np.bool_]]]:
    """The fits of an outer fold, and who validated in each."""
    network = variation.network(network_settings(config, width))
    for inner in range(config.inner_folds):
        who = parts(fold, tested, inner, examples.people)
        make = partial(_made, examples, who, network, config.learning, config.seed + 1000 * tested + 100 * inner)
        yield fits.fit(f"{variation.name} {width} {tested} {inner}", make), who[1]


def _made(
    examples: Examples, who: Sequence[NDArray[np.bool_]], network: NetworkSettings, learning: LearningSettings, seed: int, log: RunLog
) -> Fit:
    training, validating, test = who
    began = time.process_time()
    known = learned(examples, training, validating, network, learning, seed, lambda e, loss, val: log.add(e, loss=loss, val_loss=val))
    (tested, lanes), (validated, _) = (
        said(examples.layout, network, learning, known, examples.arrays[rows]) for rows in (test, validating)
    )
    return Fit(tested, lanes, validated, known.loss, known.epoch, time.process_time() - began)


def network_settings(config: FusionConfig, width: int) -> NetworkSettings:
    """The fusion's network of a configuration."""
    return NetworkSettings(encoder=config.encoder, width=width, dropout=config.dropout)


def calibration_of(items: Numbers, targets: NDArray[np.floating]) -> dict[str, float]:
    """What a card says of the total's deviation, by people that the networks had not seen (models/fusion/estimates.py).

    `items` (n, items, bins), `targets` (n, 10) as in Examples. Where no total is known, the deviation is that under which the sides of the
    cut-off are likeliest, and the interval is a normal one.
    """
    known = np.isfinite(targets[:, TOTAL])
    if not known.any():
        return {"spread": _spread_of_sides(items, targets[:, ABOVE]), "coverage": COVERAGE, "times": NORMAL_TIMES}
    total, sd = total_moments(items[known])
    away = np.abs(targets[known, TOTAL] - total) / np.maximum(sd, 1e-6)
    spread = float(np.sqrt(np.mean(away**2)))
    rank = min(1.0, np.ceil((len(away) + 1) * COVERAGE) / len(away))
    return {"spread": spread, "coverage": COVERAGE, "times": float(np.quantile(away / spread, rank, method="higher"))}


def _spread_of_sides(items: Numbers, sides: NDArray[np.floating]) -> float:
    known = np.isfinite(sides)

    def entropy(spread: float) -> float:
        held = probability_above(*total_moments(items[known], spread)).clip(1e-6, 1 - 1e-6)
        return float(-np.mean(np.where(sides[known] > 0.5, np.log(held), np.log1p(-held))))

    return min(SPREADS, key=entropy)


def all_measured(
    examples: Examples, fold: NDArray[np.int64], variations: Sequence[Variation], config: FusionConfig, fits: Fits
) -> dict[str, Outcome]:
    """Every variation by name; the fusion chooses the widths, and each of the others has the fusion's in every fold."""
    found: dict[str, Outcome] = {}
    for variation in variations:
        widths = [config.widths] * config.folds if variation.name == WHOLE else [(width,) for width in found[WHOLE].widths]
        found[variation.name] = measured(examples, fold, variation, config, widths, fits)
    return found
