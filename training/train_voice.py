"""Train the voice's shipped network on acted speech: `python -m training.train_voice --data DIR --seed 1`.

Clips go through the segmenter and the statistics of the running program, so that training hears what the monitor hears, clean and in places
made up (`voice_conditions`). Figures are per clip, of five folds BY SPEAKER; in each, how long to learn is chosen on the next fold's
speakers, and the shipped network learns from all speakers for the median of these. In --runs lie the numbers, the finished folds, which
--resume goes on from, the logs of each fold (log.csv, `tensorboard --logdir`), and the report.
The classic recipe has a trainer of its own, `training.train_voice_means`, and the sequence networks `training.train_voice_sequence`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, write_card
from models.voice.classifier import WITH_BASELINE, mean_of_known
from models.voice.statistics import INPUT_KIND
from training.datasets.emotion_words import chosen_emotions
from training.datasets.evaluation import Item, baseline_of
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import MANIFEST, VOICE_CLASSES, Clip, manifest_rows, speaker_folds
from training.export_checkpoint import export_keras
from training.leaks import require_strangers
from training.report import write_report
from training.sentences import told
from training.train_voice_sequence import sources
from training.voice_conditions import CONDITIONS
from training.voice_figures import Said, Task, calibration_of, even, figures
from training.voice_learning import BASELINE_CLIPS, Lengths, People, how_long, trained
from training.voice_material import CLEAN, Material, jobs_of, prepared
from training.voice_run import FoldRun, VoiceRun

NAME = "statistics_mlp"
MODEL_FILE = "statistics_mlp.tflite"
FOLDS = 5
PLACES = 5
LEARNED_TOO = (Emotion.FEAR, Emotion.DISGUST)
"""Learned beside the five and not among the outputs: more voices of the same people."""


def task_of(data: Path, emotions: Sequence[str], seed: int, folds: int, run: VoiceRun) -> tuple[Task, list[frozenset[str]]]:
    """The data as numbers, and its folds; raises DataUnfit or MediaUnreadable."""
    wanted = tuple(Emotion) if emotions else VOICE_CLASSES + LEARNED_TOO
    available = load_speech_folder(data, wanted)
    kept = chosen_emotions(emotions, {clip.emotion for clip in available} & set(tuple(Emotion) if emotions else VOICE_CLASSES))
    classes = kept + tuple(one for one in LEARNED_TOO if not emotions and any(clip.emotion == one for clip in available))
    clips = [clip for clip in available if clip.emotion in classes]
    print(described(clips), flush=True)
    people = speaker_folds(clips, folds, seed)
    tested = [clip.emotion in kept for clip in clips]
    material = prepared(jobs_of(clips, tested, people, INPUT_KIND, PLACES, seed), run.folder)
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
        of_all[version] = per_clip(outputs[0], material, rows, len(task.clips))
        of_person[version] = per_clip(outputs[1][centred], material, rows[centred], len(task.clips))
    return of_all, of_person


def per_clip(outputs: NDArray[np.float32], material: Material, rows: NDArray[np.int64], clips: int) -> NDArray[np.float64]:
    """The mean of a clip's segments, weighted by their lengths: (C, K), NaN for clips without any."""
    total, weight = np.zeros((clips, outputs.shape[1])), np.zeros((clips, 1))
    np.add.at(total, material.clips[rows], outputs * material.lengths[rows, np.newaxis])
    np.add.at(weight, material.clips[rows], material.lengths[rows, np.newaxis])
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def one_fold(task: Task, folds: Sequence[frozenset[str]], number: int, seed: int, run: VoiceRun) -> FoldRun:
    """How long to learn is asked of the next fold's speakers, and then all but this fold's are learned from; it is tested on these."""
    speakers = task.people.speakers
    strangers, validating = (np.isin(speakers, list(folds[one % len(folds)])) for one in (number, number + 1))
    require_strangers(speakers, strangers, validating)
    classes, kept = len(task.classes), task.kept
    lengths = how_long(task.material, task.people, ~strangers & ~validating, validating, classes, kept, seed, run.logs(number))
    network = trained(task.material, task.people, ~strangers, classes, kept, seed, lengths)
    return FoldRun(lengths, *said_by(network, task, strangers & task.asked))


