"""Search for the voice's best classifier: `python -m training.search_voice --data DIR --out FILE.jsonl [--quick]`.

Every candidate of `voice_candidates` is trained and tested on folds BY SPEAKER. Each finished cell (candidate and fold) is added to FILE
at once and skipped when it is found there, so that a search may be stopped and begun again; FILE knows its data, features and folds.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from capture.audio_files import read_sound
from core.failures import DataUnfit, Failure, OutputUnwritable
from core.labels import Emotion
from core.settings import VoiceSettings
from models.voice import inputs, statistics
from training.datasets.emotion_words import chosen_emotions
from training.datasets.segments import segments_of
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import VOICE_CLASSES, Clip, speaker_folds
from training.sentences import told
from training.voice_candidates import MAJORITY, Candidate, candidates

FOLDS = 5
PLAIN_WIDTH = 120
"""Letters a line where the table goes into a file."""


def log_means(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 180 means, mel powers as logarithms (they span six decades, and few classifiers can live with that)."""
    means = inputs.segment_features(samples)
    mel = inputs.MFCCS + inputs.CHROMAS
    return np.concatenate((means[:mel], np.log(means[mel:] + 1e-6)))


FEATURES: Mapping[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    inputs.INPUT_KIND: log_means,
    statistics.INPUT_KIND: statistics.statistics,
}
"""By the kind of input in a checkpoint's card."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is searched on: features (N, F), labels (N,) as numbers of `classes`, and the rows of each fold's strangers."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    classes: tuple[Emotion, ...]
    folds: tuple[NDArray[np.int64], ...]

    @property
    def fingerprint(self) -> str:
        """Changes with the data, the features and the folds."""
        parts = (self.features, self.labels, *self.folds)
        return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:16]


def prepared(clips: Sequence[Clip], classes: tuple[Emotion, ...], kind: str, seed: int) -> Task:
    """Every segment of every clip as numbers; raises DataUnfit or MediaUnreadable."""
    rows = [(FEATURES[kind](segment.samples), clip) for clip in clips for segment in segments_of(read_sound(clip.path), VoiceSettings())]
    if not rows:
        raise DataUnfit(Failure("No speech was found in the data.", "Every clip is silent, noise or too short.", "Listen to some of them."))
    speakers = np.array([clip.speaker for _, clip in rows])
    return Task(
        features=np.array([values for values, _ in rows], np.float32),
        labels=np.array([classes.index(clip.emotion) for _, clip in rows]),
        classes=classes,
        folds=tuple(np.flatnonzero(np.isin(speakers, list(strangers))) for strangers in speaker_folds(clips, FOLDS, seed)),
    )


def cell_of(task: Task, candidate: Candidate, fold: int, seed: int) -> dict[str, Any]:
    """One candidate trained on all folds but one and tested on that one: UAR, accuracy, seconds."""
    strangers = task.folds[fold]
    known = np.setdiff1d(np.arange(len(task.labels)), strangers)
    started = time.perf_counter()
    classifier = candidate.build(seed)
    classifier.fit(task.features[known], task.labels[known])
    trained = time.perf_counter()
    said = classifier.predict(task.features[strangers])
    true = task.labels[strangers]
    return {
        "uar": round(float(np.mean([np.mean(said[true == one] == one) for one in np.unique(true)])), 4),
        "accuracy": round(float(np.mean(said == true)), 4),
        "train_s": round(trained - started, 3),
        "n": len(true),
    }


def search(task: Task, wanted: Iterable[Candidate], file: Path, seed: int, on_cell: Callable[[Candidate], None]) -> list[dict[str, Any]]:
    """All cells of `wanted`, those in `file` taken from there and the others added to it; raises OutputUnwritable."""
    done = {_key(cell): cell for cell in read_cells(file)}
    found = []
    for candidate in wanted:
        for fold in range(len(task.folds)):
            asked = {
                "task": task.fingerprint,
                "seed": seed,
                "family": candidate.family,
                "settings": json.loads(json.dumps(candidate.settings)),
                "fold": fold,
            }
            if (cell := done.get(_key(asked))) is None:
                cell = asked | cell_of(task, candidate, fold, seed)
                add_cell(file, cell)
            found.append(cell)
            on_cell(candidate)
    return found


def _key(cell: Mapping[str, Any]) -> str:
    return json.dumps([cell.get(name) for name in ("task", "seed", "family", "settings", "fold")])


def read_cells(file: Path) -> list[dict[str, Any]]:
    """What a search has found before; a last line that was cut off by a crash is left out."""
    if not file.is_file():
        return []
    cells = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            cell = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(cell, dict):
            cells.append(cell)
    return cells


def add_cell(file: Path, cell: Mapping[str, Any]) -> None:
    """One more line, on the disk when this returns; raises OutputUnwritable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        torn = file.is_file() and file.stat().st_size > 0 and not file.read_bytes().endswith(b"\n")
        with file.open("a", encoding="utf-8") as stream:
            stream.write(("\n" if torn else "") + json.dumps(cell) + "\n")
    except OSError as error:
        what_to_do = "Choose another --out, or make room; what was found before is kept."
        raise OutputUnwritable(Failure(f"{file} cannot be written.", f"{error.strerror}.", what_to_do)) from None


