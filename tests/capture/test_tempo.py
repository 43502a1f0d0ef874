import numpy as np
import pytest

from capture.tempo import Tempo

RATE_HZ = 16000


def tone(seconds: float, hz: float = 440.0) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ).astype(np.float32)


def fed(speed: float, samples: np.ndarray) -> np.ndarray:
    tempo = Tempo(RATE_HZ, speed)
    return np.concatenate([*(tempo.feed(part) for part in np.array_split(samples, 30)), tempo.finish()])


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.5, 4.0])
def test_sound_becomes_shorter_or_longer_and_keeps_its_pitch(speed):
    heard = fed(speed, tone(3.0))
    assert len(heard) / RATE_HZ == pytest.approx(3.0 / speed, rel=0.05)
    spectrum = np.abs(np.fft.rfft(heard[RATE_HZ // 10 : -RATE_HZ // 10]))
    loudest = spectrum.argmax() * RATE_HZ / (2 * (len(spectrum) - 1))
    assert loudest == pytest.approx(440, abs=8)
