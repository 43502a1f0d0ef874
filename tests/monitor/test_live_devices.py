"""A live session with real devices: a camera in the network and the microphone of a real sound server, both of which fail and come back."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from bench.clips import jpegs
from bench.http_camera import HttpCamera
from capture.media_file import MediaSound
from core.labels import Modality
from core.media import Frame
from core.readings import FaceReading, FusionScore, Reading, VoiceReading
from core.session import SessionResults
from core.settings import Settings
from monitor import events
from monitor.board import Board, Progress, SoundLevel
from monitor.events import LaneReady, LaneRecovered, State, StateChanged
from monitor.preview import Preview
from monitor.wiring import live_plan
from tests.fixtures.monitor_runs import LIMIT_S, SETTINGS, Run, threads_left
from tests.fixtures.sound_server import SoundServer

pytestmark = pytest.mark.data

QUICK = SETTINGS.with_values(
    {"capture.camera_read_timeout_ms": 500, "capture.camera_open_timeout_ms": 1000, "capture.microphone_starved_ms": 1000}, "the test"
)
FPS = 25.0


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads_left() == []


@pytest.fixture(scope="module")
def talking_face(shared_data: Path) -> list[bytes]:
    return jpegs(shared_data / "video" / "talking_1.mp4")


@pytest.fixture
def camera(talking_face: list[bytes]) -> Iterator[HttpCamera]:
    with HttpCamera(talking_face, FPS) as camera:
        yield camera


@pytest.fixture
def sound_server() -> Iterator[SoundServer]:
    with SoundServer() as server:
        yield server


@pytest.fixture
def speech(shared_data: Path) -> np.ndarray:
    source = MediaSound(shared_data / "video" / "talking_1.mp4", Settings().capture)
    source.open()
    samples = np.concatenate([chunk.samples for chunk in source.items()])
    source.close()
    return np.round(samples * 32767).astype(np.int16)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(camera: str | None, microphone: str | None, settings: Settings = QUICK) -> Run:
        runs.append(Run(live_plan(settings, camera=camera, microphone=microphone), tmp_path / "s.db", settings))
        return runs[-1]

    yield start
    for run in runs:
        run.monitor.stop()
        assert run.monitor.ended.wait(20)


def stopped(run: Run) -> SessionResults:
    run.monitor.stop()
    results = run.finished()
    assert results.info.ended_utc is not None
    assert threads_left() == []
    for modality in Modality:
        assert all(before.at <= after.at for before, after in pairwise(results.of(modality)))
    assert run.events[-1] == StateChanged(State.ENDED)
    return results


def with_a_box(item: Reading | FusionScore) -> bool:
    return isinstance(item, FaceReading) and item.box is not None and bool(item.probabilities)


def with_a_voice(item: Reading | FusionScore) -> bool:
    return isinstance(item, VoiceReading) and bool(item.probabilities)


def with_a_value(item: Reading | FusionScore) -> bool:
    return isinstance(item, FusionScore) and item.value is not None


def later_face(run: Run) -> None:
    """Wait for a face reading that is not there yet."""
    run.wait_for_shown(with_a_box, after=len(run.shown))


def recovered(modality: Modality) -> Callable[[events.Event], bool]:
    return lambda event: event == LaneRecovered(modality)


def ready(modality: Modality) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, LaneReady) and event.modality is modality


def failed(run: Run, modality: Modality, count: int = 1) -> Any:
    """Wait for the lane's failure number `count`."""
    run.wait_for(lambda _event: len(run.failures(modality)) >= count)
    return run.failures(modality)[count - 1]


@pytest.mark.sound
def test_a_face_and_a_voice_are_read_live_and_scored(
    camera: HttpCamera, sound_server: SoundServer, speech: np.ndarray, live: Callable[..., Run]
) -> None:
    run = live(camera.url, "default")
    run.wait_for(ready(Modality.VOICE))
    run.wait_for(ready(Modality.FACE))
    sound_server.speak(speech)
    run.wait_for_shown(with_a_voice)
    run.wait_for_shown(with_a_value)
    run.monitor.submit_text("I am so tired and sad today, nothing helps me any more.")
    run.wait_for_shown(lambda item: isinstance(item, Reading) and item.modality is Modality.TEXT)
    run.wait_for_shown(with_a_value, after=len(run.shown))
    results = stopped(run)
    assert run.failures() == []
    assert results.gaps == []
    assert sum(with_a_box(reading) for reading in results.of(Modality.FACE)) > 0.9 * len(results.of(Modality.FACE)) > 0
    assert any(with_a_voice(reading) for reading in results.of(Modality.VOICE))
    assert len(results.of(Modality.TEXT)) == 1
    assert Modality.FACE in results.scores[-1].heard_from
    assert {Modality.FACE: camera.url, Modality.VOICE: "default"}.items() <= results.info.sources.items()
    assert all(len(model["sha256"]) == 64 for model in results.info.models.values())
    assert len(results.info.models) == 3


