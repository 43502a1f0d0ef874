"""Makes of a session one value per measure."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.evidence import expression
from core.labels import EMOTIONS, MODALITIES, Modality
from core.readings import Reading, VoiceReading
from core.session import SessionInfo, SessionResults
from core.session_values import INDEX, SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.summary import DESCRIPTORS, stands_for

VALUES_VERSION = 1
"""Changes with what the values mean, so that stored sessions are made anew."""


def session_values(results: SessionResults, settings: ReviewSettings = REVIEW_DEFAULTS) -> SessionValues:
    """The values of a session: expressions as mean probabilities over the measured time, descriptors and index as medians."""
    values: dict[str, float] = {}
    measured: dict[str, float] = {}
    quality: dict[str, float] = {}
    for modality in MODALITIES:
        readings = results.of(modality)
        weights = stands_for(readings, modality, settings)
        seen = np.array([bool(reading.probabilities) for reading in readings], bool)
        amount = float(weights[seen].sum())
        if amount > 0:
            present = [reading for reading in readings if reading.probabilities]
            values |= _expressions(modality, present, weights[seen])
            measured[modality] = amount
            quality[modality] = float(np.median([reading.quality for reading in present]))
    values |= _descriptors(results.of(Modality.VOICE))
    given = [score.value for score in results.scores if score.value is not None]
    if given:
        values[INDEX] = float(np.median(given))
        measured[INDEX] = len(given) * _step_s(results)
        quality[INDEX] = len(given) / len(results.scores)
    return _of(results.info, values, measured, quality)


def _of(info: SessionInfo, values: Mapping[str, float], measured: Mapping[str, float], quality: Mapping[str, float]) -> SessionValues:
    return SessionValues(session=info.id, started_utc=info.started_utc, zone=info.zone, values=values, measured=measured, quality=quality)


def _expressions(modality: Modality, readings: Sequence[Reading], weights: np.ndarray) -> dict[str, float]:
    rows = np.array([[expression(reading).get(emotion, np.nan) for emotion in EMOTIONS] for reading in readings])
    means = {f"{modality}.{emotion}": float(np.average(rows[:, column], weights=weights)) for column, emotion in enumerate(EMOTIONS)}
    return {key: mean for key, mean in means.items() if np.isfinite(mean)}


def _descriptors(readings: Sequence[Reading]) -> dict[str, float]:
    found = {}
    for one in DESCRIPTORS:
        values = np.array([getattr(reading, one.field) for reading in readings if isinstance(reading, VoiceReading)])
        if np.isfinite(values).any():
            found[f"{Modality.VOICE}.{one.field}"] = float(np.nanmedian(values))
    return found


def _step_s(results: SessionResults) -> float:
    """The usual time between two scores, in seconds."""
    return float(np.median(np.diff([score.at for score in results.scores]))) if len(results.scores) > 1 else 0.0