def cross_validated(task: Task, folds: Sequence[frozenset[str]], seed: int, run: VoiceRun) -> tuple[Said, Said, Lengths]:
    """Every clip said by the network of the fold that has not heard its speaker, and the median of how long the folds learned."""
    merged: tuple[dict[str, NDArray[np.float64]], ...] = ({}, {})
    lengths = []
    for number, fold in enumerate(folds):
        one = run.kept(number)
        if one is None:
            one = one_fold(task, folds, number, seed, run)
            run.keep(number, one)
        lengths.append(one.lengths)
        strangers = np.isin(task.people.speakers, list(fold))
        for whole, part in zip(merged, (one.of_all, one.of_person), strict=True):
            for version, said in part.items():
                known = whole.setdefault(version, np.full_like(said, np.nan))
                known[strangers] = said[strangers]
        recalls = [_recall(task.people.labels, part[CLEAN]) for part in (one.of_all, one.of_person)]
        uar = f"UAR of unseen speakers {recalls[0]:.3f}, with a baseline {recalls[1]:.3f}"
        print(f"fold {number + 1}/{len(folds)}: {uar}; learned for {one.lengths.of_all} and {one.lengths.of_person} steps", flush=True)
        run.tell_time_left(number, len(folds))
    return merged[0], merged[1], Lengths(*(int(np.median(of)) for of in zip(*lengths, strict=True)))


def _recall(labels: NDArray[np.int64], said: NDArray[np.float64]) -> float:
    known = np.isfinite(said[:, 0])
    right = said[known].argmax(axis=1) == labels[known]
    return float(np.mean([right[labels[known] == one].mean() for one in np.unique(labels[known])])) if known.any() else float("nan")


def train(
    data: Path,
    name: str,
    seed: int,
    folder: Path,
    runs: Path,
    *,
    emotions: Sequence[str] = (),
    folds: int = FOLDS,
    resume: bool = False,
) -> ModelCard:
    """Measure, train on all, export, compare and describe; the checkpoint lies in `folder` afterwards, the report in `runs`/`name`."""
    run = VoiceRun(runs / name, seed, resume=resume)
    task, people = task_of(data, emotions, seed, folds, run)
    run.begin(task.fingerprint)
    of_all, of_person, lengths = cross_validated(task, people, seed, run)
    centred = bool(np.isfinite(of_person[CLEAN][:, 0]).any())
    found = figures(task, of_all, people) | {"uar_chance": 1 / task.kept, "training": {"steps": lengths._asdict()}}
    found["clips_without_enough_speech"] = int((np.isnan(of_all[CLEAN][:, 0]) & task.asked).sum())
    calibration = calibration_of(task, of_all)
    if centred:
        found |= {f"{part} with a baseline": measured for part, measured in figures(task, of_person, people).items()}
        calibration[WITH_BASELINE] = calibration_of(task, of_person)
    model = trained(task.material, task.people, np.ones(len(task.clips), dtype=bool), len(task.classes), task.kept, seed, lengths)
    clean = task.material.values[task.material.versions == CLEAN]
    export_keras(model, folder, MODEL_FILE, np.stack((clean, np.roll(clean, 1, axis=0)), axis=1))
    card = card_of(name, task, folder, seed, calibration, found)
    write_card(card)
    print(f"The report is {report(run, task, card, even(task, of_all, people)[0])}", flush=True)
    return card


def report(run: VoiceRun, task: Task, card: ModelCard, said: Said) -> Path:
    """Pictures and page of the clean clips of unseen speakers."""
    known, labels = np.isfinite(said[CLEAN][:, 0]), task.people.labels
    log = run.mean_log()
    title = f"{known.sum()} clips of {len(set(task.people.speakers))} speakers, each unheard by the network that was asked"
    learned = labels[labels < task.kept]
    return write_report(run.folder, card, log, labels[known], said[CLEAN][known], training_labels=learned, title=title)


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
            "length); in each, the next fold's speakers say how long to learn, and each fold is calibrated by what was said of the other "
            "folds' speakers. The numbers and the network's settings were chosen on the same speakers, so the figures are somewhat high; "
            "speakers kept apart are for a last test. The shipped network: all speakers, calibrated by the folds. With a baseline: centred "
            f"on the first {BASELINE_CLIPS} neutral clips of the speaker, in the same condition, which are not among the figures. "
            "Conditions are made of whole clips, before the segmenter; who babbles "
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
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/voice"), help="where numbers, folds, logs and reports are kept (default: %(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on after the folds that a run of the same data finished")
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: the program's own checkpoints)")
    options = parser.parse_args()
    folder = options.out or checkpoint_folder(Modality.VOICE, options.name)
    train(options.data, options.name, options.seed, folder, options.runs, emotions=options.emotions, resume=options.resume)


if __name__ == "__main__":
    told(main)
