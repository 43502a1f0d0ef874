"""A session made ready for a timeline: series for every zoom, and the stretches in which nothing was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import MODALITIES, Modality
from core.settings import REVIEW_DEFAULTS
from core.tracks import ABSENCES, DESCRIPTORS, MEASURED, Floats, ScoreTrack, SessionTracks, Track
from review.chart_series import Shade, abstention_kind, gap_shades
from review.pyramid import Pyramid
from review.summary import session_seconds

QUALITY = -1
"""The last column of a lane's series."""

PIECE_S = 0.5
"""A stretch of speech stands in its series once for each such piece of it; finer pixels show the stretch itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineData:
    """`lanes` are the classes' probabilities and the quality, `index` its value and band, `speaking` the descriptors of DESCRIPTORS.

    `gaps` are stretches in which a lane could not measure, `absences` those in which it measured nothing; None stands for the index.
    """

    session: SessionTracks
    seconds: float
    lanes: Mapping[Modality, Pyramid]
    index: Pyramid
    speaking: Pyramid
    gaps: Mapping[Modality | None, Sequence[Shade]]
    absences: Mapping[Modality | None, Sequence[Shade]]


def timeline_data(session: SessionTracks) -> TimelineData:
    """Make it; for two hours of a camera it takes a tenth of a second."""
    voice, scores = session.lanes[Modality.VOICE], session.scores
    times, which = _pieces(voice)
    series = {modality: Pyramid(track.at, _columns(track)) for modality, track in session.lanes.items()}
    series[Modality.VOICE] = Pyramid(times, _columns(voice)[which])
    descriptors = np.column_stack([voice.descriptors.get(name, np.full(len(voice), np.nan)) for name in DESCRIPTORS])
    return TimelineData(
        session=session,
        seconds=session_seconds(session),
        lanes=series,
        index=Pyramid(scores.at, np.column_stack((scores.value, scores.low, scores.high))),
        speaking=Pyramid(times, descriptors[which]),
        gaps={None: ()} | {modality: gap_shades(session.gaps, modality) for modality in MODALITIES},
        absences={None: _abstentions(scores)} | {modality: _absences(track) for modality, track in session.lanes.items()},
    )


def _columns(track: Track) -> NDArray[np.floating]:
    quality = np.where(track.measured, track.quality, np.nan)
    return np.column_stack((track.shown, quality))


def _pieces(track: Track) -> tuple[Floats, NDArray[np.intp]]:
    """The middles of pieces of PIECE_S of each stretch, in the order of time, and of which reading each is."""
    lengths = np.maximum(0.0, track.covers[:, 1] - track.covers[:, 0])
    counts = np.maximum(1, np.ceil(lengths / PIECE_S).astype(int))
    which = np.repeat(np.arange(len(track)), counts)
    part = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    times = track.covers[which, 0] + (part + 0.5) / counts[which] * lengths[which]
    order = np.argsort(times, kind="stable")
    return times[order], which[order]


def _absences(track: Track, longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> list[Shade]:
    """Stretches of one reason each, up to the next reading, but no longer than a step more."""
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


def _abstentions(scores: ScoreTrack) -> list[Shade]:
    shades: list[Shade] = []
    missing = np.flatnonzero(np.isnan(scores.value))
    for index in missing.tolist():
        start, why = float(scores.at[index]), abstention_kind(scores.why[index])
        end = float(scores.at[min(index + 1, len(scores) - 1)])
        if shades and shades[-1].why == why and shades[-1].ends_at == start:
            shades[-1] = Shade(shades[-1].starts_at, end, why)
        else:
            shades.append(Shade(start, end, why))
    return shades
