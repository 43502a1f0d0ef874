"""Speech as a sequence of log-mel steps."""

import numpy as np
import pytest

from models.voice.inputs import MELS, at_one_level, mel_powers, spectrogram
from models.voice.log_mel import BANDS, INPUT_SHAPE, RANGE_DB, STEPS, log_mel, log_mel_input
from tests.fixtures.voices import silence, voice


def test_the_bands_are_those_of_the_means_joined_in_pairs():
    samples = voice(1.0)
    powers = mel_powers(np.square(spectrogram(samples)))
    assert powers.shape[1] == MELS == 2 * BANDS
    decibels = log_mel(samples)
    expected = 10 * np.log10(powers.reshape(len(powers), BANDS, 2).mean(axis=2))
    loud = expected > expected.max() - RANGE_DB
    np.testing.assert_allclose(decibels[loud], expected[loud], rtol=1e-5)
    assert decibels.min() >= decibels.max() - RANGE_DB - 1e-3


@pytest.mark.parametrize("seconds", [0.4, 2.0, 6.0])
def test_real_steps_come_first_and_are_marked(seconds):
    given = log_mel_input(voice(seconds))
    assert given.shape == INPUT_SHAPE
    assert given.dtype == np.float32
    real = min(STEPS, 1 + int(seconds * 16_000) // 512)
    np.testing.assert_array_equal(given[:, BANDS], np.arange(STEPS) < real)
    assert not given[real:].any()
    np.testing.assert_array_equal(given[:real, :BANDS], log_mel(at_one_level(voice(seconds)))[:real])


def test_how_far_a_microphone_is_turned_up_does_not_matter():
    samples = voice(1.5)
    np.testing.assert_allclose(log_mel_input(samples * 0.03), log_mel_input(samples), atol=0.02)


@pytest.mark.parametrize("samples", [np.zeros(8000, np.float32), np.zeros(1, np.float32), silence(0.1)], ids=["zeros", "one", "noise"])
def test_there_is_always_a_number(samples):
    assert np.isfinite(log_mel_input(samples)).all()
