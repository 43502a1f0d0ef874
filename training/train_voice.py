"""Train the voice's shipped network on acted speech: `python -m training.train_voice --data DIR --seed 1`.

Clips go through the segmenter and the statistics of the running program, so that training hears what the monitor hears, clean and in places
made up (`voice_conditions`). Figures are per clip, of five folds BY SPEAKER; the shipped network learns from all speakers in the same way.
The classic recipe has a trainer of its own, `training.train_voice_means`, and the sequence networks `training.train_voice_sequence`.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.paths import checkpoint_folder
from models.calibration import calibrated
from models.card import ModelCard, write_card
from models.voice.classifier import WITH_BASELINE, mean_of_known
from models.voice.statistics import INPUT_KIND
from training import voice_learning
from training.calibrate import calibration_card, card_figures
from training.datasets.emotion_words import chosen_emotions
from training.datasets.evaluation import Item, baseline_of
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import MANIFEST, VOICE_CLASSES, Clip, manifest_rows, speaker_folds
from training.export_checkpoint import export_keras
from training.figures import in_label_set
from training.sentences import told
from training.train_voice_sequence import sources
from training.voice_conditions import CONDITIONS
from training.voice_learning import BASELINE_CLIPS, People, trained
from training.voice_material import CLEAN, Material, jobs_of, prepared

NAME = "statistics_mlp"
MODEL_FILE = "statistics_mlp.tflite"
FOLDS = 5
PLACES = 5
LEARNED_TOO = (Emotion.FEAR, Emotion.DISGUST)
"""Learned beside the five and not among the outputs: more voices of the same people."""
OF_ALL, OF_PERSON = 0, 1
"""The network's outputs."""

Said = Mapping[str, NDArray[np.float64]]
"""Of each version of the clips: uncalibrated probabilities (C, K), NaN for a clip that was not asked or in which no speech was found."""


@dataclass(frozen=True, slots=True)
class Task:
    """The C clips, their classes (the first `kept` are outputs), their numbers, and the clips that are their speakers' baselines (C,)."""

    clips: Sequence[Clip]
    classes: tuple[Emotion, ...]
    kept: int
    people: People
    material: Material
    baselines: NDArray[np.bool_]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Clips (C,) of the classes that are outputs."""
        return self.people.labels < self.kept


def task_of(data: Path, emotions: Sequence[str], seed: int, folds: int, state: Path | None) -> tuple[Task, list[frozenset[str]]]:
    """The data as numbers, and its folds; raises DataUnfit or MediaUnreadable."""
    wanted = tuple(Emotion) if emotions else VOICE_CLASSES + LEARNED_TOO
    available = load_speech_folder(data, wanted)
    kept = chosen_emotions(emotions, {clip.emotion for clip in available} & set(tuple(Emotion) if emotions else VOICE_CLASSES))
    classes = kept + tuple(one for one in LEARNED_TOO if not emotions and any(clip.emotion == one for clip in available))
    clips = [clip for clip in available if clip.emotion in classes]
    print(described(clips), flush=True)
    people = speaker_folds(clips, folds, seed)
    tested = [clip.emotion in kept for clip in clips]
    material = prepared(jobs_of(clips, tested, people, INPUT_KIND, PLACES, seed), state)
    baselines, ordinary = ordinary_speech(data, clips)
    labels = np.array([classes.index(clip.emotion) for clip in clips])
    who = People(np.array([clip.speaker for clip in clips]), labels, ordinary)
    return Task(clips, classes, len(kept), who, material, baselines), people


def ordinary_speech(data: Path, clips: Sequence[Clip]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which clips (C,) are the baselines of `training.evaluate`, and which are ordinary speech: these, and what is called neutral."""
    said = {data / row["path"]: row for row in manifest_rows(data)} if (data / MANIFEST).is_file() else {}
    items = [Item(clip.path, str(clip.emotion), clip.speaker, said.get(clip.path, {})) for clip in clips]
    chosen = {item.value for of_one in baseline_of(items, BASELINE_CLIPS).values() for item in of_one}
    baselines = np.array([clip.path in chosen for clip in clips])
    return baselines, baselines | np.array([item.columns.get("emotion", "").strip().casefold() == "neutral" for item in items])


