"""The spoken voice of the demonstration: a source and a filter (Fant 1960), syllable by syllable; a pure function of seed and time.

The source is a train of glottal pulses (Rosenberg 1971) with a pitch contour and jitter, or noise for a fricative; the filter is a
cascade of formants (Klatt 1980; vowels after Peterson and Barney 1952), laid over the source's short-time spectrum.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from capture.demonstration_timeline import Phrase, phrases_between
from core.labels import Emotion
from core.media import VOICE_RATE_HZ

Samples = NDArray[np.float32]

WINDOW, HOP = 512, 128
ROOM_NOISE_SECONDS = 8
ROOM_NOISE_LEVEL = 0.0006
"""RMS of the room, full scale 1: -64 dBFS."""

VOWELS: dict[str, tuple[float, float, float]] = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (300, 2250, 2950),
    "o": (570, 840, 2410),
    "u": (320, 900, 2240),
    "er": (490, 1350, 1690),
}
OPENNESS: dict[str, float] = {"a": 1.0, "e": 0.65, "i": 0.35, "o": 0.7, "u": 0.3, "er": 0.5}
"""How far each vowel opens the mouth, 0..1."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """How something is said: pitch as a factor of the person's own, its range in semitones, syllables a second, level as RMS."""

    pitch: float
    range_semitones: float
    syllables_hz: float
    level: float
    sharpness: float


PROSODY: dict[Emotion, Prosody] = {
    Emotion.NEUTRAL: Prosody(1.0, 3.0, 4.4, 0.075, 0.5),
    Emotion.HAPPINESS: Prosody(1.32, 7.5, 5.2, 0.11, 0.65),
    Emotion.SURPRISE: Prosody(1.45, 9.0, 4.8, 0.12, 0.65),
    Emotion.SADNESS: Prosody(0.84, 1.0, 3.2, 0.040, 0.3),
    Emotion.ANGER: Prosody(1.15, 5.5, 5.0, 0.17, 1.0),
}
"""Directions after Juslin and Laukka 2003 (Psychological Bulletin 129:770): sad speech is low, slow, monotone and soft."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """A consonant of noise (or none) and a vowel; times in seconds from the phrase's start; `accent` -0.5..0.5 of the pitch's range."""

    starts_at: float
    ends_at: float
    noise_until: float
    vowel: str
    accent: float


def sound_between(seed: int, first: int, count: int) -> Samples:
    """`count` samples at 16 kHz from sample `first` on: speech where the timeline has a phrase, and the room everywhere."""
    room = _room(seed)
    heard = room[np.arange(first, first + count) % len(room)]
    for phrase in phrases_between(seed, first / VOICE_RATE_HZ, (first + count) / VOICE_RATE_HZ):
        spoken, begins = _spoken(seed, phrase), round(phrase.starts_at * VOICE_RATE_HZ)
        low, high = max(first, begins), min(first + count, begins + len(spoken))
        heard[low - first : high - first] += spoken[low - begins : high - begins]
    return heard


def mouth_opening(seed: int, at: float) -> float:
    """How far the mouth is opened by speaking at `at` (s), 0..1."""
    for phrase in phrases_between(seed, at, at + 1e-3):
        since = at - phrase.starts_at
        for syllable in _syllables(seed, phrase):
            if syllable.starts_at <= since < syllable.ends_at:
                share = (since - syllable.starts_at) / (syllable.ends_at - syllable.starts_at)
                return float(np.sin(np.pi * share) * OPENNESS[syllable.vowel])
    return 0.0


def _rng(seed: int, phrase: Phrase, purpose: int) -> np.random.Generator:
    return np.random.default_rng((seed, purpose, round(1000 * phrase.starts_at)))


@lru_cache(maxsize=8)
def _syllables(seed: int, phrase: Phrase) -> tuple[Syllable, ...]:
    rng = _rng(seed, phrase, 3)
    length = phrase.ends_at - phrase.starts_at
    number = max(1, round(length * PROSODY[phrase.expression].syllables_hz))
    edges = np.concatenate([[0], np.cumsum(rng.uniform(0.75, 1.25, number))])
    edges *= length / edges[-1]
    names = list(VOWELS)
    made = []
    for place, (starts_at, ends_at) in enumerate(pairwise(edges.tolist())):
        noise_s = 0.06 if place and rng.random() < 0.45 else 0.0
        made.append(Syllable(starts_at, ends_at, starts_at + noise_s, names[int(rng.integers(len(names)))], rng.uniform(-0.5, 0.5)))
    return tuple(made)


@lru_cache(maxsize=4)
def _spoken(seed: int, phrase: Phrase) -> Samples:
    """A phrase in samples."""
    rng = _rng(seed, phrase, 4)
    prosody = PROSODY[phrase.expression]
    syllables = _syllables(seed, phrase)
    time = np.arange(round((phrase.ends_at - phrase.starts_at) * VOICE_RATE_HZ)) / VOICE_RATE_HZ
    voiced, noisy = _envelopes(syllables, time)
    pulses = _pulses(_pitch(seed, prosody, syllables, time), prosody.sharpness, rng) * voiced
    breath = rng.normal(0, 1, len(time))
    speech = _filtered(pulses + 0.02 * breath * voiced, _vowel_filter(seed, syllables, len(time)))
    hiss = _filtered(breath * noisy, _fricative_filter(len(time)))
    mixed = prosody.level * (speech / _rms(speech) + 0.3 * hiss)
    return (0.95 * np.tanh(mixed / 0.95)).astype(np.float32)


def _rms(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(samples**2)) + 1e-9)


def _envelopes(syllables: tuple[Syllable, ...], time: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loudness of voice and of noise over the phrase, 0..1: a bump a syllable, no silence between them."""
    voiced, noisy = np.zeros_like(time), np.zeros_like(time)
    for syllable in syllables:
        inside = (time >= syllable.starts_at) & (time < syllable.ends_at)
        share = (time[inside] - syllable.starts_at) / (syllable.ends_at - syllable.starts_at)
        voiced[inside] = 0.35 + 0.65 * np.sin(np.pi * share) ** 0.8
        rustle = (time >= syllable.starts_at) & (time < syllable.noise_until)
        voiced[rustle] *= 0.35
        noisy[rustle] = 1.0
    smoothing = np.hanning(321)
    smoothing /= smoothing.sum()
    edges = np.clip(np.minimum(time, time[-1] - time) / 0.02, 0, 1)
    return np.convolve(voiced, smoothing, "same") * edges, np.convolve(noisy, smoothing, "same") * edges


