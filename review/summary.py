"""A session in a few numbers, each with how much was measured behind it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.session import SessionResults
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.tracks import ABSENCES, MEASURED, ScoreTrack, SessionTracks, Track, session_tracks_of
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
    return summarise_tracks(session_tracks_of(results), settings)


def summarise_tracks(session: SessionTracks, settings: ReviewSettings = REVIEW_DEFAULTS) -> SessionSummary:
    """The same of a session as columns."""
    seconds = session_seconds(session)
    return SessionSummary(
        seconds=seconds,
        lanes={modality: _lane(session, modality, seconds, settings) for modality in MODALITIES},
        voice=_voice(session.lanes[Modality.VOICE], settings),
        index=_index(session.scores, settings),
        method=METHOD.format(block_s=settings.block_s, least_blocks=settings.least_blocks),
    )


def session_seconds(session: SessionTracks) -> float:
    """The length of the session, at least up to its last reading, score and gap."""
    lasts = [float(times[-1]) for times in (*(track.at for track in session.lanes.values()), session.scores.at) if len(times)]
    return max([session.info.seconds, *lasts, *(gap.ends_at for gap in session.gaps)])


def stands_for(track: Track, settings: ReviewSettings) -> NDArray[np.float64]:
    """How much each reading of a lane counts (N,).

    A voice reading counts the seconds that it covers; a face reading the time until the next one, or the usual step where the next one is
    further than `longest_step_s` (a hole is nobody's time); a text entry 1.
    """
    if track.modality is Modality.TEXT:
        return np.ones(len(track))
    if track.modality is Modality.VOICE:
        return np.maximum(0.0, track.covers[:, 1] - track.covers[:, 0])
    steps = np.diff(track.at)
    usual = float(np.median(steps)) if len(steps) else 0.0
    counted = np.where(steps <= settings.longest_step_s, steps, min(usual, settings.longest_step_s))
    return np.append(counted, usual) if len(track) else np.zeros(0)


def _lane(session: SessionTracks, modality: Modality, seconds: float, settings: ReviewSettings) -> LaneSummary:
    track = session.lanes[modality]
    weights = stands_for(track, settings)
    measured = track.measured
    whole = float(weights.sum()) if modality is Modality.TEXT else seconds
    measured_s = float(weights[measured].sum())
    quality, reasons = track.quality[measured], track.reason[measured]
    return LaneSummary(
        modality=modality,
        took_part=bool(len(track)) or modality in session.info.sources,
        unit="entries" if modality is Modality.TEXT else "s",
        readings=len(track),
        measured_s=measured_s,
        measured_share=min(1.0, measured_s / whole) if whole > 0 else 0.0,
        absent_s=_absent(track, weights),
        gap_s=sum(gap.ends_at - gap.starts_at for gap in session.gaps if gap.modality is modality),
        dropped=int(track.dropped.sum()),
        expressions=_expressions(track, weights, settings),
        quality=float(np.median(quality)) if len(quality) else None,
        poor_share=float(np.mean(quality < settings.low_quality)) if len(quality) else None,
        quality_reasons=dict(Counter(track.reasons[number] for number in reasons[reasons >= 0].tolist()).most_common()),
    )


def _absent(track: Track, weights: NDArray[np.float64]) -> dict[str, float]:
    """How much was absent, by reason, the most first."""
    codes = np.unique(track.absent[track.absent != MEASURED])
    amounts = {ABSENCES[code].value: float(weights[track.absent == code].sum()) for code in codes}
    return dict(sorted(amounts.items(), key=lambda one: -one[1]))


def _expressions(track: Track, weights: NDArray[np.float64], settings: ReviewSettings) -> Mapping[Emotion, Share] | None:
    measured = track.measured
    blocks = np.arange(int(measured.sum())) if track.modality is Modality.TEXT else _blocks(track.at[measured], settings)
    if len(np.unique(blocks)) < settings.least_blocks or weights[measured].sum() <= 0:
        return None
    tops = track.top[measured]
    return {emotion: block_share(tops == EMOTIONS.index(emotion), weights[measured], blocks) for emotion in track.known}


def _voice(track: Track, settings: ReviewSettings) -> Mapping[str, Middle | None]:
    nothing = np.full(len(track), np.nan)
    return {one.field: _middle(track.at, track.descriptors.get(one.field, nothing), settings) for one in DESCRIPTORS}


def _index(scores: ScoreTrack, settings: ReviewSettings) -> IndexSummary:
    given = ~np.isnan(scores.value)
    middle = _middle(scores.at, scores.value, settings)
    widths = (scores.high - scores.low)[~np.isnan(scores.high)]
    missing = [why for why, there in zip(scores.why, given, strict=True) if not there]
    return IndexSummary(
        middle=middle,
        lowest=float(scores.value[given].min()) if middle else None,
        highest=float(scores.value[given].max()) if middle else None,
        band_width=float(np.median(widths)) if middle and len(widths) else None,
        moments=len(scores),
        measured_share=float(given.mean()) if len(scores) else 0.0,
        abstained_because=dict(Counter(abstention_kind(why) for why in missing).most_common()),
    )


def _middle(times: NDArray[np.float64], values: NDArray[np.float64], settings: ReviewSettings) -> Middle | None:
    finite = np.isfinite(values)
    if len(np.unique(_blocks(times[finite], settings))) < settings.least_blocks:
        return None
    lower, median, upper = np.quantile(values[finite], (0.25, 0.5, 0.75))
    return Middle(float(median), float(lower), float(upper), int(finite.sum()))


def _blocks(times: NDArray[np.float64], settings: ReviewSettings) -> NDArray[np.intp]:
    return np.floor(times / settings.block_s).astype(np.intp)
