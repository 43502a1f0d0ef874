"""The places of training and the conditions of the figures do to a sound what they say."""

import numpy as np
import pytest

from tests.fixtures.voices import voice
from training.voice_conditions import (
    ANYWHERE,
    BABBLE,
    CONDITIONS,
    LINE,
    NOISE,
    PLACES,
    ROOM,
    by_telephone,
    drawn_place,
    in_16_bits,
    in_band,
    in_room,
    place_with,
    with_babble,
    with_gain,
    with_noise,
)

RATE = 16_000
VOICE = voice(2.0)
OTHERS = [voice(1.5, pitch_hz=hz) for hz in (90, 150, 210, 260)]


def share_between(samples, low, high):
    power = np.square(np.abs(np.fft.rfft(samples)))
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return power[(hz >= low) & (hz < high)].sum() / power.sum()


@pytest.mark.parametrize("snr_db", [10.0, 20.0])
def test_noise_and_babble_are_added_at_the_level_asked_for(snr_db):
    for heard in (with_noise(VOICE, snr_db, np.random.default_rng(0)), with_babble(VOICE, OTHERS, snr_db, np.random.default_rng(0))):
        assert 20 * np.log10(VOICE.std() / (heard - VOICE).std()) == pytest.approx(snr_db, abs=0.2)


def test_gain_cuts_at_full_scale():
    assert np.abs(with_gain(VOICE, 40.0)).max() == 1.0
    np.testing.assert_allclose(with_gain(VOICE, -12.0), VOICE * 10 ** (-12 / 20), rtol=1e-6)


def test_a_telephone_carries_its_band_only():
    noise = np.random.default_rng(0).normal(0, 0.1, 2 * RATE + 1).astype(np.float32)
    heard = by_telephone(noise)
    assert len(heard) == len(noise)
    assert share_between(heard, 250, 3800) > 0.97
    assert share_between(in_band(noise, 300, 3400), 4100, 8000) < 0.01


def test_a_room_rings_on_after_the_sound_and_dies_away():
    click = np.zeros(RATE, np.float32)
    click[100] = 0.5
    heard = in_room(click, 0.4, 0.0, np.random.default_rng(0))
    early, late = (np.square(heard[start : start + 800]).mean() for start in (300, 5500))
    assert 10 * np.log10(early / late) == pytest.approx(60 * (5200 / RATE) / 0.4, abs=6)


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_keeps_the_length_and_is_the_same_each_time(name):
    one, other = (CONDITIONS[name](VOICE, OTHERS, np.random.default_rng(3)) for _ in range(2))
    assert len(one) == len(VOICE)
    assert one.dtype == np.float32
    np.testing.assert_array_equal(one, other)


def test_places_differ_and_a_place_is_the_same_for_all_clips():
    places = [drawn_place(np.random.default_rng(seed)) for seed in range(40)]
    assert len(set(places)) > 30
    assert drawn_place(np.random.default_rng(7)) == drawn_place(np.random.default_rng(7))
    for place in places:
        assert np.isfinite(place.heard(VOICE, OTHERS, np.random.default_rng(0))).all()


def test_a_faster_place_is_shorter_and_higher():
    place = drawn_place(np.random.default_rng(0)).__class__(pace=1.1)
    assert len(place.heard(VOICE, OTHERS, np.random.default_rng(0))) == pytest.approx(len(VOICE) / 1.1, rel=0.02)


@pytest.mark.parametrize("what", sorted(set(PLACES)))
def test_a_place_has_what_it_is_named_for(what):
    for seed in range(20):
        place = place_with(what, np.random.default_rng(seed))
        has = {
            NOISE: place.noise_db is not None,
            BABBLE: place.babble_db is not None,
            ROOM: place.room is not None,
            LINE: place.telephone or place.band_hz is not None,
            ANYWHERE: True,
        }
        assert has[what]
        assert np.isfinite(place.heard(VOICE, OTHERS, np.random.default_rng(0))).all()


def test_a_file_has_steps_of_16_bits_and_full_scale():
    heard = in_16_bits(np.array([0.0, 1e-5, 0.4 / 32768, -1.0, 1.2], np.float32))
    np.testing.assert_array_equal(heard * 32768, [0, 0, 0, -32768, 32767])