def said_by(model: keras.Model, task: Task, asked: NDArray[np.bool_]) -> tuple[Said, Said]:
    """What the network says of the clips `asked` (C,), compared with all people, and of those outside the baselines about these."""
    material = task.material
    of_all, of_person = {}, {}
    for version in (CLEAN, *CONDITIONS):
        rows = np.flatnonzero((material.versions == version) & asked[material.clips])
        centres = np.full_like(material.values[rows], np.nan)
        speakers = task.people.speakers[material.clips]
        for speaker in np.unique(speakers[rows]):
            baseline = (speakers == speaker) & (material.versions == version) & task.baselines[material.clips]
            centres[speakers[rows] == speaker] = mean_of_known(material.values[baseline]) if baseline.any() else np.nan
        outputs = model.predict(np.stack((material.values[rows], centres), axis=1), verbose=0)
        centred = np.isfinite(centres).any(axis=1) & ~task.baselines[material.clips[rows]]
        of_all[version] = per_clip(outputs[OF_ALL], material, rows, len(task.clips))
        of_person[version] = per_clip(outputs[OF_PERSON][centred], material, rows[centred], len(task.clips))
    return of_all, of_person


def per_clip(outputs: NDArray[np.float32], material: Material, rows: NDArray[np.int64], clips: int) -> NDArray[np.float64]:
    """The mean of a clip's segments, weighted by their lengths: (C, K), NaN for clips without any."""
    total, weight = np.zeros((clips, outputs.shape[1])), np.zeros((clips, 1))
    np.add.at(total, material.clips[rows], outputs * material.lengths[rows, np.newaxis])
    np.add.at(weight, material.clips[rows], material.lengths[rows, np.newaxis])
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def cross_validated(task: Task, folds: Sequence[frozenset[str]], seed: int, state: Path | None) -> tuple[Said, Said]:
    """Every clip said by the network of the fold that has not heard its speaker; finished folds are kept in `state`."""
    merged: tuple[dict[str, NDArray[np.float64]], ...] = ({}, {})
    for number, fold in enumerate(folds):
        strangers = np.isin(task.people.speakers, list(fold))
        file = state / f"fold-{seed}-{voice_learning.STEPS}-{len(task.clips)}-{number}.npz" if state else None
        if file is not None and file.is_file():
            with np.load(file) as kept:
                both = tuple({name[2:]: kept[name] for name in kept if name.startswith(str(part))} for part in range(2))
        else:
            network = trained(task.material, task.people, ~strangers, len(task.classes), task.kept, seed)
            both = said_by(network, task, strangers & task.asked)
            if file is not None:
                np.savez(file, allow_pickle=False, **{f"{part} {name}": said for part in range(2) for name, said in both[part].items()})
        for whole, part in zip(merged, both, strict=True):
            for version, said in part.items():
                known = whole.setdefault(version, np.full_like(said, np.nan))
                known[strangers] = said[strangers]
        recalls = [_recall(task.people.labels, part[CLEAN]) for part in both]
        print(f"fold {number + 1}/{len(folds)}: UAR of unseen speakers {recalls[0]:.3f}, with a baseline {recalls[1]:.3f}", flush=True)
    return merged[0], merged[1]


def _recall(labels: NDArray[np.int64], said: NDArray[np.float64]) -> float:
    known = np.isfinite(said[:, 0])
    right = said[known].argmax(axis=1) == labels[known]
    return float(np.mean([right[labels[known] == one].mean() for one in np.unique(labels[known])])) if known.any() else float("nan")


def figures(task: Task, said: Said, folds: Sequence[frozenset[str]]) -> dict[str, Any]:
    """Per corpus and version. Each fold is calibrated by what was said of the other folds' speakers, clean."""
    speakers, labels = task.people.speakers, task.people.labels
    names = [str(one) for one in task.classes[: task.kept]]
    corpora = np.array([clip.corpus for clip in task.clips])
    found: dict[str, Any] = {}
    clean = np.isfinite(said[CLEAN][:, 0])
    even = {version: np.full_like(values, np.nan) for version, values in said.items()}
    covered = np.zeros(len(labels), dtype=bool)
    for fold in folds:
        of = np.isin(speakers, list(fold))
        others = clean & ~of
        calibration = calibration_card(said[CLEAN][others], labels[others], speakers[others])
        for version, values in said.items():
            even[version][of] = calibrated(values[of], calibration)
        own = of & clean
        covered[own] = np.asarray(in_label_set(even[CLEAN][own], labels[own], calibration))
    for corpus in sorted(set(corpora)):
        for version, values in even.items():
            known = np.isfinite(values[:, 0]) & (corpora == corpus)
            if not known.any():
                continue
            measured = card_figures(labels[known], values[known], names, clusters=speakers[known])
            if version == CLEAN:
                found[corpus] = measured | {"coverage": round(float(covered[known].mean()), 4)}
            else:
                unheard = clean & (corpora == corpus) & ~known
                found[f"{corpus} in {version}"] = measured | {"clips_without_enough_speech": int(unheard.sum())}
    return found


