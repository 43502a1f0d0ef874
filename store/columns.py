"""How readings and scores become rows and rows become readings and scores: one place for both directions."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import Absence, Box, ClassMap, FaceReading, FusionScore, Reading, TextReading, VoiceReading
from core.session import Mark
from core.tracks import DESCRIPTORS

READING_COLUMNS: tuple[str, ...] = (
    *("modality", "at", "covers_from", "covers_to", "quality", "quality_reason", "absent_because", "dropped_before", "model"),
    *EMOTIONS,
    *("box_x", "box_y", "box_width", "box_height", "box_score", "others"),
    *(f"smoothed_{emotion}" for emotion in EMOTIONS),
    *DESCRIPTORS,
    *("text", "contributions"),
)
SCORE_COLUMNS = (
    *("at", "value", "interval_low", "interval_high", "abstained_because", "fusion"),
    *("heard_from", "weights", "contributions", "probabilities"),
)
MARK_COLUMNS = ("at", "name", "class_map")
_BOX = READING_COLUMNS.index("box_x")
_SMOOTHED = READING_COLUMNS.index("smoothed_anger")
_VOICE = READING_COLUMNS.index(DESCRIPTORS[0])
_TEXT = READING_COLUMNS.index("text")
_PROBABILITIES = READING_COLUMNS.index("anger")


def reading_row(reading: Reading) -> tuple[Any, ...]:
    """The values of READING_COLUMNS."""
    row: list[Any] = [None] * len(READING_COLUMNS)
    row[:_PROBABILITIES] = (
        reading.modality,
        reading.at,
        *reading.covers,
        reading.quality,
        reading.quality_reason,
        reading.absent_because,
        reading.dropped_before,
        reading.model,
    )
    row[_PROBABILITIES:_BOX] = _values(reading.probabilities)
    if isinstance(reading, FaceReading):
        box = reading.box
        row[_BOX:_SMOOTHED] = (
            *((box.x, box.y, box.width, box.height, reading.box_score) if box else (None,) * 5),
            json.dumps([[b.x, b.y, b.width, b.height] for b in reading.others]) if reading.others else None,
        )
        row[_SMOOTHED:_VOICE] = _values(reading.smoothed)
    elif isinstance(reading, VoiceReading):
        row[_VOICE:_TEXT] = (_null(getattr(reading, name)) for name in DESCRIPTORS)
        row[_TEXT + 1] = json.dumps(reading.contributions) if reading.contributions else None
    elif isinstance(reading, TextReading):
        row[_TEXT:] = (reading.text, json.dumps(reading.contributions, ensure_ascii=False))
    return tuple(row)


def reading_from_row(row: Sequence[Any]) -> Reading:
    """The reading that `reading_row` turned into `row`."""
    common: dict[str, Any] = {
        "modality": Modality(row[0]),
        "at": row[1],
        "covers": (row[2], row[3]),
        "quality": row[4],
        "quality_reason": row[5],
        "absent_because": Absence(row[6]) if row[6] else None,
        "dropped_before": row[7],
        "model": row[8],
        "probabilities": _distribution(row[_PROBABILITIES:_BOX]),
    }
    if common["modality"] is Modality.FACE:
        x, y, width, height, score, others = row[_BOX:_SMOOTHED]
        return FaceReading(
            **common,
            box=None if x is None else Box(x, y, width, height),
            box_score=score or 0.0,
            others=tuple(Box(*b) for b in json.loads(others)) if others else (),
            smoothed=_distribution(row[_SMOOTHED:_VOICE]),
        )
    if common["modality"] is Modality.VOICE:
        descriptors: dict[str, Any] = {n: math.nan if v is None else v for n, v in zip(DESCRIPTORS, row[_VOICE:_TEXT], strict=True)}
        return VoiceReading(**common, **descriptors, contributions=_contributions(row))
    return TextReading(**common, text=row[_TEXT] or "", contributions=_contributions(row))


def _contributions(row: Sequence[Any]) -> tuple[tuple[str, float], ...]:
    return tuple((what, moved) for what, moved in json.loads(row[_TEXT + 1] or "[]"))


def score_row(score: FusionScore) -> tuple[Any, ...]:
    """The values of SCORE_COLUMNS."""
    low, high = score.interval or (None, None)
    return (
        *(score.at, score.value, low, high, score.abstained_because, score.fusion),
        json.dumps(score.heard_from),
        *(json.dumps(dict(part)) for part in (score.weights, score.contributions, score.probabilities)),
    )


def score_from_row(row: Sequence[Any]) -> FusionScore:
    """The score that `score_row` turned into `row`."""
    at, value, low, high, abstained_because, fusion, heard_from, weights, contributions, probabilities = row
    return FusionScore(
        at=at,
        value=value,
        interval=None if low is None else (low, high),
        abstained_because=abstained_because,
        fusion=fusion,
        heard_from=tuple(Modality(name) for name in json.loads(heard_from)),
        weights={Modality(k): v for k, v in json.loads(weights).items()},
        contributions={Modality(k): v for k, v in json.loads(contributions).items()},
        probabilities={Emotion(k): v for k, v in json.loads(probabilities).items()},
    )


def mark_row(mark: Mark) -> tuple[Any, ...]:
    """The values of MARK_COLUMNS."""
    return mark.at, mark.name, json.dumps({"label": mark.class_map.label, "rows": mark.class_map.rows}) if mark.class_map else None


def mark_from_row(row: Sequence[Any]) -> Mark:
    """The mark that `mark_row` turned into `row`."""
    at, name, kept = row
    if not kept:
        return Mark(at, name)
    class_map = json.loads(kept)
    return Mark(at, name, ClassMap(Emotion(class_map["label"]), tuple(map(tuple, class_map["rows"]))))


def storable(value: Any) -> Any:
    """`value`; a letter that UTF-8 does not have (half of a surrogate pair, as in file names of another encoding) as a question mark."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) and not value.isascii() else value


def _values(distribution: Mapping[Emotion, float]) -> list[float | None]:
    return [distribution.get(emotion) for emotion in EMOTIONS]


def _distribution(values: Sequence[float | None]) -> dict[Emotion, float]:
    return {emotion: value for emotion, value in zip(EMOTIONS, values, strict=True) if value is not None}


def _null(value: float) -> float | None:
    return None if math.isnan(value) else value
