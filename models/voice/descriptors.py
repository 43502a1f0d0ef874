"""What a clinician listens for beside the emotion: loudness, pitch and its movement, pace, pauses; each with its unit."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from core.media import VOICE_RATE_HZ
from core.settings import VoiceSettings
from models.voice.inputs import at_one_level
from models.voice.pitch import LEAST_VOICED, PITCH_HOP, pitch_track, without_octave_jumps
from models.voice.segments import Segment
from models.voice.speech import FRAME, FRAME_MS, SILENCE_DBFS


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Of one segment; NaN where it holds too little to measure.

    `speech_level` dBFS (RMS of the frames with speech), `loudness_sd` dB over those frames, `pitch_hz` median and
    `pitch_sd_semitones` deviation of the fundamental over voiced frames, `speech_rate_hz` syllable-like peaks a second.
    """

    speech_level: float
    loudness_sd: float
    pitch_hz: float
    pitch_sd_semitones: float
    speech_rate_hz: float


def describe(segment: Segment, settings: VoiceSettings) -> Descriptors:
    """All descriptors of a segment."""
    levels = segment.levels_dbfs[segment.speech]
    track = pitch_track(at_one_level(segment.samples), settings.lowest_pitch_hz, settings.highest_pitch_hz)
    spoken = np.repeat(segment.speech, FRAME // PITCH_HOP)[: len(track)]
    pitch = track[: len(spoken)][spoken]
    pitch = without_octave_jumps(pitch[~np.isnan(pitch)])
    enough = len(pitch) >= LEAST_VOICED
    return Descriptors(
        speech_level=mean_level_dbfs(levels) if len(levels) else nan,
        loudness_sd=float(levels.std()) if len(levels) > 1 else nan,
        pitch_hz=float(np.median(pitch)) if enough else nan,
        pitch_sd_semitones=float((12.0 * np.log2(pitch)).std()) if enough else nan,
        speech_rate_hz=len(syllables(segment.samples, track)) * VOICE_RATE_HZ / len(segment.samples),
    )


def mean_level_dbfs(levels_dbfs: NDArray[np.float64]) -> float:
    """The level of the mean power."""
    return float(10.0 * np.log10(np.mean(10.0 ** (levels_dbfs / 10.0))))


_DIP_DB = 2.0
_FAINTEST_DB = 25.0
_NEAR = 3
"""Steps of 10 ms within which a peak must be voiced: the loudest moment may be the burst before the vowel."""
_SMOOTH = 5
"""Steps of 10 ms."""


def syllables(samples: NDArray[np.float32], track: NDArray[np.float64]) -> list[int]:
    """Where syllable-like peaks are, in steps of 10 ms.

    After de Jong and Wempe (2009) and the 2021 revision of their script: peaks of the intensity less than 25 dB below the loudest,
    each parted from the one before by a dip of at least 2 dB, and voiced. A proxy: it counts what is heard as a beat.
    """
    levels = intensity_db(samples)
    if not len(levels):
        return []
    faintest = np.percentile(levels, 99) - _FAINTEST_DB
    peaks = [peak for peak in peaks_between_dips(levels, _DIP_DB) if levels[peak] > faintest]
    return [peak for peak in peaks if np.isfinite(track[max(0, peak - _NEAR) : peak + _NEAR + 1]).any()]


def intensity_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Level in dBFS every 10 ms, smoothed over 50 ms so that the beats of single glottal pulses vanish: (N // 160,)."""
    count = len(samples) // PITCH_HOP
    power = np.square(samples[: count * PITCH_HOP], dtype=np.float64).reshape(count, PITCH_HOP).mean(axis=1)
    if not count:
        return power
    smooth = np.convolve(np.pad(power, _SMOOTH // 2, mode="edge"), np.full(_SMOOTH, 1.0 / _SMOOTH), mode="valid")
    return 10.0 * np.log10(np.maximum(smooth, 10.0 ** (SILENCE_DBFS / 10.0)))


def peaks_between_dips(levels: Iterable[float], dip: float) -> list[int]:
    """Indices of maxima from which the curve falls by at least `dip` on both sides (one pass, hysteresis)."""
    peaks: list[int] = []
    rising, best, place, lowest = True, -np.inf, 0, np.inf
    for number, level in enumerate(levels):
        if rising and level > best:
            best, place = level, number
        elif rising and level <= best - dip:
            peaks.append(place)
            rising, lowest = False, level
        elif not rising and level < lowest:
            lowest = level
        elif not rising and level >= lowest + dip:
            rising, best, place = True, level, number
    return peaks


class PauseShare:
    """The share of frames without speech among the newest; lost sound is not counted, as nobody knows what was in it."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._frames: deque[bool] = deque(maxlen=round(settings.pause_window_s * 1000 / FRAME_MS))
        self._least = min(int(settings.pause_least_s * 1000 / FRAME_MS), self._frames.maxlen or 1)
        self._spoken = 0

    def add(self, speech: Iterable[bool]) -> None:
        """The decisions of the next frames."""
        for one in speech:
            if len(self._frames) == self._frames.maxlen:
                self._spoken -= self._frames[0]
            self._frames.append(one)
            self._spoken += one

    @property
    def value(self) -> float:
        """0..1; NaN until `pause_least_s` have been heard."""
        return 1.0 - self._spoken / len(self._frames) if len(self._frames) >= self._least else nan
