from itertools import pairwise

import numpy as np
import pytest

from training.datasets.face_pictures import FacePictures
from training.datasets.face_sequences import LEAST_FRAMES, SPOILERS, between, drawn_rows, drifting, sequences
from training.face_augmentation import Augmentation, Change

STRIPES = np.tile(np.linspace(20, 230, 48).astype(np.uint8)[:, np.newaxis], (1, 48))


def _faces(count: int) -> FacePictures:
    pictures = np.random.default_rng(1).integers(0, 256, (count, 48, 48), dtype=np.uint8)
    return FacePictures(pictures, np.zeros(count, np.int64), np.ones((count, 1), np.float32))


def test_a_sequence_has_a_whole_frame_and_absent_ones_only_after_its_end():
    lengths = set()
    for seed in range(60):
        one = drifting(STRIPES, 8, np.random.default_rng(seed), Augmentation())
        lengths.add(int(one.present.sum()))
        assert (one.present & ~one.spoiled).any()
        assert not one.present[one.present.sum() :].any()
        assert not one.frames[~one.present].any()
        assert not (one.spoiled & ~one.present).any()
    assert lengths == set(range(LEAST_FRAMES, 9))


def test_whole_frames_show_the_face_and_change_little_from_one_to_the_next():
    for seed in range(20):
        one = drifting(STRIPES, 8, np.random.default_rng(seed), Augmentation())
        whole = one.frames[one.present & ~one.spoiled].astype(float)
        assert all(np.corrcoef(frame.ravel(), STRIPES.ravel())[0, 1] > 0.8 for frame in whole)
        assert all(np.abs(after - before).mean() < 60 for before, after in pairwise(whole))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_each_way_of_spoiling_takes_much_of_the_picture(spoil):
    frame = np.random.default_rng(1).integers(0, 256, (48, 48), dtype=np.uint8)
    spoiled = spoil(frame, np.random.default_rng(2))
    assert spoiled.shape == frame.shape
    assert spoiled.dtype == np.uint8
    assert abs(np.corrcoef(spoiled.ravel(), frame.ravel())[0, 1]) < 0.9


def test_the_way_from_one_change_to_another_begins_and_ends_there_without_mirroring():
    first, last = Change(-10, 0.9, (0.0, 0.1), 1.2, True), Change(10, 1.1, (0.05, -0.1), 0.8, False)
    assert between(first, last, 0) == first
    assert between(first, last, 1) == Change(10, 1.1, (0.05, -0.1), 0.8, True)
    assert between(first, last, 0.5).turn_degrees == 0


def test_a_sequence_follows_from_its_row_and_the_seed_alone():
    faces = _faces(6)
    together = list(sequences(faces, [0, 3, 5], 8, seed=7))
    alone = next(sequences(faces, [3], 8, seed=7))
    assert np.array_equal(together[1].frames, alone.frames)
    assert not np.array_equal(next(sequences(faces, [3], 8, seed=8)).frames, alone.frames)


def test_rows_are_drawn_once_each():
    rows = drawn_rows(_faces(20), 12, seed=1)
    assert len(set(rows.tolist())) == 12
    assert sorted(drawn_rows(_faces(20), 0, seed=1).tolist()) == list(range(20))
