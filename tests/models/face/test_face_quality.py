from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.readings import Absence, Box
from core.settings import FaceSettings
from models.face.quality import Measures, inside_share, judge, measure, sharpness

GOOD = Measures(side_px=200, inside=1.0, light=120, contrast=50, sharpness=0.6)


def test_a_large_lit_sharp_face_is_of_full_quality_and_needs_no_word():
    quality = judge(GOOD, FaceSettings())
    assert (quality.value, quality.reason, quality.absence) == (1.0, None, None)


@pytest.mark.parametrize(
    ("worse", "absence"),
    [
        ({"side_px": 30}, Absence.TOO_SMALL),
        ({"light": 12.0}, Absence.TOO_DARK),
        ({"contrast": 3.0}, Absence.TOO_DARK),
        ({"sharpness": 0.005}, Absence.TOO_BLURRED),
        ({"inside": 0.6}, Absence.FACE_CUT_OFF),
    ],
)
def test_below_a_minimum_the_face_is_absent_with_its_reason(worse: dict, absence: Absence):
    quality = judge(replace(GOOD, **worse), FaceSettings())
    assert quality.absence is absence
    assert quality.value == 0.0
    assert quality.reason


@pytest.mark.parametrize("worse", [{"side_px": 52}, {"light": 35.0}, {"contrast": 10.0}, {"sharpness": 0.04}, {"inside": 0.8}])
def test_between_minimum_and_good_the_quality_is_low_and_says_why(worse: dict):
    quality = judge(replace(GOOD, **worse), FaceSettings())
    assert quality.absence is None
    assert 0 < quality.value < 0.6
    assert quality.reason


def test_the_worst_measure_decides():
    quality = judge(replace(GOOD, light=40.0, side_px=60), FaceSettings())
    assert quality.reason == "the face is small"


def test_blur_lowers_sharpness_and_light_does_not():
    sharp = np.random.default_rng(1).integers(0, 120, (48, 48), dtype=np.uint8)
    assert sharpness(cv2.GaussianBlur(sharp, (0, 0), 2)) < 0.1 * sharpness(sharp)
    assert sharpness(sharp * 2) == pytest.approx(sharpness(sharp), rel=1e-4)


def test_a_face_half_beyond_the_edge_is_half_inside():
    assert inside_share(Box(-50, 10, 100, 100), 640, 480) == pytest.approx(0.5)
    assert inside_share(Box(100, 100, 100, 100), 640, 480) == 1.0


def test_the_measures_come_from_the_crop_and_the_box():
    crop = np.full((48, 48), 90, np.uint8)
    measures = measure(crop, Box(0, 0, 80, 100), 640, 480)
    assert (measures.side_px, measures.light, measures.contrast) == (100, 90.0, 0.0)
