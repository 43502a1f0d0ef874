"""A calibration by a real camera in the network and the microphone of a real sound server."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.http_camera import HttpCamera
from capture.source import Pace
from capture.test_pattern import DemonstrationVideo
from core.calibration import RestCollector
from core.labels import Emotion
from core.readings import Absence
from core.session_values import INDEX
from core.settings import Settings
from monitor.calibration_recording import CalibrationRecording, Recorded
from tests.fixtures.monitor_runs import threads_left
from tests.fixtures.sound_server import SoundServer
from tests.fixtures.voices import joined, silence, voice
from tests.fixtures.window_services import face, no_face

FPS = 15.0
TALK = joined(silence(0.5), *(joined(voice(2.0, pitch), silence(0.6)) for pitch in (120, 140, 130, 150)))


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads_left() == []


@pytest.fixture
def settings(centred_checkpoint: Path) -> Settings:
    values = {"voice.checkpoint": str(centred_checkpoint), "voice.baseline_speech_s": 4, "face.rest_s": 1.5}
    return Settings().with_values(values, "the test")


def pictures(seconds: float, *, blank: bool = False) -> list[bytes]:
    source = DemonstrationVideo(seed=0, fps=FPS, seconds=seconds, pace=Pace.RECORDED)
    source.open()
    frames = [np.full((480, 640, 3), 120, np.uint8) if blank else frame.image for frame in source.items()]
    return [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]


def recorded(camera: str | None, microphone: str | None, settings: Settings, server: SoundServer) -> CalibrationRecording:
    recording = CalibrationRecording(camera, microphone, settings)
    recording.start()
    speaking = server.start_speaking(np.round(np.tile(TALK, 4) * 32767).astype(np.int16))
    recording.join()
    speaking.terminate()
    speaking.wait()
    return recording


def test_face_and_voice_give_a_centre_of_the_voice_and_every_signal_with_the_index(settings):
    with HttpCamera(pictures(4.0), FPS) as camera, SoundServer() as server:
        recording = recorded(camera.url, "default", settings, server)
    outcome = recording.outcome
    assert isinstance(outcome, Recorded), outcome
    assert outcome.cautions == ()
    assert outcome.voice is not None
    one = outcome.calibration
    assert one.rest_s >= 1.5
    assert one.speech_s >= 4.0
    assert {"face.neutral", "face.sadness", "voice.pitch_hz", "voice.speech_rate_hz", INDEX} <= set(one.signals)
    assert 100 < one.signals["voice.pitch_hz"].centre < 170
    assert 0 <= one.signals[INDEX].centre <= 100
    assert recording.rest is not None
    assert recording.rest.done


def test_a_microphone_alone_gives_speech_and_a_voice_model_without_a_centre_is_said(settings):
    with SoundServer() as server:
        outcome = recorded(None, "default", settings.with_values({"voice.checkpoint": "mlp_180"}, "the test"), server).outcome
    assert isinstance(outcome, Recorded), outcome
    assert outcome.voice is None
    assert "cannot be compared with a person's own" in outcome.cautions[0]
    assert outcome.calibration.rest_s == 0.0
    assert not [key for key in outcome.calibration.signals if key.startswith("face.")]


def test_a_face_that_is_not_seen_is_said_and_the_speech_counts(settings):
    settings = settings.with_values({"face.rest_s": 1}, "the test")
    with HttpCamera(pictures(2.0, blank=True), FPS) as camera, SoundServer() as server:
        outcome = recorded(camera.url, "default", settings, server).outcome
    assert isinstance(outcome, Recorded), outcome
    assert outcome.cautions == ("The face at rest was not measured: No face.",)
    assert outcome.calibration.rest_s == 0.0
    assert outcome.voice is not None


def test_a_camera_that_is_not_there_costs_the_face_and_not_the_speech(settings):
    with SoundServer() as server:
        outcome = recorded("http://127.0.0.1:9/none", "default", settings, server).outcome
    assert isinstance(outcome, Recorded), outcome
    assert outcome.cautions[0].startswith("The face at rest was not measured: ")
    assert outcome.voice is not None


def test_a_camera_alone_measures_the_face_and_nothing_else(settings):
    recording = CalibrationRecording(None, None, settings)
    with HttpCamera(pictures(4.0), FPS) as camera:
        recording = CalibrationRecording(camera.url, None, settings)
        recording.start()
        recording.join()
    outcome = recording.outcome
    assert isinstance(outcome, Recorded), outcome
    assert outcome.voice is None
    assert outcome.calibration.speech_s == 0.0
    assert {key.partition(".")[0] for key in outcome.calibration.signals} <= {"face", INDEX}


def test_a_camera_alone_that_sees_nobody_is_a_failure(settings):
    with HttpCamera(pictures(2.0, blank=True), FPS) as camera:
        recording = CalibrationRecording(camera.url, None, settings.with_values({"face.rest_s": 1}, "the test"))
        recording.start()
        recording.join()
    assert "The face at rest was not measured: No face." in str(recording.outcome)


@pytest.mark.parametrize("after_s", [0.0, 1.0])
def test_a_recording_that_is_stopped_lets_go_of_the_devices_and_gives_nothing(settings, after_s):
    with HttpCamera(pictures(2.0), FPS) as camera, SoundServer():
        recording = CalibrationRecording(camera.url, "default", settings)
        recording.start()
        time.sleep(after_s)
        recording.stop()
        recording.join()
    assert recording.outcome is None


def test_devices_that_are_not_there_are_said(settings):
    with SoundServer():
        recording = CalibrationRecording(None, "no such microphone", settings)
        recording.start()
        recording.join()
    assert "no such microphone" in str(recording.outcome)


def test_only_pictures_with_an_expression_count_as_rest_and_a_gap_is_not_bridged():
    resting = RestCollector(1.0, 0.5)
    for at in (0.0, 0.2, 0.4):
        resting.add(face(at, Emotion.NEUTRAL))
    assert resting.rest.seconds == pytest.approx(0.4)
    assert resting.add(no_face(0.6, Absence.TOO_DARK)).hint == "Too dark."
    resting.add(face(5.0))
    assert resting.rest.seconds == pytest.approx(0.4)
    resting.add(face(9.0))
    assert resting.rest.seconds == pytest.approx(0.9)
    assert resting.rest.hint is None
    assert not resting.rest.done
    assert resting.add(face(9.2)).done
    assert len(resting.readings) == 6
