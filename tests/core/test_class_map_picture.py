import numpy as np
import pytest

from core.class_map_picture import class_map_caption, class_map_picture
from core.labels import EMOTIONS, Emotion
from core.readings import ClassMap


def test_the_picture_is_strongest_where_the_map_is_and_leaves_the_rest_free():
    picture = class_map_picture(ClassMap(Emotion.SADNESS, ((0, 0, 0), (0, 0, 0), (255, 0, 0))), 48)
    assert picture.shape == (48, 48, 4)
    opacity = picture[..., 3].astype(int)
    row, column = np.unravel_index(opacity.argmax(), opacity.shape)
    assert row >= 32
    assert column < 16
    assert opacity[:8, 40:].max() == 0


def test_an_even_map_stays_even_and_no_edge_of_a_cell_is_seen():
    assert np.ptp(class_map_picture(ClassMap(Emotion.FEAR, ((100, 100), (100, 100))), 48)[..., 3]) <= 1
    opacity = class_map_picture(ClassMap(Emotion.FEAR, ((0, 255), (255, 0))), 48)[..., 3].astype(int)
    assert max(np.abs(np.diff(opacity, axis=0)).max(), np.abs(np.diff(opacity, axis=1)).max()) < 16


def test_more_evidence_is_lighter_so_that_it_is_seen_with_every_colour_vision():
    levels = class_map_picture(ClassMap(Emotion.FEAR, (tuple(range(256)),)), 256)[0, :, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(levels[8:-8:16]) > 0)


@pytest.mark.parametrize("label", EMOTIONS)
def test_the_caption_says_what_the_map_is_not(label):
    assert label in class_map_caption(label)
    assert "– not where" in class_map_caption(label)
