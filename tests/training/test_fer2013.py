from pathlib import Path

import cv2
import numpy as np
import pytest

from core.failures import DataUnfit
from core.labels import EMOTIONS, Emotion
from training.datasets.face_pictures import blank, in_validation
from training.datasets.fer2013 import (
    FACES_A_ROW,
    SIDE_PX,
    load_fer2013,
    read_sheet,
    vote_shares,
)


def _pictures(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE_PX, SIDE_PX), dtype=np.uint8)


def _sheet(pictures: np.ndarray, path: Path) -> None:
    rows = -(-len(pictures) // FACES_A_ROW)
    padded = np.zeros((rows * FACES_A_ROW, SIDE_PX, SIDE_PX), np.uint8)
    padded[: len(pictures)] = pictures
    cv2.imwrite(
        str(path), padded.reshape(rows, FACES_A_ROW, SIDE_PX, SIDE_PX).swapaxes(1, 2).reshape(rows * SIDE_PX, FACES_A_ROW * SIDE_PX)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    train, test = _pictures(300), _pictures(70, seed=2)
    train[10] = 128
    train[20] = train[21]
    train[30] = test[5]
    votes = np.zeros((300, 10), np.uint8)
    votes[:, 1] = 10
    votes[40] = [0, 5, 0, 0, 0, 0, 0, 0, 0, 5]
    also = np.zeros(300, bool)
    also[30] = True
    _sheet(train, tmp_path / "fer2013_train_sheet.png")
    _sheet(test, tmp_path / "fer2013_publictest_sheet.png")
    np.savez(
        tmp_path / "fer2013_labels.npz",
        train_emotion=np.arange(300) % 7,
        train_ferplus_votes=votes,
        train_also_in_a_test=also,
        publictest_emotion=np.arange(70) % 7,
        publictest_ferplus_votes=np.full((70, 10), 1),
    )
    return tmp_path


def test_a_sheet_gives_its_faces_in_the_order_of_the_rows(tmp_path: Path):
    pictures = _pictures(70)
    _sheet(pictures, tmp_path / "sheet.png")
    assert np.array_equal(read_sheet(tmp_path / "sheet.png", 70), pictures)


def test_a_missing_sheet_is_named(tmp_path: Path):
    with pytest.raises(DataUnfit, match=r"nothing\.png cannot be used. It is not there"):
        read_sheet(tmp_path / "nothing.png", 1)


def test_a_sheet_that_is_cut_off_or_too_small_is_told(folder: Path):
    sheet = folder / "fer2013_publictest_sheet.png"
    whole = sheet.read_bytes()
    sheet.write_bytes(whole[:-200])
    with pytest.raises(DataUnfit, match="no whole PNG picture"):
        load_fer2013(folder)
    sheet.write_bytes(whole)
    with pytest.raises(DataUnfit, match="does not hold 300 faces"):
        read_sheet(sheet, 300)


def test_a_damaged_file_of_labels_is_told(folder: Path):
    labels = folder / "fer2013_labels.npz"
    labels.write_bytes(labels.read_bytes()[:-100])
    with pytest.raises(DataUnfit, match=r"fer2013_labels\.npz cannot be used\. It cannot be read"):
        load_fer2013(folder)
    np.savez(labels, publictest_emotion=np.zeros(70))
    with pytest.raises(DataUnfit, match="has no “publictest_ferplus_votes”"):
        load_fer2013(folder)


def test_blank_doubtful_and_leaking_pictures_are_left_out(folder: Path):
    splits = load_fer2013(folder)
    assert len(splits.train) + len(splits.validation) == 297
    assert len(splits.test) == 70
    known = {picture.tobytes() for picture in (*splits.train.pictures, *splits.validation.pictures)}
    assert not known & {picture.tobytes() for picture in splits.test.pictures}


def test_no_picture_stands_on_both_sides_of_the_split(folder: Path):
    splits = load_fer2013(folder)
    assert len(splits.validation) > 0
    assert not {one.tobytes() for one in splits.train.pictures} & {one.tobytes() for one in splits.validation.pictures}


def test_about_a_tenth_is_kept_for_validation_whatever_the_order():
    pictures = _pictures(2000)
    held_out = in_validation(pictures)
    assert 0.07 < held_out.mean() < 0.13
    assert np.array_equal(in_validation(pictures[::-1]), held_out[::-1])


def test_blank_pictures_are_told_from_faint_ones():
    assert blank(np.stack([np.full((48, 48), 7, np.uint8), _pictures(1)[0]])).tolist() == [True, False]


def test_votes_become_shares_of_the_seven_classes():
    votes = np.array([[2, 6, 0, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 4, 6, 0]])
    shares = vote_shares(votes, np.array([3, 5]))
    assert shares[0, EMOTIONS.index(Emotion.HAPPINESS)] == pytest.approx(0.6)
    assert shares[1, 5] == 1.0, "contempt and unknown are no classes: the label stands"
    assert np.allclose(shares.sum(axis=1), 1)


@pytest.mark.data
def test_the_real_data_has_the_counts_of_its_description(shared_data: Path):
    splits = load_fer2013(shared_data / "face")
    assert np.bincount(splits.test.labels).tolist() == [467, 56, 496, 895, 653, 415, 607]
    assert 27_500 < len(splits.train) + len(splits.validation) < 28_709 - 703
    assert 0.09 < len(splits.validation) / (len(splits.train) + len(splits.validation)) < 0.11
