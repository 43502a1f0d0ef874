"""A session's readings and scores as columns: hours of them are read, drawn and counted without making an object of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import Absence, FaceReading, FusionScore, Gap, Reading
from core.session import SessionInfo, SessionResults

Floats = NDArray[np.float64]

ABSENCES: tuple[Absence, ...] = tuple(Absence)
MEASURED = -1
"""In `Track.absent`: the reading is there."""

NO_TOP = -1
"""In `Track.top`: no class is the strongest, as nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One lane's readings, (N,) each, in the order of time.

    `at` and `covers` (N, 2) are seconds. `shown` (N, classes) is what is drawn, a face's smoothed probabilities; NaN where absent or
    where the model does not know the class. `top` is the strongest class of the reading's own probabilities as a number in EMOTIONS;
    `known` are the classes that the readings know. `absent` is a number in ABSENCES or MEASURED, `reason` one in `reasons` (why the
    quality is low) or -1. `descriptors` are the voice's, by field, NaN where not measured.
    """

    modality: Modality
    at: Floats
    covers: Floats
    shown: Floats
    top: NDArray[np.int8]
    quality: Floats
    absent: NDArray[np.int8]
    reason: NDArray[np.int16]
    dropped: NDArray[np.int32]
    reasons: tuple[str, ...] = ()
    known: tuple[Emotion, ...] = ()
    descriptors: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.at)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Which readings carry probabilities (N,)."""
        return (self.absent == MEASURED) & (self.top != NO_TOP)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreTrack:
    """The index, (N,) each, in the order of time: NaN where there was not enough evidence, and then `why` says what is missing.

    `weights` (N, lanes) are those of MODALITIES, together 1.
    """

    at: Floats
    value: Floats
    low: Floats
    high: Floats
    weights: Floats
    why: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SessionTracks:
    """A session as columns: a track per lane, the index, and the stretches in which a lane could not measure."""

    info: SessionInfo
    lanes: Mapping[Modality, Track]
    scores: ScoreTrack
    gaps: Sequence[Gap] = ()


def empty_track(modality: Modality) -> Track:
    """A lane that read nothing."""
    return Track(
        modality=modality,
        at=np.empty(0),
        covers=np.empty((0, 2)),
        shown=np.empty((0, len(EMOTIONS))),
        top=np.empty(0, np.int8),
        quality=np.empty(0),
        absent=np.empty(0, np.int8),
        reason=np.empty(0, np.int16),
        dropped=np.empty(0, np.int32),
        descriptors={},
    )


def strongest(probabilities: Floats) -> NDArray[np.int8]:
    """The number of the largest of each row (N, classes), the first of equal ones; NO_TOP where all are NaN."""
    known = ~np.isnan(probabilities)
    largest = np.argmax(np.where(known, probabilities, -np.inf), axis=1) if probabilities.size else np.zeros(len(probabilities), int)
    return np.where(known.any(axis=1), largest, NO_TOP).astype(np.int8)


DESCRIPTORS = ("speech_level", "loudness_sd", "pitch_hz", "pitch_sd_semitones", "speech_rate_hz", "pause_share")
"""The fields of a voice reading that describe how somebody speaks."""

_NUMBERS = 5
_CLASSES = len(EMOTIONS)
_FEW = _NUMBERS + 2 * _CLASSES


def descriptors_of(modality: Modality) -> tuple[str, ...]:
    """The descriptors that a lane's readings carry."""
    return DESCRIPTORS if modality is Modality.VOICE else ()


def track_of_rows(modality: Modality, pieces: Iterable[Sequence[Sequence[Any]]]) -> Track:
    """A track from pieces of rows in the order of time, None where there is nothing.

    A row is (at, covers from, covers to, quality, dropped before, own probabilities, smoothed probabilities, a voice's descriptors,
    absent because, quality reason): probabilities in the order of EMOTIONS, descriptors in that of DESCRIPTORS.
    """
    reasons: dict[str | None, int] = {None: -1}
    absences: dict[str | None, int] = {None: MEASURED} | {absence: number for number, absence in enumerate(ABSENCES)}
    parts = [_piece(piece, absences, reasons) for piece in pieces if piece]
    if not parts:
        return empty_track(modality)
    numbers, absent, reason = (np.concatenate(one) for one in zip(*parts, strict=True))
    own, smoothed = numbers[:, _NUMBERS : _NUMBERS + _CLASSES], numbers[:, _NUMBERS + _CLASSES : _FEW]
    return Track(
        modality=modality,
        at=numbers[:, 0].copy(),
        covers=numbers[:, 1:3].copy(),
        shown=np.where(np.isnan(smoothed).all(axis=1, keepdims=True), own, smoothed),
        top=strongest(own),
        quality=numbers[:, 3].copy(),
        absent=absent,
        reason=reason,
        dropped=numbers[:, 4].astype(np.int32),
        reasons=tuple(reason for reason in reasons if reason is not None),
        known=tuple(emotion for emotion, there in zip(EMOTIONS, ~np.isnan(own).all(axis=0), strict=True) if there),
        descriptors={name: column.copy() for name, column in zip(descriptors_of(modality), numbers[:, _FEW:].T, strict=True)},
    )


def track_of(modality: Modality, readings: Iterable[Reading]) -> Track:
    """The track of one lane's readings."""
    return track_of_rows(modality, [[_row(reading) for reading in readings]])


def session_tracks_of(results: SessionResults) -> SessionTracks:
    """A session's results as columns."""
    lanes = {modality: track_of(modality, results.of(modality)) for modality in MODALITIES}
    return SessionTracks(info=results.info, lanes=lanes, scores=score_track_of(results.scores), gaps=results.gaps)


def score_track_of(scores: Iterable[FusionScore]) -> ScoreTrack:
    """The scores as columns."""
    return score_track_of_rows(
        [(score.at, score.value, *(score.interval or (None, None)), score.weights, score.abstained_because) for score in scores]
    )


def score_track_of_rows(rows: Sequence[Sequence[Any]]) -> ScoreTrack:
    """Rows of (at, value, low, high, {lane: weight}, abstained because) as columns."""
    at, value, low, high = np.array([row[:4] for row in rows], float).reshape(len(rows), 4).T
    weights = np.array([[row[4].get(lane, 0.0) if row[4] else np.nan for lane in MODALITIES] for row in rows], float)
    return ScoreTrack(
        at=at, value=value, low=low, high=high, weights=weights.reshape(len(rows), len(MODALITIES)), why=tuple(row[5] for row in rows)
    )


def _piece(
    rows: Sequence[Sequence[Any]], absences: Mapping[str | None, int], reasons: dict[str | None, int]
) -> tuple[Floats, NDArray[np.int8], NDArray[np.int16]]:
    *numbers, absent, reason = zip(*rows, strict=True)
    codes = [absences[one] for one in absent]
    why = [reasons.setdefault(one, len(reasons) - 1) for one in reason]
    return np.array(numbers, float).T, np.array(codes, np.int8), np.array(why, np.int16)


def _row(reading: Reading) -> tuple[Any, ...]:
    smoothed = reading.smoothed if isinstance(reading, FaceReading) else {}
    return (
        *(reading.at, *reading.covers, reading.quality, reading.dropped_before),
        *(reading.probabilities.get(emotion) for emotion in EMOTIONS),
        *(smoothed.get(emotion) for emotion in EMOTIONS),
        *(getattr(reading, name) for name in descriptors_of(reading.modality)),
        *(reading.absent_because, reading.quality_reason),
    )
