"""E-DAIC (Ringeval et al. 2019), the extension of DAIC-WOZ, as USC ICT publishes it: 275 interviews with the PHQ-8.

Its transcripts are a recogniser's and do not say who speaks; docs/interview-data.md says what that means.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.settings import Settings
from training.datasets.daic_woz import LONGEST_S, PERSON, number_of
from training.datasets.frames import Frames, header, lane_of, read_named, rising
from training.datasets.interview import Interview, LaneVectors
from training.datasets.lane_cache import LaneCache, Lanes, lanes_there, require_some
from training.datasets.openface import OPENFACE2_KIND, openface2_lane
from training.datasets.own_lanes import facts, media_lanes, text_lane
from training.datasets.phq import SCALE, Answers, answers, total_only
from training.datasets.tables import Row, read_table, unfit
from training.datasets.turns import Turn, joined

PARTS = {"train": "train_split.csv", "validation": "dev_split.csv", "test": "test_split.csv"}
ITEMS_FILE = "Detailed_PHQ8_Labels.csv"
ITEM_COLUMNS = tuple(
    f"PHQ_8{item}" for item in ("NoInterest", "Depressed", "Sleep", "Tired", "Appetite", "Failure", "Concentrating", "Moving")
)

EGEMAPS_KIND = "voice-egemaps-10s-v1"
EGEMAPS_COLUMNS = 23
PITCH = "F0semitoneFrom27.5Hz_sma3nz"
VOICED_ONLY = "nz"
"""How the names of openSMILE's descriptors end that mean something only where there is voice; they are 0 elsewhere."""

TRANSCRIPT, SOUND = "{0}_Transcript.csv", "{0}_AUDIO.wav"
FACE_FILE = "features/{0}_OpenFace2.1.0_Pose_gaze_AUs.csv"
VOICE_FILE = "features/{0}_OpenSMILE2.3.0_egemaps.csv"

LanesOf = Callable[[Path, Sequence[Turn], Settings], Lanes]


