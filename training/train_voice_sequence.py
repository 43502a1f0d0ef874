"""Train a sequence network of the voice: `python -m training.train_voice_sequence --data DIR --network lstm|cnn_bilstm --seed 1`.

The same segments and the same folds by speaker as `train_voice`, so that the networks can be compared; only what goes in differs:
log-mel steps in their order (`models/voice/log_mel.py`) instead of statistics over them. With --state DIR each finished fold is kept
there, and a run that was broken off goes on after it. With --not-shipped the program gets no checkpoint, only the card is kept.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.media import VOICE_RATE_HZ
from core.paths import checkpoint_folder
from models.calibration import calibrated
from models.card import CARD_FILE, ModelCard, write_card
from models.voice.inputs import HOP
from models.voice.log_mel import INPUT_KIND, INPUT_SHAPE, STEPS
from models.voice.networks.cnn_bilstm import cnn_bilstm
from models.voice.networks.lstm import lstm
from models.voice.networks.sequence_parts import BandStatistics, band_statistics
from training.calibrate import calibration_card, card_figures
from training.datasets.emotion_words import chosen_emotions
from training.datasets.speech_folder import described, load_speech_folder
from training.datasets.speech_manifest import VOICE_CLASSES, Clip, speaker_folds
from training.datasets.speech_sequences import TEST_SNR_DB, Sequences, load_sequences
from training.export_checkpoint import LARGEST_DIFFERENCE, ExportDiffers, data_hash, export_keras, largest_difference
from training.figures import in_label_set
from training.leaks import require_strangers
from training.model_cards import unshipped, write_unshipped
from training.network_weights import keep_weights
from training.sentences import told
from training.sequence_augmentation import AugmentedBatches

NETWORKS = {"lstm": lstm, "cnn_bilstm": cnn_bilstm}
FOLDS = 5
EPOCHS = 40
"""On a fold's validation speakers the recall rises until about 30 and stays, while the rate falls to 0."""
RUNS = Path("runs/voice")
"""Where the checkpoint of a network lies that is not shipped."""
BATCH = 64
RATE = 1.5e-3
WEIGHT_DECAY = 1e-3

LICENCES = {
    "ravdess": ("RAVDESS speech (Livingstone and Russo 2018)", "CC BY-NC-SA 4.0"),
    "emodb": ("EMO-DB (Burkhardt et al. 2005)", "free for research"),
    "crema-d": ("CREMA-D (Cao et al. 2014)", "Open Database License 1.0"),
    "tess": ("TESS (Pichora-Fuller and Dupuis 2020)", "CC BY-NC-ND 4.0"),
}


class Trained(NamedTuple):
    """A network and the statistics that it standardises with."""

    model: keras.Model
    statistics: BandStatistics


@dataclass(frozen=True, slots=True)
class Fold:
    """What one fold measured of its unseen speakers: rows (M,), calibrated and raw outputs (M, K), clean and in noise; in label sets."""

    rows: NDArray[np.int64]
    clean: NDArray[np.float64]
    noisy: NDArray[np.float64]
    raw_clean: NDArray[np.float64]
    raw_noisy: NDArray[np.float64]
    covered: NDArray[np.bool_]


def trained(network: str, speech: Sequences, rows: NDArray[np.bool_], classes: int, epochs: int, seed: int) -> Trained:
    """A network that has learned from these rows, all classes counting alike."""
    keras.utils.set_random_seed(seed)
    versions, labels = speech.versions[rows], speech.labels[rows]
    statistics = band_statistics(versions.reshape(-1, *INPUT_SHAPE))
    counts = np.bincount(labels, minlength=classes)
    batches = AugmentedBatches(versions, labels, statistics.mean, len(labels) / (classes * np.maximum(counts, 1)), BATCH, seed)
    model = NETWORKS[network](statistics, classes)
    rate = keras.optimizers.schedules.CosineDecay(RATE, epochs * len(batches))
    model.compile(keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY), loss="sparse_categorical_crossentropy")
    model.fit(batches, epochs=epochs, verbose=0)
    return Trained(model, statistics)


def measured_fold(
    network: str, speech: Sequences, folds: Sequence[frozenset[str]], number: int, classes: int, epochs: int, seed: int
) -> Fold:
    """One fold tested; the fold after it validates (its calibration), the others train."""
    tested = np.isin(speech.speakers, list(folds[number]))
    validating = np.isin(speech.speakers, list(folds[(number + 1) % len(folds)]))
    require_strangers(speech.speakers, tested, validating)
    model = trained(network, speech, ~tested & ~validating, classes, epochs, seed).model
    raw_clean, raw_noisy = (_predicted(model, given[tested]) for given in (speech.clean, speech.noisy))
    validation = np.concatenate([_predicted(model, given[validating]) for given in (speech.clean, speech.noisy)])
    calibration = calibration_card(validation, np.tile(speech.labels[validating], 2), np.tile(speech.speakers[validating], 2))
    clean = calibrated(raw_clean, calibration)
    return Fold(
        rows=np.flatnonzero(tested),
        clean=clean,
        noisy=calibrated(raw_noisy, calibration),
        raw_clean=raw_clean,
        raw_noisy=raw_noisy,
        covered=np.asarray(in_label_set(clean, speech.labels[tested], calibration)),
    )


