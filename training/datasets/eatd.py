"""EATD (Shen et al. 2022) as its makers publish it: three answers of each of 162 students in Chinese, with Zung's SDS.

The folders t_1, t_2, ... are its training part, v_1, v_2, ... its validation part. No features are published with the sound: voice and
words are read by the program itself. Its text models know no Chinese, so that there are no words with a checkpoint that is shipped.
"""

import re
from pathlib import Path

import numpy as np

from core.failures import DataUnfit, SourceUnavailable
from core.settings import Settings
from models.fusion.inputs import SEGMENT_S
from training.datasets.interview import Interview, LaneVectors
from training.datasets.lane_cache import LaneCache, Lanes, lanes_there, require_some
from training.datasets.own_lanes import media_lanes, text_lane
from training.datasets.tables import Row, unfit
from training.datasets.turns import Turn

SCALE = "SDS"
PARTS = {"t": "train", "v": "validation"}
PERSON = re.compile(r"([tv])_\d+")
ANSWERS = ("positive", "neutral", "negative")
INDEX, RAW = "new_label.txt", "label.txt"

RAW_TO_INDEX = 1.25
LOWEST_INDEX, HIGHEST_INDEX, DEPRESSED_FROM = 25.0, 100.0, 53.0
"""The index is 1.25 times the sum of twenty items of 1 to 4; from 53 on one is depressed (the Chinese norm, which EATD uses)."""


def load_eatd(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """An interview of three answers for each person; raises DataUnfit."""
    places = sorted(path for path in folder.glob("*_*") if path.is_dir() and PERSON.fullmatch(path.name)) if folder.is_dir() else []
    if not places:
        raise unfit(folder, "It holds no folder t_1 or v_1.", "Unpack the archive, and give the folder in which these lie.")
    return [_interview(place, settings, cache) for place in places]


def _interview(place: Path, settings: Settings, cache: LaneCache) -> Interview:
    index = _index(place)
    lanes: Lanes = {}
    for answer in ANSWERS:
        after_s = max((float(lane.times_s[-1]) + SEGMENT_S for lane in lanes.values()), default=0.0)
        for name, lane in _answer(place / answer, settings, cache).items():
            lanes[name] = _joined(lanes.get(name), lane, after_s)
    require_some(lanes, Row(place / INDEX, 1, {}), place)
    part = PARTS[place.name[0]]
    return Interview(f"eatd-{place.name}", place.name, part, SCALE, None, index, index >= DEPRESSED_FROM, "", lanes)


def _answer(stem: Path, settings: Settings, cache: LaneCache) -> Lanes:
    """The lanes of one answer, from its beginning; those of its words as if they were said there."""
    sound, words = stem.with_suffix(".wav"), stem.with_suffix(".txt")
    try:
        lanes = media_lanes(sound, settings, cache) if sound.is_file() else {}
    except SourceUnavailable as error:
        raise DataUnfit(error.failure) from error
    said = text_lane([Turn(0.0, 0.0, _text(words))], settings) if words.is_file() else None
    return lanes | lanes_there(text=said)


def _joined(before: LaneVectors | None, lane: LaneVectors, after_s: float) -> LaneVectors:
    """One lane after the other, in the time of the whole interview."""
    later = lane._replace(times_s=lane.times_s + after_s)
    if before is None:
        return later
    return LaneVectors(
        lane.kind,
        np.concatenate([before.times_s, later.times_s]),
        np.concatenate([before.vectors, later.vectors]),
        np.concatenate([before.qualities, later.qualities]),
    )


def _index(place: Path) -> float:
    """The SDS index, which must be 1.25 times the raw sum where that is there too; raises DataUnfit."""
    index = _number(place / INDEX, LOWEST_INDEX, HIGHEST_INDEX)
    if (place / RAW).is_file():
        raw = _number(place / RAW, LOWEST_INDEX / RAW_TO_INDEX, HIGHEST_INDEX / RAW_TO_INDEX)
        if abs(raw * RAW_TO_INDEX - index) >= 1.0:
            why = f"It says {index:g}, and {RAW} says {raw:g}, which makes {raw * RAW_TO_INDEX:g}."
            raise unfit(place / INDEX, why, "Find out which is right, and correct that file.")
    return index


def _number(path: Path, lowest: float, highest: float) -> float:
    value = Row(path, 1, {path.name: _text(path)}).number(path.name, lowest, highest)
    if value is None:
        raise unfit(path, "It is empty.", "Copy it anew.")
    return value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        raise unfit(path, "It is not there.", "Unpack that person's folder again, or take it away.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise unfit(path, f"It cannot be read ({error}).", "Save it as a text in UTF-8, or copy it anew.") from None
