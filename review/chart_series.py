"""A session's columns as series that a chart can draw; a stretch without a measurement is NaN, so the line breaks there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, FusionScore, Gap
from core.settings import REVIEW_DEFAULTS
from core.tracks import ABSENCES, MEASURED, ScoreTrack, Track

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


def emotion_curves(track: Track, longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> Curves:
    """A line per emotion of one lane; broken where absent and where time is missing."""
    times, values = _broken_at_holes(track.at, track.shown, longest_step_s)
    return Curves(times, {emotion.value: values[:, index] for index, emotion in enumerate(EMOTIONS)})


def emotion_stretches(track: Track, emotion: Emotion) -> Stretches:
    """The probability of `emotion` over the stretch of each reading that knows it (a segment of speech)."""
    return _stretches(track, track.shown[:, EMOTIONS.index(emotion)])


def descriptor_stretches(track: Track, descriptor: str) -> Stretches:
    """A field of VoiceReading (such as "pitch_hz") over the stretch of each segment in which it was measured."""
    return _stretches(track, track.descriptors.get(descriptor, np.full(len(track), np.nan)))


def index_band(scores: ScoreTrack) -> Band:
    """The depressive-affect index with its band."""
    return Band(scores.at, scores.value, scores.low, scores.high)


def contribution_curves(scores: Iterable[FusionScore]) -> Curves:
    """What each lane added to the index, in its points."""
    rows = [(score.at, *(score.contributions.get(lane, np.nan) for lane in MODALITIES)) for score in scores]
    times, *values = np.array(rows, float).reshape(len(rows), 1 + len(MODALITIES)).T
    return Curves(times, {lane.value: one for lane, one in zip(MODALITIES, values, strict=True)})


def weight_curves(scores: Iterable[FusionScore]) -> Curves:
    """The weight of each lane, 0..1; 0 while others are heard, NaN where nobody was."""
    rows = [(score.at, *(_weight(score, lane) for lane in MODALITIES)) for score in scores]
    times, *values = np.array(rows, float).reshape(len(rows), 1 + len(MODALITIES)).T
    return Curves(times, {lane.value: one for lane, one in zip(MODALITIES, values, strict=True)})


def gap_shades(gaps: Iterable[Gap], modality: Modality) -> list[Shade]:
    """The gaps of one lane."""
    return [Shade(gap.starts_at, gap.ends_at, gap.why) for gap in gaps if gap.modality is modality]


def absence_shades(track: Track, longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> list[Shade]:
    """Stretches in which a lane was absent for one reason each, up to the next reading, but no longer than a step more."""
    if not len(track):
        return []
    new = (np.diff(track.absent) != 0) | (np.diff(track.at) > longest_step_s)
    firsts = np.concatenate(([0], np.flatnonzero(new) + 1))
    lasts = np.concatenate((firsts[1:] - 1, [len(track) - 1]))
    following = np.append(track.at[1:], track.at[-1])
    starts = np.minimum(track.covers[firsts, 0], track.at[firsts])
    ends = np.maximum(track.covers[lasts, 1], np.minimum(following[lasts], track.at[lasts] + longest_step_s))
    return [
        Shade(float(start), float(end), ABSENCES[code].value)
        for start, end, code in zip(starts, ends, track.absent[firsts], strict=True)
        if code != MEASURED
    ]


def abstention_kind(why: str | None) -> str:
    """Why there is no number, without the amounts that differ from moment to moment ("not enough evidence: 1.2 s of face ...")."""
    return (why or NOT_ENOUGH_EVIDENCE).partition(":")[0]


def abstention_shades(scores: ScoreTrack) -> list[Shade]:
    """Stretches in which the fusion gave no number, each up to the next score."""
    shades: list[Shade] = []
    for index in np.flatnonzero(np.isnan(scores.value)).tolist():
        start, why = float(scores.at[index]), abstention_kind(scores.why[index])
        end = float(scores.at[min(index + 1, len(scores) - 1)])
        if shades and shades[-1].why == why and shades[-1].ends_at == start:
            shades[-1] = Shade(shades[-1].starts_at, end, why)
        else:
            shades.append(Shade(start, end, why))
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


def _stretches(track: Track, values: Floats) -> Stretches:
    there = ~np.isnan(values)
    return Stretches(track.covers[there, 0], track.covers[there, 1], values[there])


def _weight(score: FusionScore, lane: Modality) -> float:
    return score.weights.get(lane, 0.0) if score.weights else np.nan
