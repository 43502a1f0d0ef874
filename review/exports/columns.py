"""The columns of the tables that are written out, once: the writers, the data dictionary and its page in docs/ are made from here."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import Box, FaceReading, FusionScore, Reading, TextReading, VoiceReading

Row = TypeVar("Row")
Cell = str | float | int | None

_ESCAPED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


class ReadingRow(NamedTuple):
    """One line of readings.csv: a reading and the spread of its top class."""

    reading: Reading
    spread: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its name, the unit of its values (or ""), what it means, and how a row's cell is made."""

    name: str
    unit: str
    meaning: str
    cell: Callable[[Row], Cell]


def cell_text(value: Cell) -> str:
    """A cell as written: "" for not measured (None, NaN, infinite), numbers to six decimals, words escaped."""
    if value is None:
        return ""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, int):
        return str(value)
    return repr(round(float(value), 6) + 0.0) if math.isfinite(value) else ""


def escaped(words: str) -> str:
    """`words` with an apostrophe in front where a spreadsheet would take them for a formula (OWASP, "CSV Injection").

    Words that begin with apostrophes and then such a sign get one more, so that `unescaped` always gives the words back.
    """
    return "'" + words if _ESCAPED.match(words) else words


def unescaped(cell: str) -> str:
    """The words that `escaped` turned into `cell`."""
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def _probability(emotion: Emotion) -> Column[ReadingRow]:
    return Column(
        emotion.value,
        "0..1",
        f"Calibrated probability that the reading resembled {emotion}; the classes that the model knows sum to 1. "
        "Empty when absent_because is set or the model does not know the class.",
        lambda row: row.reading.probabilities.get(emotion),
    )


def _smoothed(emotion: Emotion) -> Column[ReadingRow]:
    return Column(
        f"smoothed_{emotion}",
        "0..1",
        f"Face only: the moving average of {emotion} over seconds of media time, as charts and fusion use it.",
        lambda row: row.reading.smoothed.get(emotion) if isinstance(row.reading, FaceReading) else None,
    )


def _box(name: str, unit: str, meaning: str, value: Callable[[Box], Cell]) -> Column[ReadingRow]:
    return Column(
        name,
        unit,
        f"Face only: {meaning} Empty when there is no face.",
        lambda row: value(row.reading.box) if isinstance(row.reading, FaceReading) and row.reading.box else None,
    )


def _voice(name: str, unit: str, meaning: str, field: str) -> Column[ReadingRow]:
    return Column(name, unit, meaning, lambda row: getattr(row.reading, field) if isinstance(row.reading, VoiceReading) else None)


def _box_score(row: ReadingRow) -> Cell:
    return row.reading.box_score if isinstance(row.reading, FaceReading) and row.reading.box else None


def _people(row: ReadingRow) -> Cell:
    reading = row.reading
    return len(reading.others) + (reading.box is not None) if isinstance(reading, FaceReading) else None


def _contributions(row: ReadingRow) -> Cell:
    if not isinstance(row.reading, TextReading | VoiceReading) or not row.reading.contributions:
        return None
    return json.dumps([[word, round(weight, 6)] for word, weight in row.reading.contributions], ensure_ascii=False)


def _text(row: ReadingRow) -> Cell:
    return row.reading.text if isinstance(row.reading, TextReading) else None


VOICE_COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("speech_level_dbfs", "dBFS", "Voice only: level of the speech (RMS), 0 is full scale.", "speech_level"),
    ("loudness_sd_db", "dB", "Voice only: standard deviation of the level within the speech.", "loudness_sd"),
    ("pitch_hz", "Hz", "Voice only: median fundamental frequency.", "pitch_hz"),
    ("pitch_sd_semitones", "semitones", "Voice only: standard deviation of the pitch; small means monotone.", "pitch_sd_semitones"),
    ("speech_rate_hz", "1/s", "Voice only: syllable-like peaks of energy a second (a proxy of speech rate).", "speech_rate_hz"),
    ("pause_share", "0..1", "Voice only: share of silence in the window before the reading.", "pause_share"),
)
"""Name in the file, unit, meaning, and field of VoiceReading."""

