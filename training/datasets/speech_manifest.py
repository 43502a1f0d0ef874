"""The emotional-speech corpora as their manifest lists them; parted by speaker, always."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.labels import Emotion

MANIFEST = "manifest.csv"

VOICE_CLASSES: tuple[Emotion, ...] = (Emotion.ANGER, Emotion.HAPPINESS, Emotion.SADNESS, Emotion.SURPRISE, Emotion.NEUTRAL)
"""What the voice is sorted into, in core's order; calm speech counts as neutral, fear and disgust are left out."""

UNCOMPRESSED = ("ravdess", "emodb")
"""TESS is Opus at 24 kbit/s and has two speakers: trained on it, a network loses 4-7 points on uncompressed sound."""

_CLASS_OF = {
    "angry": Emotion.ANGER,
    "happy": Emotion.HAPPINESS,
    "sad": Emotion.SADNESS,
    "surprised": Emotion.SURPRISE,
    "neutral": Emotion.NEUTRAL,
    "calm": Emotion.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Clip:
    """One acted utterance of one speaker."""

    path: Path
    corpus: str
    speaker: str
    sex: str
    emotion: Emotion


def load_clips(folder: Path, corpora: Sequence[str] = UNCOMPRESSED) -> list[Clip]:
    """The clips of the five classes in the manifest's order; raises FileNotFoundError."""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as stream:
        return [
            Clip(folder / row["path"], row["corpus"], row["speaker"], row["sex"], _CLASS_OF[row["emotion"]])
            for row in csv.DictReader(stream)
            if row["corpus"] in corpora and row["emotion"] in _CLASS_OF
        ]


def speaker_folds(clips: Iterable[Clip], folds: int, seed: int) -> list[frozenset[str]]:
    """Every speaker in exactly one fold; each corpus and sex is dealt out evenly."""
    speakers = sorted({(clip.corpus, clip.sex, clip.speaker) for clip in clips})
    shuffled = [speakers[i] for i in np.random.default_rng(seed).permutation(len(speakers))]
    dealt = sorted(shuffled, key=lambda one: one[:2])
    return [frozenset(speaker for _, _, speaker in dealt[number::folds]) for number in range(folds)]
