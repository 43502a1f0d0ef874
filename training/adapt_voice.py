"""Adapt a shipped voice to a language or a person: `python -m training.adapt_voice --adapt-from NAME --data DIR --name NEW`.

DIR is what `main.py collect voice` makes, or any speech that train_voice takes. A network whose weights are kept beside it (the sequence
networks) learns on at a low rate; of any other one the answers are shifted by a bias a class, which needs little data.
Figures are of sentences, or where there are enough people of people, that the adapting had not heard, before and after.
"""

import argparse
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from capture.audio_files import read_sound
from core.failures import DataUnfit, Failure
from core.labels import Modality
from core.paths import checkpoint_folder
from core.settings import VoiceSettings
from models.calibration import log_probabilities, softmax
from models.card import ModelCard, write_card
from models.checkpoints import resolve
from models.voice import log_mel
from models.voice.classifier import VoiceClassifier
from training.calibrate import calibration_card, card_figures, negative_log_likelihood
from training.datasets.segments import segments_of
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import LEAST_FOLDS, MANIFEST, Clip, manifest_rows
from training.network_weights import WEIGHTS_FILE
from training.sentences import told

FOLDS = 4
LEAST_A_CLASS = 4
"""Recordings of each class: with fewer, a fold would have none to learn from or none to test."""

SHIFT_PENALTY = 0.02
"""On the squared biases: with ten recordings a class they stay below 1, with hundreds the data decides."""

Samples = NDArray[np.float32]
Learner = Callable[[NDArray[np.bool_]], Callable[[int], NDArray[np.float64]]]
"""Learns from some rows and gives what makes probabilities (K,) of any row."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """N segments, their classes as numbers of the card's labels (N,), and what is never parted between learning and testing (N,)."""

    segments: tuple[Samples, ...]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]
    grouped_by: str


def recorded(data: Path, card: ModelCard) -> tuple[Recorded, list[Clip]]:
    """What there is to adapt to, of all the card's classes; raises DataUnfit or MediaUnreadable."""
    clips = load_speech_folder(data, card.labels)
    counts = {label: sum(clip.emotion == label for clip in clips) for label in card.labels}
    if few := [f"{label} ({count})" for label, count in counts.items() if count < LEAST_A_CLASS]:
        why = f"{LEAST_A_CLASS} recordings of each class are needed; there are too few of {', '.join(few)}."
        raise DataUnfit(Failure(f"The voice “{card.name}” cannot be adapted to this data.", why, "Record more: main.py collect voice."))
    print(described(clips), flush=True)
    heard = [(segment.samples, clip) for clip in clips for segment in segments_of(read_sound(clip.path), VoiceSettings())]
    group_of, grouped_by = groups_of(data, clips)
    return (
        Recorded(
            segments=tuple(samples for samples, _ in heard),
            labels=np.array([card.labels.index(clip.emotion) for _, clip in heard]),
            groups=np.array([group_of[clip.path] for _, clip in heard]),
            grouped_by=grouped_by,
        ),
        clips,
    )


def groups_of(data: Path, clips: Sequence[Clip]) -> tuple[Mapping[Path, str], str]:
    """By people where there are LEAST_FOLDS, else by sentences; raises DataUnfit when there is but one of either."""
    if len({clip.speaker for clip in clips}) >= LEAST_FOLDS:
        return {clip.path: clip.speaker for clip in clips}, "people"
    rows = manifest_rows(data) if (data / MANIFEST).is_file() else []
    sentences = {data / row["path"]: row.get("sentence") or row["path"] for row in rows}
    found = {clip.path: sentences.get(clip.path, clip.path.stem) for clip in clips}
    if len(set(found.values())) < 2:
        why = "The figures would be of sentences that it has heard."
        raise DataUnfit(Failure("All recordings are of one sentence.", why, "Record other sentences as well."))
    return found, "sentences"


