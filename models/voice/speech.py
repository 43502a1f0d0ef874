"""Is somebody talking: a noise floor that adapts, and WebRTC's voice activity detector, both heard every 30 ms.

The floor is a low percentile of the last seconds' levels, band by band (after Martin 2001, "minimum statistics": even without a
pause, speech dips to the noise between syllables). A frame is speech when WebRTC says so, it stands out from the floor in its two
clearest bands, and the sound around it swings as syllables do; a hum or a fan fails the last two, music only where it hardly changes.
"""

from collections import deque
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ
from core.settings import VoiceSettings

FRAME_MS = 30
FRAME = VOICE_RATE_HZ * FRAME_MS // 1000
"""Samples of a frame: the longest that WebRTC's detector takes."""

BAND_EDGES_HZ = (130, 400, 800, 1500, 2600, 4000)
"""Where voices are; mains hum lies below, and a hiss covers one band more than another."""

FLOOR_PERCENTILE = 10
"""Speech without pauses is near its floor a tenth of the time at least."""

SWING_FRAMES = 20
"""0.6 s, in which speech always has a vowel and a closure."""

SILENCE_DBFS = -100.0
"""The level given to digital silence."""

_EXPECTED_NOISE_DBFS = -75.0
_EXPECTED_FRAMES = 3
_LOUDEST_GAIN = 30.0
_WANTED_PEAK = 0.5
_PEAK_DECAY = 0.5 ** (FRAME_MS / 1500)
"""Half in 1.5 s: the gain holds still between syllables and follows a person who leans back."""

_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(FRAME) + 0.5) / FRAME)).astype(np.float32)
_BAND_STARTS = np.array([round(edge * FRAME / VOICE_RATE_HZ) for edge in BAND_EDGES_HZ])


@dataclass(frozen=True, slots=True)
class SpeechFrame:
    """What is known of 30 ms of sound: `samples` float32 (480,), its RMS level and the noise floor in dBFS, and whether it is speech."""

    samples: NDArray[np.float32]
    level_dbfs: float
    noise_dbfs: float
    speech: bool


class SpeechDetector:
    """A fold over frames in their order; the same frames give the same answers."""

    def __init__(self, settings: VoiceSettings) -> None:
        import webrtcvad  # noqa: PLC0415  (an extension module, needed only when a voice is listened to)

        self._vad = webrtcvad.Vad(settings.vad_strictness)
        self._settings = settings
        self._floor = _Floor(settings.noise_window_ms // FRAME_MS)
        self._recent: deque[float] = deque(maxlen=SWING_FRAMES)
        self._peak = 0.0

    def add(self, samples: NDArray[np.float32]) -> SpeechFrame:
        """The next FRAME samples."""
        level = level_dbfs(samples)
        bands = band_levels_dbfs(samples)
        floor = self._floor.add(np.append(bands, level))
        loudest_band = float(bands.max())
        self._recent.append(loudest_band)
        clearest = np.sort(bands - floor[:-1])[-2:]
        stands_out = float(clearest.mean()) > self._settings.speech_over_noise_db and level > self._settings.quietest_speech_dbfs
        swings = max(self._recent) - min(self._recent) > self._settings.steady_db
        voiced = self._webrtc(samples)
        return SpeechFrame(samples, level, float(floor[-1]), speech=voiced and stands_out and swings)

    def _webrtc(self, samples: NDArray[np.float32]) -> bool:
        """WebRTC's opinion of the frame at a comfortable level: its model has fixed energies in it and misses quiet voices."""
        peak = float(np.abs(samples).max())
        self._peak = max(peak, self._peak * _PEAK_DECAY)
        gain = min(_LOUDEST_GAIN, _WANTED_PEAK / self._peak) if self._peak > 0 else 1.0
        pcm = np.clip(samples * (gain * 32767.0), -32768, 32767).astype("<i2")
        return bool(self._vad.is_speech(pcm.tobytes(), VOICE_RATE_HZ))


class _Floor:
    """A low percentile of the newest rows of levels, column by column; a few expected rows stand in at the start."""

    def __init__(self, window: int) -> None:
        self._levels = np.full((max(window, _EXPECTED_FRAMES), len(BAND_EDGES_HZ)), _EXPECTED_NOISE_DBFS)
        self._filled = _EXPECTED_FRAMES
        self._next = _EXPECTED_FRAMES % len(self._levels)

    def add(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        self._levels[self._next] = levels
        self._next = (self._next + 1) % len(self._levels)
        self._filled = min(self._filled + 1, len(self._levels))
        rank = self._filled * FLOOR_PERCENTILE // 100
        return np.partition(self._levels[: self._filled], rank, axis=0)[rank]


def level_dbfs(samples: NDArray[np.float32]) -> float:
    """RMS level about the mean (a converter's offset is no sound) in dBFS, where 0 is a square wave at full scale."""
    variance = float(np.var(samples))
    return max(SILENCE_DBFS, 10.0 * log10(variance)) if variance > 0 else SILENCE_DBFS


def band_levels_dbfs(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """RMS level of FRAME samples in each band between BAND_EDGES_HZ, dBFS."""
    spectrum = fft.rfft(samples * _WINDOW)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    bands = np.add.reduceat(power, _BAND_STARTS)[:-1] * (2.0 / _WINDOW_POWER)
    return 10.0 * np.log10(np.maximum(bands.astype(np.float64), 10.0 ** (SILENCE_DBFS / 10.0)))


_WINDOW_POWER = float(FRAME * np.sum(np.square(_WINDOW)))