READING_COLUMNS: tuple[Column[ReadingRow], ...] = (
    Column(
        "timestamp", "s", "Session time at which the reading could first be made; 0 is the session's start.", lambda row: row.reading.at
    ),
    Column("modality", "", "The lane: face, voice or text.", lambda row: row.reading.modality.value),
    Column("starts", "s", "Start of the stretch that the reading describes.", lambda row: row.reading.covers[0]),
    Column("ends", "s", "End of the stretch that the reading describes.", lambda row: row.reading.covers[1]),
    *map(_probability, EMOTIONS),
    _box("FaceRectX", "px", "left edge of the primary face's box.", lambda box: box.x),
    _box("FaceRectY", "px", "top edge of the box.", lambda box: box.y),
    _box("FaceRectWidth", "px", "width of the box.", lambda box: box.width),
    _box("FaceRectHeight", "px", "height of the box.", lambda box: box.height),
    Column("FaceScore", "0..1", "Face only: how surely the box is a face. Empty when there is no face.", _box_score),
    Column("people", "", "Face only: number of faces in the picture.", _people),
    Column(
        "quality",
        "0..1",
        "How well the reading could be measured; 1 is best. Empty when absent_because is set.",
        lambda row: None if row.reading.absent_because else row.reading.quality,
    ),
    Column("quality_reason", "", "What lowered the quality, in words.", lambda row: row.reading.quality_reason),
    Column(
        "interval_low",
        "0..1",
        "10th percentile of the top class's probability over this lane's readings of the last second (settings review.spread_window_s and "
        "review.spread_least_readings): how steady the number was, not how right it is. Empty where too few readings lie in that window.",
        lambda row: row.spread and row.spread[0],
    ),
    Column("interval_high", "0..1", "90th percentile, as interval_low.", lambda row: row.spread and row.spread[1]),
    Column(
        "absent_because",
        "",
        "Why nothing was measured; such a row is neither neutral nor zero.",
        lambda row: row.reading.absent_because and row.reading.absent_because.value,
    ),
    Column("model", "", "Name of the checkpoint; its sha256 is in session.json.", lambda row: row.reading.model),
    Column("dropped_before", "", "Frames, chunks or entries lost since the lane's reading before.", lambda row: row.reading.dropped_before),
    *map(_smoothed, EMOTIONS),
    *(_voice(*column) for column in VOICE_COLUMNS),
    Column("text", "", "Text only: the words of the entry.", _text),
    Column(
        "contributions",
        "",
        "Text and voice: JSON list of [word or descriptor, how far it moved the top class], strongest first.",
        _contributions,
    ),
)


def _of_lanes(
    prefix: str, unit: str, meaning: str, values: Callable[[FusionScore], Mapping[Modality, float]]
) -> tuple[Column[FusionScore], ...]:
    def column(lane: Modality) -> Column[FusionScore]:
        return Column(f"{prefix}_{lane}", unit, meaning.format(lane=lane), lambda score: values(score).get(lane))

    return tuple(column(lane) for lane in MODALITIES)


SCORE_COLUMNS: tuple[Column[FusionScore], ...] = (
    Column("at", "s", "Session time of the moment that is scored.", lambda score: score.at),
    Column(
        "value",
        "0..100",
        "Depressive-affect index. Not PHQ points, not a probability of illness. Empty when there was not enough evidence.",
        lambda score: score.value,
    ),
    Column("interval_low", "0..100", "Lower edge of the index's band of uncertainty.", lambda score: score.interval and score.interval[0]),
    Column("interval_high", "0..100", "Upper edge of the band.", lambda score: score.interval and score.interval[1]),
    *_of_lanes(
        "contribution", "index points", "What the {lane} added to the index; the contributions sum to value.", lambda s: s.contributions
    ),
    *_of_lanes("weight", "0..1", "Weight of the {lane} in this moment; the weights sum to 1.", lambda s: s.weights),
    Column("heard_from", "", "Lanes with fresh evidence, separated by spaces.", lambda score: " ".join(score.heard_from)),
    Column("abstained_because", "", "What was missing when there is no value.", lambda score: score.abstained_because),
    Column("fusion", "", "Name and version of the formula or model that fused the lanes.", lambda score: score.fusion),
)