def _pitch(seed: int, prosody: Prosody, syllables: tuple[Syllable, ...], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fundamental in Hz: falls over the phrase, higher or lower on each syllable."""
    own = 118.0 + 75.0 * (np.random.default_rng((seed, 5)).random())
    middles = [0.5 * (s.starts_at + s.ends_at) for s in syllables]
    accents = [s.accent * prosody.range_semitones for s in syllables]
    share = time / time[-1]
    semitones = np.interp(time, middles, accents) + prosody.range_semitones * (0.25 - 0.5 * share)
    return own * prosody.pitch * 2 ** (semitones / 12)


def _pulses(pitch_hz: NDArray[np.float64], sharpness: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """The derivative of the glottal flow: opens slowly, closes fast (faster with `sharpness` 0..1); 0.8 % jitter."""
    knots = np.arange(0, len(pitch_hz) + 80, 80)
    jitter = np.interp(np.arange(len(pitch_hz)), knots, rng.normal(1, 0.008, len(knots)))
    phase = np.cumsum(pitch_hz * jitter / VOICE_RATE_HZ) % 1.0
    closing = 0.24 - 0.12 * sharpness
    opening = 0.62 - closing
    rise = 0.5 * (1 - np.cos(np.pi * phase / opening))
    fall = np.cos(0.5 * np.pi * (phase - opening) / closing)
    flow = np.where(phase < opening, rise, np.where(phase < opening + closing, fall, 0.0))
    return np.diff(flow, prepend=flow[0])


def _vowel_filter(seed: int, syllables: tuple[Syllable, ...], length: int) -> NDArray[np.complex128]:
    """(windows, frequencies): the formants of the vowels, gliding from one to the next."""
    tract = np.random.default_rng((seed, 6)).uniform(0.97, 1.15)
    middles = [0.6 * s.ends_at + 0.4 * s.starts_at for s in syllables]
    wanted = np.array([VOWELS[s.vowel] for s in syllables]) * tract
    windows = _window_times(length)
    formants = np.column_stack([np.interp(windows, middles, wanted[:, k]) for k in range(3)] + [np.full(len(windows), 3500 * tract)])
    z = np.exp(-2j * np.pi * np.arange(WINDOW // 2 + 1) / WINDOW)
    response = np.ones((len(windows), len(z)), complex)
    for place, bandwidth in enumerate((70.0, 90.0, 140.0, 220.0)):
        radius = np.exp(-np.pi * bandwidth / VOICE_RATE_HZ)
        pole = 2 * radius * np.cos(2 * np.pi * formants[:, place] / VOICE_RATE_HZ)[:, None]
        response *= (1 - pole + radius**2) / (1 - pole * z + radius**2 * z**2)
    return response


def _fricative_filter(length: int) -> NDArray[np.complex128]:
    frequency = np.arange(WINDOW // 2 + 1) * VOICE_RATE_HZ / WINDOW
    band = np.exp(-(((frequency - 4200) / 1500) ** 2)) + 0.05
    return np.broadcast_to(band.astype(complex), (len(_window_times(length)), len(band)))


def _window_times(length: int) -> NDArray[np.float64]:
    return np.arange(length // HOP + WINDOW // HOP + 1) * HOP / VOICE_RATE_HZ - 0.5 * WINDOW / VOICE_RATE_HZ


def _filtered(source: NDArray[np.float64], response: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Overlap-add: each window's spectrum times its row of `response`."""
    padded = np.concatenate([np.zeros(WINDOW), source, np.zeros(WINDOW + HOP)])
    shape = np.hanning(WINDOW + 1)[:-1]
    rows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(response)]
    shaped = np.fft.irfft(np.fft.rfft(rows * shape) * response[: len(rows)], WINDOW)
    out = np.zeros(len(padded))
    for lane in range(WINDOW // HOP):
        part = shaped[lane :: WINDOW // HOP]
        begins = lane * HOP
        out[begins : begins + part.size] += part.ravel()[: len(out) - begins]
    return out[WINDOW : WINDOW + len(source)] * HOP / shape.sum()


@lru_cache(maxsize=4)
def _room(seed: int) -> Samples:
    """Seamless faint noise of a quiet room, more low than high."""
    length = ROOM_NOISE_SECONDS * VOICE_RATE_HZ
    frequency = np.fft.rfftfreq(length, 1 / VOICE_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng((seed, 7)).normal(0, 1, length)) / np.sqrt(1 + (frequency / 300) ** 2)
    noise = np.fft.irfft(spectrum, length)
    return (ROOM_NOISE_LEVEL * noise / noise.std()).astype(np.float32)
