"""DAIC-WOZ (Gratch et al. 2014) as USC ICT publishes it: 189 interviews led by “Ellie”, with the PHQ-8.

docs/interview-data.md says what is read of it, and which faults of it are known.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.settings import Settings
from training.datasets.frames import Frames, lane_of, read_unnamed
from training.datasets.interview import Interview, LaneVectors
from training.datasets.lane_cache import LaneCache, Lanes, lanes_there, require_some
from training.datasets.openface import CLNF_KIND, CLNF_LANDMARKS_KIND, clnf_files, clnf_landmarks_lane, clnf_lane
from training.datasets.own_lanes import facts, media_lanes, text_lane
from training.datasets.phq import NOT_KNOWN, SCALE, Answers, answers, total_only
from training.datasets.tables import Row, read_table, unfit
from training.datasets.turns import Span, Turn, alone

ITEM_COLUMNS = tuple(
    f"PHQ8_{item}" for item in ("NoInterest", "Depressed", "Sleep", "Tired", "Appetite", "Failure", "Concentrating", "Moving")
)
LABELLED = {"train": "train_split_Depression_AVEC2017.csv", "validation": "dev_split_Depression_AVEC2017.csv"}
TEST, TEST_TOTALS = "test_split_Depression_AVEC2017.csv", "full_test_split.csv"

PERSON = "daic-{}"
"""E-DAIC has people of DAIC-WOZ, with their numbers: they are the same person in both."""

LONGEST_S = 36_000.0

PARTICIPANT, INTERVIEWER = "participant", "ellie"

INTERRUPTED: Mapping[str, Span] = {"373": (352.0, 420.0), "444": (286.0, 387.0)}
"""Somebody comes in, a telephone rings (the documentation's 5:52-7:00 and 4:46-6:27)."""

LATE_S: Mapping[str, float] = {"318": 34.319917, "321": 3.8379167, "341": 6.1892, "362": 16.8582}
"""Added to the times of these transcripts, which run ahead of their sound by so much (Bailey and Plumbley 2021, their published code)."""

SCRUBBED = "scrubbed_entry"
NOT_THE_ANSWER = re.compile(r"[<\[]\s*(sync|ellie starts|talking to experimenter)", re.IGNORECASE)
"""Stands under the participant's name, and is about the recording."""

UNHEARD = re.compile(r"[<\[][^>\]]*[>\]]?|\bx{3,}\b")
"""Cut-off words, noises, and what nobody could understand."""

COVAREP_KIND = "voice-covarep-10s-v1"
COVAREP_COLUMNS, COVAREP_HZ = 74, 100
PITCH, VOICED, LAST_OF_GLOTTIS = 0, 1, 8
"""Columns: where VUV (1) is 0, F0 (0) and NAQ to Rd (2 to 8) mean nothing."""


ENDINGS = ("TRANSCRIPT.csv", "COVAREP.csv", "AUDIO.wav")
KINDS = (COVAREP_KIND, CLNF_KIND, CLNF_LANDMARKS_KIND)


class Session(NamedTuple):
    """A session's files (`stem` is how their names begin), and when the participant speaks alone."""

    stem: Path
    turns: Sequence[Turn]
    spans: Sequence[Span]

    def file(self, ending: str) -> Path:
        """One of its files."""
        return Path(f"{self.stem}_{ending}")


LanesOf = Callable[[Session, Settings], Lanes]


def load_daic_woz(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """Voice by COVAREP, face by OpenFace's action units, gaze and pose, and the program's own reading of the words."""
    return _interviews(folder, settings, cache, _published)


def load_daic_woz_landmarks(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """As `load_daic_woz`, with the movement of 68 points as the face."""
    return _interviews(folder, settings, cache, _with_landmarks)


def load_daic_woz_own(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """Voice and words as the program itself reads them of sound and transcript; no picture was published."""
    return _interviews(folder, settings, cache, _own)


def _interviews(folder: Path, settings: Settings, cache: LaneCache, lanes_of: LanesOf) -> list[Interview]:
    return [_interview(folder, *person, settings, cache, lanes_of) for person in _people(folder)]


def _people(folder: Path) -> list[tuple[str, Answers, Row]]:
    """Part, answers and row of everybody in the tables of the three parts; raises DataUnfit."""
    people: dict[str, tuple[str, Answers, Row]] = {}
    for split, name in LABELLED.items():
        columns = ("Participant_ID", "PHQ8_Score", "Gender", *ITEM_COLUMNS)
        for row in read_table(folder / name, columns, key=("Participant_ID",)):
            _refuse_second(people, row)
            people[number_of(row)] = split, answers(row, ITEM_COLUMNS, "PHQ8_Score"), row
    tested: dict[str, tuple[str, Answers, Row]] = {}
    for name, columns in ((TEST, ("Participant_ID", "Gender")), (TEST_TOTALS, ("Participant_ID", "Gender", "PHQ_Score"))):
        for row in read_table(folder / name, columns, key=("Participant_ID",)) if (folder / name).is_file() else []:
            _refuse_second(people, row)
            tested[number_of(row)] = "test", total_only(row, "PHQ_Score") if name == TEST_TOTALS else NOT_KNOWN, row
    return [*people.values(), *tested.values()]


def _refuse_second(people: Mapping[str, tuple[str, Answers, Row]], row: Row) -> None:
    number = number_of(row)
    if number in people:
        other = people[number][2]
        raise row.unfit(f"{number} stands in {other.path.name}, line {other.line}, already.", "Nobody may be in two parts: take one out.")


def number_of(row: Row) -> str:
    """The participant's number without the “.0” that a spreadsheet gives it; raises DataUnfit."""
    number = row.number("Participant_ID", 300, 999)
    if number is None or number != int(number):
        raise row.unfit(f"“{row['Participant_ID']}” is no participant's number.", "Correct that row.")
    return str(int(number))


def _interview(folder: Path, split: str, known: Answers, row: Row, settings: Settings, cache: LaneCache, lanes_of: LanesOf) -> Interview:
    number = number_of(row)
    stem = folder / f"{number}_P" / number
    if not stem.parent.is_dir():
        raise row.unfit(f"There is no folder {stem.parent.name}.", "Unpack that session's archive, or take its row out.")
    turns, silent = read_transcript(Path(f"{stem}_TRANSCRIPT.csv"), number)
    session = Session(stem, turns, alone((turn.span for turn in turns), silent))
    files = [*(session.file(ending) for ending in ENDINGS), *clnf_files(stem)]
    depends = facts(settings) | {"lanes": lanes_of.__name__, "kinds": KINDS, "spans": session.spans}
    lanes = cache.lanes(files, depends, lambda: lanes_of(session, settings))
    require_some(lanes, row, stem.parent)
    sex = f"code {row['Gender']}" if row["Gender"] else ""
    return Interview(PERSON.format(number), number, split, SCALE, known.items, known.total, known.above, sex, lanes)


def read_transcript(path: Path, number: str) -> tuple[list[Turn], list[Span]]:
    """The participant's turns, and the times of which nothing is used; raises DataUnfit.

    Those are the interviewer's turns, interruptions, and what was made unrecognisable.
    """
    turns, others = [], [INTERRUPTED[number]] if number in INTERRUPTED else []
    late_s = LATE_S.get(number, 0.0)
    for row in read_table(path, ("start_time", "stop_time", "speaker"), optional=("value",), separator="\t"):
        start, stop = row.number("start_time", 0, LONGEST_S), row.number("stop_time", 0, LONGEST_S)
        speaker = row["speaker"].casefold()
        if start is None or stop is None or speaker not in (PARTICIPANT, INTERVIEWER):
            why = f"It is no turn of Ellie or Participant with its times (speaker “{row['speaker']}”)."
            raise row.unfit(why, "Take the transcript as it is published.")
        turn = Turn(start + late_s, stop + late_s, UNHEARD.sub(" ", row["value"]).strip())
        if speaker == INTERVIEWER or SCRUBBED in row["value"].casefold() or NOT_THE_ANSWER.search(row["value"]):
            others.append(turn.span)
        else:
            turns.append(turn)
    if not turns:
        raise unfit(path, "It has no turn of the participant.", "Take the transcript as it is published.")
    return turns, others


def _published(session: Session, settings: Settings) -> Lanes:
    return lanes_there(face=clnf_lane(session.stem, session.spans), voice=_covarep(session), text=text_lane(session.turns, settings))


def _with_landmarks(session: Session, settings: Settings) -> Lanes:
    return lanes_there(
        face=clnf_landmarks_lane(session.stem, session.spans), voice=_covarep(session), text=text_lane(session.turns, settings)
    )


def _own(session: Session, settings: Settings) -> Lanes:
    sound = session.file("AUDIO.wav")
    heard = media_lanes(sound, settings, LaneCache(None), spans=session.spans) if sound.is_file() else {}
    return lanes_there(voice=heard.get("voice"), text=text_lane(session.turns, settings))


def _covarep(session: Session) -> LaneVectors | None:
    path = session.file("COVAREP.csv")
    if not path.is_file():
        return None
    values = read_unnamed(path, COVAREP_COLUMNS)
    censored = (values == 0.0).all(axis=1)
    voiceless = values[:, VOICED] == 0.0
    values[voiceless, PITCH] = np.nan
    values[voiceless, VOICED + 1 : LAST_OF_GLOTTIS + 1] = np.nan
    frames = Frames(np.arange(len(values)) / COVAREP_HZ, values, (~censored).astype(np.float32))
    return lane_of(COVAREP_KIND, frames, session.spans)
