"""A session in a few numbers, each with how much was measured behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import FusionScore, Reading, VoiceReading
from core.session import SessionResults
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.chart_series import abstention_kind
from review.shares import METHOD, Share, block_share


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A field of VoiceReading with its name for a person, its unit, and the decimals that it deserves."""

    field: str
    name: str
    unit: str
    decimals: int


DESCRIPTORS: tuple[Descriptor, ...] = (
    Descriptor("pitch_hz", "Pitch", "Hz", 0),
    Descriptor("pitch_sd_semitones", "Pitch variation", "semitones", 1),
    Descriptor("speech_level", "Level", "dBFS", 0),
    Descriptor("loudness_sd", "Level variation", "dB", 1),
    Descriptor("speech_rate_hz", "Speech rate", "peaks/s", 1),
    Descriptor("pause_share", "Share of pauses", "0–1", 2),
)


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of `count` values and the quartiles around it."""

    median: float
    lower_quartile: float
    upper_quartile: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSummary:
    """One lane over the session.

    `measured_s`, `absent_s` (per reason) and `gap_s` are seconds; for text they count entries (`unit` says which). `expressions` are the
    shares of the measured time in which each class was strongest; None when there is not enough evidence. `quality` is the median of
    the measured readings, `poor_share` the share of them below review.low_quality, `quality_reasons` how often each was given.
    """

    modality: Modality
    took_part: bool
    unit: str
    readings: int
    measured_s: float
    measured_share: float
    absent_s: Mapping[str, float]
    gap_s: float
    dropped: int
    expressions: Mapping[Emotion, Share] | None
    quality: float | None
    poor_share: float | None
    quality_reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSummary:
    """The index over the session, in its points; `middle`, `lowest`, `highest` are None when there is not enough evidence."""

    middle: Middle | None
    lowest: float | None
    highest: float | None
    band_width: float | None
    moments: int
    measured_share: float
    abstained_because: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """All that a page says about a session in numbers; `method` says how the intervals were made."""

    seconds: float
    lanes: Mapping[Modality, LaneSummary]
    voice: Mapping[str, Middle | None]
    index: IndexSummary
    method: str


def summarise(results: SessionResults, settings: ReviewSettings = REVIEW_DEFAULTS) -> SessionSummary:
    """The numbers of a session; what rests on fewer than `least_blocks` independent pieces is None ("not enough evidence")."""
    seconds = session_seconds(results)
    return SessionSummary(
        seconds=seconds,
        lanes={modality: _lane(results, modality, seconds, settings) for modality in MODALITIES},
        voice=_voice(results, settings),
        index=_index(results.scores, settings),
        method=METHOD.format(block_s=settings.block_s, least_blocks=settings.least_blocks),
    )


def session_seconds(results: SessionResults) -> float:
    """The length of the session, at least up to its last reading, score and gap."""
    lasts = [*(reading.at for reading in results.readings[-1:]), *(score.at for score in results.scores[-1:])]
    return max([results.info.seconds, *lasts, *(gap.ends_at for gap in results.gaps)])


def stands_for(readings: Sequence[Reading], modality: Modality, settings: ReviewSettings) -> NDArray[np.float64]:
    """How much each reading of a lane counts (N,).

    A voice reading counts the seconds that it covers; a face reading the time until the next one, or the usual step where the next one is
    further than `longest_step_s` (a hole is nobody's time); a text entry 1.
    """
    if modality is Modality.TEXT:
        return np.ones(len(readings))
    if modality is Modality.VOICE:
        return np.array([max(0.0, reading.covers[1] - reading.covers[0]) for reading in readings])
    steps = np.diff([reading.at for reading in readings])
    usual = float(np.median(steps)) if len(steps) else 0.0
    counted = np.where(steps <= settings.longest_step_s, steps, min(usual, settings.longest_step_s))
    return np.append(counted, usual) if readings else np.zeros(0)


def _lane(results: SessionResults, modality: Modality, seconds: float, settings: ReviewSettings) -> LaneSummary:
    readings = results.of(modality)
    weights = stands_for(readings, modality, settings)
    measured = np.array([reading.absent_because is None and bool(reading.probabilities) for reading in readings], bool)
    absent: Counter[str] = Counter()
    for reading, weight in zip(readings, weights, strict=True):
        if reading.absent_because:
            absent[reading.absent_because.value] += float(weight)  # type: ignore[assignment]
    whole = float(weights.sum()) if modality is Modality.TEXT else seconds
    measured_s = float(weights[measured].sum())
    seen = [reading for reading, is_measured in zip(readings, measured, strict=True) if is_measured]
    qualities = np.array([reading.quality for reading in seen])
    return LaneSummary(
        modality=modality,
        took_part=bool(readings) or modality in results.info.sources,
        unit="entries" if modality is Modality.TEXT else "s",
        readings=len(readings),
        measured_s=measured_s,
        measured_share=min(1.0, measured_s / whole) if whole > 0 else 0.0,
        absent_s=dict(absent.most_common()),
        gap_s=sum(gap.ends_at - gap.starts_at for gap in results.gaps if gap.modality is modality),
        dropped=sum(reading.dropped_before for reading in readings),
        expressions=_expressions(seen, weights[measured], modality, settings),
        quality=float(np.median(qualities)) if seen else None,
        poor_share=float(np.mean(qualities < settings.low_quality)) if seen else None,
        quality_reasons=dict(Counter(reading.quality_reason for reading in seen if reading.quality_reason).most_common()),
    )


def _expressions(
    readings: Sequence[Reading], weights: NDArray[np.float64], modality: Modality, settings: ReviewSettings
) -> Mapping[Emotion, Share] | None:
    blocks = np.arange(len(readings)) if modality is Modality.TEXT else _blocks([reading.at for reading in readings], settings)
    if len(np.unique(blocks)) < settings.least_blocks or weights.sum() <= 0:
        return None
    tops = [reading.top for reading in readings]
    known = {emotion for reading in readings for emotion in reading.probabilities}
    return {
        emotion: block_share(np.array([top is emotion for top in tops], bool), weights, blocks) for emotion in EMOTIONS if emotion in known
    }


def _voice(results: SessionResults, settings: ReviewSettings) -> Mapping[str, Middle | None]:
    readings = [reading for reading in results.readings if isinstance(reading, VoiceReading)]
    return {one.field: _middle([(reading.at, getattr(reading, one.field)) for reading in readings], settings) for one in DESCRIPTORS}


def _index(scores: Sequence[FusionScore], settings: ReviewSettings) -> IndexSummary:
    given = [(score.at, score.value) for score in scores if score.value is not None]
    middle = _middle(given, settings)
    values = [value for _, value in given]
    widths = [score.interval[1] - score.interval[0] for score in scores if score.interval]
    return IndexSummary(
        middle=middle,
        lowest=min(values) if middle else None,
        highest=max(values) if middle else None,
        band_width=float(np.median(widths)) if middle and widths else None,
        moments=len(scores),
        measured_share=len(given) / len(scores) if scores else 0.0,
        abstained_because=dict(Counter(abstention_kind(score) for score in scores if score.value is None).most_common()),
    )


def _middle(points: Sequence[tuple[float, float]], settings: ReviewSettings) -> Middle | None:
    finite = [(at, value) for at, value in points if np.isfinite(value)]
    if len(np.unique(_blocks([at for at, _ in finite], settings))) < settings.least_blocks:
        return None
    lower, median, upper = np.quantile([value for _, value in finite], (0.25, 0.5, 0.75))
    return Middle(float(median), float(lower), float(upper), len(finite))


def _blocks(times: Sequence[float], settings: ReviewSettings) -> NDArray[np.intp]:
    return np.floor(np.array(times, float) / settings.block_s).astype(np.intp)
