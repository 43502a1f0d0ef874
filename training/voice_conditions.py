"""What happens to a voice between a mouth and the program: noise, other people, gain, a room, a telephone, a codec.

Each is a function of samples (float32, (N,), 16 kHz). A `Place` joins some of them for training; CONDITIONS are the fixed ones that a
card's figures are of.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from core.media import VOICE_RATE_HZ
from models.voice.speech import FRAME

Sound = NDArray[np.float32]
Condition = Callable[[Sound, Sequence[Sound], np.random.Generator], Sound]
"""Of a clip, other people's clips, and chance."""

BABBLERS = 4
TELEPHONE_HZ = (300.0, 3400.0)
MU = 255.0
"""Of G.711."""


def with_noise(samples: Sound, snr_db: float, random: np.random.Generator) -> Sound:
    """Noise added whose spectrum falls at random between white (0) and brown (-20 dB a decade)."""
    spectrum = np.fft.rfft(random.normal(size=len(samples)))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1.0) ** random.uniform(0.0, 1.0)
    return added(samples, np.fft.irfft(spectrum, len(samples)), snr_db)


def with_babble(samples: Sound, others: Sequence[Sound], snr_db: float, random: np.random.Generator) -> Sound:
    """BABBLERS of the other clips at once, each begun somewhere and repeated as long as needed."""
    babble = np.zeros(len(samples))
    for number in random.choice(len(others), BABBLERS, replace=len(others) < BABBLERS):
        one = np.roll(others[number], random.integers(len(others[number])))
        babble += np.resize(one, len(samples)) / max(float(one.std()), 1e-6)
    return added(samples, babble, snr_db)


def added(samples: Sound, noise: NDArray[np.floating], snr_db: float) -> Sound:
    """The noise brought to `snr_db` below the whole clip's level and added."""
    scale = float(samples.std()) / max(float(noise.std()), 1e-9) * 10.0 ** (-snr_db / 20.0)
    return (samples + noise * scale).astype(np.float32)


def with_gain(samples: Sound, gain_db: float) -> Sound:
    """Louder or softer, cut at full scale as a converter does."""
    return np.clip(samples * np.float32(10.0 ** (gain_db / 20.0)), -1.0, 1.0)


def in_16_bits(samples: Sound) -> Sound:
    """As a converter or a file gives it: what a filter took away is noise of one step, and not nothing at all."""
    return np.clip(np.round(samples * np.float32(32768.0)), -32768.0, 32767.0) / np.float32(32768.0)


def in_room(samples: Sound, rt60_s: float, direct_db: float, random: np.random.Generator) -> Sound:
    """Reverberation: noise that decays by 60 dB in `rt60_s`, `direct_db` below the direct sound (Polack's model)."""
    time = np.arange(int(rt60_s * VOICE_RATE_HZ)) / VOICE_RATE_HZ
    tail = random.normal(size=len(time)) * 10.0 ** (-3.0 * time / rt60_s)
    tail *= 10.0 ** (-direct_db / 20.0) / np.linalg.norm(tail)
    tail[0] += 1.0
    size = fft.next_fast_len(len(samples) + len(tail))
    heard = fft.irfft(fft.rfft(samples, size) * fft.rfft(tail, size), size)[: len(samples)]
    return (heard * (samples.std() / max(float(heard.std()), 1e-9))).astype(np.float32)


