"""A real loudspeaker: the null sink of a sound server of the test's own, recorded from its monitor."""

import threading

import numpy as np
import pytest

from capture.microphone import PortAudioError
from capture.speaker import NOT_PLAYED, Speaker, why_no_speaker
from core.failures import SourceUnavailable
from tests.fixtures.recorder import RATE_HZ, Recorder, loudest_hz
from tests.fixtures.sound_server import SoundServer

pytestmark = pytest.mark.sound


@pytest.fixture
def sound_server():
    with SoundServer() as server:
        yield server


@pytest.fixture
def speaker(sound_server):
    made = Speaker(RATE_HZ)
    made.open()
    yield made
    made.stop()
    made.close()


def tone(hz: float, seconds: float) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def put_all(speaker: Speaker, samples: np.ndarray, at: float = 0.0, speed: float = 1.0) -> None:
    for number, part in enumerate(np.array_split(samples, max(1, len(samples) // 1600))):
        speaker.put(part, at + number * 0.1 * speed, speed)


def test_what_is_put_is_heard_and_after_it_there_is_silence(speaker):
    with Recorder() as recorder:
        put_all(speaker, np.concatenate((tone(500, 0.8), tone(900, 0.8))))
        heard = recorder.heard(2.2)
    assert loudest_hz(heard[: RATE_HZ // 2]) == pytest.approx(500, abs=5)
    assert loudest_hz(heard[RATE_HZ : RATE_HZ * 3 // 2]) == pytest.approx(900, abs=5)
    assert np.sqrt(np.mean(heard[: RATE_HZ // 2] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert np.abs(heard[-RATE_HZ // 4 :]).max() < 0.01


def test_it_is_known_which_time_of_the_session_is_heard_when(speaker):
    put_all(speaker, tone(500, 1.0), at=100.0, speed=2.0)
    first = speaker.heard
    put_all(speaker, tone(500, 1.0), at=102.0, speed=2.0)
    second = speaker.heard
    assert 100.0 <= first.at < second.at <= 104.0
    assert (second.at - first.at) / (second.clock - first.clock) == pytest.approx(2.0, rel=0.25)


def test_what_is_flushed_is_not_heard(speaker):
    with Recorder() as recorder:
        waiting = threading.Thread(target=put_all, args=(speaker, tone(500, 0.4)), name="putting")
        waiting.start()
        waiting.join(20)
        speaker.flush()
        assert speaker.heard is None
        put_all(speaker, tone(1500, 1.0))
        heard = recorder.heard(1.0)
    assert loudest_hz(heard[RATE_HZ // 2 :]) == pytest.approx(1500, abs=5)


def test_a_stop_frees_who_waits_for_room(speaker):
    found: list[bool] = []
    putting = threading.Thread(target=lambda: found.append(speaker.put(tone(500, 60.0), 0.0, 1.0)), name="putting")
    putting.start()
    speaker.stop()
    putting.join(20)
    assert not putting.is_alive()
    assert found == [False]


def test_a_loudspeaker_that_is_taken_away_is_said(speaker, sound_server):
    speaker.put(tone(500, 0.1), 0.0, 1.0)
    sound_server.unplug()
    with pytest.raises(SourceUnavailable, match="takes no sound any more"):
        put_all(speaker, tone(500, 20.0))


def test_without_a_loudspeaker_that_is_said(monkeypatch, sound_server):
    sound_server.unplug()
    with pytest.raises(SourceUnavailable, match=NOT_PLAYED):
        Speaker(RATE_HZ).open()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (PortAudioError.DEVICE_UNAVAILABLE, "Another program uses the loudspeaker."),
        (PortAudioError.INVALID_DEVICE, "There is no loudspeaker."),
        (-9999, "The sound system refuses it (PortAudio error -9999)."),
    ],
)
def test_why_no_sound_is_played_is_said(code, why):
    assert why_no_speaker(code).why == why
