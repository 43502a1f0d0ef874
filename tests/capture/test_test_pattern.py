import threading
from itertools import pairwise

import numpy as np
import pytest

from capture.demonstration_timeline import demonstration_timeline
from capture.source import Pace
from capture.test_pattern import DemonstrationSound, DemonstrationText, DemonstrationVideo
from core.clock import SessionClock
from core.failures import WrongUse
from core.media import VOICE_RATE_HZ


class SteppedClock:
    """A session clock that goes on by the same step at every question."""

    def __init__(self, step_s):
        self.at, self.step_s = 0.0, step_s

    def now(self):
        self.at += self.step_s
        return self.at


def items_of(source):
    source.open()
    found = list(source.items())
    source.close()
    return found


def small_video(**options):
    return DemonstrationVideo(1, 30, options.pop("seconds", 2), 160, 120, **options)


def test_recorded_frames_have_exact_media_times():
    frames = items_of(small_video(pace=Pace.RECORDED))
    assert [frame.at for frame in frames] == [index / 30 for index in range(60)]
    assert [frame.index for frame in frames] == list(range(60))


def test_recorded_sound_has_the_exact_length_and_no_hole():
    chunks = items_of(DemonstrationSound(1, 3.25, pace=Pace.RECORDED))
    assert sum(len(chunk.samples) for chunk in chunks) == 3.25 * VOICE_RATE_HZ
    for one, after in pairwise(chunks):
        assert after.at == pytest.approx(one.ends_at, abs=1e-9)
        assert one.samples.dtype == np.float32


def test_recorded_text_is_the_timeline_s():
    entries = items_of(DemonstrationText(2, 60, pace=Pace.RECORDED))
    expected = [(s.sentence, s.sentence_at) for s in demonstration_timeline(2, 60) if s.sentence_at < 60]
    assert [(entry.text, entry.at) for entry in entries] == expected
    assert len(entries) >= 5


def test_two_runs_of_a_seed_are_identical():
    for one, other in zip(items_of(small_video(pace=Pace.RECORDED)), items_of(small_video(pace=Pace.RECORDED)), strict=True):
        assert np.array_equal(one.image, other.image)


def test_live_frames_carry_the_session_s_own_time_and_lose_none_when_in_time():
    clock = SteppedClock(0.01)
    frames = items_of(small_video(pace=Pace.LIVE, now=clock.now, seconds=1))
    assert [frame.index for frame in frames] == list(range(30))
    assert all(frame.at >= frame.index / 30 for frame in frames)


def test_a_late_consumer_of_live_frames_sees_a_jump_of_the_index_and_no_delay():
    clock = SteppedClock(0.02)
    source = small_video(pace=Pace.LIVE, now=clock.now, seconds=2)
    source.open()
    frames = source.items()
    first = next(frames)
    clock.at += 0.5
    second = next(frames)
    assert second.index - first.index >= 14
    assert second.at - second.index / 30 < 2 / 30


def test_live_sound_that_was_not_fetched_in_time_is_lost_with_a_jump_of_the_index():
    clock = SteppedClock(0.02)
    source = DemonstrationSound(1, None, pace=Pace.LIVE, now=clock.now)
    source.open()
    chunks = source.items()
    first, second = next(chunks), next(chunks)
    clock.at += 1.0
    third = next(chunks)
    assert second.index == first.index + 1
    assert third.index > second.index + 5
    assert third.at == pytest.approx(first.at + 0.1 * (third.index - first.index))
    assert third.ends_at <= clock.at


def test_live_sound_is_never_from_the_future():
    clock = SteppedClock(0.03)
    for chunk in items_of(DemonstrationSound(1, 2, pace=Pace.LIVE, now=clock.now)):
        assert chunk.ends_at <= clock.at


def test_live_text_comes_when_its_moment_has_come():
    clock = SteppedClock(8.0)
    entries = items_of(DemonstrationText(0, 100, pace=Pace.LIVE, now=clock.now))
    due = [(s.sentence, s.sentence_at) for s in demonstration_timeline(0, 120) if 8 <= s.sentence_at < 108]
    assert [entry.text for entry in entries] == [sentence for sentence, _ in due]
    assert all(entry.at >= moment for entry, (_, moment) in zip(entries, due, strict=True))


def test_stop_frees_a_source_that_waits_for_its_moment():
    asked = threading.Event()

    def frozen():
        asked.set()
        return 0.0

    source = DemonstrationText(0, None, pace=Pace.LIVE, now=frozen)
    source.open()
    found = []
    waiting = threading.Thread(target=lambda: found.extend(source.items()), name="waits for text")
    waiting.start()
    assert asked.wait(10)
    source.stop()
    waiting.join(10)
    assert not waiting.is_alive()
    assert found == []


def test_without_a_length_it_goes_on_until_stopped():
    source = DemonstrationSound(0, None, pace=Pace.RECORDED)
    source.open()
    taken = 0
    for chunk in source.items():
        taken += 1
        if chunk.at > 130:
            source.stop()
    assert taken == 1302


def test_a_real_clock_paces_a_live_demonstration():
    clock = SessionClock()
    frames = items_of(small_video(pace=Pace.LIVE, now=clock.now, seconds=0.3))
    assert clock.now() >= 8 / 30
    assert all(one.at < after.at for one, after in pairwise(frames))


@pytest.mark.parametrize(
    "make", [lambda: DemonstrationSound(-1, 5, pace=Pace.RECORDED), lambda: small_video(seconds=0, pace=Pace.RECORDED)]
)
def test_an_impossible_request_is_wrong_use(make):
    with pytest.raises(WrongUse, match="demonstration"):
        make()


def test_an_impossible_picture_is_wrong_use():
    with pytest.raises(WrongUse, match="picture"):
        DemonstrationVideo(1, 0, 5, pace=Pace.RECORDED)


def test_a_live_demonstration_needs_a_clock():
    with pytest.raises(ValueError, match="clock"):
        DemonstrationSound(1, 5, pace=Pace.LIVE)