def through_filter(samples: Sound, gain: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Sound:
    """The spectrum multiplied by `gain` of the frequency in Hz."""
    size = fft.next_fast_len(len(samples), real=True)
    spectrum = fft.rfft(samples, size)
    hz = np.arange(len(spectrum)) * VOICE_RATE_HZ / size
    return fft.irfft(spectrum * gain(hz).astype(np.float32), size)[: len(samples)].astype(np.float32)


def in_band(samples: Sound, low_hz: float, high_hz: float) -> Sound:
    """Only what lies between two frequencies, with edges of a quarter octave."""

    def gain(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        octaves = np.log2(np.maximum(hz, 1.0))
        rises = np.clip((octaves - np.log2(low_hz)) * 4.0 + 1.0, 0.0, 1.0)
        falls = np.clip((np.log2(high_hz) - octaves) * 4.0 + 1.0, 0.0, 1.0)
        return rises * falls

    return through_filter(samples, gain)


def by_telephone(samples: Sound) -> Sound:
    """300-3400 Hz at 8 kHz in the 8 bits of G.711's mu-law."""
    size = 2 * fft.next_fast_len(-(-len(samples) // 2), real=True)
    half = in_band(np.pad(samples, (0, size - len(samples))), *TELEPHONE_HZ)[::2]
    peak = max(float(np.abs(half).max(initial=0.0)), 1e-6)
    pressed = np.sign(half) * np.log1p(MU * np.abs(half) / peak) / np.log1p(MU)
    steps = np.round(pressed * 127.0) / 127.0
    opened = np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(MU)) / MU * peak
    return _resampled(opened, size)[: len(samples)]


def _resampled(samples: NDArray[np.floating], size: int) -> Sound:
    """The same sound as `size` samples."""
    spectrum = fft.rfft(samples)[: size // 2 + 1]
    return (fft.irfft(np.pad(spectrum, (0, size // 2 + 1 - len(spectrum))), size) * (size / len(samples))).astype(np.float32)


def at_pace(samples: Sound, pace: float) -> Sound:
    """Played faster (above 1) or slower, in whole frames: another throat and another tempo at once."""
    size = fft.next_fast_len(len(samples), real=True)
    goal = 2 * round(size / pace / 2)
    return _resampled(np.pad(samples, (0, size - len(samples))), goal)[: round(len(samples) / pace) // FRAME * FRAME]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is heard, the same for all their clips; what is None is not there. `pace` makes another person of the speaker."""

    pace: float | None = None
    tilt_bow_db: tuple[float, float] | None = None
    room: tuple[float, float] | None = None
    noise_db: float | None = None
    babble_db: float | None = None
    telephone: bool = False
    band_hz: tuple[float, float] | None = None
    gain_db: float | None = None

    def heard(self, samples: Sound, others: Sequence[Sound], random: np.random.Generator) -> Sound:
        """A clip there; `others` babble."""
        if self.pace is not None:
            samples = at_pace(samples, self.pace)
        if self.tilt_bow_db is not None:
            tilt, bow = self.tilt_bow_db
            samples = through_filter(samples, lambda hz: _microphone(hz, tilt, bow))
        if self.room is not None:
            samples = in_room(samples, *self.room, random)
        if self.noise_db is not None:
            samples = with_noise(samples, self.noise_db, random)
        if self.babble_db is not None:
            samples = with_babble(samples, others, self.babble_db, random)
        if self.telephone:
            samples = by_telephone(samples)
        if self.band_hz is not None:
            samples = in_band(samples, *self.band_hz)
        return samples if self.gain_db is None else with_gain(samples, self.gain_db)


def drawn_place(random: np.random.Generator) -> Place:
    """Each part now and then; noise or babble, a telephone or a narrow microphone."""
    pace, microphone, room, sound, line, gain = random.random(6)
    return Place(
        pace=random.uniform(0.88, 1.14) if pace < 0.5 else None,
        tilt_bow_db=(random.normal(0.0, 2.5), random.normal(0.0, 2.0)) if microphone < 0.4 else None,
        room=(random.uniform(0.15, 0.7), random.uniform(-3.0, 10.0)) if room < 0.35 else None,
        noise_db=random.uniform(5.0, 30.0) if sound < 0.45 else None,
        babble_db=random.uniform(6.0, 25.0) if sound > 0.72 else None,
        telephone=line < 0.2,
        band_hz=(random.uniform(60.0, 350.0), random.uniform(3000.0, 7500.0)) if line > 0.84 else None,
        gain_db=random.uniform(-12.0, 12.0) if gain < 0.3 else None,
    )


ANYWHERE, NOISE, BABBLE, ROOM, LINE = "anywhere", "noise", "babble", "room", "line"
PLACES = (
    ANYWHERE, NOISE, BABBLE, ROOM, LINE, BABBLE, NOISE, ANYWHERE,
    ANYWHERE, NOISE, BABBLE, ROOM, LINE, ROOM, BABBLE, LINE,
)  # fmt: skip
"""What each place that training hears everybody in has for certain; babble, which costs most, oftenest."""


def place_with(what: str, random: np.random.Generator) -> Place:
    """A place with `what`, and now and then another pace, microphone and gain; ANYWHERE promises nothing."""
    pace, microphone, gain = random.random(3)
    place = Place(
        pace=random.uniform(0.88, 1.14) if pace < 0.4 else None,
        tilt_bow_db=(random.normal(0.0, 2.5), random.normal(0.0, 2.0)) if microphone < 0.4 else None,
        gain_db=random.uniform(-12.0, 12.0) if gain < 0.3 else None,
    )
    return drawn_place(random) if what == ANYWHERE else replace(place, **_CERTAIN[what](random))


def _line(random: np.random.Generator) -> dict[str, Any]:
    if random.random() < 0.6:
        return {"telephone": True}
    return {"band_hz": (random.uniform(60.0, 350.0), random.uniform(3000.0, 7500.0))}


_CERTAIN: Mapping[str, Callable[[np.random.Generator], dict[str, Any]]] = {
    NOISE: lambda random: {"noise_db": random.uniform(4.0, 22.0)},
    BABBLE: lambda random: {"babble_db": random.uniform(5.0, 20.0)},
    ROOM: lambda random: {"room": (random.uniform(0.15, 0.7), random.uniform(-3.0, 8.0))},
    LINE: _line,
}


def _microphone(hz: NDArray[np.float64], tilt_db: float, bow_db: float) -> NDArray[np.float64]:
    """A response that tilts (dB an octave and a half) and bows about 1 kHz."""
    place = np.clip(np.log2(np.maximum(hz, 30.0) / 1000.0) / 3.0, -1.5, 1.0)
    return 10.0 ** ((tilt_db * place + bow_db * (np.square(place) - 0.3)) / 20.0)


CONDITIONS: Mapping[str, Condition] = {
    "noise of 10 dB SNR": lambda samples, others, random: with_noise(samples, 10.0, random),
    "babble of 10 dB SNR": lambda samples, others, random: with_babble(samples, others, 10.0, random),
    "gain of +12 dB": lambda samples, others, random: with_gain(samples, 12.0),
    "gain of -12 dB": lambda samples, others, random: with_gain(samples, -12.0),
    "a room of 0.4 s": lambda samples, others, random: in_room(samples, 0.4, 0.0, random),
    "a telephone (300-3400 Hz, mu-law)": lambda samples, others, random: by_telephone(samples),
}
"""What the shipped network is measured in, beside clean sound."""
