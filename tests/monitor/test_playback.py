import math
import threading
from collections.abc import Callable

from core.labels import Modality
from monitor.playback import KEEP_TOGETHER_S, Playback

LIMIT_S = 10.0


def in_thread(body: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=body)
    thread.start()
    return thread


def test_as_fast_as_it_goes_nothing_waits() -> None:
    playback = Playback(math.inf)
    playback.join(Modality.FACE)
    assert all(playback.wait_for(Modality.FACE, float(at)) for at in range(1000))
    assert playback.reached() == 999.0


def test_a_source_that_runs_ahead_waits_for_the_slowest() -> None:
    playback = Playback(math.inf)
    playback.join(Modality.FACE)
    playback.join(Modality.VOICE)
    passed: list[float] = []

    def run() -> None:
        passed.extend(at for at in (1.0, KEEP_TOGETHER_S, KEEP_TOGETHER_S + 5) if playback.wait_for(Modality.VOICE, at))

    thread = in_thread(run)
    thread.join(0.3)
    assert passed == [1.0, KEEP_TOGETHER_S]
    assert playback.wait_for(Modality.FACE, 6.0)
    thread.join(LIMIT_S)
    assert passed[-1] == KEEP_TOGETHER_S + 5


def test_nobody_waits_for_a_source_that_ended() -> None:
    playback = Playback(math.inf)
    playback.join(Modality.FACE)
    playback.join(Modality.VOICE)
    playback.leave(Modality.FACE)
    assert playback.wait_for(Modality.VOICE, 1000.0)
    assert playback.reached() == 1000.0


def test_a_stop_frees_whoever_waits() -> None:
    playback = Playback(0.001)
    playback.join(Modality.FACE)
    answers: list[bool] = []
    thread = in_thread(lambda: answers.append(playback.wait_for(Modality.FACE, 1000.0)))
    playback.stop()
    thread.join(LIMIT_S)
    assert answers == [False]


def test_a_pause_holds_and_a_new_speed_frees() -> None:
    playback = Playback(math.inf)
    playback.join(Modality.FACE)
    playback.wait_for(Modality.FACE, 3.0)
    playback.pause()
    assert playback.reached() == 3.0
    answers: list[bool] = []
    thread = in_thread(lambda: answers.append(playback.wait_for(Modality.FACE, 4.0)))
    thread.join(0.2)
    assert answers == []
    playback.set_speed(1000.0)
    thread.join(0.2)
    assert answers == []
    playback.resume()
    thread.join(LIMIT_S)
    assert answers == [True]
