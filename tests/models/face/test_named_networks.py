from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from core.failures import CheckpointRefused, WrongUse
from models.face.inputs import INPUT_SHAPE
from models.face.networks import NETWORKS, builder
from models.face.networks.imagenet import BLUE_GREEN_RED, DOWNLOAD, PLUS_MINUS_ONE, WeightsUnavailable, backbone, three_channels
from models.face.networks.resnet50v2 import FIRST_TAUGHT, freeze_before
from models.face.networks.sequence_transformer import frame_encoder
from training.export_checkpoint import with_class_maps

LIGHT = sorted(set(NETWORKS) - {"resnet50v2", "frame_encoder"})


def _faces(count: int = 2) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, *INPUT_SHAPE)).astype(np.float32)


@pytest.mark.parametrize("name", LIGHT)
def test_every_network_gives_probabilities_for_any_number_of_classes_and_exact_class_maps(name: str):
    network = builder(name)(INPUT_SHAPE, 3)
    said = np.asarray(network(_faces()))
    assert said.shape == (2, 3)
    assert np.allclose(said.sum(axis=1), 1, atol=1e-5)
    with_class_maps(network)  # raises where the maps do not add up


def test_the_nine_layer_network_has_nine_convolutions_no_dense_layer_and_the_papers_size():
    network = builder("fcn_nine")()
    kinds = [type(layer) for layer in network.layers]
    assert kinds.count(keras.layers.Conv2D) == 9
    assert keras.layers.Dense not in kinds
    assert 550_000 < network.count_params() < 650_000


@pytest.fixture
def small_resnet50v2(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backbone of the same interface that is built at once."""

    def application(include_top: bool, weights: str | None, input_shape: tuple[int, ...]) -> keras.Model:
        if weights == "imagenet":
            raise Exception("URL fetch failure on https://storage.googleapis.com/x: None -- Name or service not known")
        picture = keras.Input(input_shape)
        features = keras.layers.Conv2D(4, 3, strides=8, name="conv1_conv")(picture)
        return keras.Model(picture, keras.layers.Conv2D(8, 1, name=f"{FIRST_TAUGHT}_conv")(features), name="resnet50v2")

    application.__name__ = "ResNet50V2"
    monkeypatch.setattr("keras.applications.ResNet50V2", application)
    monkeypatch.setattr("keras.applications.ResNet50", application)
    monkeypatch.setattr("keras.applications.MobileNetV2", application)


@pytest.mark.usefixtures("small_resnet50v2")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with NumPy 2
def test_transfer_takes_weights_of_a_file_and_keeps_the_first_layers(tmp_path: Path):
    known = backbone(keras.applications.ResNet50V2, 64, None)
    known.save_weights(tmp_path / "known.weights.h5")
    network = builder("resnet50v2")(INPUT_SHAPE, 3, weights=str(tmp_path / "known.weights.h5"))
    body = network.get_layer("resnet50v2")
    assert np.array_equal(body.get_layer("conv1_conv").get_weights()[0], known.get_layer("conv1_conv").get_weights()[0])
    assert not body.get_layer("conv1_conv").trainable
    assert body.get_layer(f"{FIRST_TAUGHT}_conv").trainable
    with_class_maps(network)
    assert builder("resnet50v2")(INPUT_SHAPE, 3).get_layer("resnet50v2").get_layer("conv1_conv").trainable, "without weights all learn"


@pytest.mark.usefixtures("small_resnet50v2")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with NumPy 2
def test_weights_that_do_not_fit_or_cannot_be_had_are_told(tmp_path: Path):
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    other.save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(CheckpointRefused, match=r"other\.weights\.h5 do not fit resnet50v2"):
        builder("resnet50v2")(INPUT_SHAPE, 3, weights=str(tmp_path / "other.weights.h5"))
    (tmp_path / "cut.weights.h5").write_bytes((tmp_path / "other.weights.h5").read_bytes()[:200])
    for name in ("cut.weights.h5", "nowhere.weights.h5"):
        with pytest.raises(CheckpointRefused, match="do not fit"):
            builder("resnet50v2")(INPUT_SHAPE, 3, weights=str(tmp_path / name))
    with pytest.raises(WeightsUnavailable, match=r"cannot be downloaded.* Give the file with --weights"):
        builder("resnet50v2")(INPUT_SHAPE, 3, weights=DOWNLOAD)
    with pytest.raises(WrongUse, match="two files"):
        frame_encoder(weights="one.h5")


def test_a_layer_that_is_not_there_cannot_be_the_first_that_learns():
    with pytest.raises(ValueError, match="no layer conv9"):
        freeze_before(builder("cnn")(), "conv9")


@pytest.mark.parametrize("scaling", [PLUS_MINUS_ONE, BLUE_GREEN_RED])
def test_a_grey_face_becomes_three_channels_in_the_backbones_own_numbers(scaling):
    picture = keras.Input(INPUT_SHAPE)
    faces = _faces()
    colours = np.asarray(keras.Model(picture, three_channels(picture, 48, scaling))(faces))
    assert colours.shape == (2, 48, 48, 3)
    for channel, (factor, offset) in enumerate(zip(*scaling, strict=True)):
        assert np.allclose(colours[..., channel], factor * faces[..., 0] + offset, atol=1e-4)
