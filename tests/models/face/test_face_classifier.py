import dataclasses
from pathlib import Path

import numpy as np
import pytest

from core.labels import EMOTIONS, Modality
from core.media import Frame
from core.paths import checkpoint_folder
from core.readings import Box
from core.settings import FaceSettings
from models.calibration import calibrated_logits
from models.card import load_card, write_card
from models.face.classifier import FaceClassifier
from models.face.detector import Detection
from models.face.explain import class_maps
from models.face.inputs import INPUTS, SIDE_PX
from models.face.reader import FaceReader

SHIPPED = checkpoint_folder(Modality.FACE, "mini_xception")


@pytest.fixture(scope="module")
def untrained():
    """The shipped network's architecture with random weights, and its maps as a second output."""
    keras = pytest.importorskip("keras")
    from models.face.networks.mini_xception import mini_xception
    from training.export_checkpoint import with_class_maps

    keras.utils.set_random_seed(11)
    return with_class_maps(mini_xception())


@pytest.fixture(scope="module")
def faces(shared_data: Path) -> np.ndarray:
    from training.datasets.fer2013 import TEST_SHEET, read_sheet

    return read_sheet(shared_data / "face" / TEST_SHEET, 3589)[:60]


def _checkpoint(folder: Path, model) -> Path:
    """`model` exported beside the shipped card."""
    from training.export_checkpoint import export_keras

    shipped = load_card(SHIPPED, INPUTS)
    export_keras(model, folder, shipped.file, np.random.default_rng(2).normal(size=(1, SIDE_PX, SIDE_PX, 1)).astype(np.float32))
    write_card(dataclasses.replace(shipped, folder=folder))
    return folder


def _evidence(classifier: FaceClassifier, faces: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """(N, h * w): what speaks at each place for the class of each face rather than for the others."""
    maps = np.stack([classifier.explain(face)[1] for face in faces])
    return np.stack([(one - one.mean(axis=0))[chosen].ravel() for one, chosen in zip(maps, classes, strict=True)])


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in zip(a, b, strict=True)]))


def test_the_mean_of_each_map_is_the_logit_of_its_class():
    classifier = FaceClassifier(SHIPPED)
    for crop in np.random.default_rng(3).integers(0, 256, (5, 90, 90), dtype=np.uint8):
        probabilities, maps = classifier.explain(crop)
        assert maps.shape[0] == len(EMOTIONS)
        assert calibrated_logits(maps.mean(axis=(1, 2)), classifier.card.calibration) == pytest.approx(probabilities, abs=1e-5)
        assert classifier.probabilities(crop) == pytest.approx(probabilities)


@pytest.mark.data
def test_the_maps_of_randomised_weights_are_other_maps(tmp_path: Path, untrained, faces: np.ndarray):
    """Adebayo et al. 2018: a map that did not follow the network would stay as it is."""
    trained, random = FaceClassifier(SHIPPED), FaceClassifier(_checkpoint(tmp_path / "random", untrained))
    classes = np.array([trained.probabilities(face).argmax() for face in faces])
    of_trained = _evidence(trained, faces, classes)
    assert abs(_correlation(of_trained, _evidence(random, faces, classes))) < 0.2
    brighter = np.clip(faces * 0.8 + 20, 0, 255).astype(np.uint8)
    assert _correlation(of_trained, _evidence(trained, brighter, classes)) > 0.9


@pytest.mark.data
def test_each_place_of_the_map_depends_more_on_its_own_part_of_the_face_than_its_neighbours_do(faces: np.ndarray):
    """Covered patch by patch (Zeiler and Fergus 2014): the map is not turned, mirrored or shifted against the face."""
    classifier = FaceClassifier(SHIPPED)
    patches = [(top, left) for top in range(0, SIDE_PX, 8) for left in range(0, SIDE_PX, 8)]
    moved = np.zeros((len(patches), *classifier.explain(faces[0])[1].shape[1:]))
    for face in faces[:15]:
        before = classifier.explain(face)[1]
        for number, (top, left) in enumerate(patches):
            covered = face.copy()
            covered[top : top + 8, left : left + 8] = face.mean()
            moved[number] += ((classifier.explain(covered)[1] - before) ** 2).sum(axis=0)
    middles = np.tensordot(moved / moved.sum(axis=0), np.array(patches) + 4.0, axes=((0,), (0,)))
    assert np.all(np.diff(middles[..., 0].mean(axis=1)) > 0), "further down"
    assert np.all(np.diff(middles[..., 1].mean(axis=0)) > 0), "further right"
    assert middles.mean(axis=(0, 1)) == pytest.approx([SIDE_PX / 2] * 2, abs=4)


def test_a_map_that_is_shown_goes_from_nothing_to_the_strongest_and_a_weak_class_stays_weak():
    maps = np.zeros((7, 1, 2), np.float32)
    maps[4] = [[7.0, 3.5]]
    maps[3] = [[0.0, 0.7]]
    shown = class_maps(maps, EMOTIONS)
    assert shown[EMOTIONS[4]].label is EMOTIONS[4]
    assert shown[EMOTIONS[4]].rows == ((255, 123),)
    nothing, little = shown[EMOTIONS[3]].rows[0]
    assert nothing == 0
    assert 10 < little < 25, "against a quarter of the strongest of all classes, not against its own"
    assert shown[EMOTIONS[0]].rows == ((0, 0),)


def test_evidence_that_all_classes_share_is_not_shown():
    shown = class_maps(np.full((7, 3, 3), 5.0, np.float32), EMOTIONS)
    assert not any(any(row) for one in shown.values() for row in one.rows)


class _OneFace:
    """A detector that always finds the same face."""

    def find(self, image):
        return [Detection(Box(100, 100, 200, 200), 1.0)]


def _reading(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.face.reader.open_detector", lambda settings: _OneFace())
    picture = np.random.default_rng(5).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    return FaceReader(FaceSettings(), folder).read(Frame(picture, 0.0, 0))


def test_a_reading_carries_a_small_map_of_each_class(monkeypatch: pytest.MonkeyPatch):
    reading = _reading(SHIPPED, monkeypatch)
    assert set(reading.class_maps) == set(EMOTIONS)
    assert len(reading.class_maps[reading.top].rows) <= 12
    assert max(map(max, reading.class_maps[reading.top].rows)) == 255


def test_a_checkpoint_with_one_output_is_read_without_maps(tmp_path: Path, untrained, monkeypatch: pytest.MonkeyPatch):
    import keras

    folder = _checkpoint(tmp_path / "one", keras.Model(untrained.input, untrained.outputs[0]))
    assert FaceClassifier(folder).explain(np.zeros((48, 48), np.uint8))[1] is None
    reading = _reading(folder, monkeypatch)
    assert reading.probabilities
    assert reading.class_maps == {}
