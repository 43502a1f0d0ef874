"""The way somebody speaks as 575 statistics of one segment: how high, how lively, how even, how fast, how bright, how rough.

Each is what can be said of a course over time (`courses.py`) where somebody speaks: its mean, spread, percentiles, how fast it changes, how
it goes on. Only the loudness depends on the microphone's gain, and is for comparing a person with themselves. The families of measures
follow the openSMILE sets (Eyben et al. 2016, "The Geneva Minimalistic Acoustic Parameter Set"; Schuller et al. 2013, ComParE), written
afresh.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ
from models.voice.courses import (
    HOP,
    HZ,
    LEAST_POWER,
    MELS,
    PITCH_ZERO_HZ,
    Course,
    Courses,
    band,
    cepstral_peaks,
    decibels,
    measure,
    resonances,
    spectral_shape,
)
from models.voice.descriptors import syllables
from models.voice.inputs import at_one_level
from models.voice.pitch import LEAST_VOICED

INPUT_KIND = "voice-statistics-v1"
"""Named in a checkpoint's card; changes whenever the numbers below would."""

Values = NDArray[np.floating]

LOUDNESS = "loudness"
"""The one group that says nothing without a person's centre."""
CEPSTRA = 20
_LARGEST_STEP = 3.0
"""Semitones in 10 ms; more is an octave that the estimator jumped, or a new word."""
_LARGEST_GLIDE = 12.0
"""Semitones in 50 ms."""


