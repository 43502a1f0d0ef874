"""Train the classic recipe, 180 means into one hidden layer: `python -m training.train_voice_means --data DIR --seed 1`.

Clips go through the segmenter and the inputs of the running program, so that training hears what the monitor hears. Figures come
from five folds BY SPEAKER, each with validation speakers of its own for the temperature; the shipped network is then trained on
all speakers in the same way, with the temperature of the folds' unseen speakers.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import soundfile
from numpy.typing import NDArray

from core.labels import Modality
from core.media import VOICE_RATE_HZ
from core.paths import checkpoint_folder
from core.settings import VoiceSettings
from models.card import ModelCard, write_card
from models.voice.inputs import INPUT_KIND, segment_features
from models.voice.networks.mlp_180 import voice_mlp
from training.calibrate import classification_figures, fit_temperature, log_probabilities, with_temperature
from training.datasets.segments import segments_of
from training.datasets.speech_manifest import MANIFEST, VOICE_CLASSES, Clip, load_clips, speaker_folds
from training.export_checkpoint import data_hash, export_keras
from training.leaks import require_strangers
from training.voice_conditions import with_noise

MODEL_FILE = "mlp.tflite"
FOLDS = 5
TRAINING_SNR_DB = (8.0, 35.0)
"""Rooms and laptop fans; studio corpora have none of it."""
NOISY_COPIES = 2
TEST_SNR_DB = 20.0
EPOCHS = 50
"""Chosen, with RATE and the network's weight decay, on the folds' validation speakers: their recall rises until here and stays
(stopping at the smallest validation loss stops at 5, as the loss sees overconfidence first, which the temperature mends)."""
BATCH = 64
RATE = 2e-4


@dataclass(frozen=True, slots=True)
class Speech:
    """N segments as numbers: `clean` and, at TEST_SNR_DB, `noisy` (N, 180); `copies` in training's noise (N, NOISY_COPIES, 180)."""

    clean: NDArray[np.float32]
    noisy: NDArray[np.float32]
    copies: NDArray[np.float32]
    labels: NDArray[np.int64]
    speakers: NDArray[np.str_]
    corpora: NDArray[np.str_]
    unheard: int

    def training(self, rows: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Features and labels of the rows, clean and in noise."""
        every = [self.clean[rows], *(self.copies[rows, copy] for copy in range(NOISY_COPIES))]
        return np.concatenate(every), np.tile(self.labels[rows], len(every))


def load_speech(clips: Sequence[Clip], settings: VoiceSettings, seed: int) -> Speech:
    """Every segment of every clip, as numbers; `unheard` counts the clips in which the segmenter found too little speech."""
    random = np.random.default_rng(seed)
    clean, noisy, copies, of = [], [], [], []
    for clip in clips:
        samples, rate = soundfile.read(clip.path, dtype="float32")
        if rate != VOICE_RATE_HZ:
            raise ValueError(f"{clip.path} has {rate} Hz instead of {VOICE_RATE_HZ}")
        for segment in segments_of(samples, settings):
            clean.append(segment_features(segment.samples))
            noisy.append(segment_features(with_noise(segment.samples, TEST_SNR_DB, random)))
            levels = random.uniform(*TRAINING_SNR_DB, NOISY_COPIES)
            copies.append([segment_features(with_noise(segment.samples, level, random)) for level in levels])
            of.append(clip)
    return Speech(
        clean=np.array(clean),
        noisy=np.array(noisy),
        copies=np.array(copies),
        labels=np.array([VOICE_CLASSES.index(clip.emotion) for clip in of]),
        speakers=np.array([clip.speaker for clip in of]),
        corpora=np.array([clip.corpus for clip in of]),
        unheard=len(clips) - len({clip.path for clip in of}),
    )


def trained(features: NDArray[np.float32], labels: NDArray[np.int64], epochs: int) -> keras.Model:
    """A network of which all classes were weighted to count alike."""
    model = voice_mlp(features, len(VOICE_CLASSES))
    model.compile(keras.optimizers.Adam(RATE), loss="sparse_categorical_crossentropy")
    counts = np.bincount(labels, minlength=len(VOICE_CLASSES))
    weights = len(labels) / (len(counts) * np.maximum(counts, 1))
    model.fit(features, labels, batch_size=BATCH, epochs=epochs, class_weight=dict(enumerate(weights)), verbose=0)
    return model


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What one fold measured: rows (M,) of its unseen speakers, logits clean and in noise (M, K), and its temperature."""

    rows: NDArray[np.int64]
    logits: NDArray[np.float64]
    noisy_logits: NDArray[np.float64]
    temperature: float


def cross_validated(speech: Speech, folds: Sequence[frozenset[str]], epochs: int) -> Iterator[FoldResult]:
    """Each fold tested once; the fold after it validates, the others train."""
    for number, unseen in enumerate(folds):
        tested = np.isin(speech.speakers, list(unseen))
        validating = np.isin(speech.speakers, list(folds[(number + 1) % len(folds)]))
        require_strangers(speech.speakers, tested, validating)
        features, labels = speech.training(validating)
        model = trained(*speech.training(~tested & ~validating), epochs)
        yield FoldResult(
            rows=np.flatnonzero(tested),
            logits=_logits(model, speech.clean[tested]),
            noisy_logits=_logits(model, speech.noisy[tested]),
            temperature=fit_temperature(_logits(model, features), labels),
        )


def figures(speech: Speech, results: Sequence[FoldResult]) -> dict[str, Any]:
    """Per corpus over all folds' unseen speakers, calibrated with each fold's own temperature; UAR per fold for RAVDESS."""
    rows = np.concatenate([result.rows for result in results])
    clean = np.concatenate([with_temperature(result.logits, result.temperature) for result in results])
    noisy = np.concatenate([with_temperature(result.noisy_logits, result.temperature) for result in results])
    measured: dict[str, Any] = {"uar_chance": 1 / len(VOICE_CLASSES), "clips_without_enough_speech": speech.unheard}
    for corpus in sorted(set(speech.corpora)):
        of = speech.corpora[rows] == corpus
        measured[corpus] = _figures(speech.labels[rows[of]], clean[of])
        measured[f"{corpus} in noise of {TEST_SNR_DB:.0f} dB SNR"] = _figures(speech.labels[rows[of]], noisy[of])
    measured["ravdess uar per fold"] = [
        _figures(speech.labels[one.rows[of]], with_temperature(one.logits[of], one.temperature))["uar"]
        for one in results
        for of in [speech.corpora[one.rows] == "ravdess"]
    ]
    return measured


def _figures(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> dict[str, Any]:
    return dict(classification_figures(labels, probabilities.argmax(axis=1), probabilities, VOICE_CLASSES))


def _logits(model: keras.Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
    return log_probabilities(model.predict(features, verbose=0))


def train(data: Path, name: str, seed: int, folder: Path, epochs: int = EPOCHS) -> ModelCard:
    """Measure, train on all, export, compare and describe; the checkpoint lies in `folder` afterwards."""
    keras.utils.set_random_seed(seed)
    clips = load_clips(data)
    speech = load_speech(clips, VoiceSettings(), seed)
    print(f"{len(speech.labels)} segments of {len(set(speech.speakers))} speakers", flush=True)
    results = []
    for result in cross_validated(speech, speaker_folds(clips, FOLDS, seed), epochs):
        results.append(result)
        print(f"fold {len(results)}/{FOLDS}: temperature {result.temperature:.2f}", flush=True)
    measured = figures(speech, results)
    print(f"RAVDESS, unseen speakers: UAR {measured['ravdess']['uar']:.3f}, ECE {measured['ravdess']['ece']:.3f}", flush=True)

    everyone = np.ones(len(speech.labels), dtype=bool)
    model = trained(*speech.training(everyone), epochs)
    temperature = fit_temperature(
        np.concatenate([result.logits for result in results] + [result.noisy_logits for result in results]),
        np.tile(speech.labels[np.concatenate([result.rows for result in results])], 2),
    )
    export_keras(model, folder, MODEL_FILE, speech.clean)
    card = ModelCard(
        name=name,
        modality=Modality.VOICE,
        labels=VOICE_CLASSES,
        file=MODEL_FILE,
        sha256="",
        input={
            "kind": INPUT_KIND,
            "shape": [1, speech.clean.shape[1]],
            "scaling": "segments at -20 dBFS; features as they are: the network holds its own standardisation",
        },
        calibration={"temperature": round(temperature, 4)},
        data=_sources(data, clips),
        split=(
            f"Figures: {FOLDS} folds by speaker (RAVDESS and EMO-DB, dealt evenly by corpus and sex); in each, the next fold's speakers "
            f"validate (temperature; {epochs} epochs and the weight decay were chosen on them). The shipped network: all speakers; its "
            "temperature is that of the folds' unseen speakers, clean and in noise."
        ),
        seed=seed,
        command=f"python -m training.train_voice_means --data DIR --name {name} --seed {seed}",
        figures=measured,
        notes=(
            "Acted speech of 28 people in studios, English and German; the spontaneous speech of a consultation differs, and each new "
            "corpus is hard for a network of this kind. It says what a voice resembled, not what a person felt, and is no diagnosis.",
            "Figures are for speakers that the network never heard. Random splits of the same clips would give some 0.2 more: that is "
            "speakers shared by training and test, not skill.",
            "Every segment is brought to one level first, so loudness is not used: a corpus has one microphone gain, life has none that "
            "is known. (With loudness a network of this kind gains about 0.05 on RAVDESS, and would lose it in any other room.)",
            "RAVDESS is CC BY-NC-SA 4.0: these weights are for research and not for commercial use. TESS was left out (Opus, two "
            "speakers).",
        ),
        folder=folder,
    )
    write_card(card)
    return card


def _sources(data: Path, clips: Sequence[Clip]) -> tuple[dict[str, Any], ...]:
    licences = {
        "ravdess": ("RAVDESS speech, actors 1-20 (Livingstone and Russo 2018)", "CC BY-NC-SA 4.0"),
        "emodb": ("EMO-DB, 8 speakers (Burkhardt et al. 2005)", "free for research"),
    }
    used = {corpus: [clip.path for clip in clips if clip.corpus == corpus] for corpus in licences}
    return tuple(
        {"name": name, "licence": licence, "clips": len(used[corpus]), "sha256": data_hash([data / MANIFEST, *used[corpus]])}
        for corpus, (name, licence) in licences.items()
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {MANIFEST}")
    parser.add_argument("--name", default="mlp_180", help="the checkpoint's name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: the program's own checkpoints)")
    options = parser.parse_args()
    train(options.data, options.name, options.seed, options.out or checkpoint_folder(Modality.VOICE, options.name))


if __name__ == "__main__":
    main()