def fitted_shift(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The biases (K,), sum 0, that make calibrated `probabilities` (N, K) likeliest; small ones where there is little data."""
    logits, classes = log_probabilities(probabilities), probabilities.shape[1]

    def loss(bias: NDArray[np.float64]) -> float:
        return negative_log_likelihood(softmax(logits + bias), labels) + SHIFT_PENALTY * float(bias @ bias)

    found = minimize(loss, np.zeros(classes), method="L-BFGS-B").x
    return np.asarray(found - found.mean())


def shift(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> Learner:
    """The shipped probabilities (N, K), shifted by what the rows that are learned from say."""

    def learn(rows: NDArray[np.bool_]) -> Callable[[int], NDArray[np.float64]]:
        bias = fitted_shift(probabilities[rows], labels[rows])
        return lambda row: softmax(log_probabilities(probabilities[row]) + bias)

    return learn


def cross_validated(learn: Learner, what: Recorded, seed: int) -> NDArray[np.float64]:
    """The probabilities (N, K) of every row, by a learner that had heard nothing of its group."""
    names = np.unique(what.groups)
    fold_of = dict(zip(names[np.random.default_rng(seed).permutation(len(names))], np.arange(len(names)) % FOLDS, strict=True))
    folds = np.array([fold_of[group] for group in what.groups])
    found: dict[int, NDArray[np.float64]] = {}
    for fold in np.unique(folds):
        predict = learn(folds != fold)
        found |= {int(row): predict(int(row)) for row in np.flatnonzero(folds == fold)}
    return np.array([found[row] for row in range(len(folds))])


def shifted_calibration(calibration: Mapping[str, Any], bias: NDArray[np.float64]) -> dict[str, Any]:
    """A card's calibration, and those within it (such as "with_baseline"), with `bias` (K,) added to its own."""
    parts = {
        name: shifted_calibration(part, bias) for name, part in calibration.items() if isinstance(part, Mapping) and "temperature" in part
    }
    own = np.asarray(calibration.get("bias", np.zeros(len(bias))), dtype=np.float64)
    return {**calibration, **parts, "bias": [round(float(value), 6) for value in own + bias]}


def adapt(name: str, data: Path, folder: Path, new_name: str, seed: int) -> ModelCard:
    """Measure before and after, adapt to all, describe; the new checkpoint lies in `folder` afterwards."""
    shipped = VoiceClassifier(resolve(Modality.VOICE, name))
    what, clips = recorded(data, shipped.card)
    before = np.array([shipped.probabilities(samples) for samples in what.segments])
    fine = shipped.card.input["kind"] == log_mel.INPUT_KIND and (shipped.card.folder / WEIGHTS_FILE).is_file()
    if fine:
        from training.adapt_sequence import SequenceTuning

        tuning = SequenceTuning(shipped.card, what.segments, what.labels, seed)
        after = cross_validated(tuning.learn, what, seed)
        file = tuning.export(folder)
        calibration = calibration_card(after, what.labels, what.groups)
    else:
        after = cross_validated(shift(before, what.labels), what, seed)
        file = _copied(shipped.card, folder)
        calibration = shifted_calibration(shipped.card.calibration, fitted_shift(before, what.labels))
    names = [str(label) for label in shipped.card.labels]
    figures = {stage: card_figures(what.labels, p, names, clusters=what.groups) for stage, p in (("before", before), ("after", after))}
    for stage, one in figures.items():
        print(f"{stage}: UAR {one['uar']:.3f} of unheard {what.grouped_by} (always the commonest class: {one['majority']['uar']:.3f})")
    card = _described(shipped.card, new_name, folder, file, calibration, figures, what, clips, seed, fine=fine)
    write_card(card)
    return card


def _copied(card: ModelCard, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.resolve() != card.folder.resolve():
        shutil.copyfile(card.path, folder / card.file)
    return card.file


def _described(
    card: ModelCard,
    name: str,
    folder: Path,
    file: str,
    calibration: Mapping[str, Any],
    figures: Mapping[str, Any],
    what: Recorded,
    clips: Sequence[Clip],
    seed: int,
    *,
    fine: bool,
) -> ModelCard:
    people = len({clip.speaker for clip in clips})
    how = "its weights learned on at a low rate" if fine else "its answers were shifted by a bias a class"
    return replace(
        card,
        name=name,
        file=file,
        folder=folder,
        calibration=calibration,
        data=(*card.data, {"name": "own recordings, to adapt to", "licence": "as consented", "clips": len(clips), "speakers": people}),
        split=f"Before and after: {FOLDS} folds by {what.grouped_by} of the own recordings. Shipped: all of them. First: {card.split}",
        seed=seed,
        command=f"python -m training.adapt_voice --adapt-from {card.name} --data DIR --name {name} --seed {seed}",
        figures={"before": figures["before"], "after": figures["after"], "grouped_by": what.grouped_by},
        notes=(
            f"“{card.name}”, adapted to {len(clips)} recordings of {people} {'person' if people == 1 else 'people'}: {how}. "
            "For other people or another language it may be worse than what it was made from.",
            *card.notes,
        ),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapt-from", required=True, metavar="NAME", help="the checkpoint that is adapted: default, a name, or a folder")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="what `main.py collect voice` made, or other speech")
    parser.add_argument("--name", required=True, metavar="NEW", help="the new checkpoint's name")
    parser.add_argument("--out", type=Path, help="where it goes (default: the program's own checkpoints)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = options.out or checkpoint_folder(Modality.VOICE, options.name)
    adapt(options.adapt_from, options.data, folder, options.name, options.seed)
    print(f"In {folder}. Use it: main.py --set voice.checkpoint={folder if options.out else options.name}")


if __name__ == "__main__":
    told(main)
