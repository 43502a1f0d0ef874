"""Readings and scores as series that a chart can draw; a stretch without a measurement is NaN, so the line breaks there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, FaceReading, FusionScore, Gap, Reading, VoiceReading
from core.settings import REVIEW_DEFAULTS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """One line per key over common times: `times` (N,) in seconds, each of `values` (N,), NaN where nothing was measured."""

    times: Floats
    values: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Band:
    """A line with its band of uncertainty: all (N,), NaN where the fusion abstained."""

    times: Floats
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Stretches:
    """Values that hold for a stretch each: `starts`, `ends` in seconds and `values`, all (N,), none of them NaN."""

    starts: Floats
    ends: Floats
    values: Floats


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of the session, in seconds, in which a lane measured nothing, and why."""

    starts_at: float
    ends_at: float
    why: str


def emotion_curves(readings: Sequence[Reading], longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> Curves:
    """A line per emotion from one lane's readings (the smoothed probabilities of a face); broken where absent and where time is missing."""
    times = np.array([reading.at for reading in readings], float)
    shown = [
        reading.smoothed or reading.probabilities if isinstance(reading, FaceReading) else reading.probabilities for reading in readings
    ]
    values = np.array([[p.get(emotion, np.nan) for emotion in EMOTIONS] for p in shown], float).reshape(len(times), len(EMOTIONS))
    times, values = _broken_at_holes(times, values, longest_step_s)
    return Curves(times, {emotion.value: values[:, index] for index, emotion in enumerate(EMOTIONS)})


def emotion_stretches(readings: Iterable[Reading], emotion: Emotion) -> Stretches:
    """The probability of `emotion` over the stretch of each reading that knows it (a segment of speech)."""
    return _stretches([(*reading.covers, reading.probabilities[emotion]) for reading in readings if emotion in reading.probabilities])


def descriptor_stretches(readings: Iterable[Reading], descriptor: str) -> Stretches:
    """A field of VoiceReading (such as "pitch_hz") over the stretch of each segment in which it was measured."""
    rows = [(*reading.covers, getattr(reading, descriptor)) for reading in readings if isinstance(reading, VoiceReading)]
    return _stretches([row for row in rows if np.isfinite(row[2])])


def index_band(scores: Sequence[FusionScore]) -> Band:
    """The depressive-affect index with its band."""
    rows = [(s.at, _or_nan(s.value), *(s.interval or (np.nan, np.nan))) for s in scores]
    at, value, low, high = np.array(rows, float).reshape(len(rows), 4).T
    return Band(at, value, low, high)


def contribution_curves(scores: Sequence[FusionScore]) -> Curves:
    """What each lane added to the index, in its points."""
    return Curves(
        np.array([score.at for score in scores], float),
        {lane.value: np.array([score.contributions.get(lane, np.nan) for score in scores], float) for lane in MODALITIES},
    )


def gap_shades(gaps: Iterable[Gap], modality: Modality) -> list[Shade]:
    """The gaps of one lane."""
    return [Shade(gap.starts_at, gap.ends_at, gap.why) for gap in gaps if gap.modality is modality]


def absence_shades(readings: Sequence[Reading], longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> list[Shade]:
    """Stretches in which one lane's readings were absent for one reason, each up to the next reading but no longer than a step more."""
    shades: list[Shade] = []
    for index, reading in enumerate(readings):
        if reading.absent_because is None:
            continue
        following = readings[index + 1].at if index + 1 < len(readings) else reading.at
        starts, ends = min(reading.covers[0], reading.at), max(reading.covers[1], min(following, reading.at + longest_step_s))
        why = reading.absent_because.value
        if shades and shades[-1].why == why and starts <= shades[-1].ends_at + 1e-6:
            shades[-1] = Shade(shades[-1].starts_at, max(ends, shades[-1].ends_at), why)
        else:
            shades.append(Shade(starts, ends, why))
    return shades


def abstention_kind(why: str | None) -> str:
    """Why there is no number, without the amounts that differ from moment to moment ("not enough evidence: 1.2 s of face ...")."""
    return (why or NOT_ENOUGH_EVIDENCE).partition(":")[0]


def abstention_shades(scores: Sequence[FusionScore]) -> list[Shade]:
    """Stretches in which the fusion gave no number, each up to the next score."""
    shades: list[Shade] = []
    for index, score in enumerate(scores):
        if score.value is not None:
            continue
        ends = scores[index + 1].at if index + 1 < len(scores) else score.at
        why = abstention_kind(score.abstained_because)
        if shades and shades[-1].why == why and shades[-1].ends_at == score.at:
            shades[-1] = Shade(shades[-1].starts_at, ends, why)
        else:
            shades.append(Shade(score.at, ends, why))
    return shades


def decimate_min_max(times: Floats, values: Floats, pixels: int) -> tuple[Floats, Floats]:
    """At most three points for each of `pixels` equal stretches of time: its lowest, its highest, and a NaN where the line breaks.

    The points are those of the series, in their order. `times` (N,) never go back; a series that is short enough stays as it is.
    """
    if pixels < 1:
        raise ValueError(f"a chart is at least one pixel wide, not {pixels}")
    if len(times) <= 3 * pixels:
        return times, values
    firsts = _first_of_each_bin(times, pixels)
    bins = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, len(times))))
    missing = np.isnan(values)
    by_value = np.lexsort((values, bins))  # NaN is sorted behind all numbers of its bin
    measured = np.add.reduceat((~missing).astype(int), firsts)
    lowest = by_value[firsts][measured > 0]
    highest = by_value[firsts + measured - 1][measured > 0]
    breaks = np.flatnonzero(missing)
    breaks = breaks[np.unique(bins[breaks], return_index=True)[1]]
    kept = np.unique(np.concatenate([lowest, highest, breaks]))
    return times[kept], values[kept]


def mean_per_pixel(times: Floats, values: Floats, pixels: int) -> tuple[Floats, Floats]:
    """The mean of each of `pixels` equal stretches of time, at the stretch's mean time; NaN where nothing in it was measured."""
    if len(times) <= pixels:
        return times, values
    firsts = _first_of_each_bin(times, pixels)
    measured = np.add.reduceat((~np.isnan(values)).astype(float), firsts)
    sums = np.add.reduceat(np.nan_to_num(values), firsts)
    counts = np.diff(np.append(firsts, len(times)))
    means = np.divide(sums, measured, out=np.full(len(firsts), np.nan), where=measured > 0)
    return np.add.reduceat(times, firsts) / counts, means


def _first_of_each_bin(times: Floats, pixels: int) -> NDArray[np.intp]:
    """The index of the first point of each stretch that has points."""
    span = float(times[-1] - times[0]) or 1.0
    bins = np.minimum(((times - times[0]) / span * pixels).astype(int), pixels - 1)
    return np.flatnonzero(np.diff(bins, prepend=-1))


def _broken_at_holes(times: Floats, values: Floats, longest_step_s: float) -> tuple[Floats, Floats]:
    """A row of NaN in the middle of every step between readings that is longer than `longest_step_s`."""
    holes = np.flatnonzero(np.diff(times) > longest_step_s)
    middles = (times[holes] + times[holes + 1]) / 2
    return np.insert(times, holes + 1, middles), np.insert(values, holes + 1, np.nan, axis=0)


def _stretches(rows: Sequence[tuple[float, float, float]]) -> Stretches:
    starts, ends, values = np.array(rows, float).reshape(len(rows), 3).T
    return Stretches(starts, ends, values)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
