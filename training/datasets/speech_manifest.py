"""The emotional-speech corpora as their manifest lists them; parted by speaker, always."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.failures import DataUnfit, Failure
from core.labels import Emotion
from training.datasets.emotion_words import EMOTION_OF_WORD, emotion_of_word

MANIFEST = "manifest.csv"
NEEDED_COLUMNS = ("path", "speaker", "emotion")
"""`corpus` and `sex` are taken where they are there; the rest is for people."""

VOICE_CLASSES: tuple[Emotion, ...] = (Emotion.ANGER, Emotion.HAPPINESS, Emotion.SADNESS, Emotion.SURPRISE, Emotion.NEUTRAL)
"""What the voice is sorted into, in core's order; calm speech counts as neutral, fear and disgust are left out."""

UNCOMPRESSED = ("ravdess", "emodb")
"""TESS is Opus at 24 kbit/s and has two speakers: trained on it, a network loses 4-7 points on uncompressed sound."""

OWN_CORPUS = "own"
"""The corpus of a manifest that names none."""

LEAST_FOLDS = 3
"""One fold of speakers is tested, one validates, the rest train."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance of one speaker; `sex` is "" where nobody says."""

    path: Path
    corpus: str
    speaker: str
    sex: str
    emotion: Emotion


def load_clips(folder: Path, corpora: Sequence[str] | None = UNCOMPRESSED, emotions: Sequence[Emotion] = VOICE_CLASSES) -> list[Clip]:
    """The clips of these classes in the manifest's order (`corpora` None: of every corpus); raises DataUnfit."""
    rows = [row for row in manifest_rows(folder) if corpora is None or row["corpus"] in corpora]
    if unknown := sorted({row["emotion"] for row in rows if row["emotion"].strip().casefold() not in EMOTION_OF_WORD}):
        words = ", ".join(word for word in EMOTION_OF_WORD if word not in {"bored", "boredom", "contempt", "other"})
        raise _unfit(folder, f"names emotions that the program does not know: {', '.join(unknown[:5])}.", f"Use one of: {words}.")
    clips = [
        Clip(folder / row["path"], row["corpus"], row["speaker"], row["sex"], emotion)
        for row in rows
        if (emotion := emotion_of_word(row["emotion"])) in emotions
    ]
    if missing := [clip.path for clip in clips if not clip.path.is_file()]:
        first = ", ".join(path.relative_to(folder).as_posix() for path in missing[:3])
        raise _unfit(
            folder,
            f"names {len(missing)} of {len(clips)} files that are not there, such as {first}.",
            "Put them back, or take their rows out.",
        )
    return clips


def manifest_rows(folder: Path) -> list[Mapping[str, str]]:
    """The rows of a manifest, with `corpus` and `sex` filled in; raises DataUnfit."""
    path = folder / MANIFEST
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [{column: value or "" for column, value in row.items() if column} for row in csv.DictReader(stream)]
    except FileNotFoundError:
        raise _unfit(folder, "is not there.", f"Give a folder with {MANIFEST}, or a corpus in its official form.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unfit(folder, f"cannot be read ({error}).", "Save it as comma-separated values in UTF-8.") from None
    if not rows:
        raise _unfit(folder, "lists nothing.", "Collect or copy the data first.")
    if lacking := [column for column in NEEDED_COLUMNS if column not in rows[0]]:
        raise _unfit(folder, f"has no column {', '.join(lacking)}.", f"Its first line must name {', '.join(NEEDED_COLUMNS)}.")
    return [{"corpus": OWN_CORPUS, "sex": ""} | row for row in rows]


def speaker_folds(clips: Iterable[Clip], folds: int, seed: int) -> list[frozenset[str]]:
    """Every speaker in exactly one fold; each corpus and sex is dealt out evenly.

    Fewer speakers than `folds` make one fold each; fewer than LEAST_FOLDS raise DataUnfit.
    """
    speakers = sorted({(clip.corpus, clip.sex, clip.speaker) for clip in clips})
    require_speakers([speaker for _, _, speaker in speakers])
    shuffled = [speakers[i] for i in np.random.default_rng(seed).permutation(len(speakers))]
    dealt = sorted(shuffled, key=lambda one: one[:2])
    folds = min(folds, len(dealt))
    return [frozenset(speaker for _, _, speaker in dealt[number::folds]) for number in range(folds)]


def require_speakers(speakers: Sequence[str]) -> None:
    """Raise DataUnfit when there are too few to test on strangers."""
    count = len(set(speakers))
    if count >= LEAST_FOLDS:
        return
    raise DataUnfit(
        Failure(
            f"All speech is of one speaker, “{speakers[0]}”." if count == 1 else f"There are only {count} speakers.",
            f"Training, choosing and testing need different people, {LEAST_FOLDS} at the least: else the figures are of voices it knows.",
            "Add other people's speech, or adapt a shipped network to this one (--adapt-from).",
        )
    )


def _unfit(folder: Path, why: str, what_to_do: str) -> DataUnfit:
    return DataUnfit(Failure(f"The data in {folder} cannot be used.", f"{MANIFEST} {why}", what_to_do))
