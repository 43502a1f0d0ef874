"""Train the voice's shipped network on acted speech: `python -m training.train_voice --data DIR --seed 1`.

Clips go through the segmenter and the statistics of the running program, so that training hears what the monitor hears, clean and in
places made up (`voice_conditions`). Figures are per clip, of five folds BY SPEAKER; the shipped network learns from all speakers. Nothing
is chosen on the way: discriminants are solved for, and their settings averaged over. In --runs lie the numbers, the finished folds, which
--resume goes on from, their log (log.csv, `tensorboard --logdir`), a second log below learning_curve (what more speakers gain), and the
report.
The classic recipe has a trainer of its own, `training.train_voice_means`, and the sequence networks `training.train_voice_sequence`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, write_card
from models.voice.classifier import WITH_BASELINE
from models.voice.statistics import INPUT_KIND
from training.datasets.emotion_words import chosen_emotions
from training.datasets.evaluation import Item, baseline_of
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import MANIFEST, VOICE_CLASSES, Clip, manifest_rows, speaker_folds
from training.export_checkpoint import export_keras
from training.report import LOG_FILE, write_report
from training.sentences import told
from training.train_voice_sequence import sources
from training.voice_conditions import PLACES
from training.voice_figures import Said, Task, calibration_of, even, figures
from training.voice_folds import cross_validated, learning_curve
from training.voice_learning import BASELINE_CLIPS, People, network_of, trained
from training.voice_material import CLEAN, jobs_of, prepared
from training.voice_run import VoiceRun

NAME = "statistics_lda"
MODEL_FILE = "statistics_lda.tflite"
FOLDS = 5
LEARNED_TOO = (Emotion.FEAR, Emotion.DISGUST)
"""Learned beside the five and not among the outputs: more voices of the same people."""
PARTINGS = (
    ("word", "corpus"),
    ("corpus", "sex"),
    ("word", "corpus", "intensity"),
    ("word", "corpus", "intensity", "sex"),
)
"""By what classes are parted into finer ones, where the data tells it; the word is the corpus's own, such as calm for neutral."""


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
    material = prepared(jobs_of(clips, tested, people, INPUT_KIND, len(PLACES), seed), run.folder)
    items = items_of(data, clips)
    baselines, ordinary = ordinary_speech(items)
    labels = np.array([classes.index(clip.emotion) for clip in clips])
    who = People(np.array([clip.speaker for clip in clips]), labels, ordinary, partings_of(clips, items))
    return Task(clips, classes, len(kept), who, material, baselines), people


def items_of(data: Path, clips: Sequence[Clip]) -> list[Item]:
    """The clips with the rest of what a manifest tells of them."""
    said = {data / row["path"]: row for row in manifest_rows(data)} if (data / MANIFEST).is_file() else {}
    return [Item(clip.path, str(clip.emotion), clip.speaker, said.get(clip.path, {})) for clip in clips]


def ordinary_speech(items: Sequence[Item]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which clips (C,) are the baselines of `training.evaluate`, and which are ordinary speech: these, and what is called neutral."""
    chosen = {item.value for of_one in baseline_of(items, BASELINE_CLIPS).values() for item in of_one}
    baselines = np.array([item.value in chosen for item in items])
    return baselines, baselines | np.array([_word(item) == "neutral" for item in items])


def _word(item: Item) -> str:
    return item.columns.get("emotion", "").strip().casefold()


def partings_of(clips: Sequence[Clip], items: Sequence[Item]) -> NDArray[np.int64]:
    """The numbers of finer classes (P, C); each is of one class."""
    told = [
        {"word": _word(item), "corpus": clip.corpus, "sex": clip.sex, "intensity": item.columns.get("intensity", "")}
        for clip, item in zip(clips, items, strict=True)
    ]
    names = [
        [" ".join((clip.emotion, *(of[part] for part in parting))) for clip, of in zip(clips, told, strict=True)] for parting in PARTINGS
    ]
    return np.stack([np.unique(of, return_inverse=True)[1] for of in names])


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
    of_all, of_person = cross_validated(task, people, seed, run)
    learning_curve(task, people, seed, run)
    centred = bool(np.isfinite(of_person[CLEAN][:, 0]).any())
    found = figures(task, of_all, people) | {"uar_chance": 1 / task.kept}
    found["clips_without_enough_speech"] = int((np.isnan(of_all[CLEAN][:, 0]) & task.asked).sum())
    calibration = calibration_of(task, of_all)
    if centred:
        found |= {f"{part} with a baseline": measured for part, measured in figures(task, of_person, people).items()}
        calibration[WITH_BASELINE] = calibration_of(task, of_person)
    model = network_of(trained(task.material, task.people, np.ones(len(task.clips), dtype=bool), seed), task.kept)
    clean = task.material.values[task.material.versions == CLEAN]
    export_keras(model, folder, MODEL_FILE, np.stack((clean, np.roll(clean, 1, axis=0)), axis=1))
    card = card_of(name, task, folder, seed, calibration, found)
    write_card(card)
    print(f"The report is {report(run, task, card, even(task, of_all, people)[0])}", flush=True)
    return card


def report(run: VoiceRun, task: Task, card: ModelCard, said: Said) -> Path:
    """Pictures and page of the clean clips of unseen speakers."""
    known, labels = np.isfinite(said[CLEAN][:, 0]), task.people.labels
    title = f"{known.sum()} clips of {len(set(task.people.speakers))} speakers, each unheard by the network that was asked"
    learned = labels[labels < task.kept]
    log = run.curve / LOG_FILE
    return write_report(
        run.folder, card, log, labels[known], said[CLEAN][known], training_labels=learned, title=title, step="speakers learned from"
    )


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