def _predicted(model: keras.Model, given: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(model.predict(given, verbose=0), dtype=np.float64)


def kept_fold(state: Path | None, key: str) -> Fold | None:
    """A fold that an earlier run finished; None when there is none, or it is not whole."""
    file = state / f"{key}.npz" if state else None
    if file is None or not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream) as kept:
            return Fold(**{name: kept[name] for name in Fold.__slots__})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def keep_fold(state: Path | None, key: str, fold: Fold) -> None:
    """Write a finished fold down, whole or not at all."""
    if state is None:
        return
    state.mkdir(parents=True, exist_ok=True)
    part = state / f".{key}.part.npz"
    np.savez(part, **{name: getattr(fold, name) for name in Fold.__slots__})
    part.replace(state / f"{key}.npz")


def figures(speech: Sequences, folds: Sequence[Fold], names: Sequence[str]) -> dict[str, Any]:
    """Per corpus over all folds' unseen speakers, each calibrated by its own fold; UAR per fold of the first corpus."""
    rows = np.concatenate([fold.rows for fold in folds])
    corpora, labels, speakers = speech.corpora[rows], speech.labels[rows], speech.speakers[rows]
    clean, noisy = (np.concatenate([getattr(fold, name) for fold in folds]) for name in ("clean", "noisy"))
    covered = np.concatenate([fold.covered for fold in folds])
    found: dict[str, Any] = {"uar_chance": 1 / len(names), "clips_without_enough_speech": speech.unheard}
    for corpus in sorted(set(corpora)):
        of = corpora == corpus
        found[corpus] = card_figures(labels[of], clean[of], names, clusters=speakers[of]) | {
            "coverage": round(float(covered[of].mean()), 4)
        }
        found[f"{corpus} in noise of {TEST_SNR_DB:.0f} dB SNR"] = card_figures(labels[of], noisy[of], names, clusters=speakers[of])
    return found


def train(data: Path, network: str, seed: int, folder: Path, *, emotions: Sequence[str], epochs: int, state: Path | None) -> ModelCard:
    """Measure, train on all, export, compare and describe; the checkpoint lies in `folder` afterwards."""
    available = load_speech_folder(data, tuple(Emotion) if emotions else VOICE_CLASSES)
    classes = chosen_emotions(emotions, {clip.emotion for clip in available})
    clips = [clip for clip in available if clip.emotion in classes]
    print(described(clips), flush=True)
    people = speaker_folds(clips, FOLDS, seed)
    speech = load_sequences(clips, classes, seed)
    folds = []
    for number in range(len(people)):
        key = f"{network}-{speech.fingerprint}-{len(classes)}-{epochs}-{seed}-{number}"
        if (fold := kept_fold(state, key)) is None:
            fold = measured_fold(network, speech, people, number, len(classes), epochs, seed)
            keep_fold(state, key, fold)
        folds.append(fold)
        print(f"fold {number + 1}/{len(people)}: {_recall(speech.labels[fold.rows], fold.clean):.3f} UAR of unseen speakers", flush=True)
    whole = trained(network, speech, np.ones(len(speech.labels), dtype=bool), len(classes), epochs, seed)
    export_sequence_network(whole, network, folder, speech.clean)
    rows = np.concatenate([fold.rows for fold in folds])
    raw = np.concatenate([*(fold.raw_clean for fold in folds), *(fold.raw_noisy for fold in folds)])
    calibration = calibration_card(raw, np.tile(speech.labels[rows], 2), np.tile(speech.speakers[rows], 2))
    made_by = command(network, seed, emotions, epochs)
    card = card_of(network, classes, folder, seed, made_by, calibration, figures(speech, folds, classes), clips)
    write_card(card)
    return card


