"""What held at a moment of a stored session, in words, lane by lane."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.labels import MODALITIES, Emotion, Modality
from core.readings import FaceReading, Gap, Reading, TextReading, VoiceReading
from core.session import Mark, Note
from gui import wording
from review.moments import Moment, gap_at
from review.summary import DESCRIPTORS

NEAR_S = 0.5
"""A mark or note is told of when the play-head is so near: half a second is a hand's."""

NOTHING = "nothing measured here"
NO_WORDS = "no words up to here"
LOW, HIGH = 0.1, 0.9
"""Quantiles of the second before, as on the live page."""


def moment_words(
    moment: Moment, gaps: Sequence[Gap], marks: Sequence[Mark], notes: Sequence[Note], descriptor: str, seconds: float
) -> dict[str, str]:
    """By the names of the timeline's lanes; `descriptor` is the field that the lane of speaking shows."""
    words = {modality.value: _lane(moment, modality, gaps) for modality in MODALITIES}
    return {
        "events": ", ".join(
            [f"mark {one.name}" for one in marks if abs(one.at - moment.at) <= NEAR_S]
            + [one.text for one in notes if abs(one.at - moment.at) <= NEAR_S]
        ),
        "index": index_words(moment, seconds),
        **words,
        "speaking": _speaking(moment.readings.get(Modality.VOICE), descriptor),
    }


def index_words(moment: Moment, seconds: float) -> str:
    """42, 20 to 66 (band of uncertainty)."""
    score = moment.score
    if score is None:
        return "" if moment.at >= seconds else NOTHING
    if score.value is None:
        return f"{wording.index_value(score)}: {wording.index_band(score)}"
    return f"{wording.index_value(score)}, {wording.index_band(score)} ({wording.width_of_band(score)})"


def _lane(moment: Moment, modality: Modality, gaps: Sequence[Gap]) -> str:
    gap = gap_at(gaps, modality, moment.at)
    if gap is not None:
        return f"gap: {gap.why}"
    reading = moment.readings.get(modality)
    if reading is None:
        return NO_WORDS if modality is Modality.TEXT else NOTHING
    if isinstance(reading, TextReading):
        return f"“{reading.text}” – {wording.text_state(reading)}"
    label = shown_label(reading)
    limits = spread_of(moment.before, label) if modality is Modality.FACE and label is not None else None
    said = wording.lane_state(reading, label)
    spread = wording.spread(values_of(reading).get(label, 0.0), limits) if label is not None else ""
    return f"{said}{spread}, {wording.quality_in_words(reading)}" if label is not None else said


def values_of(reading: Reading) -> Mapping[Emotion, float]:
    """The probabilities that are shown: a face's smoothed ones."""
    return reading.smoothed if isinstance(reading, FaceReading) and reading.smoothed else reading.probabilities


def shown_label(reading: Reading) -> Emotion | None:
    """The likeliest class; None where nothing was measured."""
    values = values_of(reading)
    return max(values, key=lambda emotion: values[emotion]) if values and reading.absent_because is None else None


def spread_of(before: Sequence[Reading], label: Emotion) -> tuple[float, float] | None:
    """Between which values a class moved in the readings before; None: there are too few."""
    numbers = [values[label] for values in map(values_of, before) if label in values]
    return (float(np.quantile(numbers, LOW)), float(np.quantile(numbers, HIGH))) if len(numbers) > 1 else None


def _speaking(reading: Reading | None, field: str) -> str:
    if not isinstance(reading, VoiceReading) or reading.absent_because is not None:
        return ""
    one = next(one for one in DESCRIPTORS if one.field == field)
    value = float(getattr(reading, field))
    return (
        wording.NOT_MEASURED if np.isnan(value) else f"{one.name} {value:.{one.decimals}f} {one.unit if one.unit != '0–1' else ''}".rstrip()
    )
