import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from core.failures import DataUnfit, WrongUse
from core.labels import EMOTIONS, Emotion
from models.face.inputs import scaled
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.face_augmentation import Augmentation, augmented, mixed_up
from training.face_batches import Batches, drawn_order, soft_targets
from training.face_recipes import Recipe
from training.face_run import BEST_FILE, RUN_FILE, STATE_FILE, answering, last_weights
from training.leaks import LeakFound
from training.report import LOG_FILE
from training.sentences import told
from training.train_face import first_pictures, main, train


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


def test_a_balanced_epoch_draws_the_classes_alike_and_the_usual_one_takes_each_picture_once():
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    assert sorted(drawn_order(labels, 0.0, np.random.default_rng(1))) == list(range(1000))
    drawn = np.bincount(labels[drawn_order(labels, 1.0, np.random.default_rng(1))])
    assert drawn.min() > 280
    half = np.bincount(labels[drawn_order(labels, 0.5, np.random.default_rng(1))])
    assert 10 < half[2] < drawn[2]
    assert len(drawn_order(labels, 0.5, np.random.default_rng(1))) == 1000


def test_every_number_of_a_recipe_can_be_given_on_the_command_line(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr("training.train_face.train", lambda data, folder, recipe, **rest: given.update(recipe=recipe))
    monkeypatch.setattr("sys.argv", ["train_face", "--data", str(tmp_path), "--mixup", "0.2", "--crop-px", "44", "--balance", "0.5"])
    main()
    assert (given["recipe"].mixup, given["recipe"].crop_px, given["recipe"].balance) == (0.2, 44, 0.5)


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


def test_a_head_for_the_votes_is_taught_by_these_and_the_label_by_the_label():
    faces = _faces(8)
    faces.votes[:] = np.eye(7, dtype=np.float32)[(faces.labels + 1) % 7]
    recipe = Recipe(batch=8, votes_share=0.0, smoothing=0.0, votes_head=0.5)
    _, (labels, votes) = Batches(faces, soft_targets(faces, 0.0, 0.0), recipe)[0]
    assert sorted(labels.argmax(axis=1)) == sorted(faces.labels)
    assert np.array_equal(votes.argmax(axis=1), (labels.argmax(axis=1) + 1) % 7)


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


def _drawn_face(smiles: bool, random: np.random.Generator) -> np.ndarray:
    """A circle with eyes and a mouth that bends up or down, a little elsewhere and of another light each time."""
    face = np.full((48, 48), random.integers(60, 120), np.uint8)
    x, y = (int(one) for one in random.integers(-3, 4, 2))
    cv2.circle(face, (24 + x, 24 + y), 20, int(random.integers(160, 230)), -1)
    for eye in (16, 32):
        cv2.circle(face, (eye + x, 18 + y), 2, 20, -1)
    cv2.ellipse(face, (24 + x, (30 if smiles else 38) + y), (9, 6), 0, 0 if smiles else 180, 180 if smiles else 360, 20, 2)
    return face


def _drawn(count: int, seed: int) -> FacePictures:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    pictures = np.stack([_drawn_face(bool(label), random) for label in labels])
    return FacePictures(pictures, labels, np.eye(2, dtype=np.float32)[labels])


def _quick_network(shape: tuple[int, int, int], classes: int) -> keras.Model:
    """A network that is built and trained at once; the rest of the run is real."""
    picture = keras.Input(shape)
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(4, 8, strides=8, activation="relu")(picture))
    return keras.Model(picture, keras.layers.Dense(classes, activation="softmax", name="head")(features))


@pytest.fixture
def drawn_faces(monkeypatch: pytest.MonkeyPatch) -> FaceSplits:
    splits = FaceSplits(_drawn(96, 1), _drawn(32, 2), _drawn(32, 3), classes=(Emotion.HAPPINESS, Emotion.SADNESS))
    monkeypatch.setattr("training.train_face.load_faces", lambda folder, emotions: splits)
    monkeypatch.setattr("training.train_face.builder", lambda network: _quick_network)
    return splits


@pytest.mark.usefixtures("drawn_faces")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_the_head_for_the_votes_and_low_precision_are_for_training_only(tmp_path: Path, ema: float):
    recipe = Recipe(epochs=1, batch=16, ema=ema, votes_head=0.5, precision="mixed_bfloat16")
    train(tmp_path, tmp_path / "run", recipe, resume=False)
    taught, kept = (keras.models.load_model(tmp_path / "run" / name) for name in (STATE_FILE, BEST_FILE))
    assert [one.name for one in taught.layers][-1] == "votes"
    assert {one.compute_dtype for one in taught.layers if isinstance(one, keras.layers.Conv2D)} == {"bfloat16"}
    assert [one.name for one in kept.layers][-1] == "head"
    assert {one.compute_dtype for one in kept.layers} == {"float32"}
    if not ema:
        assert all(np.array_equal(of, mine) for of, mine in zip(taught.get_weights(), kept.get_weights(), strict=False))


SAME_FIGURES = 1e-3
"""Largest difference of a probability between two runs of one seed: threads add in another order."""


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_same_seed_on_the_same_data_gives_the_same_figures_and_another_does_not(drawn_faces: FaceSplits, tmp_path: Path):
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        train(tmp_path, tmp_path / name, Recipe(epochs=1, seed=seed, batch=16), resume=False)
    pictures = scaled(drawn_faces.test.pictures)
    kept = [keras.models.load_model(tmp_path / name / BEST_FILE) for name in ("one", "again", "other")]
    one, again, other = (np.asarray(model(pictures)) for model in kept)
    assert one.shape == (32, 2)
    assert np.abs(one - again).max() < SAME_FIGURES
    assert np.abs(one - other).max() > SAME_FIGURES


