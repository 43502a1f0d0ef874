import numpy as np
import pytest

from core.levels import QUIETEST_DBFS, find_clipping, sound_level


def voice_like(amplitude: float) -> np.ndarray:
    time = np.arange(16_000) / 16_000
    return (amplitude * np.sin(2 * np.pi * 180 * time)).astype(np.float32)


def test_the_level_of_a_sine_is_its_amplitude_and_three_decibels_less():
    rms, peak, clipped = sound_level(voice_like(0.5))
    assert peak == pytest.approx(20 * np.log10(0.5), abs=0.01)
    assert rms == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
    assert not clipped


@pytest.mark.parametrize("samples", [np.zeros(1600, np.float32), np.zeros(0, np.float32)])
def test_digital_silence_has_a_level_of_its_own(samples):
    assert sound_level(samples) == (QUIETEST_DBFS, QUIETEST_DBFS, False)


def test_an_overdriven_voice_is_clipped():
    assert find_clipping(np.clip(voice_like(1.5), -1, 1))
    assert find_clipping(np.clip(voice_like(-1.5), -1, 32767 / 32768))


def test_a_voice_that_just_fits_is_not_clipped():
    assert not find_clipping(voice_like(0.97))
    assert not find_clipping(voice_like(1.0))


def test_a_flat_top_far_below_full_scale_is_not_clipping():
    assert not find_clipping(np.full(100, 0.5, np.float32))


def test_too_few_samples_cannot_be_judged():
    assert not find_clipping(np.ones(2, np.float32))
