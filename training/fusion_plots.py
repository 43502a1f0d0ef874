"""The pictures of a fusion's training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from core.estimate import CUT_OFF, HIGHEST_TOTAL
from models.fusion.estimates import probability_above, total_moments
from training.fusion_examples import ABOVE, TOTAL, Examples
from training.fusion_validation import Outcome
from training.plots import BLUE, GREY, ORANGE, STEP, dressed, read_log
from training.report import LOG_FILE

PARTS = 5
"""Into which people are sorted by their probability."""


def learning_curves(logs: Path, variation: str) -> Figure | None:
    """Loss of training and validation of every fit of a variation; None without any."""
    found = [read_log(file) for file in sorted(logs.glob(f"{variation.replace(' ', '_')}_*/{LOG_FILE}"))]
    if not found:
        return None
    figure, axes = dressed("Learning curves, one line a fit", "epoch", "loss")
    for log in found:
        axes.plot(log[STEP], log["loss"], color=BLUE, linewidth=0.7)
        axes.plot(log[STEP], log["val_loss"], "--", color=ORANGE, linewidth=0.7)
    axes.plot([], [], color=BLUE, label="training, with what is dropped at random")
    axes.plot([], [], "--", color=ORANGE, label="validation")
    axes.legend()
    return figure


def estimates(examples: Examples, outcome: Outcome) -> Figure | None:
    """What was estimated against what the questionnaire said."""
    known = np.isfinite(examples.targets[:, TOTAL])
    if not known.any():
        return None
    total, _ = total_moments(outcome.items[known])
    figure, axes = dressed("Totals of people that were not learned from", "questionnaire", "estimate")
    axes.plot([0, HIGHEST_TOTAL], [0, HIGHEST_TOTAL], color=GREY, linewidth=0.8)
    axes.axvline(CUT_OFF - 0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.axhline(CUT_OFF - 0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.scatter(examples.targets[known, TOTAL], total, s=12, color=BLUE, alpha=0.6)
    return figure


def comparison(figures: Mapping[str, Any]) -> Figure | None:
    """RMSE of all variations (without totals: the AUC), with intervals."""
    of, measure = ("total", "rmse") if "total" in figures else ("cut_off", "auc")
    rows = {name: found[measure] for name, found in figures.get(of, {}).items() if found.get(measure)}
    if not rows:
        return None
    figure, axes = dressed(f"{measure.upper()}, with intervals of 95 % over people", measure.upper(), "")
    for place, (name, (value, low, high)) in enumerate(reversed(rows.items())):
        axes.plot([low, high], [place, place], color=GREY)
        axes.plot(value, place, "o", color=ORANGE if name == "attention" else BLUE)
    axes.set_yticks(range(len(rows)), list(reversed(rows)))
    return figure


def reliability(examples: Examples, outcome: Outcome) -> Figure | None:
    """How many were above the cut-off, against how likely that was held."""
    known = np.isfinite(examples.targets[:, ABOVE])
    if not known.any():
        return None
    held = probability_above(*total_moments(outcome.items[known], outcome.spreads[known]))
    true = examples.targets[known, ABOVE]
    groups = np.array_split(np.argsort(held, kind="stable"), PARTS)
    figure, axes = dressed("Above the cut-off: five groups by probability", "mean probability", "share above")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    axes.plot([held[rows].mean() for rows in groups], [true[rows].mean() for rows in groups], "o-", color=BLUE)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return figure