def _recall(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float:
    said = probabilities.argmax(axis=1)
    return float(np.mean([np.mean(said[labels == one] == one) for one in np.unique(labels)]))


def export_sequence_network(learned: Trained, network: str, folder: Path, inputs: NDArray[np.float32]) -> Path:
    """The light runtime's file of a trained network, its memory written out step by step; raises ExportDiffers.

    The runtime has no loop over steps that Keras's LSTM would fit (its lists need a fixed batch), and needs none for so few.
    """
    classes = learned.model.output_shape[-1]
    unrolled = NETWORKS[network](learned.statistics, classes, unroll=True)
    unrolled.set_weights(learned.model.get_weights())
    path = export_keras(unrolled, folder, f"{network}.tflite", inputs)
    if (difference := largest_difference(learned.model, path, inputs)) > LARGEST_DIFFERENCE:
        raise ExportDiffers(f"{path.name}, written out, differs from the trained model by up to {difference:.2g}")
    keep_weights(learned.model, folder, mean=learned.statistics.mean, variance=learned.statistics.variance)
    return path


def card_of(
    network: str,
    classes: Sequence[Emotion],
    folder: Path,
    seed: int,
    made_by: str,
    calibration: dict[str, Any],
    found: dict[str, Any],
    clips: Sequence[Clip],
) -> ModelCard:
    """What the checkpoint is, and how it measured."""
    return ModelCard(
        name=network,
        modality=Modality.VOICE,
        labels=tuple(classes),
        file=f"{network}.tflite",
        sha256="",
        input={
            "kind": INPUT_KIND,
            "shape": [1, *INPUT_SHAPE],
            "scaling": "segments at -20 dBFS; decibels of 64 mel bands every 32 ms, and a column that is 1 where there is sound; the "
            "network holds its own standardisation",
        },
        calibration=calibration,
        data=sources(clips),
        split=(
            f"Figures: {FOLDS} folds by speaker, dealt evenly by corpus and sex, the same as train_voice's; in each, the next fold's "
            "speakers validate (its calibration). The shipped network: all speakers; its calibration is that of the folds' unseen "
            "speakers, clean and in noise."
        ),
        seed=seed,
        command=made_by,
        figures=found,
        notes=(
            "For comparison with the default: with some thousand seconds of acted speech a network that reads every step "
            "learns less than one that is given statistics. It says what a voice resembled, not what a person felt, and is no diagnosis.",
            "Figures are for speakers that the network never heard; random splits of the same clips would give some 0.2 more.",
            f"Only the first {STEPS * HOP / VOICE_RATE_HZ:.1f} s of a segment are heard, at one level: how far a microphone is turned up "
            "says nothing. A person's own baseline is not used by this network.",
            "RAVDESS is CC BY-NC-SA 4.0: weights made from it are for research and not for commercial use.",
        ),
        folder=folder,
    )


def command(network: str, seed: int, emotions: Sequence[str], epochs: int) -> str:
    """What trains the checkpoint again: the network, and all in which the run differs from the usual."""
    changed = [*([f"--emotions {' '.join(emotions)}"] if emotions else []), *([f"--epochs {epochs}"] if epochs != EPOCHS else [])]
    return " ".join([f"python -m training.train_voice_sequence --data DIR --network {network} --seed {seed}", *changed])


def unshipped_card(folder: Path, epochs: int) -> dict[str, Any]:
    """The card in `folder` as that of a network which is not shipped, with what it was given to learn from."""
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    clips = sum(source["clips"] for source in card["data"])
    return unshipped(card, f"Trained for {epochs} epochs on {clips} clips")


def sources(clips: Sequence[Clip]) -> tuple[dict[str, Any], ...]:
    """The corpora, for a card."""
    used = {corpus: [clip for clip in clips if clip.corpus == corpus] for corpus in sorted({clip.corpus for clip in clips})}
    return tuple(
        {
            "name": LICENCES.get(corpus, (corpus, ""))[0],
            "licence": LICENCES.get(corpus, ("", "as its owner says"))[1],
            "clips": len(of),
            "speakers": sorted({clip.speaker for clip in of}),
            "sha256": data_hash([clip.path for clip in of]),
        }
        for corpus, of in used.items()
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder with manifest.csv, or a corpus in its official form")
    parser.add_argument("--network", choices=sorted(NETWORKS), default="lstm")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="(default: %(default)s)")
    parser.add_argument("--emotions", nargs="+", default=[], metavar="EMOTION", help="classes to tell apart (default: the voice's five)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where finished folds are kept, to go on from after a break")
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: the program's own checkpoints)")
    parser.add_argument("--not-shipped", action="store_true", help=f"keep only its card, in docs/figures; the rest goes to {RUNS}")
    options = parser.parse_args()
    usual = RUNS / options.network if options.not_shipped else checkpoint_folder(Modality.VOICE, options.network)
    folder = options.out or usual
    train(options.data, options.network, options.seed, folder, emotions=options.emotions, epochs=options.epochs, state=options.state)
    if options.not_shipped:
        print(f"its card: {write_unshipped(unshipped_card(folder, options.epochs))}")


if __name__ == "__main__":
    told(main)
