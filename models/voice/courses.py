"""What is measured of a voice every 10 ms: spectrum, level, mel bands, pitch, roughness, and where there is speech at all."""

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ
from models.voice.pitch import PITCH_HOP, pitch_and_roughness

Course = NDArray[np.floating]
"""(T,) or (T, C): values every 10 ms."""

HOP = PITCH_HOP
WINDOW = 512
"""Samples of one spectrum: 32 ms, two periods of the deepest voice."""
BINS = WINDOW // 2 + 1
HZ = (np.arange(BINS) * VOICE_RATE_HZ / WINDOW).astype(np.float32)
MELS = 32
MEL_RANGE_HZ = (60.0, 7600.0)
SPEECH_RANGE_DB = 30.0
"""Frames further below the loudest ones hold no speech."""
PITCH_RANGE_HZ = (60.0, 500.0)
PITCH_ZERO_HZ = 100.0
LEAST_POWER = 1e-12


class Courses(NamedTuple):
    """T frames of a segment.

    `power` (T, BINS); `level_db` (T,) and `mel_db` (T, MELS) about the level of its speech, which is `speech_db`; `pitch` (T,) in semitones
    above PITCH_ZERO_HZ and `roughness` (T,), NaN where there is none; `spoken` (T,) where speech is, `voiced` where it has a pitch.
    """

    power: Course
    level_db: Course
    mel_db: Course
    pitch: Course
    roughness: Course
    spoken: NDArray[np.bool_]
    voiced: NDArray[np.bool_]
    speech_db: float


def measure(samples: NDArray[np.float32]) -> Courses:
    """The courses of a segment (float32, (N,), 16 kHz); one shorter than WINDOW is filled up with silence."""
    samples = np.pad(samples, (0, max(0, WINDOW - len(samples))))
    power = spectra(samples)
    level = decibels(power.sum(axis=1))
    spoken = level > np.percentile(level, 95) - SPEECH_RANGE_DB
    speech_level = decibels(power[spoken].sum(axis=1).mean())
    hz, roughness = pitch_and_roughness(samples, *PITCH_RANGE_HZ)
    return Courses(
        power=power,
        level_db=level - speech_level,
        mel_db=decibels(power @ _mel_weights()) - speech_level,
        pitch=12.0 * np.log2(hz / PITCH_ZERO_HZ),
        roughness=roughness,
        spoken=spoken,
        voiced=spoken & np.isfinite(hz),
        speech_db=float(speech_level),
    )


def decibels(power: Course) -> Course:
    """Of powers; silence is -120."""
    return np.float32(10.0) * np.log10(power + np.float32(LEAST_POWER))


