"""The fundamental frequency of a voice, every 10 ms."""

from functools import lru_cache
from math import nan

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ

PITCH_HOP = 160
"""Samples between two pitch estimates: 10 ms."""

LEAST_VOICED = 10
"""Voiced estimates (0.1 s) below which a median and a deviation say nothing."""

_WINDOW = 512
_APERIODIC = 0.2
_QUIET_DB = 30.0
_BLOCK = 50
"""Frames at once: their spectra stay in the processor's cache, which halves the time (measured)."""


def pitch_track(samples: NDArray[np.float32], lowest_hz: float, highest_hz: float) -> NDArray[np.float64]:
    """The fundamental in Hz every 10 ms, NaN where the voice has none: float (N // 160,)."""
    return pitch_and_roughness(samples, lowest_hz, highest_hz)[0]


def pitch_and_roughness(
    samples: NDArray[np.float32], lowest_hz: float, highest_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The fundamental as `pitch_track`, and beside it how aperiodic each voiced period is: 0 (a pure tone) to 0.2, NaN likewise.

    YIN (de Cheveigné and Kawahara 2002): the first dip below a threshold of the cumulative-mean-normalised difference
    function, refined by a parabola. The difference function comes from FFT correlations; sound more than 30 dB below the
    loudest frame is not asked. Both are read-only.
    """
    return _of_sound(np.asarray(samples, np.float32).tobytes(), lowest_hz, highest_hz)


@lru_cache(maxsize=1)  # a reading asks twice for the same sound: for the descriptors, and for the network's numbers
def _of_sound(sound: bytes, lowest_hz: float, highest_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    samples = np.frombuffer(sound, np.float32)
    longest = int(VOICE_RATE_HZ / lowest_hz) + 2
    shortest = int(VOICE_RATE_HZ / highest_hz)
    reach = _WINDOW + longest
    count = len(samples) // PITCH_HOP
    if count == 0:
        return np.empty(0), np.empty(0)
    padded = np.pad(samples, (reach // 2, reach))
    frames = sliding_window_view(padded, reach)[::PITCH_HOP][:count]
    energy = sliding_window_view(_window_energies(padded), longest)[::PITCH_HOP][:count]
    asked = np.flatnonzero(energy[:, 0] > energy[:, 0].max() * 10.0 ** (-_QUIET_DB / 10.0))
    track, roughness = np.full(count, nan), np.full(count, nan)
    for some in np.split(asked, range(_BLOCK, len(asked), _BLOCK)):
        track[some], roughness[some] = _yin(frames[some], energy[some], shortest)
    track.flags.writeable = roughness.flags.writeable = False
    return track, roughness


def _window_energies(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """The energy of the _WINDOW samples from each one on: (N - _WINDOW + 1,)."""
    running = np.cumsum(np.square(samples, dtype=np.float64))
    return running[_WINDOW - 1 :] - np.concatenate(([0.0], running[:-_WINDOW]))


def _yin(frames: NDArray[np.float32], energy: NDArray[np.float64], shortest: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hz and depth of the dip per frame, NaN where no lag from `shortest` on is periodic enough.

    `frames` (M, _WINDOW + L) samples, `energy` (M, L) of the window at each lag below L.
    """
    normalised = _normalised_difference(frames, energy)
    lags = normalised[:, shortest:]
    middle, before, after = lags[:, 1:-1], lags[:, :-2], lags[:, 2:]
    dips = (middle < _APERIODIC) & (middle <= before) & (middle < after)
    first = dips.argmax(axis=1)
    rows = np.arange(len(frames))
    left, centre, right = before[rows, first], middle[rows, first], after[rows, first]
    curvature = left - 2.0 * centre + right
    shift = np.divide(0.5 * (left - right), curvature, out=np.zeros_like(centre), where=curvature > 0)
    hz = VOICE_RATE_HZ / (shortest + 1 + first + shift)
    voiced = dips.any(axis=1)
    return np.where(voiced, hz, nan), np.where(voiced, centre, nan)


def _normalised_difference(frames: NDArray[np.float32], energy: NDArray[np.float64]) -> NDArray[np.float32]:
    """YIN's d'(lag), (M, L): about 0 at a period, about 1 where there is none."""
    longest = energy.shape[1]
    size = fft.next_fast_len(frames.shape[1], real=True)
    spectrum = fft.rfft(frames, size, axis=1)
    head = fft.rfft(frames[:, :_WINDOW], size, axis=1)
    correlation = fft.irfft(spectrum * np.conj(head), size, axis=1)[:, :longest]
    difference = np.maximum(energy[:, :1] + energy - 2.0 * correlation, 0.0).astype(np.float32)
    difference[:, 0] = 0.0
    mean = np.cumsum(difference, axis=1)[:, 1:] / np.arange(1, longest, dtype=np.float32)
    normalised = np.ones_like(difference)
    np.divide(difference[:, 1:], mean, out=normalised[:, 1:], where=mean > 0)
    return normalised


def without_octave_jumps(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """The estimates within three quarters of an octave of the median: a doubled or halved period is an estimator's slip, not a melody."""
    if not len(pitch):
        return pitch
    return pitch[np.abs(np.log2(pitch / np.median(pitch))) < 0.75]