def ranking(cells: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, float, float, float, float]]:
    """Family, settings, mean UAR and its deviation over folds, mean accuracy, seconds of training; the best first."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for cell in cells:
        groups.setdefault((cell["family"], str(Candidate(cell["family"], cell["settings"]))), []).append(cell)
    rows = []
    for (family, settings), same in groups.items():
        recalls = np.array([cell["uar"] for cell in same])
        accuracy, seconds = (float(np.mean([cell[name] for cell in same])) for name in ("accuracy", "train_s"))
        rows.append((family, settings, float(recalls.mean()), float(recalls.std()), accuracy, seconds * len(same)))
    return sorted(rows, key=lambda row: -row[2])


def table_of(cells: Sequence[Mapping[str, Any]]) -> Table:
    """The ranking for a terminal, with the trivial baseline among it."""
    table = Table("classifier", "settings", "UAR ± sd", "accuracy", "training s", box=None, pad_edge=False)
    for family, settings, uar, deviation, accuracy, seconds in ranking(cells):
        style = "bold" if family == MAJORITY else None
        table.add_row(family, settings, f"{uar:.3f} ± {deviation:.3f}", f"{accuracy:.3f}", f"{seconds:.1f}", style=style)
    return table


def run(data: Path, file: Path, *, kind: str, emotions: Sequence[str], seed: int, quick: bool) -> None:
    """Search and print the table; what was found before Ctrl+C is printed, too."""
    available = load_speech_folder(data, tuple(Emotion) if emotions else VOICE_CLASSES)
    classes = chosen_emotions(emotions, {clip.emotion for clip in available})
    clips = [clip for clip in available if clip.emotion in classes]
    print(described(clips), flush=True)
    task = prepared(clips, classes, kind, seed)
    wanted = list(candidates(quick=quick))
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("", total=len(wanted) * len(task.folds))
            search(task, wanted, file, seed, lambda candidate: progress.update(bar, advance=1, description=candidate.family))
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.")
    cells = [cell for cell in read_cells(file) if cell.get("task") == task.fingerprint and cell.get("seed") == seed]
    strangers = f"{len(task.labels)} segments, {len(classes)} classes, {len(task.folds)} folds by speaker, features {kind}"
    print(f"{strangers}; all cells stand in {file}")
    Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH).print(table_of(cells))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder with manifest.csv, or a corpus in its official form")
    parser.add_argument("--out", type=Path, default=Path("voice-search.jsonl"), help="where cells are added (default: %(default)s)")
    parser.add_argument(
        "--features", choices=sorted(FEATURES), default=statistics.INPUT_KIND, help="the kind of input (default: %(default)s)"
    )
    parser.add_argument("--emotions", nargs="+", default=[], metavar="EMOTION", help="classes to tell apart (default: the voice's five)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="one choice of settings for each family")
    options = parser.parse_args()
    run(options.data, options.out, kind=options.features, emotions=options.emotions, seed=options.seed, quick=options.quick)


if __name__ == "__main__":
    told(main)
