import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from core.labels import EMOTIONS
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.train_face_sequence import FIGURES_FILE, Amount, Tokens, measured, tokens_of, train, trained


def _sequences(count: int, seed: int) -> Tokens:
    """One frame of eight carries its class in a feature, the others a wrong one as often and a sign that they are spoiled."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, count)
    spoiled = np.arange(8) != random.integers(0, 8, (count, 1))
    tokens = random.normal(0, 0.3, (count, 8, 16))
    tokens[..., 0] += np.where(spoiled, random.choice([-3, 3], (count, 8)), 3 * (2 * labels[:, np.newaxis] - 1))
    tokens[..., 1] += np.where(spoiled, -3, 3)
    chance = 1 / (1 + np.exp(-tokens[..., 0]))
    return Tokens(tokens.astype(np.float16), np.stack([1 - chance, chance], -1), np.ones((count, 8), bool), spoiled, labels)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_it_learns_to_look_at_the_frames_that_tell(tmp_path: Path):
    keras.utils.set_random_seed(1)
    learnt, chosen, tested = _sequences(768, 1), _sequences(128, 2), _sequences(256, 3)
    model = trained(learnt, chosen, Amount(epochs=10), tmp_path)
    figures = measured(model, chosen, tested, ["anger", "happiness"])["figures"]
    assert figures["public_test"]["accuracy"] > 0.9
    attention = figures["attention"]
    assert attention["mean weight of a whole frame"] > 1.5 * attention["mean weight of a spoiled frame"]
    assert figures["public_test, last frame alone"]["accuracy"] < 0.8, "one frame in eight tells"
    assert figures["public_test"]["majority"]["accuracy"] < 0.7


@pytest.fixture
def quick_backbones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the two backbones with their widths; the rest of the run is real."""

    def application(width: int, name: str):
        def build(include_top: bool, weights: str | None, input_shape: tuple[int, ...]) -> keras.Model:
            if weights is not None:
                raise Exception("URL fetch failure on https://storage.googleapis.com/x")
            picture = keras.Input(input_shape)
            return keras.Model(picture, keras.layers.Conv2D(width, 8, strides=16)(picture), name=name)

        build.__name__ = name
        return build

    monkeypatch.setattr("keras.applications.MobileNetV2", application(1280, "mobilenetv2"))
    monkeypatch.setattr("keras.applications.ResNet50", application(2048, "resnet50"))


def _faces(count: int, seed: int) -> FacePictures:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 7
    return FacePictures(random.integers(0, 256, (count, 48, 48), dtype=np.uint8), labels, np.full((count, 7), 1 / 7, np.float32))


@pytest.mark.usefixtures("quick_backbones")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_whole_run_says_what_it_began_with_and_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch, capsys):
    splits = FaceSplits(_faces(70, 1), _faces(28, 2), _faces(35, 3), split="By hand.")
    monkeypatch.setattr("training.train_face.load_faces", lambda folder, emotions: splits)
    monkeypatch.setattr("training.train_face_sequence.load_faces", lambda folder, emotions: splits)
    amount = Amount(still_epochs=1, sequences=14, validation=28, test=21, epochs=1)
    card = train(tmp_path, tmp_path / "run", amount)
    assert "cannot be downloaded" in capsys.readouterr().out
    assert card["figures"]["training"]["encoder began with"] == "random weights, as ImageNet's could not be downloaded"
    assert card["figures"]["training"]["sequences"] == {"train": 14, "validation": 28, "test": 21}
    assert card["figures"]["public_test"]["n"] == 21
    assert json.loads((tmp_path / "run" / FIGURES_FILE).read_text())["labels"] == list(EMOTIONS)
    kept = tokens_of(None, splits.train, 14, amount.seed, tmp_path / "run" / "tokens-train.npz")  # type: ignore[arg-type]
    assert kept.tokens.shape == (14, 8, 3328), "the tokens are taken from where they were kept: no encoder was asked"