def load_e_daic(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """Voice by eGeMAPS, face by OpenFace 2, and the program's own reading of the words; raises DataUnfit."""
    return _interviews(folder, settings, cache, _published)


def load_e_daic_own(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """Voice and words as the program itself reads them of sound and transcript; no picture was published."""
    return _interviews(folder, settings, cache, _own)


def _interviews(folder: Path, settings: Settings, cache: LaneCache, lanes_of: LanesOf) -> list[Interview]:
    return [_interview(folder, split, known, row, settings, cache, lanes_of) for split, known, row in _people(folder / "labels")]


def _people(labels: Path) -> list[tuple[str, Answers, Row]]:
    """Part, answers and row of everybody, in the order of the parts; raises DataUnfit."""
    people: dict[str, tuple[str, Row]] = {}
    for split, name in PARTS.items():
        for row in read_table(labels / name, ("Participant_ID", "Gender", "PHQ_Score"), key=("Participant_ID",)):
            if (number := number_of(row)) in people:
                other = people[number][1]
                why = f"{number} stands in {other.path.name}, line {other.line}, already."
                raise row.unfit(why, "Nobody may be in two parts: take one out.")
            people[number] = split, row
    items = _items(labels / ITEMS_FILE)
    return [(split, _answers(row, items.get(number)), row) for number, (split, row) in people.items()]


def _items(path: Path) -> Mapping[str, Row]:
    """The rows with the items, by participant; none where there is no such table."""
    if not path.is_file():
        return {}
    rows = read_table(path, ("Participant_ID", *ITEM_COLUMNS), optional=("PHQ_8Total",), key=("Participant_ID",))
    return {number_of(row): row for row in rows}


def _answers(row: Row, items: Row | None) -> Answers:
    told = total_only(row, "PHQ_Score")
    if items is None:
        return told
    known = answers(items, ITEM_COLUMNS, "PHQ_8Total")
    if told.total is not None and known.total is not None and told.total != known.total:
        why = f"PHQ_Score is {told.total:g}, and {items.path.name}, line {items.line}, has {known.total:g}."
        raise row.unfit(why, "Find out which is right, and correct that row.")
    return told if known.items is None else Answers(known.items, told.total, told.above)


def _interview(folder: Path, split: str, known: Answers, row: Row, settings: Settings, cache: LaneCache, lanes_of: LanesOf) -> Interview:
    number = number_of(row)
    place = folder / f"{number}_P"
    if not place.is_dir():
        raise row.unfit(f"There is no folder {place.name}.", "Unpack that session's archive, or take its row out.")
    files = [place / name.format(number) for name in (TRANSCRIPT, SOUND, FACE_FILE, VOICE_FILE)]
    depends = facts(settings) | {"lanes": f"e-daic{lanes_of.__name__}", "features": (EGEMAPS_KIND, OPENFACE2_KIND)}
    lanes = cache.lanes(files, depends, lambda: lanes_of(place, read_transcript(files[0]), settings))
    require_some(lanes, row, place)
    return Interview(PERSON.format(number), number, split, SCALE, known.items, known.total, known.above, _sex(row["Gender"]), lanes)


def _sex(word: str) -> str:
    return {"male": "M", "female": "F"}.get(word.casefold(), "")


def read_transcript(path: Path) -> list[Turn]:
    """What the recogniser wrote down, each with its certainty; raises DataUnfit."""
    turns = []
    for row in read_table(path, ("Start_Time", "End_Time", "Text"), optional=("Confidence",)):
        start, end = row.number("Start_Time", 0, LONGEST_S), row.number("End_Time", 0, LONGEST_S)
        if start is None or end is None:
            raise row.unfit("It lacks a time.", "Take the transcript as it is published.")
        certainty = row.number("Confidence", 0, 1)
        turns.append(Turn(start, end, row["Text"], 1.0 if certainty is None else certainty))
    return turns


def _published(place: Path, turns: Sequence[Turn], settings: Settings) -> Lanes:
    number, spans = place.name.removesuffix("_P"), joined(turn.span for turn in turns)
    face = openface2_lane(place / FACE_FILE.format(number), spans)
    return lanes_there(face=face, voice=_egemaps(place / VOICE_FILE.format(number), turns), text=text_lane(turns, settings))


def _own(place: Path, turns: Sequence[Turn], settings: Settings) -> Lanes:
    sound, spans = place / SOUND.format(place.name.removesuffix("_P")), joined(turn.span for turn in turns)
    heard = media_lanes(sound, settings, LaneCache(None), spans=spans) if sound.is_file() else {}
    return lanes_there(voice=heard.get("voice"), text=text_lane(turns, settings))


def _egemaps(path: Path, turns: Sequence[Turn]) -> LaneVectors | None:
    """The 23 low-level descriptors of openSMILE; what means something in voiced sound only is not measured elsewhere."""
    if not path.is_file():
        return None
    names = [name for name in header(path, ";") if name not in ("name", "frameTime")]
    if len(names) != EGEMAPS_COLUMNS or PITCH not in names:
        why = f"It names {len(names)} descriptors parted by semicolons, and not the {EGEMAPS_COLUMNS} of eGeMAPS."
        raise unfit(path, why, "It is of another version of the data set: take the file as its makers publish it.", line=1)
    table = read_named(path, ("frameTime", *names), separator=";")
    values = table[:, 1:]
    censored = (values == 0.0).all(axis=1)
    voiced_only = np.array([name.endswith(VOICED_ONLY) for name in names])
    voiceless = values[:, names.index(PITCH)] == 0.0
    values[voiceless[:, None] & voiced_only] = np.nan
    frames = Frames(rising(path, table[:, 0]), values, (~censored).astype(np.float32))
    return lane_of(EGEMAPS_KIND, frames, joined(turn.span for turn in turns))
