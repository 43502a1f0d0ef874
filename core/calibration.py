"""The calibration of somebody: half a minute of the face at rest and of ordinary speech, before there are sessions enough for a usual.

It is one recording. Its spread is that from moment to moment, and says nothing of how far one day lies from the next: a value is told
beside its centre, and called neither usual nor different (`core.usual` does that, from sessions).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.labels import EMOTIONS, Modality
from core.readings import FaceReading, FusionScore, Reading, VoiceReading
from core.session_values import INDEX
from core.statistics import MAD_TO_SD
from core.tracks import DESCRIPTORS

LEAST_PIECES = 3
"""Readings, segments or scores behind a centre: of two the median is their mean, and not robust."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How long the face was measured at rest: `seconds` of `wanted_s`; `hint` is why the newest picture gave nothing (None: it did)."""

    seconds: float
    wanted_s: float
    hint: str | None = None

    @property
    def done(self) -> bool:
        """Whether it is enough."""
        return self.seconds >= self.wanted_s


class RestCollector:
    """Takes the face's readings until `wanted_s` seconds of them carry an expression; a gap counts for no more than `longest_step_s`."""

    def __init__(self, wanted_s: float, longest_step_s: float) -> None:
        self.readings: list[FaceReading] = []
        self.rest = Rest(0.0, wanted_s)
        self._longest_step_s = longest_step_s
        self._before: float | None = None

    def add(self, reading: FaceReading) -> Rest:
        """Take the next reading; gives how far it is."""
        if reading.absent_because is not None:
            self._before = None
            self.rest = replace(self.rest, hint=f"{str(reading.absent_because).capitalize()}.")
            return self.rest
        step = 0.0 if self._before is None else min(reading.at - self._before, self._longest_step_s)
        self._before = reading.at
        self.readings.append(reading)
        self.rest = Rest(self.rest.seconds + step, self.rest.wanted_s)
        return self.rest


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The median of `count` readings of one recording, and 1.4826 times their median absolute deviation."""

    centre: float
    spread: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured, by signal as in `core.session_values`; what was not measured is missing.

    `rest_s` is how long the face was measured at rest, `speech_s` how much was said; `source` names camera and microphone.
    """

    signals: Mapping[str, Calibrated]
    rest_s: float
    speech_s: float
    source: str
    made_utc: datetime


def calibration_of(
    rest: Sequence[FaceReading],
    speech: Sequence[VoiceReading],
    scores: Sequence[FusionScore],
    *,
    rest_s: float,
    speech_s: float,
    source: str,
    made_utc: datetime,
) -> Calibration:
    """The face's classes at rest, the voice's classes and descriptors by segment, and the index over the whole recording."""
    signals = _expressions(Modality.FACE, rest) | _expressions(Modality.VOICE, speech)
    signals |= {f"{Modality.VOICE}.{field}": _middle(getattr(one, field) for one in speech) for field in DESCRIPTORS}
    signals[INDEX] = _middle(score.value for score in scores if score.value is not None)
    known = {key: middle for key, middle in signals.items() if middle is not None}
    return Calibration(signals=known, rest_s=rest_s, speech_s=speech_s, source=source, made_utc=made_utc)


def _expressions(modality: Modality, readings: Sequence[Reading]) -> dict[str, Calibrated | None]:
    shown = [one.smoothed if isinstance(one, FaceReading) and one.smoothed else one.probabilities for one in readings if one.probabilities]
    return {f"{modality}.{emotion}": _middle(row[emotion] for row in shown if emotion in row) for emotion in EMOTIONS}


def _middle(values: Iterable[float]) -> Calibrated | None:
    """None for fewer than LEAST_PIECES numbers."""
    numbers = np.array([value for value in values if np.isfinite(value)], float)
    if len(numbers) < LEAST_PIECES:
        return None
    centre = float(np.median(numbers))
    return Calibrated(centre, MAD_TO_SD * float(np.median(np.abs(numbers - centre))), len(numbers))
