"""Show on made-up people what a fusion's training finds and does not find: `python -m training.fusion_demonstration`.

Three trainings (a known relation; one lane of each session made unreliable at random; questionnaires dealt out anew), one with ConvBiLSTM
encoders, and the time of a step. Writes docs/figures/fusion-generated.json and the tables of docs/fusion-network.md.
"""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.labels import MODALITIES
from core.paths import PROGRAM_ROOT
from models.fusion.inputs import COLUMNS, LIVE_KINDS, Segment
from models.fusion.reader import FusionReader
from training.fusion_config import GENERATED, SHUFFLED, UNRELIABLE, FusionConfig, config_of
from training.fusion_report import markdown, summary, tables, value
from training.fusion_variations import WHOLE
from training.sentences import told
from training.train_fusion import RUNS, measure, write_checkpoint

COMMAND = "python -m training.fusion_demonstration"
PAGE = PROGRAM_ROOT / "docs" / "fusion-network.md"
FIGURES = PROGRAM_ROOT / "docs" / "figures" / "fusion-generated.json"
BEGINS, ENDS = "<!-- written by training.fusion_demonstration -->", "<!-- end -->"
STEPS = 200
SEGMENTS = 48


class Run(NamedTuple):
    """One training: its data, how many of the people, and what of the configuration is not the usual."""

    form: str
    share: float = 1.0
    folds: int = 5
    network: Mapping[str, Any] = {"widths": [16]}
    variations: tuple[str, ...] = (WHOLE,)


RUNS_SHOWN: Mapping[str, Run] = {
    "known": Run(GENERATED, network={"widths": [8, 16]}, variations=("all",)),
    "unreliable": Run(UNRELIABLE, variations=("no quality input", "concatenation")),
    "shuffled": Run(SHUFFLED),
    "small": Run(GENERATED, share=0.5, folds=3),
    "conv_bilstm": Run(GENERATED, share=0.5, folds=3, network={"widths": [16], "encoder": "conv_bilstm"}),
}
"""The last two are compared with each other: an LSTM takes its time."""


def config(name: str, people: int) -> FusionConfig:
    """Of one of the trainings."""
    run = RUNS_SHOWN[name]
    return config_of(
        {
            "name": name.replace("_", "-"),
            "data": {"form": run.form, "people": round(run.share * people)},
            "network": {"segments": SEGMENTS, **run.network},
            "validation": {"folds": run.folds, "inner_folds": 1, "variations": list(run.variations)},
        }
    )


def demonstrate(work: Path, people: int) -> dict[str, Any]:
    """All figures; a demonstration that was broken off goes on."""
    found: dict[str, Any] = {"command": COMMAND}
    for run in RUNS_SHOWN:
        asked = config(run, people)
        measured = measure(asked, work / run, COMMAND)
        found[run] = measured.figures
        if run in ("small", "conv_bilstm"):
            folder = work / "checkpoints" / asked.name
            write_checkpoint(folder, measured, asked, COMMAND)
            found[run]["step_ms"] = step_ms(folder)
    return found


def step_ms(folder: Path) -> float:
    """The median time of one more segment in the light runtime, with as many as the network takes in every lane."""
    reader, random = FusionReader(folder), np.random.default_rng(0)
    segments = {
        modality: [
            Segment(modality, 10.0 * i, 10.0 * i + 10.0, random.normal(size=len(COLUMNS[kind])).astype(np.float32), 0.8)
            for i in range(SEGMENTS)
        ]
        for modality, kind in LIVE_KINDS.items()
    }
    assert set(segments) == set(MODALITIES)
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        reader.estimate(segments)
        took.append(1000.0 * (time.perf_counter() - began))
    return round(float(np.median(took)), 2)


def section(found: Mapping[str, Any]) -> Iterator[str]:
    """What stands in the page."""
    known, unreliable, shuffled, small, recurrent = (found[run] for run in RUNS_SHOWN)
    minutes = sum(found[run]["cpu_minutes"] for run in RUNS_SHOWN)
    fits = sum(found[run]["fits"] for run in RUNS_SHOWN)
    yield f"Made by `{found['command']}`: {fits} fits in {minutes:.0f} CPU minutes.\n"
    yield f"### A known relation\n\n{summary(known)}\n"
    for heading, table in tables(known):
        yield f"**{heading}**\n\n{markdown(table)}\n"
    yield "### One lane of each session made unreliable at random\n"
    yield f"{summary(unreliable)}\n\n{markdown(next(table for _, table in tables(unreliable)))}\n"
    apart = [value(run["differences"]["concatenation"]) for run in (unreliable, known)]
    yield f"Concatenation errs by {apart[0]} points more than attention here, and by {apart[1]} where every lane can be trusted.\n"
    yield "### Questionnaires dealt out anew: there is nothing to find\n"
    told_of = shuffled["total"]
    yield (
        f"The estimates' correlation with the questionnaires is {value(told_of[WHOLE]['correlation'])}; RMSE "
        f"{value(told_of[WHOLE]['rmse'])}, of the mean {value(told_of['constant']['rmse'])}.\n"
    )
    yield "### The field's ConvBiLSTM encoders beside the small ones\n"
    names = ("small", "ConvBiLSTM")
    rows = [
        [
            name,
            value(one["total"][WHOLE]["rmse"]),
            value(one["truth"][WHOLE]),
            f"{60 * one['cpu_minutes'] / one['fits']:.0f}",
            f"{one['step_ms']:.2f}",
        ]
        for name, one in zip(names, (small, recurrent), strict=True)
    ]
    head = ["encoders", "RMSE", "correlation with the true relation", "CPU seconds a fit", "ms a step in the light runtime"]
    yield f"On {small['people']} people, in three folds, with {SEGMENTS} segments in every lane.\n\n{markdown((head, rows))}\n"


def write_page(found: Mapping[str, Any], page: Path) -> None:
    """Put the tables between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGINS)
    written = "\n".join(section(found))
    page.write_text(f"{before}{BEGINS}\n\n{written}\n{ENDS}{rest.split(ENDS)[1]}", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=RUNS / "demonstration", help="(default: runs/fusion/demonstration)")
    parser.add_argument("--people", type=int, default=240, help="(default: %(default)s)")
    options = parser.parse_args()
    found = demonstrate(options.work, options.people)
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    write_page(found, PAGE)


if __name__ == "__main__":
    told(main)