def calibration_of(task: Task, said: Said) -> dict[str, Any]:
    """The card's calibration, from all folds' unseen speakers, clean."""
    known = np.isfinite(said[CLEAN][:, 0])
    return calibration_card(said[CLEAN][known], task.people.labels[known], task.people.speakers[known])


def train(
    data: Path, name: str, seed: int, folder: Path, *, emotions: Sequence[str] = (), folds: int = FOLDS, state: Path | None = None
) -> ModelCard:
    """Measure, train on all, export, compare and describe; the checkpoint lies in `folder` afterwards."""
    if state:
        state.mkdir(parents=True, exist_ok=True)
    task, people = task_of(data, emotions, seed, folds, state)
    of_all, of_person = cross_validated(task, people, seed, state)
    centred = bool(np.isfinite(of_person[CLEAN][:, 0]).any())
    found = figures(task, of_all, people) | {"uar_chance": 1 / task.kept}
    found["clips_without_enough_speech"] = int((np.isnan(of_all[CLEAN][:, 0]) & task.asked).sum())
    calibration = calibration_of(task, of_all)
    if centred:
        found |= {f"{part} with a baseline": measured for part, measured in figures(task, of_person, people).items()}
        calibration[WITH_BASELINE] = calibration_of(task, of_person)
    model = trained(task.material, task.people, np.ones(len(task.clips), dtype=bool), len(task.classes), task.kept, seed)
    clean = task.material.values[task.material.versions == CLEAN]
    export_keras(model, folder, MODEL_FILE, np.stack((clean, np.roll(clean, 1, axis=0)), axis=1))
    card = card_of(name, task, folder, seed, calibration, found)
    write_card(card)
    return card


def card_of(name: str, task: Task, folder: Path, seed: int, calibration: dict[str, Any], found: dict[str, Any]) -> ModelCard:
    """What the checkpoint is, and how it measured."""
    return ModelCard(
        name=name,
        modality=Modality.VOICE,
        labels=task.classes[: task.kept],
        file=MODEL_FILE,
        sha256="",
        input={
            "kind": INPUT_KIND,
            "shape": [1, 2, task.material.values.shape[1]],
            "scaling": "a segment's statistics and the person's centre as they are, NaN where not known: the network holds its own "
            "standardisation; of no gain, but for the loudness beside a centre",
        },
        calibration=calibration,
        data=sources(task.clips),
        split=(
            f"Figures: {FOLDS} folds by speaker, dealt evenly by corpus and sex, a clip being one decision (the mean over its segments, by "
            "length); each fold is calibrated by what was said of the other folds' speakers. The numbers and the network's settings were "
            "chosen on the same speakers, so the figures are somewhat high; speakers kept apart are for a last test. The shipped network: "
            f"all speakers, calibrated by the folds. With a baseline: centred on the first {BASELINE_CLIPS} neutral clips of the speaker, "
            "in the same condition, which are not among the figures. Conditions are made of whole clips, before the segmenter; who babbles "
            "is never of another fold."
        ),
        seed=seed,
        command=f"python -m training.train_voice --data DIR --name {name} --seed {seed}",
        figures=found,
        notes=(
            "Acted speech of people in studios; the spontaneous speech of a consultation differs, and each new corpus is hard for a "
            "network of this kind. It says what a voice resembled, not what a person felt, and is no diagnosis.",
            "Figures are for speakers that the network never heard. Random splits of the same clips would give some 0.2 more: that is "
            "speakers shared by training and test, not skill.",
            "Loudness is used beside a person's own centre only, made at the same distance and gain; without one, how far a microphone is "
            "turned up says nothing.",
            "Babble 10 dB below the voice costs far more than noise: two people who speak at once are no ground for a reading.",
            "RAVDESS is CC BY-NC-SA 4.0: these weights are for research and not for commercial use. TESS was left out (Opus, two "
            "speakers).",
        ),
        folder=folder,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"a folder with {MANIFEST}, or a corpus in its official form")
    parser.add_argument("--name", default=NAME, help="the checkpoint's name (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--emotions", nargs="+", default=[], metavar="EMOTION", help="classes to tell apart (default: the voice's five)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where numbers and finished folds are kept, to go on from after a break")
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: the program's own checkpoints)")
    options = parser.parse_args()
    folder = options.out or checkpoint_folder(Modality.VOICE, options.name)
    train(options.data, options.name, options.seed, folder, emotions=options.emotions, state=options.state)


if __name__ == "__main__":
    told(main)