def spectra(samples: NDArray[np.float32]) -> Course:
    """Power spectra (N // HOP, BINS) through Hann windows, centred where the pitch is measured."""
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    frames = sliding_window_view(padded, WINDOW)[::HOP][: len(samples) // HOP]
    spectrum = fft.rfft(frames * _window(), axis=1)
    return np.square(spectrum.real) + np.square(spectrum.imag)


_ROLLOFFS = (0.25, 0.5, 0.75, 0.9)
_BAND_EDGES_HZ = (60, 500, 1000, 2000, 4000, 7600)
_SLOPES_HZ = ((60, 500), (500, 1500), (1500, 5000))
_DB_PER_NAT = np.float32(10.0 / np.log(10.0))


def spectral_shape(power: Course) -> Course:
    """(T, 17) of spectra (T, BINS).

    Centroid, spread and four roll-offs (log2 Hz), flatness, flux, entropy, the shares of five bands (dB), the Hammarberg index (the loudest
    below 2 kHz over the loudest of 2-5 kHz, dB), and the slopes of three ranges (dB a kHz).
    """
    power = power + np.float32(LEAST_POWER)
    share = power / power.sum(axis=1, keepdims=True)
    centroid = share @ HZ
    spread = np.sqrt(np.maximum(share @ np.square(HZ) - np.square(centroid), 1.0))
    filled = np.cumsum(share, axis=1)
    rolloffs = [np.log2((1 + (filled < part).sum(axis=1)) * HZ[1]) for part in _ROLLOFFS]
    nats = np.log(share)
    root = np.sqrt(share)
    flux = np.append(np.float32(0.0), 1.0 - (root[1:] * root[:-1]).sum(axis=1))
    bands = [10.0 * np.log10(share[:, band(low, high)].sum(axis=1)) for low, high in pairwise(_BAND_EDGES_HZ)]
    levels = nats * _DB_PER_NAT
    hammarberg = levels[:, band(60, 2000)].max(axis=1) - levels[:, band(2000, 5000)].max(axis=1)
    slopes = [slope(levels, low, high) for low, high in _SLOPES_HZ]
    shape = (np.log2(centroid + 1.0), np.log2(spread), *rolloffs, nats.mean(axis=1), flux, -(share * nats).sum(axis=1))
    return np.stack((*shape, *bands, hammarberg, *slopes), axis=1)


def band(low_hz: float, high_hz: float) -> slice:
    """The bins of a range."""
    return slice(round(low_hz / HZ[1]), round(high_hz / HZ[1]) + 1)


def slope(levels: Course, low_hz: float, high_hz: float) -> Course:
    """The straight line through levels (T, BINS) between two frequencies, dB a kHz: (T,)."""
    khz = HZ[band(low_hz, high_hz)] / np.float32(1000.0)
    khz = khz - khz.mean()
    return levels[:, band(low_hz, high_hz)] @ (khz / np.square(khz).sum())


_ORDER = 14
"""Of the linear prediction: two for each kHz and no more, so that it follows the throat and not the harmonics."""
_ENVELOPE = 256
_PREEMPHASIS = 0.97
_RESONANCES_HZ = ((200, 1100), (800, 2800), (2000, 4000))


def resonances(power: Course) -> Course:
    """(M, 3) log2 Hz of the highest places of the linear-prediction envelope (Makhoul 1975) where vowels have their three lowest ones."""
    if not len(power):
        return np.empty((0, len(_RESONANCES_HZ)))
    emphasis = np.square(np.abs(1.0 - _PREEMPHASIS * np.exp(-2j * np.pi * HZ / VOICE_RATE_HZ))).astype(np.float32)
    correlation = fft.irfft(power * emphasis, axis=1)[:, : _ORDER + 1].astype(np.float64)
    correlation[:, 0] = correlation[:, 0] * 1.0001 + LEAST_POWER
    response = np.square(np.abs(fft.rfft(levinson(correlation), 2 * _ENVELOPE, axis=1)))
    step = VOICE_RATE_HZ / 2 / _ENVELOPE
    edges = [(int(low / step), int(high / step)) for low, high in _RESONANCES_HZ]
    return np.stack([np.log2((first + response[:, first:last].argmin(axis=1)) * step) for first, last in edges], axis=1)


def levinson(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prediction filters (M, P + 1) of autocorrelations (M, P + 1): the Levinson-Durbin recursion, all rows at once."""
    filters = np.zeros_like(correlation)
    filters[:, 0] = 1.0
    error = correlation[:, 0].copy()
    for n in range(1, correlation.shape[1]):
        reflection = -(filters[:, :n] * correlation[:, n:0:-1]).sum(axis=1) / error
        filters[:, 1 : n + 1] += reflection[:, None] * filters[:, n - 1 :: -1][:, :n]
        error = np.maximum(error * (1.0 - np.square(reflection)), LEAST_POWER)
    return filters


_PEAK_QUEFRENCIES = slice(32, 201)
"""Samples: periods of 2 to 12.5 ms."""


def cepstral_peaks(power: Course) -> Course:
    """(M,) how far the cepstrum's peak at the period stands out of its surroundings; clear voices have more (Hillenbrand et al. 1994)."""
    cepstrum = np.abs(fft.irfft(decibels(power), axis=1)[:, _PEAK_QUEFRENCIES])
    return cepstrum.max(axis=1) / cepstrum.mean(axis=1)


@cache
def _window() -> NDArray[np.float32]:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def _mel_weights() -> NDArray[np.float32]:
    """(BINS, MELS) triangles that each sum to 1, evenly spaced on O'Shaughnessy's mel scale."""
    low, high = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in MEL_RANGE_HZ)
    corners = 700.0 * (10.0 ** (np.linspace(low, high, MELS + 2) / 2595.0) - 1.0)
    left, middle, right = corners[:-2], corners[1:-1], corners[2:]
    hz = HZ[:, None]
    weights = np.maximum(0.0, np.minimum((hz - left) / (middle - left), (right - hz) / (right - middle)))
    return (weights / np.maximum(weights.sum(axis=0), 1e-9)).astype(np.float32)
