"""The fundamental frequency of a voice, every 10 ms."""

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


def pitch_track(samples: NDArray[np.float32], lowest_hz: float, highest_hz: float) -> NDArray[np.float64]:
    """The fundamental in Hz every 10 ms, NaN where the voice has none: float (N // 160,).

    YIN (de Cheveigné and Kawahara 2002): the first dip below a threshold of the cumulative-mean-normalised difference
    function, refined by a parabola. The difference function comes from FFT correlations; sound more than 30 dB below the
    loudest frame is not asked.
    """
    longest = int(VOICE_RATE_HZ / lowest_hz) + 2
    shortest = int(VOICE_RATE_HZ / highest_hz)
    reach = _WINDOW + longest
    count = len(samples) // PITCH_HOP
    if count == 0:
        return np.empty(0)
    padded = np.pad(np.asarray(samples, np.float32), (reach // 2, reach))
    frames = sliding_window_view(padded, reach)[::PITCH_HOP][:count]
    energy = np.square(frames[:, :_WINDOW]).sum(axis=1)
    asked = np.flatnonzero(energy > energy.max() * 10.0 ** (-_QUIET_DB / 10.0))
    track = np.full(count, nan)
    if len(asked):
        track[asked] = _yin(frames[asked], shortest, longest)
    return track


def _yin(frames: NDArray[np.float32], shortest: int, longest: int) -> NDArray[np.float64]:
    """Hz per frame (frames (M, _WINDOW + longest)), NaN where no lag from `shortest` to `longest` samples is periodic enough."""
    normalised = _normalised_difference(frames, longest)
    lags = normalised[:, shortest:longest]
    middle, before, after = lags[:, 1:-1], lags[:, :-2], lags[:, 2:]
    dips = (middle < _APERIODIC) & (middle <= before) & (middle < after)
    first = dips.argmax(axis=1)
    rows = np.arange(len(frames))
    left, centre, right = before[rows, first], middle[rows, first], after[rows, first]
    curvature = left - 2.0 * centre + right
    shift = np.divide(0.5 * (left - right), curvature, out=np.zeros_like(centre), where=curvature > 0)
    hz = VOICE_RATE_HZ / (shortest + 1 + first + shift)
    return np.where(dips.any(axis=1), hz, nan)


def _normalised_difference(frames: NDArray[np.float32], longest: int) -> NDArray[np.float32]:
    """YIN's d'(lag), (M, longest): about 0 at a period, about 1 where there is none."""
    size = fft.next_fast_len(frames.shape[1], real=True)
    spectrum = fft.rfft(frames, size, axis=1)
    head = fft.rfft(frames[:, :_WINDOW], size, axis=1)
    correlation = fft.irfft(spectrum * np.conj(head), size, axis=1)[:, :longest]
    running = np.cumsum(np.square(frames, dtype=np.float64), axis=1)
    running = np.pad(running, ((0, 0), (1, 0)))
    energy = running[:, _WINDOW : _WINDOW + longest] - running[:, :longest]
    difference = np.maximum(energy[:, :1] + energy - 2.0 * correlation, 0.0)
    difference[:, 0] = 0.0
    mean = np.cumsum(difference, axis=1)[:, 1:] / np.arange(1, longest)
    ones = np.ones((len(frames), 1))
    return np.concatenate((ones, np.divide(difference[:, 1:], mean, out=np.ones_like(mean), where=mean > 0)), axis=1).astype(np.float32)


def without_octave_jumps(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """The estimates within three quarters of an octave of the median: a doubled or halved period is an estimator's slip, not a melody."""
    if not len(pitch):
        return pitch
    return pitch[np.abs(np.log2(pitch / np.median(pitch))) < 0.75]
