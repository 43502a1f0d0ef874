"""The figures of a measurement, for a person at a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from training.figures import label_set_figures
from training.measurement import Measurement

FIGURES = (("accuracy", "accuracy"), ("UAR", "uar"), ("macro-F1", "macro_f1"), ("coverage of the label sets", "coverage"))
NO_NUMBER = "–"
LEAST_WIDTH = 100
"""Characters: in a pipe nobody breaks the lines."""


def show(measured: Measurement, figures: Mapping[str, Any], console: Console) -> None:
    """Print the figures with their intervals beside the majority baseline, the classes, the confusion, the groups, and the notes."""
    console.width = max(console.width, LEAST_WIDTH)
    card = measured.card
    console.print(Text(f"{card.modality} / {card.name} on {measured.what}: n = {figures['n']}"))
    console.print(_headline(figures))
    console.print(Text(_believable(measured, figures)))
    console.print(_classes(figures))
    console.print(_confusion(figures, measured.names))
    if figures["groups"]:
        console.print(_groups(figures["groups"]))
    for note in measured.notes:
        console.print(Text(f"- {note}"))


def number(value: float | None) -> str:
    """0.634, or a dash."""
    return NO_NUMBER if value is None else f"{value:.3f}"


def interval(limits: list[float] | None) -> str:
    """0.619–0.650, or a dash."""
    return NO_NUMBER if limits is None else f"{limits[0]:.3f}–{limits[1]:.3f}"


def _headline(figures: Mapping[str, Any]) -> Table:
    table = Table("figure", *_right("measured", "95 % interval", f"always “{figures['majority']['class']}”"), box=None)
    for title, key in FIGURES:
        table.add_row(title, number(figures[key]), interval(figures["intervals"][key]), number(figures["majority"].get(key)))
    table.add_row("ECE (15 bins)", number(figures["ece"]), f"by chance {number(figures['ece_by_chance'])}")
    return table


def _believable(measured: Measurement, figures: Mapping[str, Any]) -> str:
    rows = measured.rows
    sets = label_set_figures(rows.probabilities, rows.labels, measured.calibration)
    if sets is None:
        return "The card has no conformal threshold: nothing is told about label sets."
    right = f", and right in {sets['accuracy_of_answered']:.1%} of these" if sets["accuracy_of_answered"] is not None else ""
    return (
        f"Label sets hold {sets['mean_size']:.2f} of {len(measured.names)} classes on average; "
        f"one class alone (answered): {sets['answered']:.1%}{right}."
    )


def _classes(figures: Mapping[str, Any]) -> Table:
    table = Table("class", *_right("n", "recall", "precision", "F1"), box=None)
    for name, one in figures["per_class"].items():
        table.add_row(name, str(one["n"]), *(number(one[key]) if one["n"] else NO_NUMBER for key in ("recall", "precision", "f1")))
    return table


def _confusion(figures: Mapping[str, Any], names: tuple[str, ...]) -> Table:
    table = Table("true \\ said", *_right(*names), box=None)
    for name, row in zip(names, figures["confusion"], strict=True):
        table.add_row(name, *(str(count) for count in row))
    return table


def _groups(groups: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("group", *_right("n", "accuracy", "UAR", "macro-F1", "ECE", "coverage", "majority"), box=None)
    for name, one in groups.items():
        accuracy = f"{number(one['accuracy'])} ({interval(one['intervals']['accuracy'])})"
        rest = [number(one[key]) for key in ("uar", "macro_f1", "ece", "coverage")]
        table.add_row(name, str(one["n"]), accuracy, *rest, number(one["majority"]["accuracy"]))
    return table


def _right(*titles: str) -> list[Any]:
    return [Column(title, justify="right") for title in titles]
