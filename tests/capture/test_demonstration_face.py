import cv2
import numpy as np
import pytest

from capture.demonstration_face import Pose, draw_face, face_middle
from capture.demonstration_looks import EXPRESSIONS, Expression, blend, look_of
from capture.demonstration_timeline import WALK_S, stretch_at
from capture.test_pattern import demonstration_picture, demonstration_pose
from core.labels import Emotion

SEEDS = (0, 1, 2)
EVERY_S = 1.0


@pytest.fixture(scope="module")
def cascade():
    return cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")


def faces_in(cascade, picture):
    return cascade.detectMultiScale(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 1.1, 5, minSize=(50, 50))


def is_the_face(boxes, pose):
    x, y = face_middle(pose, 640, 480)
    return len(boxes) == 1 and abs(boxes[0][0] + boxes[0][2] / 2 - x) < 30 and abs(boxes[0][1] + boxes[0][3] / 2 - y) < 45


@pytest.mark.slow
def test_the_cascade_finds_the_face_and_only_the_face_wherever_the_timeline_shows_it(cascade):
    right = [
        is_the_face(faces_in(cascade, demonstration_picture(seed, at, 640, 480)), demonstration_pose(seed, at))
        for seed in SEEDS
        for at in np.arange(0.1, 52, EVERY_S)
        if stretch_at(seed, at).face_shown
    ]
    assert len(right) > 100
    assert np.mean(right) >= 0.99


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cascade_finds_nothing_while_the_person_is_away(cascade, seed):
    away = next(s for s in (stretch_at(seed, at) for at in range(60)) if not s.face_shown)
    for at in np.linspace(away.starts_at + WALK_S, away.ends_at - WALK_S, 5):
        assert len(faces_in(cascade, demonstration_picture(seed, at, 640, 480))) == 0


@pytest.mark.parametrize(("width", "height"), [(640, 480), (320, 240), (1280, 720), (480, 640)])
def test_a_picture_has_the_size_that_was_asked_for(width, height):
    picture = draw_face(look_of(0), EXPRESSIONS[Emotion.HAPPINESS], Pose(), width, height)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


def test_the_same_arguments_give_the_same_picture_in_a_new_array():
    one, other = (draw_face(look_of(5), EXPRESSIONS[Emotion.ANGER], Pose(tilt_deg=2), 640, 480) for _ in range(2))
    assert one is not other
    assert np.array_equal(one, other)
    one[:] = 0
    assert np.array_equal(other, draw_face(look_of(5), EXPRESSIONS[Emotion.ANGER], Pose(tilt_deg=2), 640, 480))


def test_each_expression_changes_the_face():
    pictures = [draw_face(look_of(1), held, Pose(), 640, 480)[60:370, 220:420].astype(int) for held in EXPRESSIONS.values()]
    for place, one in enumerate(pictures):
        for other in pictures[place + 1 :]:
            assert (np.abs(one - other).max(axis=2) > 30).mean() > 0.01


def test_seeds_are_visibly_different_people():
    pictures = [draw_face(look_of(seed), Expression(), Pose(), 640, 480)[20:380, 180:460].astype(int) for seed in range(5)]
    for place, one in enumerate(pictures):
        for other in pictures[place + 1 :]:
            assert (np.abs(one - other).max(axis=2) > 20).mean() > 0.1


def test_a_blend_goes_from_one_expression_to_the_other():
    neutral, angry = EXPRESSIONS[Emotion.NEUTRAL], EXPRESSIONS[Emotion.ANGER]
    assert blend(neutral, angry, 0) == neutral
    assert blend(neutral, angry, 1) == angry
    assert blend(neutral, angry, 0.5).brow_pinch == pytest.approx(0.5 * angry.brow_pinch)


def test_no_expression_at_its_limits_breaks_the_drawing():
    low = Expression(-1, -1, 0, 0, 0, -1, -1, 0, 0, 0)
    high = Expression(1, 1, 1, 2, 1, 1, 1, 1, 1, 1)
    for held in (low, high):
        assert draw_face(look_of(2), held, Pose(right_px=400, tilt_deg=20), 640, 480).shape == (480, 640, 3)
