from pathlib import Path

import numpy as np
import pytest

from models.calibration import softmax
from models.runtime import LiteRtModel
from training.export_checkpoint import (
    ExportDiffers,
    data_hash,
    export_keras,
    largest_difference,
    side_by_side,
    with_class_maps,
    with_mirror,
)


@pytest.fixture(scope="module")
def network():
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(3, activation="softmax")])


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(6, 5)).astype(np.float32)


def test_the_exported_file_computes_what_keras_computes(network, inputs: np.ndarray, tmp_path: Path):
    path = export_keras(network, tmp_path / "new" / "folder", "model.tflite", inputs)
    assert path == tmp_path / "new" / "folder" / "model.tflite"
    assert largest_difference(network, path, inputs) <= 2e-5


def test_a_file_that_computes_something_else_is_not_kept(network, inputs: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.export_checkpoint.LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ExportDiffers):
        export_keras(network, tmp_path, "model.tflite", inputs)
    assert not (tmp_path / "model.tflite").exists()


def test_an_export_without_inputs_to_compare_is_refused(network, tmp_path: Path):
    with pytest.raises(ValueError, match="at least one"):
        export_keras(network, tmp_path, "model.tflite", np.zeros((0, 5), np.float32))


def test_the_hash_of_data_follows_its_bytes_and_names_but_not_its_place(tmp_path: Path):
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.csv").write_text("1")
        (tmp_path / place / "b.csv").write_text("2")
    here = data_hash([tmp_path / "here"])
    assert here == data_hash([tmp_path / "there" / "b.csv", tmp_path / "there" / "a.csv"])
    (tmp_path / "there" / "b.csv").write_text("3")
    assert here != data_hash([tmp_path / "there"])


def _randomised(network, seed):
    """Weights as after training: also batch normalisation and biases are no longer what they begin with."""
    rng = np.random.default_rng(seed)
    network.set_weights([np.abs(rng.normal(1, 0.2, w.shape)) if w.ndim == 1 else w for w in network.get_weights()])
    return network


def _convolution_then_mean(keras):
    layers = keras.layers
    picture = keras.Input((48, 48, 1))
    features = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(12, 5, strides=4, use_bias=False)(picture)))
    logits = layers.GlobalAveragePooling2D()(layers.Conv2D(7, 3, padding="same", name="class_maps")(features))
    return keras.Model(picture, layers.Softmax()(logits))


def _mean_then_dense(keras):
    layers = keras.layers
    picture = keras.Input((48, 48, 1))
    features = layers.Conv2D(12, 5, strides=4, activation="relu")(picture)
    features = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(7, activation="softmax", name="head")(features))


@pytest.mark.parametrize("build", [_convolution_then_mean, _mean_then_dense])
def test_the_mean_of_each_class_map_is_the_logit_in_keras_and_as_exported(tmp_path: Path, build):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(5)
    both = with_class_maps(_randomised(build(keras), 6))
    assert both.output_names == ["probabilities", "class_maps"]
    inputs = np.random.default_rng(7).normal(size=(3, 48, 48, 1)).astype(np.float32)
    exported = LiteRtModel(export_keras(both, tmp_path, "model.tflite", inputs))
    for one in inputs:
        probabilities, maps = exported.run(one[np.newaxis])
        assert probabilities.shape == (1, 7)
        assert maps.shape[0::3] == (1, 7)
        assert softmax(maps.mean(axis=(1, 2))) == pytest.approx(probabilities, abs=1e-5)


@pytest.mark.parametrize("build", [_convolution_then_mean, _mean_then_dense])
def test_a_face_and_its_mirror_image_are_seen_alike_and_the_maps_stay_exact(tmp_path: Path, build):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(5)
    alone = _randomised(build(keras), 6)
    both = with_class_maps(with_mirror(alone))
    inputs = np.random.default_rng(7).normal(size=(3, 48, 48, 1)).astype(np.float32)
    turned = inputs[:, :, ::-1]
    logits = [np.log(np.asarray(alone(one))) for one in (inputs, turned)]
    expected = softmax((logits[0] + logits[1]) / 2)
    exported = LiteRtModel(export_keras(both, tmp_path, "model.tflite", inputs))
    for one, other, mean in zip(inputs, turned, expected, strict=True):
        probabilities, maps = exported.run(one[np.newaxis])
        said, other_maps = exported.run(other[np.newaxis])
        assert probabilities[0] == pytest.approx(mean, abs=1e-5)
        assert said == pytest.approx(probabilities, abs=1e-5)
        assert other_maps[:, :, ::-1] == pytest.approx(maps, abs=1e-4)
    assert np.abs(softmax(logits[0]) - expected).max() > 1e-3


def test_networks_side_by_side_say_the_mean_of_their_logits_and_the_maps_stay_exact(tmp_path: Path):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(5)
    pair = [_randomised(_pooled(keras, width), seed) for width, seed in ((4, 6), (6, 7))]
    together = with_class_maps(side_by_side(pair, "pair"))
    inputs = np.random.default_rng(7).normal(size=(3, 16, 16, 1)).astype(np.float32)
    expected = softmax(np.mean([np.log(np.asarray(one(inputs))) for one in pair], axis=0))
    exported = LiteRtModel(export_keras(together, tmp_path, "model.tflite", inputs))
    for one, mean in zip(inputs, expected, strict=True):
        probabilities, maps = exported.run(one[np.newaxis])
        assert probabilities[0] == pytest.approx(mean, abs=1e-5)
        assert softmax(maps.mean(axis=(1, 2))) == pytest.approx(probabilities, abs=1e-5)
    assert np.abs(np.asarray(pair[0](inputs)) - expected).max() > 1e-3
    with pytest.raises(ValueError, match="different numbers of places"):
        side_by_side([pair[0], _pooled(keras, 4, stride=4)], "pair")
    with pytest.raises(ValueError, match="does not end in global average pooling"):
        side_by_side([pair[0], keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])], "pair")


def _pooled(keras, width, stride=2):
    picture = keras.Input((16, 16, 1))
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(width, 3, strides=stride, padding="same")(picture))
    return keras.Model(picture, keras.layers.Dense(3, activation="softmax")(features))


def test_a_network_whose_maps_would_not_be_exact_is_refused():
    keras = pytest.importorskip("keras")
    layers = keras.layers
    picture = keras.Input((16, 16, 1))
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3)(picture))
    curved = layers.Dense(8, activation="relu", name="hidden")(features)
    with pytest.raises(ValueError, match="another one"):
        with_class_maps(keras.Model(picture, layers.Dense(7, activation="softmax")(curved)))
    flat = layers.Dense(7, activation="softmax")(layers.Flatten()(picture))
    for made in (with_class_maps, with_mirror):
        with pytest.raises(ValueError, match="no global average pooling"):
            made(keras.Model(picture, flat))
