"""The statistics of a segment: whole, finite, free of gain, and saying what they are named for."""

import numpy as np
import pytest

from models.voice.courses import HZ, levinson, measure, resonances
from models.voice.statistics import LOUDNESS, groups, statistics
from tests.fixtures.voices import voice

FEATURES = 575
RATE = 16_000


def of(samples, name):
    return statistics(np.asarray(samples, np.float32))[groups()[name]]


def test_every_number_belongs_to_one_group():
    places = [place for part in groups().values() for place in range(part.start, part.stop)]
    assert places == list(range(FEATURES)) == list(range(len(statistics(voice(2.0)))))


@pytest.mark.parametrize("gain_db", [-30, -12, 6])
def test_gain_moves_the_loudness_and_nothing_else(gain_db):
    samples = voice(2.0, level=0.05)
    change = statistics(samples * np.float32(10 ** (gain_db / 20))) - statistics(samples)
    np.testing.assert_allclose(change[groups()[LOUDNESS]], gain_db, atol=0.01)
    change[groups()[LOUDNESS]] = 0.0
    np.testing.assert_allclose(np.nan_to_num(change), 0.0, atol=0.02)


@pytest.mark.parametrize("samples", [np.zeros(8000), np.zeros(10), np.random.default_rng(0).normal(0, 0.1, RATE), voice(0.3)])
def test_what_cannot_be_measured_is_not_known_and_nothing_is_infinite(samples):
    values = statistics(np.asarray(samples, np.float32))
    assert values.shape == (FEATURES,)
    assert not np.isinf(values).any()


def test_a_hiss_has_no_pitch_and_a_voice_has_all_numbers():
    assert np.isnan(of(np.random.default_rng(0).normal(0, 0.1, RATE), "pitch height")).all()
    assert np.isfinite(statistics(voice(2.0))).all()


def test_an_octave_is_twelve_semitones_higher():
    assert of(voice(2.0, pitch_hz=220), "pitch height")[0] - of(voice(2.0, pitch_hz=110), "pitch height")[0] == pytest.approx(12, abs=0.3)


def test_more_syllables_are_a_faster_tempo():
    slow, fast = (of(voice(3.0, syllables_hz=rate), "tempo")[0] for rate in (2.0, 5.0))
    assert fast > 1.5 * slow


def test_prediction_filters_solve_the_normal_equations():
    correlation = np.array([[1.0, 0.8, 0.5, 0.2], [2.0, -0.4, 0.3, 0.1]])
    for row, found in zip(correlation, levinson(correlation), strict=True):
        matrix = np.array([[row[abs(i - j)] for j in range(3)] for i in range(3)])
        np.testing.assert_allclose(found[1:], -np.linalg.solve(matrix, row[1:]), atol=1e-9)


def test_resonances_are_where_the_spectrum_has_them():
    turn = np.exp(-2j * np.pi * HZ / RATE)
    power = np.ones(len(HZ))
    for hz in (500.0, 1500.0, 2600.0):
        pole = 0.97 * np.exp(2j * np.pi * hz / RATE)
        power /= np.square(np.abs((1.0 - pole * turn) * (1.0 - np.conj(pole) * turn)))
    power /= np.square(np.abs(1.0 - 0.97 * turn))
    np.testing.assert_allclose(2.0 ** resonances(power[np.newaxis].astype(np.float32))[0], (500, 1500, 2600), rtol=0.05)


def test_courses_have_one_value_every_ten_milliseconds():
    courses = measure(voice(2.0))
    assert {len(part) for part in courses[:7]} == {200}
    assert courses.voiced.sum() > 100
