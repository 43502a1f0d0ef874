"""Measure a checkpoint as it is shipped: `python -m training.evaluate face|voice|text --data DIR`.

The light runtime and the program's own `inputs.py` over every item of a test in the layout of the project's data folder:
fer2013_<split>_sheet.png with fer2013_labels.npz, manifest.csv with its clips, goemotions/<split>.csv or depseverity/<split>.csv.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.progress import track

from core.failures import AffectographError, Failure, OutputUnwritable, WrongUse
from core.labels import SEVERITIES, Modality
from models.card import CARD_FILE
from models.checkpoints import ACCURATE, DEFAULT, names, resolve
from training.datasets.evaluation import Item, face_test, holds_severity, text_test, voice_test
from training.evaluation_table import show
from training.measurement import Measurement, measure_face, measure_text, measure_voice

DONE, FAILED, WRONG_USE = 0, 1, 2

PUBLISHED = ("n", "accuracy", "uar", "macro_f1", "ece", "coverage", "majority", "per_class", "confusion", "intervals")
"""The keys of --json, of the whole and of each of its "groups": others read it, so that it has no more and no fewer."""


def measure(options: argparse.Namespace) -> Measurement:
    """What the options ask for; raises CheckpointRefused, DataUnfit, MediaUnreadable, WrongUse."""
    folder = _checkpoint(options)
    _only("--baseline-clips", options.baseline_clips, options.lane, Modality.VOICE)
    _only("--haar", options.haar, options.lane, Modality.FACE)
    match options.lane:
        case Modality.FACE:
            from models.face.classifier import FaceClassifier

            measured = measure_face(FaceClassifier(folder), face_test(options.data, options.split), watched, haar=options.haar)
        case Modality.VOICE:
            from models.voice.classifier import VoiceClassifier

            data = voice_test(options.data, options.split)
            measured = measure_voice(VoiceClassifier(folder), data, watched, baseline_clips=options.baseline_clips)
        case _:
            from models.text.classifier import TextClassifier

            classifier = TextClassifier(folder)
            data = text_test(options.data, options.split, [str(label) for label in classifier.card.labels])
            measured = measure_text(classifier, data, watched)
    return measured.by(options.by) if options.by else measured


def _checkpoint(options: argparse.Namespace) -> Path:
    """The checkpoint's folder; an alias means one that knows the levels of depression where the data has these."""
    modality = Modality(options.lane)
    if modality is Modality.TEXT and options.checkpoint in (DEFAULT, ACCURATE) and holds_severity(options.data, options.split):
        for folder in (resolve(modality, name) for name in names(modality)):
            if knows_severity(folder):
                return folder
    return resolve(modality, options.checkpoint)


def knows_severity(folder: Path) -> bool:
    """Whether the classes of a checkpoint are DepSeverity's levels."""
    return set(json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["labels"]) <= set(SEVERITIES)


def _only(option: str, given: Any, lane: str, modality: Modality) -> None:
    if given and lane != modality:
        raise WrongUse(Failure(f"{option} is for the {modality}.", f"The {lane} has nothing like it.", "Leave it out."))


def watched(items: Sequence[Item]) -> Iterable[Item]:
    """The items, with a bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    return track(items, "Measuring", console=console, transient=True, disable=not console.is_terminal)


def published(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What --json holds of a measurement's figures."""
    groups = {name: {key: one[key] for key in PUBLISHED} for name, one in figures["groups"].items()}
    return {key: figures[key] for key in PUBLISHED} | {"groups": groups}


def write_json(path: Path, figures: dict[str, Any]) -> None:
    """The figures as a file; raises OutputUnwritable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputUnwritable(Failure(f"{path} cannot be written.", f"{error.strerror}.", "Choose another place.")) from error


def parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lane", choices=list(Modality))
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data")
    parser.add_argument("--split", help="which part of it (default: privatetest or publictest; test; the whole manifest)")
    parser.add_argument("--checkpoint", default=DEFAULT, help="default, accurate, a name below checkpoints/, or a folder")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--report", type=Path, help="also write pictures and an HTML report into this folder")
    parser.add_argument("--by", help="also measure each group apart: a column such as sex, corpus, intensity, subreddit")
    parser.add_argument(
        "--baseline-clips", type=_count, default=0, metavar="N", help="voice: centre on each speaker's first N neutral clips"
    )
    parser.add_argument("--haar", action="store_true", help="face: also measure the program's own crops")
    return parser


def _count(word: str) -> int:
    number = int(word)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    options = parser().parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        measured = measure(options)
        figures = measured.figures()
        show(measured, figures, Console())
        if options.json:
            write_json(options.json, published(figures))
        if options.report:
            from training.report import write_report

            rows = measured.rows
            card = replace(measured.card, calibration=measured.calibration)
            page = write_report(options.report, card, None, rows.labels, rows.probabilities, title=measured.what)
            print(f"The report is {page}")
    except AffectographError as error:
        print(error, file=sys.stderr)
        return WRONG_USE if isinstance(error, WrongUse) else FAILED
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
