"""The one place where a segment of speech becomes numbers: 180 means over time, from one shared short-time spectrum.

40 MFCC, 12 chroma and 128 mel powers, equal to librosa 0.11 at its defaults with chroma's tuning fixed at 0 (a test compares).
Sources: mel scale of Slaney's Auditory Toolbox (Interval Research TR 1998-010); MFCC of Davis and Mermelstein (1980);
chroma as Gaussian bumps around the pitch classes of Ellis (2007, "Chroma feature analysis and synthesis").
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ

INPUT_KIND = "voice-180-v1"
"""Named in a checkpoint's card; changes whenever the numbers below would."""

FFT_LENGTH = 2048
"""Samples of one spectrum: 128 ms, librosa's default."""
HOP = 512
"""Samples from one spectrum to the next: 32 ms, librosa's default."""
MFCCS = 40
CHROMAS = 12
MELS = 128
FEATURES = MFCCS + CHROMAS + MELS

TARGET_RMS = 0.1
"""Every segment is brought to this level (-20 dBFS) first: how far a microphone is turned up says nothing of a feeling."""

_BINS = FFT_LENGTH // 2 + 1
_LEAST_POWER = 1e-10
_RANGE_DB = 80.0
_BLOCK = 16
_SMALL_PRODUCT = 200_000
"""Multiplications below which OpenBLAS stays on one thread; waking a second one costs ten times what the product does (measured)."""


def segment_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 180 numbers of one segment (float32, (N,), 16 kHz), at whatever level it was recorded; training and live both call this."""
    return librosa_means(at_one_level(samples))


def at_one_level(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The segment scaled to TARGET_RMS; digital silence stays as it is."""
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    return samples * np.float32(TARGET_RMS / rms) if rms > 0 else samples


def librosa_means(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over time of 40 MFCC (dB), 12 chroma (0..1) and 128 mel powers of sound (float32, (N,), N >= 1, 16 kHz): float32 (180,)."""
    magnitude = spectrogram(samples)
    power = np.square(magnitude)
    mel = mel_powers(power)
    return np.concatenate((_mean_mfcc(mel), _mean_chroma(magnitude), mel.mean(axis=0))).astype(np.float32)


def spectrogram(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Magnitudes, (frames, 1025): periodic Hann windows centred on multiples of HOP, silence beyond the ends."""
    padded = np.pad(np.asarray(samples, np.float32), FFT_LENGTH // 2)
    frames = sliding_window_view(padded, FFT_LENGTH)[::HOP]
    return np.abs(fft.rfft(frames * _filters().window, axis=1))


def mel_powers(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """(frames, 1025) powers as (frames, 128) mel bands. Each block of bands sees only the bins that it has weights for."""
    mel = np.empty((len(power), MELS), np.float32)
    for first, bins, weights in _filters().mel_blocks:
        mel[:, first : first + _BLOCK] = _product(power[:, bins], weights)
    return mel


def _product(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows @ weights`, some rows at a time."""
    step = max(1, _SMALL_PRODUCT // weights.size)
    return np.concatenate([rows[start : start + step] @ weights for start in range(0, len(rows), step)])


def _mean_mfcc(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine transform is linear, so it is taken once, of the mean over time."""
    decibels = 10.0 * np.log10(np.maximum(mel, np.float32(_LEAST_POWER)))
    mean = np.maximum(decibels, decibels.max() - _RANGE_DB).mean(axis=0, dtype=np.float64)
    return fft.dct(mean, type=2, norm="ortho")[:MFCCS]


def _mean_chroma(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each frame divided by its strongest pitch class, unless it is silent."""
    raw = _product(magnitude, _filters().chroma)
    strongest = raw.max(axis=1, keepdims=True)
    strongest[strongest < np.finfo(np.float32).tiny] = 1.0
    return (raw / strongest).mean(axis=0)


class _Filters(NamedTuple):
    """What never changes: the window, mel weights as (first band, its bins, (bins, bands)), and chroma weights (1025, 12)."""

    window: NDArray[np.float32]
    mel_blocks: list[tuple[int, slice, NDArray[np.float32]]]
    chroma: NDArray[np.float32]


@cache
def _filters() -> _Filters:
    """Computed at first use (some milliseconds), which the reader's warm-up is."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_LENGTH) / FFT_LENGTH)
    mel = mel_weights()
    blocks = []
    for first in range(0, MELS, _BLOCK):
        block = mel[:, first : first + _BLOCK]
        used = np.flatnonzero(block.any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        blocks.append((first, bins, np.ascontiguousarray(block[bins], np.float32)))
    return _Filters(window.astype(np.float32), blocks, chroma_weights().astype(np.float32))


def mel_weights() -> NDArray[np.float64]:
    """(1025, 128) triangles of equal area between 0 Hz and half the rate, evenly spaced on Slaney's mel scale."""
    corners = _mel_to_hz(np.linspace(0.0, _hz_to_mel(VOICE_RATE_HZ / 2), MELS + 2))
    frequency = np.arange(_BINS)[:, None] * VOICE_RATE_HZ / FFT_LENGTH
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising = (frequency - low) / (middle - low)
    falling = (high - frequency) / (high - middle)
    return np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (high - low)


_MEL_BREAK_HZ = 1000.0
_HZ_PER_MEL = 200.0 / 3.0
_MEL_BREAK = _MEL_BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def _hz_to_mel(hz: float) -> float:
    """Slaney: linear to 1 kHz, then 27 steps to 6.4 kHz; here only for frequencies above the break."""
    return float(_MEL_BREAK + np.log(hz / _MEL_BREAK_HZ) / _LOG_STEP)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < _MEL_BREAK, mel * _HZ_PER_MEL, _MEL_BREAK_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _MEL_BREAK) - _MEL_BREAK)))


_C0_STEPS_ABOVE_A = 3
_CENTRE_OCTAVE = 5.0
_OCTAVE_WIDTH = 2.0


def chroma_weights() -> NDArray[np.float64]:
    """(1025, 12) weights of C..B: unit columns of Gaussian bumps, one bin or one semitone wide, fading away from octave 5 (A440 tuning)."""
    frequency = np.arange(1, FFT_LENGTH) * VOICE_RATE_HZ / FFT_LENGTH
    pitch = CHROMAS * np.log2(frequency / (440.0 / 16.0))
    pitch = np.concatenate(([pitch[0] - 1.5 * CHROMAS], pitch))
    width = np.append(np.maximum(np.diff(pitch), 1.0), 1.0)[:_BINS, None]
    pitch = pitch[:_BINS, None]
    half = CHROMAS // 2
    distance = np.remainder(pitch - np.arange(CHROMAS) + half, CHROMAS) - half
    bumps = np.exp(-0.5 * np.square(2.0 * distance / width))
    bumps /= np.linalg.norm(bumps, axis=1, keepdims=True)
    bumps *= np.exp(-0.5 * np.square((pitch / CHROMAS - _CENTRE_OCTAVE) / _OCTAVE_WIDTH))
    return np.roll(bumps, -_C0_STEPS_ABOVE_A, axis=1)
