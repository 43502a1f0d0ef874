"""Emotional speech in the form in which its makers publish it: who speaks, and which emotion, stand in each file's name."""

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from core.labels import Emotion

SOUND_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aif", ".aiff"})

CREMA_D_PEOPLE = "VideoDemographics.csv"
"""CREMA-D's own table of its actors, beside the folder of sounds or in it."""


class Said(NamedTuple):
    """What a file's name tells: the speaker's number or letters, "M", "F" or "" where it does not say, the emotion (None: another)."""

    speaker: str
    sex: str
    emotion: Emotion | None


class Form(NamedTuple):
    """One corpus: its name in a manifest, in words, and what its file names tell (None: not a name of this corpus)."""

    corpus: str
    title: str
    read: Callable[[Path], Said | None]


RAVDESS_EMOTIONS: Mapping[str, Emotion] = {
    "01": Emotion.NEUTRAL,
    "02": Emotion.NEUTRAL,  # calm: two words for no particular feeling
    "03": Emotion.HAPPINESS,
    "04": Emotion.SADNESS,
    "05": Emotion.ANGER,
    "06": Emotion.FEAR,
    "07": Emotion.DISGUST,
    "08": Emotion.SURPRISE,
}
EMODB_EMOTIONS: Mapping[str, Emotion | None] = {
    "W": Emotion.ANGER,
    "L": None,  # boredom
    "E": Emotion.DISGUST,
    "A": Emotion.FEAR,
    "F": Emotion.HAPPINESS,
    "T": Emotion.SADNESS,
    "N": Emotion.NEUTRAL,
}
EMODB_MEN = frozenset({"03", "10", "11", "12", "15"})
CREMA_D_EMOTIONS: Mapping[str, Emotion] = {
    "ANG": Emotion.ANGER,
    "DIS": Emotion.DISGUST,
    "FEA": Emotion.FEAR,
    "HAP": Emotion.HAPPINESS,
    "SAD": Emotion.SADNESS,
    "NEU": Emotion.NEUTRAL,
}
TESS_EMOTIONS: Mapping[str, Emotion] = {
    "angry": Emotion.ANGER,
    "disgust": Emotion.DISGUST,
    "fear": Emotion.FEAR,
    "happy": Emotion.HAPPINESS,
    "ps": Emotion.SURPRISE,  # "pleasant surprise"
    "sad": Emotion.SADNESS,
    "neutral": Emotion.NEUTRAL,
}


def read_ravdess(path: Path) -> Said | None:
    """03-01-05-02-01-01-12: modality, speech or song, emotion, intensity, statement, repetition, actor (odd: male)."""
    found = re.fullmatch(r"0[13]-(\d\d)-(\d\d)-\d\d-\d\d-\d\d-(\d\d)", path.stem)
    if found is None:
        return None
    channel, emotion, actor = found.groups()
    return Said(actor, "M" if int(actor) % 2 else "F", RAVDESS_EMOTIONS.get(emotion) if channel == "01" else None)


def read_emodb(path: Path) -> Said | None:
    """03a01Wa: speaker, sentence, the emotion's German initial, version."""
    found = re.fullmatch(r"(\d\d)[a-z]\d\d([A-Z])[a-z]", path.stem)
    if found is None or found[2] not in EMODB_EMOTIONS:
        return None
    return Said(found[1], "M" if found[1] in EMODB_MEN else "F", EMODB_EMOTIONS[found[2]])


def read_crema_d(path: Path) -> Said | None:
    """1001_DFA_ANG_XX: actor, sentence, emotion, level; the sex stands in CREMA-D's table of actors, where it is there."""
    found = re.fullmatch(r"(1\d{3})_[A-Z]{3}_([A-Z]{3})_[A-Z0-9]+", path.stem)
    if found is None or found[2] not in CREMA_D_EMOTIONS:
        return None
    return Said(found[1], crema_d_sexes(path.parent).get(found[1], ""), CREMA_D_EMOTIONS[found[2]])


def read_tess(path: Path) -> Said | None:
    """OAF_back_angry or YAF_back_ps: the older or younger actress, word, emotion."""
    found = re.fullmatch(r"(OAF?|YAF?)_[a-z]+_([a-z]+)", path.stem)
    if found is None or found[2] not in TESS_EMOTIONS:
        return None
    return Said(f"{found[1][0]}AF", "F", TESS_EMOTIONS[found[2]])


FORMS: tuple[Form, ...] = (
    Form("ravdess", "RAVDESS", read_ravdess),
    Form("emodb", "EMO-DB", read_emodb),
    Form("crema-d", "CREMA-D", read_crema_d),
    Form("tess", "TESS", read_tess),
)


@cache
def crema_d_sexes(folder: Path) -> Mapping[str, str]:
    """The sex ("M" or "F") by actor, from the table in `folder` or above it; empty where there is none."""
    table = next((place / CREMA_D_PEOPLE for place in (folder, folder.parent) if (place / CREMA_D_PEOPLE).is_file()), None)
    return _sexes(table) if table else {}


def _sexes(table: Path) -> Mapping[str, str]:
    with table.open(encoding="utf-8-sig", newline="") as stream:
        return {row["ActorID"]: row["Sex"][:1].upper() for row in csv.DictReader(stream) if row.get("ActorID") and row.get("Sex")}
