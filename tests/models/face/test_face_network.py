from pathlib import Path

import numpy as np
import pytest

from core.labels import EMOTIONS, Modality
from core.paths import checkpoint_folder
from models.card import load_card
from models.face.inputs import INPUT_KIND, INPUT_SHAPE, scaled
from models.runtime import LiteRtModel
from training.export_checkpoint import export_keras


@pytest.fixture(scope="module")
def network():
    keras = pytest.importorskip("keras")
    from models.face.networks.mini_xception import mini_xception

    keras.utils.set_random_seed(3)
    return mini_xception()


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return scaled(np.random.default_rng(4).integers(0, 256, (8, *INPUT_SHAPE[:2]), dtype=np.uint8))


def test_the_network_is_as_small_as_published(network):
    assert 55_000 < network.count_params() < 61_000
    assert network.output_shape == (None, len(EMOTIONS))


def test_an_exported_network_computes_what_keras_computes(network, faces: np.ndarray, tmp_path: Path):
    path = export_keras(network, tmp_path, "untrained.tflite", faces)
    runtime = LiteRtModel(path)
    assert runtime.input_shape == (1, *INPUT_SHAPE)
    for one, expected in zip(faces, network.predict(faces, verbose=0), strict=True):
        assert np.allclose(runtime.run(one[np.newaxis])[0][0], expected, atol=1e-5)


def test_the_shipped_checkpoint_fits_the_program_and_beats_the_majority():
    card = load_card(checkpoint_folder(Modality.FACE, "mini_xception"), INPUT_KIND)
    assert card.labels == EMOTIONS
    assert LiteRtModel(card.path).input_shape == (1, *INPUT_SHAPE)
    test = card.figures["public_test"]
    assert test["n"] == 3589
    assert test["accuracy"] > 2 * test["majority"]["accuracy"]
    assert card.calibration["temperature"] > 0


@pytest.mark.data
def test_the_shipped_checkpoint_measures_what_its_card_says(shared_data: Path):
    from models.calibration import calibrated
    from training.calibrate import expected_calibration_error
    from training.datasets.fer2013 import load_fer2013

    card = load_card(checkpoint_folder(Modality.FACE, "mini_xception"), INPUT_KIND)
    test = load_fer2013(shared_data / "face").test
    model = LiteRtModel(card.path)
    values = scaled(test.pictures)
    said = np.stack([calibrated(model.run(one[np.newaxis])[0][0], card.calibration) for one in values])
    assert (said.argmax(axis=1) == test.labels).mean() == pytest.approx(card.figures["public_test"]["accuracy"], abs=1e-3)
    assert expected_calibration_error(said, test.labels) == pytest.approx(card.figures["public_test"]["ece"], abs=2e-3)