def statistics(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """All statistics of one segment (float32, (N,), 16 kHz, any level): float32 (575,), NaN where too little was voiced to say."""
    return np.concatenate(list(described(samples).values())).astype(np.float32)


@cache
def groups() -> Mapping[str, slice]:
    """Which of the statistics describe what."""
    parts = described(np.zeros(VOICE_RATE_HZ, np.float32))
    lengths = [len(part) for part in parts.values()]
    ends = np.cumsum(lengths)
    return {name: slice(int(end) - length, int(end)) for name, length, end in zip(parts, lengths, ends, strict=True)}


def described(samples: NDArray[np.float32]) -> Mapping[str, Values]:
    """The statistics by what they describe."""
    given = np.asarray(samples, np.float32)
    even = at_one_level(given)
    courses = measure(even)
    made = {
        LOUDNESS: loudness(courses, gain_db(given, even)),
        "tempo": tempo(courses, len(syllables(even, courses.pitch.astype(np.float64)))),
    }
    return made | {name: of(courses) for name, of in _OF_COURSES.items()}


def gain_db(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """By how much a sound was made softer."""
    return 10.0 * float(np.log10((np.square(before).sum() + LEAST_POWER) / (np.square(after).sum() + LEAST_POWER)))


def loudness(courses: Courses, gain: float) -> Values:
    """The level (dB) of the speech and of its loudest part, as the microphone gave it."""
    return courses.speech_db + gain + np.append(0.0, np.percentile(courses.level_db[courses.spoken], 95))


def pitch_height(courses: Courses) -> Values:
    """Semitones: mean and percentiles."""
    pitch = courses.pitch[courses.voiced]
    if len(pitch) < LEAST_VOICED:
        return np.full(6, np.nan)
    return np.append(pitch.mean(), np.percentile(pitch, (5, 20, 50, 80, 95)))


def pitch_variation(courses: Courses) -> Values:
    """Spread and ranges of the pitch, how fast it moves in 10 and 50 ms, and its course over the segment (semitones)."""
    pitch = courses.pitch[courses.voiced]
    if len(pitch) < LEAST_VOICED:
        return np.full(20, np.nan)
    low, lower, middle, higher, high = np.percentile(pitch, (5, 20, 50, 80, 95))
    step, glide = _changes(courses.pitch, 1, _LARGEST_STEP), _changes(courses.pitch, 5, _LARGEST_GLIDE)
    ranges = (pitch.std(), high - low, higher - lower, high - middle, middle - low, np.abs(pitch - middle).mean())
    steps = (np.abs(step).mean(), step.std(), (step > 0).mean())
    glides = (np.abs(glide).mean(), *np.percentile(glide, (10, 90)), glide.std())
    return np.concatenate((ranges, steps, glides, direction(pitch)))


def _changes(values: Course, distance: int, largest: float) -> Values:
    """Differences over `distance` frames that are there and smaller than `largest`; one of 0 when there is none."""
    change = values[distance:] - values[:-distance]
    change = change[np.abs(change) < largest]
    return change if len(change) else np.zeros(1)


def loudness_variation(courses: Courses) -> Values:
    """Level (dB) about its own mean: spread, percentiles, how fast it rises and falls, and its course over the segment."""
    level = courses.level_db[courses.spoken]
    step = np.diff(courses.level_db)
    rates = (_mean(step[step > 0]), _mean(step[step < 0]), step.std(), (step > 0).mean())
    voiced = courses.level_db[courses.voiced]
    lively = (voiced.std(), np.ptp(np.percentile(voiced, (10, 90)))) if len(voiced) else (np.nan, np.nan)
    return np.concatenate(((level.std(), *np.percentile(level, (5, 10, 25, 50, 75, 90, 95, 99))), rates, lively, direction(level)))


def tempo(courses: Courses, beats: int) -> Values:
    """Syllables a second, shares and lengths (s) of voiced stretches and of those between, and how the levels beat."""
    seconds = len(courses.level_db) * HOP / VOICE_RATE_HZ
    spoken_s = max(0.1, seconds * courses.spoken.mean())
    runs, gaps = run_lengths(courses.voiced), run_lengths(~courses.voiced)
    rates = (beats / seconds, beats / spoken_s)
    voiced = (runs.mean(), runs.std(), len(runs) / seconds, courses.voiced.mean(), gaps.mean(), gaps.std(), courses.spoken.mean())
    return np.concatenate((rates, voiced, modulation(courses)))


def brightness(courses: Courses) -> Values:
    """The shape of the spectrum: a summary over the frames with speech, and mean and deviation where voiced."""
    shape = spectral_shape(courses.power)
    voiced = shape[courses.voiced]
    where_voiced = np.concatenate((voiced.mean(axis=0), voiced.std(axis=0))) if len(voiced) else np.full(2 * shape.shape[1], np.nan)
    return np.concatenate((summary(shape, courses.spoken), where_voiced))


def voice_quality(courses: Courses) -> Values:
    """Harmonics over noise (dB, of YIN's roughness), how clear the cepstrum's peak is, jitter and shimmer, and the first harmonics."""
    rough = courses.roughness[courses.voiced]
    if len(rough) < LEAST_VOICED:
        return np.full(17, np.nan)
    harmonics = 10.0 * np.log10(np.maximum(1.0 - rough, 1e-3) / np.maximum(rough, 1e-4))
    both = courses.voiced[1:] & courses.voiced[:-1]
    jitter, shimmer = np.abs(np.diff(courses.pitch)[both]), np.abs(np.diff(courses.level_db)[both])
    jitter = jitter[jitter < _LARGEST_STEP]
    steady = (_mean(jitter), float(np.median(jitter)) if len(jitter) else 0.0, _mean(shimmer))
    peaks = cepstral_peaks(courses.power[courses.voiced])
    return np.concatenate((_spread(harmonics), _spread(peaks), steady, first_harmonics(courses)))


def _spread(values: Values) -> Values:
    return np.array([values.mean(), values.std(), *np.percentile(values, (10, 50, 90))])


def first_harmonics(courses: Courses) -> Values:
    """The first harmonic over the second, and over the loudest of 2-4 kHz (dB): mean and deviation.

    A breathy voice has much of both, a tense one little (Hanson 1997).
    """
    where = np.flatnonzero(courses.voiced)
    place = PITCH_ZERO_HZ * 2.0 ** (courses.pitch[where] / 12.0) / HZ[1]
    levels = decibels(courses.power[where])
    first, second = (_around(levels, number * place) for number in (1, 2))
    upper = levels[:, band(2000, 4000)].max(axis=1)
    return np.array([(first - second).mean(), (first - second).std(), (first - upper).mean(), (first - upper).std()])


def _around(levels: Course, place: Values) -> Values:
    """The loudest of the three bins about a place (M,) of each row (M, BINS)."""
    bins = np.clip(np.round(place).astype(np.int64)[:, np.newaxis] + np.array((-1, 0, 1)), 0, levels.shape[1] - 1)
    return np.take_along_axis(levels, bins, axis=1).max(axis=1)


def vowels(courses: Courses) -> Values:
    """The three lowest resonances of the voiced frames (log2 Hz): mean, deviation, percentiles, and how fast they move."""
    peaks = resonances(courses.power[courses.voiced])
    if len(peaks) < LEAST_VOICED:
        return np.full(18, np.nan)
    pace = np.abs(peaks[2:] - peaks[:-2]).mean(axis=0)
    return np.concatenate((peaks.mean(axis=0), peaks.std(axis=0), np.percentile(peaks, (10, 50, 90), axis=0).ravel(), pace))


def timbre(courses: Courses) -> Values:
    """Where the energy lies: means and peaks of the mel bands over speech, means of the cepstra where voiced."""
    mel = courses.mel_db[courses.spoken]
    voiced = cepstra(courses.mel_db[courses.voiced]).mean(axis=0) if courses.voiced.any() else np.full(CEPSTRA, np.nan)
    return np.concatenate((mel.mean(axis=0), np.percentile(mel, 90, axis=0), voiced))


def timbre_variation(courses: Courses) -> Values:
    """How the timbre moves: a summary of the cepstra, and the deviation of the mel bands."""
    return np.concatenate((summary(cepstra(courses.mel_db), courses.spoken), courses.mel_db[courses.spoken].std(axis=0)))


def cepstra(mel_db: Course) -> Course:
    """(T, CEPSTRA) of (T, MELS), without the first, which is loudness (Davis and Mermelstein 1980)."""
    return fft.dct(mel_db, type=2, norm="ortho", axis=1)[:, 1 : CEPSTRA + 1]


_OF_COURSES: Mapping[str, Callable[[Courses], Values]] = {
    "pitch height": pitch_height,
    "pitch variation": pitch_variation,
    "loudness variation": loudness_variation,
    "brightness": brightness,
    "voice quality": voice_quality,
    "vowels": vowels,
    "timbre": timbre,
    "timbre variation": timbre_variation,
}


def summary(values: Course, where: NDArray[np.bool_]) -> Values:
    """Of courses (T, C) at the frames `where`: mean, deviation, four percentiles, and the means of |change| over 10 and 40 ms: (8 C,)."""
    chosen = values[where]
    near = np.abs(np.diff(values, axis=0))[where[1:] & where[:-1]]
    far = np.abs(values[4:] - values[:-4])[where[4:] & where[:-4]]
    speeds = [part.mean(axis=0) if len(part) else np.zeros(values.shape[1]) for part in (near, far)]
    return np.concatenate((chosen.mean(axis=0), chosen.std(axis=0), *np.percentile(chosen, (5, 25, 75, 95), axis=0), *speeds))


def direction(values: Values) -> Values:
    """How a course (T,) goes: slope and bow of the whole, four quarters about the mean, and where its highest place is: (7,)."""
    time = np.linspace(-1.0, 1.0, len(values)) if len(values) > 1 else np.zeros(len(values))
    about, square = values - values.mean(), np.square(time)
    slope = 3.0 * (about * time).mean()
    bow = 11.25 * (about * (square - square.mean())).mean()
    quarters = [_mean(part) for part in np.array_split(about, 4)]
    return np.array([slope, bow, *quarters, values.argmax() / len(values)])


def _mean(values: Values) -> float:
    return float(values.mean()) if len(values) else 0.0


def run_lengths(flags: NDArray[np.bool_]) -> Values:
    """Lengths (s) of the stretches that are true; one of 0 when there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(int)))
    lengths = (edges[1::2] - edges[::2]) * HOP / VOICE_RATE_HZ
    return lengths if len(lengths) else np.zeros(1)


_BLOCK = 128
"""Frames of one modulation spectrum: 1.28 s, two beats of the slowest rhythm."""
_RHYTHMS_HZ = (0.7, 1.6, 3.2, 6.3, 12.5, 25.0)
_BEAT_BANDS = 4
_DEEPEST_DB = 50.0
"""Below a band's loudest place; deeper pauses say nothing of a rhythm."""


def modulation(courses: Courses) -> Values:
    """How strongly the level beats in five octaves from 0.7 to 25 Hz (dB), for four bands of frequency and the whole: (25,).

    Speech beats most at 4 Hz, its syllables (Greenberg and Kingsbury 1997, "The modulation spectrogram").
    """
    parts = [courses.mel_db[:, part].mean(axis=1) for part in np.array_split(np.arange(MELS), _BEAT_BANDS)]
    levels = np.stack((*parts, courses.level_db), axis=1)
    levels = np.maximum(levels, levels.max(axis=0) - _DEEPEST_DB)
    levels = np.pad(levels - levels.mean(axis=0), ((0, max(0, _BLOCK - len(levels))), (0, 0)))
    blocks = sliding_window_view(levels, _BLOCK, axis=0)[:: _BLOCK // 2]
    power = np.square(np.abs(fft.rfft(blocks * np.hanning(_BLOCK), axis=2))).mean(axis=0)
    rate = np.arange(power.shape[1]) * VOICE_RATE_HZ / HOP / _BLOCK
    octaves = [power[:, (rate >= low) & (rate < high)].mean(axis=1) for low, high in pairwise(_RHYTHMS_HZ)]
    return 10.0 * np.log10(np.concatenate(octaves) + 1e-3)
