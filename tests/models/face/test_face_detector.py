from pathlib import Path

import cv2
import numpy as np
import pytest

from core.failures import CheckpointRefused
from core.readings import Box
from core.settings import FaceSettings
from models.face.detector import (
    CascadeDetector,
    Detection,
    intersection_over_union,
    load_cascade,
    open_detector,
    overlap,
    scaled_box,
    working_picture,
)
from models.face.tracking_detector import POSITIONS_A_PART, WINDOW_PX, TrackingDetector, parts_of, same_face
from training.evaluate_detector import CLIPS, Scene, at_width, clip, measure, plain_boxes, seconds_to_recover

CASCADE, SMALLEST_PX = "frontalface_default", 50


def _photo(shared_data: Path, name: str) -> np.ndarray:
    return at_width(cv2.imread(str(shared_data / "photos" / name)))


def test_the_settings_choose_the_detector():
    assert isinstance(open_detector(FaceSettings()), TrackingDetector)
    assert isinstance(open_detector(FaceSettings(detector="cascade", cascade="frontalface_alt2")), CascadeDetector)


def test_a_missing_yunet_file_is_told_with_what_to_do(tmp_path: Path):
    with pytest.raises(CheckpointRefused) as refused:
        open_detector(FaceSettings(detector="yunet", yunet_file=str(tmp_path / "yunet.onnx")))
    assert "yunet.onnx" in refused.value.failure.what
    assert "face.yunet_file" in refused.value.failure.what_to_do


@pytest.mark.parametrize("content", [b"", b"not a model at all"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "yunet.onnx"
    file.write_bytes(content)
    with pytest.raises(CheckpointRefused, match="cannot read"):
        open_detector(FaceSettings(detector="yunet", yunet_file=str(file)))


def test_a_cascade_that_opencv_does_not_have_is_refused():
    with pytest.raises(CheckpointRefused, match="frontalface_nobody"):
        load_cascade("frontalface_nobody")


def test_boxes_overlap_by_what_they_share():
    a, b = Box(0, 0, 10, 10), Box(5, 0, 10, 10)
    assert overlap(a, b) == 50
    assert intersection_over_union(a, b) == pytest.approx(1 / 3)
    assert intersection_over_union(a, a) == 1.0
    assert overlap(a, Box(20, 20, 5, 5)) == 0


def test_a_chin_within_a_face_is_no_second_face():
    assert same_face(Box(100, 100, 200, 200), Box(150, 240, 90, 90))
    assert not same_face(Box(100, 100, 100, 100), Box(210, 100, 100, 100))


def test_a_large_picture_is_searched_at_the_working_size():
    grey, reduced = working_picture(np.zeros((1080, 1920, 3), np.uint8))
    assert grey.ndim == 2
    assert grey.size <= 640 * 480 * 1.01
    assert grey.shape[1] * reduced == pytest.approx(1920, abs=2)
    small, untouched = working_picture(np.zeros((480, 640), np.uint8))
    assert (small.shape, untouched) == ((480, 640), 1.0)


def test_a_box_keeps_whole_pixels_and_never_vanishes():
    assert scaled_box((1.2, 2.6, 0.1, 8), 2.0) == Box(2, 5, 1, 16)


@pytest.mark.parametrize("shape", [(1, 1, 3), (20, 20, 3), (3, 900, 3), (480, 640)])
def test_no_picture_is_too_odd_to_be_searched(shape: tuple[int, ...]):
    detector = TrackingDetector(CASCADE, SMALLEST_PX)
    assert [detector.find(np.full(shape, 80, np.uint8)) for _ in range(8)] == [[]] * 8


@pytest.mark.data
def test_a_photo_gives_the_same_face_at_any_size(shared_data: Path):
    picture = cv2.imread(str(shared_data / "photos" / "pexels_neutral.jpeg"))
    for width in (480, 961, 1922):
        sized = cv2.resize(picture, (width, round(width * 1116 / 961)))
        (found,) = TrackingDetector(CASCADE, SMALLEST_PX).find(sized)
        assert intersection_over_union(found.box, scaled_box((0.22, 0.33, 0.60, 0.60), width)) > 0.7
        assert 0.5 < found.score < 1


def test_a_pass_takes_every_size_once_large_faces_first_in_parts_that_a_frame_can_bear():
    parts = parts_of(480, 640, 50)
    steps = [step for part in parts for step in part.steps]
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == len(steps)
    sides = [round(WINDOW_PX * 1.1**step) for step in steps]
    assert min(sides) == 51
    assert max(sides) <= 480 < max(sides) * 1.1
    dearest = (round(640 / 1.1 ** steps[-1]) - WINDOW_PX + 1) * (round(480 / 1.1 ** steps[-1]) - WINDOW_PX + 1) // 4
    assert dearest < POSITIONS_A_PART
    assert max(part.cost for part in parts) < 10


def test_a_picture_smaller_than_a_face_has_no_parts():
    assert parts_of(20, 640, 50) == ()
    assert parts_of(480, 640, 500) == ()


def test_two_boxes_of_one_true_face_count_once():
    scene = Scene("made up", [np.zeros((480, 640, 3), np.uint8)], [0.0], (Box(100, 100, 60, 60), Box(300, 100, 60, 60)))
    first, again, other, nobody = Box(90, 95, 60, 60), Box(110, 105, 60, 60), Box(300, 100, 66, 66), Box(500, 300, 80, 80)
    assert scene.faces_of([first, again, other, nobody]) == [[first, again], [other]]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "people"), [("dlib_2008_002506.jpg", 3), ("dlib_2007_007763.jpg", 5), ("dlib_2008_007676.jpg", 7), ("pexels_group.jpeg", 4)]
)
def test_people_in_a_group_are_all_found_within_a_third_of_a_second_and_kept(shared_data: Path, name: str, people: int):
    picture = _photo(shared_data, name)
    detector = TrackingDetector(CASCADE, SMALLEST_PX)
    counts = [len(detector.find(picture)) for _ in range(30)]
    assert counts[9:] == [people] * 21
    found = detector.find(picture)
    assert all(any(intersection_over_union(box, one.box) > 0.5 for one in found) for box in plain_boxes(load_cascade(CASCADE), picture))


@pytest.mark.data
def test_the_detector_repeats_itself(shared_data: Path):
    picture = _photo(shared_data, "dlib_2008_004176.jpg")

    def run() -> list[list[Detection]]:
        detector = TrackingDetector(CASCADE, SMALLEST_PX)
        return [detector.find(picture) for _ in range(12)]

    assert run() == run()


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "neutral_to_smile.mp4",
        "face_leaves_vfr_hevc.mov",
        "second_face_enters_no_audio.mkv",
        "no_face_cartoon.mp4",
        "sad_to_happy_silent.mp4",
    ],
)
def test_on_clips_it_finds_what_the_plain_cascade_finds_with_fewer_false_ones_and_recovers(shared_data: Path, name: str):
    scene = clip(shared_data / "video" / name, CLIPS[name])
    cascade = load_cascade(CASCADE)
    plain = [plain_boxes(cascade, frame) for frame in scene.frames]
    score = measure(scene, plain, 1)
    assert score.found >= score.faces - max(1, 0.01 * score.faces)
    assert score.false <= score.plain_false
    waits = seconds_to_recover(scene, plain, TrackingDetector(CASCADE, SMALLEST_PX))
    assert max(waits, default=0.0) <= 0.3
