import numpy as np
import pytest

from core.readings import Box
from models.face.inputs import INPUT_SHAPE, LEAST_SPREAD, SIDE_PX, crop_rectangle, face_input, face_inputs, grey_crop, scaled


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def test_training_and_the_running_program_make_the_same_numbers(picture: np.ndarray):
    box = Box(30, 20, 70, 70)
    crop = grey_crop(picture, box)
    assert np.array_equal(face_input(picture, box), face_inputs([crop]))
    assert np.array_equal(face_inputs([crop, crop[::-1]])[0], scaled(crop[np.newaxis])[0])


def test_each_face_is_standardised_by_itself(picture: np.ndarray):
    values = face_input(picture, Box(10, 10, 80, 80))
    assert values.shape == (1, *INPUT_SHAPE)
    assert values.dtype == np.float32
    assert values.mean() == pytest.approx(0, abs=1e-4)
    assert values.std() == pytest.approx(1, abs=1e-3)


def test_twice_the_light_makes_the_same_input():
    dim = np.tile(np.arange(0, 96, 2, dtype=np.uint8), (SIDE_PX, 1))
    assert np.allclose(scaled(dim[np.newaxis]), scaled((dim * 2 + 20)[np.newaxis]), atol=1e-4)


def test_a_flat_picture_is_not_stretched_to_a_face():
    flat = np.full((1, SIDE_PX, SIDE_PX), 100, np.uint8)
    flat[0, ::2] += 1
    assert np.abs(scaled(flat)).max() <= 0.5 / LEAST_SPREAD + 1e-6


@pytest.mark.parametrize("box", [Box(-20, -20, 60, 60), Box(130, 90, 60, 60), Box(-10, 40, 200, 200)])
def test_a_box_that_reaches_beyond_the_picture_repeats_its_edge(picture: np.ndarray, box: Box):
    assert grey_crop(picture, box).shape == (SIDE_PX, SIDE_PX)


def test_a_box_outside_of_the_picture_is_an_error(picture: np.ndarray):
    with pytest.raises(ValueError, match="outside"):
        grey_crop(picture, Box(500, 500, 50, 50))


def test_the_cut_is_a_square_around_the_middle_of_the_box():
    assert crop_rectangle(Box(100, 100, 40, 60)) == (90, 100, 60)


def test_the_crop_of_a_48_pixel_box_is_the_picture_itself(picture: np.ndarray):
    grey = picture[..., 0].copy()
    assert np.array_equal(grey_crop(grey, Box(5, 7, SIDE_PX, SIDE_PX)), grey[7 : 7 + SIDE_PX, 5 : 5 + SIDE_PX])
