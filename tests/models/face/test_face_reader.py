import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.failures import CheckpointRefused
from core.labels import EMOTIONS, Emotion, Modality
from core.media import Frame
from core.paths import checkpoint_folder
from core.readings import Absence, FaceReading
from core.settings import FaceSettings
from models.face.reader import FaceReader


def _frames(path: Path) -> list[Frame]:
    video, frames = cv2.VideoCapture(str(path)), []
    while True:
        there, image = video.read()
        if not there:
            video.release()
            return frames
        frames.append(Frame(image, video.get(cv2.CAP_PROP_POS_MSEC) / 1000, len(frames)))


def _read(frames: list[Frame], settings: FaceSettings | None = None) -> list[FaceReading]:
    reader = FaceReader(settings or FaceSettings())
    return [reading for frame in frames if (reading := reader.read(frame)) is not None]


def _blank(at: float, index: int) -> Frame:
    return Frame(np.full((480, 640, 3), 90, np.uint8), at, index)


def test_an_empty_room_is_no_face_and_never_neutral():
    readings = _read([_blank(i / 30, i) for i in range(10)])
    assert len(readings) == 10
    for reading in readings:
        assert reading.absent_because is Absence.NO_FACE
        assert reading.probabilities == reading.smoothed == {}
        assert reading.box is None


def test_a_slow_rate_reads_the_first_frame_of_each_slot_of_media_time():
    readings = _read([_blank(i / 30, i) for i in range(31)], FaceSettings(rate_hz=10))
    gaps = np.diff([reading.at for reading in readings])[1:]
    assert np.allclose(gaps, 0.1)


def test_a_jittering_webcam_at_the_full_rate_is_read_frame_by_frame():
    jitter = np.random.default_rng(1).uniform(-0.006, 0.006, 60)
    assert len(_read([_blank(i / 30 + jitter[i], i) for i in range(60)])) == 60


def test_frames_that_were_lost_are_counted_once():
    readings = _read([_blank(0.0, 0), _blank(0.1, 3), _blank(0.2, 4)])
    assert [reading.dropped_before for reading in readings] == [0, 2, 0]


def test_warming_up_changes_nothing():
    frames = [_blank(i / 30, i) for i in range(3)]
    warmed = FaceReader(FaceSettings())
    warmed.warm_up()
    assert [warmed.read(frame) for frame in frames] == _read(frames)
    assert warmed.finish() is None


def test_an_altered_checkpoint_is_refused(tmp_path: Path):
    folder = tmp_path / "mini_xception"
    shutil.copytree(checkpoint_folder(Modality.FACE, "mini_xception"), folder)
    file = folder / "mini_xception.tflite"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(CheckpointRefused, match="sha256"):
        FaceReader(FaceSettings(), folder)


def test_a_checkpoint_for_another_input_is_refused(tmp_path: Path):
    folder = tmp_path / "mini_xception"
    shutil.copytree(checkpoint_folder(Modality.FACE, "mini_xception"), folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["input"]["kind"] = "face-grey-64-v0"
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(CheckpointRefused, match="face-grey-64-v0"):
        FaceReader(FaceSettings(), folder)


@pytest.mark.data
def test_a_clip_from_sad_to_happy_shows_happiness_late_and_not_early(shared_data: Path):
    readings = [one for one in _read(_frames(shared_data / "video" / "sad_to_happy_silent.mp4")) if one.smoothed]
    early = [one.smoothed[Emotion.HAPPINESS] for one in readings if one.at < 5]
    late = [one.smoothed[Emotion.HAPPINESS] for one in readings if one.at > 14]
    assert np.median(late) > np.median(early) + 0.3
    assert set(readings[0].probabilities) == set(EMOTIONS)
    assert sum(readings[0].probabilities.values()) == pytest.approx(1)


@pytest.mark.data
def test_a_cartoon_without_a_face_has_no_probabilities(shared_data: Path):
    readings = _read(_frames(shared_data / "video" / "no_face_cartoon.mp4"))
    assert readings
    assert all(not one.probabilities and one.absent_because is Absence.NO_FACE for one in readings)


@pytest.mark.data
def test_two_people_who_stay_freeze_the_measurement(shared_data: Path):
    readings = _read(_frames(shared_data / "video" / "two_faces_talking.mp4"))
    assert {one.absent_because for one in readings if one.at > 1.5} == {Absence.TWO_PEOPLE}
    assert all(len(one.others) >= 1 for one in readings if one.at > 1.5)


@pytest.mark.data
def test_a_face_in_a_dark_scene_is_read(shared_data: Path):
    readings = _read(_frames(shared_data / "video" / "talking_dark.mp4"))
    assert np.mean([bool(one.probabilities) for one in readings]) > 0.95
    assert len({one.box.width // 100 for one in readings if one.box}) <= 2, "one person, followed steadily"


@pytest.mark.data
def test_the_same_scene_much_darker_is_too_dark_or_no_face_and_never_an_expression(shared_data: Path):
    frames = _frames(shared_data / "video" / "talking_dark.mp4")[:50]
    readings = _read([Frame((frame.image * 0.25).astype(np.uint8), frame.at, frame.index) for frame in frames])
    assert {one.absent_because for one in readings} <= {Absence.TOO_DARK, Absence.NO_FACE}
    assert Absence.TOO_DARK in {one.absent_because for one in readings}


@pytest.mark.data
def test_a_face_that_leaves_becomes_an_absence(shared_data: Path):
    readings = _read(_frames(shared_data / "video" / "face_leaves_vfr_hevc.mov"))
    assert all(one.probabilities for one in readings if 0.2 < one.at < 2.2)
    assert all(one.absent_because is Absence.NO_FACE for one in readings if one.at > 3.0)


@pytest.mark.data
def test_the_same_clip_gives_the_same_readings(shared_data: Path):
    frames = _frames(shared_data / "video" / "neutral_to_smile.mp4")
    assert _read(frames) == _read(frames)
