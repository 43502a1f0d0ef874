"""The pictures of a training and of a measurement, with matplotlib; each function draws one figure and returns it."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from core.labels import Emotion
from training.figures import accuracy_coverage, reliability

SIZE = (6.0, 4.2)
DPI = 110
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#6B7280"
COLOURS: Mapping[str, str] = {
    Emotion.ANGER: ORANGE,
    Emotion.DISGUST: "#009E73",
    Emotion.FEAR: "#CC79A7",
    Emotion.HAPPINESS: "#E69F00",
    Emotion.SADNESS: BLUE,
    Emotion.SURPRISE: "#56B4E9",
    Emotion.NEUTRAL: GREY,
}
"""As in the window (Okabe and Ito 2008); other classes take theirs in turn."""
DASHES = ("-", "--", "-.", ":")
"""A line's style tells it where colours do not."""

CURVES = (
    ("loss", "val_loss"),
    ("accuracy", "val_accuracy"),
    ("uar", "val_uar"),
    ("uar_with_baseline", "val_uar_with_baseline"),
    ("macro_f1", "val_macro_f1"),
)
"""Columns of a training's CSV log, of training and validation."""
STEP = "step"
"""The column that counts where a row is no epoch."""


def class_counts(labels: ArrayLike, names: Sequence[str]) -> Figure:
    """How many items each class has."""
    counts = np.bincount(np.asarray(labels, dtype=np.int64), minlength=len(names))
    figure, axes = dressed("Items a class", "", "items")
    bars = axes.bar(names, counts, color=[_colour(name, i) for i, name in enumerate(names)])
    axes.bar_label(bars, labels=[str(count) for count in counts])
    axes.tick_params(axis="x", rotation=30)
    return figure


def learning_curves(log_csv: Path, step: str = STEP) -> Figure | None:
    """Loss and score an epoch (or a `step`, as the axis says), of training and validation; None when the log holds neither."""
    columns = read_log(log_csv)
    shown = [[name for name in pair if name in columns] for pair in CURVES]
    shown = [pair for pair in shown if pair]
    if not shown:
        return None
    figure = Figure(figsize=(SIZE[0] * len(shown), SIZE[1]), layout="constrained")
    for axes, pair in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        for name in pair:
            validation = name.startswith("val_")
            values = columns[name]
            label = "validation" if validation else "training"
            place = columns.get(STEP, list(range(1, len(values) + 1)))
            axes.plot(place, values, DASHES[validation], color=ORANGE if validation else BLUE, label=label)
        score = pair[0].removeprefix("val_").replace("_", " ")
        _dress(axes, f"Learning curve: {score}", step if STEP in columns else "epoch", "")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
    return figure


def read_log(log_csv: Path) -> dict[str, list[float]]:
    """The columns of a CSV log; a cell that is no number, and a row that a crash cut off, is NaN."""
    with log_csv.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {name: [_number(row[name]) for row in rows] for name in (rows[0] if rows else {}) if name}


def _number(cell: str | None) -> float:
    try:
        return float(cell or "")
    except ValueError:
        return math.nan


def confusion_matrix(confusion: Sequence[Sequence[int]], names: Sequence[str]) -> Figure:
    """Counts, shaded by their share of the true class."""
    counts = np.asarray(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = dressed("Confusion: counts, shaded by share of the true class", "said", "true", (SIZE[0], 5.2))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.grid(visible=False)
    for i, j in np.ndindex(*counts.shape):
        axes.text(j, i, str(counts[i, j]), ha="center", va="center", color="white" if shares[i, j] > 0.55 else "black", fontsize=8)
    return figure


def roc(labels: ArrayLike, probabilities: ArrayLike, names: Sequence[str]) -> Figure:
    """Each class against the rest, with the area under its curve."""
    true, values = np.asarray(labels, dtype=np.int64), np.asarray(probabilities, dtype=np.float64)
    figure, axes = dressed("ROC, each class against the rest", "false positive rate", "true positive rate")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    for i, name in enumerate(names):
        if 0 < (true == i).sum() < len(true):
            false_rate, true_rate, area = roc_curve(true == i, values[:, i])
            axes.plot(false_rate, true_rate, DASHES[i % len(DASHES)], color=_colour(name, i), label=f"{name} {area:.3f}")
    axes.legend(title="area under it", fontsize=8)
    return figure


def roc_curve(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """False and true positive rates from (0, 0) to (1, 1), and the area under them; items of one score are one step."""
    order = np.argsort(-scores, kind="stable")
    last_of_score = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    hits = np.cumsum(positive[order])[last_of_score]
    true_rate = np.concatenate([[0.0], hits / positive.sum()])
    false_rate = np.concatenate([[0.0], (last_of_score + 1 - hits) / (~positive).sum()])
    return false_rate, true_rate, float(np.trapezoid(true_rate, false_rate))


def reliability_diagram(probabilities: ArrayLike, labels: ArrayLike, ece: float) -> Figure:
    """How often the top class is right, against how likely it was said to be; the areas of the dots are their counts."""
    bins = reliability(probabilities, labels)
    figure, axes = dressed(f"Reliability: ECE {ece:.3f} (15 bins)", "top probability", "share that is right")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, label="as promised")
    said, right = [one["probability"] for one in bins], [one["accuracy"] for one in bins]
    counts = np.array([one["n"] for one in bins])
    axes.plot(said, right, color=BLUE)
    axes.scatter(said, right, s=10 + 250 * counts / counts.max(), color=BLUE, alpha=0.6, label="measured (area: items)")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left")
    return figure


def accuracy_coverage_curve(probabilities: ArrayLike, labels: ArrayLike) -> Figure:
    """How accurate the answers are when only the surest share of the items is answered."""
    values, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.int64)
    right = (values.argmax(axis=1) == true)[np.argsort(-values.max(axis=1), kind="stable")]
    figure, axes = dressed("Accuracy of the surest share", "share that is answered", "accuracy")
    counts = np.arange(1, len(right) + 1)
    axes.plot(counts / len(right), np.cumsum(right) / counts, color=BLUE)
    for one in accuracy_coverage(values, true):
        axes.plot(one["kept"], one["accuracy"], "o", color=ORANGE)
        axes.annotate(f"{one['accuracy']:.2f}", (one["kept"], one["accuracy"]), textcoords="offset points", xytext=(0, 8), ha="center")
    axes.set(xlim=(0, 1.03), ylim=(min(0.5, float(right.mean()) - 0.05), 1.02))
    return figure


def dressed(title: str, x: str, y: str, size: tuple[float, float] = SIZE) -> tuple[Figure, Any]:
    """An empty figure with its title and the names of its axes."""
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    _dress(axes, title, x, y)
    return figure, axes


def _dress(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set(xlabel=x, ylabel=y)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _colour(name: str, number: int) -> str:
    return COLOURS.get(name, list(COLOURS.values())[number % len(COLOURS)])