def test_a_camera_that_stalls_and_drops_is_told_waited_for_and_read_again(camera: HttpCamera, live: Callable[..., Run]) -> None:
    run = live(camera.url, None)
    later_face(run)
    camera.stall()
    stall = failed(run, Modality.FACE)
    assert stall.retrying
    assert "has sent no picture for 0.5 s" in stall.failure.why
    shown = len(run.shown)
    camera.refuse()
    assert not [item for item in run.shown[shown:] if isinstance(item, FaceReading)]
    camera.go_on()
    camera.come_back()
    run.wait_for(recovered(Modality.FACE))
    later_face(run)
    camera.drop()
    assert failed(run, Modality.FACE, 2).retrying
    run.wait_for(lambda _event: run.events.count(LaneRecovered(Modality.FACE)) == 2)
    later_face(run)
    results = stopped(run)
    assert [gap.why for gap in results.gaps] == [event.failure.what for event in run.failures()]
    assert len(results.gaps) == 2
    assert results.gaps[0].ends_at - results.gaps[0].starts_at >= 0.5  # the stall itself belongs to it
    for gap in results.gaps:
        assert not [reading for reading in results.of(Modality.FACE) if gap.starts_at < reading.at < gap.ends_at]
    assert results.of(Modality.FACE)[-1].at >= results.gaps[-1].ends_at


def test_a_session_is_stopped_while_its_camera_is_away(camera: HttpCamera, live: Callable[..., Run]) -> None:
    run = live(camera.url, None)
    later_face(run)
    camera.refuse()
    failed(run, Modality.FACE)
    results = stopped(run)
    (gap,) = results.gaps
    assert gap.ends_at > gap.starts_at > 0
    assert results.of(Modality.FACE)


@pytest.mark.sound
def test_a_microphone_that_is_unplugged_leaves_the_face_alone_and_comes_back(
    camera: HttpCamera, sound_server: SoundServer, speech: np.ndarray, live: Callable[..., Run]
) -> None:
    run = live(camera.url, "default")
    run.wait_for(ready(Modality.VOICE))
    sound_server.speak(speech[: 5 * 16_000])
    run.wait_for_shown(with_a_voice)
    sound_server.unplug()
    failure = failed(run, Modality.VOICE)
    assert failure.retrying
    assert "was taken away" in failure.failure.what
    assert failure.failure.what_to_do
    later_face(run)
    sound_server.plug_in()
    run.wait_for(recovered(Modality.VOICE))
    run.wait_for_shown(lambda item: isinstance(item, VoiceReading), after=len(run.shown))
    results = stopped(run)
    assert {event.modality for event in run.failures()} == {Modality.VOICE}
    assert [gap.modality for gap in results.gaps] == [Modality.VOICE]
    assert any(with_a_voice(reading) for reading in results.of(Modality.VOICE))
    during = [reading for reading in results.of(Modality.FACE) if results.gaps[0].starts_at < reading.at < results.gaps[0].ends_at]
    assert len(during) > 5


class Watched(Board):
    """A board that says when it got a picture and when it got a level."""

    def __init__(self) -> None:
        super().__init__()
        self.came = {Frame: Event(), SoundLevel: Event()}

    def post(self, item: Frame | SoundLevel | Progress) -> None:
        super().post(item)
        self.came[type(item)].set()


@pytest.mark.sound
def test_a_preview_shows_picture_and_level_and_lets_go_of_both(camera: HttpCamera, sound_server: SoundServer) -> None:
    board = Watched()
    preview = Preview(camera.url, "default", QUICK, board, lambda _event: None)
    preview.start()
    assert all(came.wait(LIMIT_S) for came in board.came.values())
    preview.stop()
    preview.join()
    assert threads_left() == []
    taken = board.take()
    assert taken.frame is not None
    assert taken.frame.image.shape == (512, 512, 3)
    assert taken.level is not None
    assert taken.readings == ()
