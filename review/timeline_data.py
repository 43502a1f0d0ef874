"""A session made ready for a timeline: series for every zoom, and the stretches in which nothing was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.labels import MODALITIES, Modality
from core.tracks import DESCRIPTORS, Floats, SessionTracks, Track
from review.chart_series import Shade, absence_shades, abstention_shades, gap_shades
from review.pyramid import Pyramid
from review.summary import session_seconds

QUALITY = -1
"""The last column of a lane's series."""

PIECE_S = 0.5
"""A stretch of speech stands in its series once for each such piece of it; finer pixels show the stretch itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineData:
    """A session's series.

    `lanes` are the classes' probabilities and the quality, `index` its value and band, `weights` those of MODALITIES, `speaking` the
    descriptors of DESCRIPTORS. `gaps` are stretches in which a lane could not measure, `absences` those in which it measured nothing; None
    stands for the index.
    """

    session: SessionTracks
    seconds: float
    lanes: Mapping[Modality, Pyramid]
    index: Pyramid
    weights: Pyramid
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
        weights=Pyramid(scores.at, scores.weights),
        speaking=Pyramid(times, descriptors[which]),
        gaps={None: ()} | {modality: gap_shades(session.gaps, modality) for modality in MODALITIES},
        absences={None: abstention_shades(scores)} | {modality: absence_shades(track) for modality, track in session.lanes.items()},
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
