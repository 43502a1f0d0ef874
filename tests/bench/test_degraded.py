"""Spoilings do what they are named for, and the same in every run."""

import numpy as np
import pytest

from bench.degraded import (
    WALL,
    Babble,
    Darkened,
    Held,
    Noisy,
    Repeated,
    Spoiled,
    babble_of,
    in_turn,
    muted,
    nobody,
    samples_of,
    speech_dbfs,
)
from capture.source import Pace
from capture.test_pattern import DemonstrationSound, DemonstrationVideo
from core.media import VOICE_RATE_HZ, AudioChunk, Frame

SECONDS = 1.0


def tone(amplitude=0.1, seconds=SECONDS, at=0.0):
    time = np.arange(int(seconds * VOICE_RATE_HZ)) / VOICE_RATE_HZ
    return AudioChunk((amplitude * np.sin(2 * np.pi * 200 * time)).astype(np.float32), VOICE_RATE_HZ, at, 0)


def picture(light=100):
    return Frame(np.full((60, 80, 3), light, np.uint8), 0.0, 3)


def added_dbfs(spoil, chunk):
    return float(10 * np.log10(np.mean((spoil(chunk).samples - chunk.samples).astype(np.float64) ** 2)))


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 30.0])
def test_noise_and_babble_lie_below_the_voice_by_what_they_say(snr_db):
    chunk = tone()
    level = speech_dbfs(iter([chunk]))
    talk = babble_of([tone(0.02).samples, tone(0.5, 0.7).samples])
    assert level == pytest.approx(20 * np.log10(0.1 / np.sqrt(2)), abs=0.1)
    assert added_dbfs(Noisy(snr_db, level), chunk) == pytest.approx(level - snr_db, abs=0.3)
    assert added_dbfs(Babble(talk, snr_db, level), chunk) == pytest.approx(level - snr_db, abs=0.3)


def test_babble_goes_on_where_the_chunk_before_ended():
    babble, silence = Babble(babble_of([tone().samples]), 10.0, -20.0), np.zeros(VOICE_RATE_HZ, np.float32)
    whole = babble(AudioChunk(silence, VOICE_RATE_HZ, 0.0, 0)).samples
    halves = [babble(AudioChunk(silence[:8000], VOICE_RATE_HZ, at, 0)).samples for at in (0.0, 0.5)]
    assert np.array_equal(np.concatenate(halves), whole)


def test_less_light_is_darker_and_as_noisy_in_every_run():
    once, again = Darkened(0.4)(picture()).image, Darkened(0.4)(picture()).image
    assert np.array_equal(once, again)
    assert once.mean() == pytest.approx(40.0, abs=0.2)
    assert once.std() == pytest.approx(2.0, abs=0.1)


def test_each_leaves_the_other_lane_alone():
    frame, chunk = picture(), tone()
    for spoil in (nobody, Darkened(0.5)):
        assert spoil(chunk) is chunk
    for spoil in (muted, Noisy(10.0, -20.0), Babble(chunk.samples, 10.0, -20.0)):
        assert spoil(frame) is frame
    assert (nobody(frame).image == WALL).all()
    assert not muted(chunk).samples.any()
    assert np.array_equal(in_turn(muted, Noisy(10.0, -20.0))(chunk).samples, Noisy(10.0, -20.0)(muted(chunk)).samples)


def test_a_source_is_spoiled_from_its_moment_on():
    source = Spoiled(Held(DemonstrationVideo(seed=0, fps=10.0, seconds=SECONDS, pace=Pace.RECORDED)), nobody, since=0.5)
    source.open()
    walls = [bool((frame.image == WALL).all()) for frame in source.items()]
    assert walls == [False] * 5 + [True] * 5


def test_what_is_held_can_be_had_again_and_again_and_repeated_in_a_row():
    held = Held(DemonstrationSound(seed=0, seconds=SECONDS, pace=Pace.RECORDED))
    once = samples_of(held)
    assert np.array_equal(samples_of(held), once)
    assert np.array_equal(samples_of(Repeated(held, 3, SECONDS)), np.tile(once, 3))
    held.open()
    items = held.items()
    next(items)
    held.stop()
    assert list(items) == []
