from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from core.labels import EMOTIONS
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.face_augmentation import Augmentation, augmented, mixed_up
from training.face_batches import Batches, soft_targets
from training.face_recipes import Recipe
from training.face_run import BEST_FILE, LOG_FILE, STATE_FILE
from training.train_face import train


def _faces(count: int, seed: int = 1) -> FacePictures:
    random = np.random.default_rng(seed)
    labels = random.integers(0, len(EMOTIONS), count)
    return FacePictures(random.integers(0, 256, (count, 48, 48), dtype=np.uint8), labels, np.full((count, 7), 1 / 7, np.float32))


def test_an_augmented_picture_keeps_its_shape_and_is_still_that_picture():
    face = np.tile(np.linspace(20, 230, 48).astype(np.uint8)[:, np.newaxis], (1, 48))
    for seed in range(20):
        changed = augmented(face, np.random.default_rng(seed), Augmentation())
        assert changed.shape == face.shape
        assert changed.dtype == np.uint8
        assert np.corrcoef(changed.ravel(), face.ravel())[0, 1] > 0.7


def test_without_any_change_allowed_the_picture_is_itself_or_its_mirror():
    face = np.random.default_rng(1).integers(0, 256, (48, 48), dtype=np.uint8)
    nothing = Augmentation(turn_degrees=0, shift=0, zoom=0, gamma=0, cutout_chance=0)
    seen = {augmented(face, np.random.default_rng(seed), nothing).tobytes() for seed in range(12)}
    assert seen == {face.tobytes(), face[:, ::-1].tobytes()}


def test_soft_targets_are_distributions_that_keep_the_label_on_top():
    faces = _faces(50)
    targets = soft_targets(faces, 0.2, 0.05)
    assert np.allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert (targets.argmax(axis=1) == faces.labels).all()


def _batches(first_epoch: int = 0, **changes: float) -> Batches:
    faces = _faces(40)
    return Batches(faces, soft_targets(faces, 0.2, 0.05), Recipe(batch=8, **changes), first_epoch)


def test_batches_repeat_for_the_same_epoch_and_differ_in_the_next():
    first, again = _batches(), _batches()
    assert np.array_equal(first[2][0], again[2][0])
    again.on_epoch_end()
    assert not np.array_equal(first[2][0], again[2][0])
    assert np.array_equal(_batches(first_epoch=1)[2][0], again[2][0])


def test_training_may_see_squares_of_the_pictures_only():
    pictures, targets = _batches(crop_px=40)[0]
    assert pictures.shape == (8, 40, 40, 1)
    assert targets.shape == (8, 7)


def test_mixing_up_blends_pictures_and_targets_by_one_share():
    pictures = np.arange(4, dtype=np.float32).reshape(4, 1, 1, 1) * np.ones((1, 2, 2, 1), np.float32)
    targets = np.eye(4, dtype=np.float32)
    blended, mixed = mixed_up(pictures, targets, 0.4, np.random.default_rng(3))
    assert np.allclose(mixed @ np.arange(4), blended[:, 0, 0, 0], atol=1e-6)
    assert np.allclose(mixed.sum(axis=1), 1, atol=1e-6)
    assert not np.allclose(mixed, targets)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with NumPy 2
def test_a_run_that_was_stopped_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    splits = FaceSplits(_faces(64), _faces(16, seed=2), _faces(16, seed=3))
    monkeypatch.setattr("training.train_face.load_faces", lambda folder, emotions: splits)
    train(tmp_path, tmp_path / "run", Recipe(epochs=1, batch=16, ema=0.9, crop_px=44), resume=False)
    train(tmp_path, tmp_path / "run", Recipe(epochs=2, batch=16, ema=0.9, crop_px=44), resume=True)
    assert (tmp_path / "run" / BEST_FILE).is_file()
    assert (tmp_path / "run" / STATE_FILE).is_file()
    epochs = [line.split(",")[0] for line in (tmp_path / "run" / LOG_FILE).read_text().splitlines()]
    assert epochs == ["epoch", "0", "1"]
