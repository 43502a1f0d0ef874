"""Makes of a session one value per measure."""

from collections.abc import Mapping

import numpy as np

from core.labels import EMOTIONS, Modality
from core.session import SessionInfo, SessionResults
from core.session_values import INDEX, SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.tracks import Floats, ScoreTrack, SessionTracks, Track, session_tracks_of
from review.summary import stands_for

VALUES_VERSION = 1
"""Changes with what the values mean, so that stored sessions are made anew."""


def session_values(results: SessionResults, settings: ReviewSettings = REVIEW_DEFAULTS) -> SessionValues:
    """The values of a session: expressions as mean probabilities over the measured time, descriptors and index as medians."""
    return values_of_tracks(session_tracks_of(results), settings)


def values_of_tracks(session: SessionTracks, settings: ReviewSettings = REVIEW_DEFAULTS) -> SessionValues:
    """The same of a session's columns."""
    values: dict[str, float] = {}
    measured: dict[str, float] = {}
    quality: dict[str, float] = {}
    for modality, track in session.lanes.items():
        weights, seen = stands_for(track, settings), track.measured
        amount = float(weights[seen].sum())
        if amount > 0:
            values |= _expressions(track, weights[seen])
            measured[modality] = amount
            quality[modality] = float(np.median(track.quality[seen]))
    values |= _descriptors(session.lanes[Modality.VOICE])
    given = session.scores.value[~np.isnan(session.scores.value)]
    if len(given):
        values[INDEX] = float(np.median(given))
        measured[INDEX] = len(given) * _step_s(session.scores)
        quality[INDEX] = len(given) / len(session.scores)
    return _of(session.info, values, measured, quality)


def _of(info: SessionInfo, values: Mapping[str, float], measured: Mapping[str, float], quality: Mapping[str, float]) -> SessionValues:
    return SessionValues(session=info.id, started_utc=info.started_utc, zone=info.zone, values=values, measured=measured, quality=quality)


def _expressions(track: Track, weights: Floats) -> dict[str, float]:
    rows = track.shown[track.measured]
    means = {f"{track.modality}.{one}": float(np.average(rows[:, column], weights=weights)) for column, one in enumerate(EMOTIONS)}
    return {key: mean for key, mean in means.items() if np.isfinite(mean)}


def _descriptors(track: Track) -> dict[str, float]:
    return {
        f"{Modality.VOICE}.{field}": float(np.nanmedian(values)) for field, values in track.descriptors.items() if np.isfinite(values).any()
    }


def _step_s(scores: ScoreTrack) -> float:
    """The usual time between two scores, in seconds."""
    return float(np.median(np.diff(scores.at))) if len(scores) > 1 else 0.0
