"""What a training of the fusion leaves for a person: one HTML page with tables and pictures, and the same tables in Markdown."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from core.failures import Failure, OutputUnwritable
from training import fusion_plots
from training.fusion_examples import Examples
from training.fusion_figures import CONSTANT
from training.fusion_validation import Outcome
from training.fusion_variations import WHOLE
from training.report import REPORT_FILE, page_foot, page_head, png, table

FIGURES_FILE = "figures.json"

TITLES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "correlation": "correlation",
    "ccc": "CCC",
    "auc": "AUC",
    "f1": "F1",
    "accuracy": "accuracy",
    "brier": "Brier score",
}
CONSTANT_TITLES = {"total": "constant: the mean of the others", "cut_off": "constant: the others' share (majority)"}

Table = tuple[list[str], list[list[str]]]


def write_fusion_report(
    folder: Path, figures: Mapping[str, Any], examples: Examples, outcome: Outcome, *, title: str, command: str, notes: Sequence[str]
) -> Path:
    """Write figures.json, the pictures and report.html into `folder`, and return the page's path; raises OutputUnwritable."""
    drawn = {
        "learning_curves": fusion_plots.learning_curves(folder / "logs", WHOLE),
        "estimates": fusion_plots.estimates(examples, outcome),
        "comparison": fusion_plots.comparison(figures),
        "reliability": fusion_plots.reliability(examples, outcome),
    }
    pictures = {name: png(figure) for name, figure in drawn.items() if figure is not None}
    try:
        (folder / FIGURES_FILE).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        (folder / REPORT_FILE).write_text("\n".join(_page(title, figures, pictures, command, notes)) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputUnwritable(
            Failure(f"The report cannot be written into {folder}.", f"{error.strerror}.", "Choose another folder.")
        ) from error
    return folder / REPORT_FILE


def _page(title: str, figures: Mapping[str, Any], pictures: Mapping[str, bytes], command: str, notes: Sequence[str]) -> Iterator[str]:
    yield page_head(f"Fusion: {title}")
    yield f"<p>{escape(summary(figures))}</p><p>Made by <code>{escape(command)}</code>.</p>"
    for name, found in tables(figures):
        yield f"<h2>{escape(name)}</h2>{table(*found)}"
    yield from page_foot(pictures, notes)


def summary(figures: Mapping[str, Any]) -> str:
    """What was measured, in a paragraph."""
    said = (
        f"{figures['sessions']} sessions of {figures['people']} people, {figures['above']} of them above the cut-off; "
        f"{figures['fits']} fits in {figures['cpu_minutes']:.1f} CPU minutes. Every figure is of people that the network had not seen, "
        "with intervals of 95 % over people."
    )
    if held := figures.get("interval"):
        said += f" The interval of a total, meant to hold {held['meant']:.0%}, held {value(held['held'], '.0%')}"
        said += f" and was {held['mean_width']:.1f} points wide on average."
    return said


def tables(figures: Mapping[str, Any]) -> Iterator[tuple[str, Table]]:
    """The tables of a page by their headings."""
    if "total" in figures:
        differences, truth = figures["differences"], figures.get("truth", {})
        head = ["", *(TITLES[name] for name in figures["total"][WHOLE]), "RMSE more than attention's"]
        rows = [
            [_named(name, "total"), *(value(of.get(one)) for one in figures["total"][WHOLE]), value(differences.get(name))]
            + ([value(truth.get(name))] if truth else [])
            for name, of in figures["total"].items()
        ]
        yield "Total of the PHQ-8", ([*head, *(["correlation with the true relation"] if truth else [])], rows)
    if "cut_off" in figures:
        names = list(figures["cut_off"][WHOLE])
        rows = [[_named(name, "cut_off"), *(value(of.get(one)) for one in names)] for name, of in figures["cut_off"].items()]
        yield "Cut-off: a total of 10 or more", (["", *(TITLES[name] for name in names)], rows)
    if figures["items"]:
        rows = [[str(one["item"]), f"{one['mae']:.2f}", f"{one['constant']:.2f}"] for one in figures["items"]]
        yield "Items: mean absolute error", (["item", "attention", "constant"], rows)
    lanes = {name: share for name, share in figures["lanes"].items() if share is not None}
    yield "Mean attention over the lanes, where they were there", (list(lanes), [[f"{share:.2f}" for share in lanes.values()]])


def value(given: Sequence[float] | None, form: str = ".2f") -> str:
    """A figure with its interval."""
    return "" if given is None else f"{given[0]:{form}} ({given[1]:{form}} to {given[2]:{form}})"


def markdown(found: Table) -> str:
    """A table for a page of the documentation."""
    head, rows = found
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _named(name: str, of: str) -> str:
    return CONSTANT_TITLES[of] if name == CONSTANT else name
