from pathlib import Path

import numpy as np
import pytest

from training.export_checkpoint import ExportDiffers, data_hash, export_keras, largest_difference


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
    assert largest_difference(network, path, inputs) <= 1e-5


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