@pytest.mark.usefixtures("drawn_faces")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_it_stops_when_validation_gets_no_better_and_is_resumed_as_it_began_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    still = Recipe(epochs=9, batch=32, patience=1, peak_rate=1e-12, last_rate=1e-13)
    train(tmp_path, tmp_path / "run", still, resume=False)
    assert "has not become better for 1 epochs: training stops" in capsys.readouterr().out
    run = json.loads((tmp_path / "run" / RUN_FILE).read_text())
    assert run["epochs_done"] - run["best_epoch"] == 1
    assert run["epochs_done"] < 9
    train(tmp_path, tmp_path / "run", still, resume=True)
    assert json.loads((tmp_path / "run" / RUN_FILE).read_text()) == run, "a run that is over stays as it is"
    with pytest.raises(WrongUse, match="seed was 1 and is 2"):
        train(tmp_path, tmp_path / "run", replace(still, seed=2), resume=True)
    (tmp_path / "run" / STATE_FILE).write_bytes(b"cut off")
    with pytest.raises(DataUnfit, match=r"state\.keras cannot be read"):
        train(tmp_path, tmp_path / "run", replace(still, patience=0), resume=True)


@pytest.mark.usefixtures("drawn_faces")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_last_epochs_see_whole_pictures_and_begin_with_what_was_learned_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[int, float, int]] = []

    class Watched(Batches):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            seen.append((self[0][0].shape[1], given[2].mixup, given[3]))

    monkeypatch.setattr("training.train_face.Batches", Watched)
    squares = Recipe(epochs=1, batch=32, crop_px=40, mixup=0.2, ema=0.9, votes_head=0.5)
    train(tmp_path, tmp_path / "run", squares, resume=False)
    learned = last_weights(tmp_path / "run", squares)
    both = replace(squares, whole_epochs=2, whole_rate=1e-12)
    train(tmp_path, tmp_path / "run", both, resume=True)
    assert seen == [(40, 0.2, 0), (48, 0.0, 1)]
    run = json.loads((tmp_path / "run" / RUN_FILE).read_text())
    assert run["epochs_done"] == 3
    assert run["best_epoch"] > 1, "what is kept comes from the whole pictures"
    kept = keras.models.load_model(tmp_path / "run" / STATE_FILE)
    assert kept.input_shape == (None, 48, 48, 1)
    for name, before, after in zip((one.path for one in kept.weights), learned, kept.get_weights(), strict=True):
        if name.endswith("kernel"):
            assert np.abs(before - after).max() < 1e-3, f"{name} was not taken over"
    with (tmp_path / "run" / LOG_FILE).open() as log:
        rows = list(csv.DictReader(log))
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert all(0 <= float(row["val_accuracy"]) <= 1 for row in rows)
    train(tmp_path, tmp_path / "run", both, resume=True)
    assert len(seen) == 2, "a run that is over stays as it is"
    with pytest.raises(WrongUse, match="epochs was 1 and is 2"):
        train(tmp_path, tmp_path / "run", replace(both, epochs=2), resume=True)


def test_the_answer_lies_between_the_labels_head_and_the_votes_head():
    features, kernel, bias, votes, votes_bias = (np.full(2, value, np.float32) for value in (9.0, 1.0, 2.0, 5.0, 4.0))
    weights = [features, kernel, bias, votes, votes_bias]
    for share, expected in ((0.0, [9, 1, 2]), (0.25, [9, 2, 2.5]), (1.0, [9, 5, 4])):
        assert [float(one[0]) for one in answering(weights, 3, share)] == pytest.approx(expected)
    assert [float(one[0]) for one in answering(weights[:3], 3, 0.0)] == [9, 1, 2], "a network without votes is left as it is"


def test_a_leak_fails_the_run_before_anything_is_written(drawn_faces: FaceSplits, tmp_path: Path):
    drawn_faces.test.pictures[3] = drawn_faces.train.pictures[7]
    with pytest.raises(LeakFound, match="“training” and “test” share 1 picture"):
        train(tmp_path, tmp_path / "run", Recipe(), resume=False)
    assert not (tmp_path / "run").exists()


def test_a_part_of_the_pictures_is_drawn_by_the_seed(drawn_faces: FaceSplits):
    some = first_pictures(drawn_faces, Recipe(pictures=10))
    assert len(some.train) == 10
    assert len(some.test) == 32
    assert np.array_equal(some.train.pictures, first_pictures(drawn_faces, Recipe(pictures=10)).train.pictures)
    assert not np.array_equal(some.train.pictures, first_pictures(drawn_faces, Recipe(pictures=10, seed=2)).train.pictures)
    assert len(first_pictures(drawn_faces, Recipe()).train) == 96


def test_bad_data_ends_the_command_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "train" / "sleepy").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "train" / "sleepy" / "one.png"), _drawn_face(True, np.random.default_rng(1)))
    monkeypatch.setattr("sys.argv", ["train_face", "--data", str(tmp_path), "--runs", str(tmp_path / "runs")])
    with pytest.raises(SystemExit) as ended:
        told(main)
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "unknown classes: sleepy" in said
    assert "Traceback" not in said
