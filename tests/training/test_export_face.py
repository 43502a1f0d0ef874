"""From pictures in class folders to a checkpoint of two classes that the program reads with."""

import json
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from capture.test_pattern import demonstration_picture
from core.failures import CheckpointRefused
from core.labels import EMOTIONS, Emotion
from core.media import Frame
from core.settings import FaceSettings
from models.face.inputs import INPUTS
from models.face.reader import FaceReader
from training.export_face import command, export, report, unshipped_card
from training.face_recipes import Recipe
from training.keras_on_torch import TORCH, without_detours
from training.train_face import train

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with NumPy 2


def _drawn(folder: Path, count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    for name, begin in (("happy", 0), ("sad", 180), ("neutral", 90)):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            face = random.integers(90, 110, (48, 48), dtype=np.uint8)
            cv2.circle(face, (24, 24), 20, int(random.integers(160, 230)), -1)
            cv2.ellipse(face, (24, 34), (9, 6), 0, begin, begin + 180, 20, 2)
            cv2.imwrite(str(folder / name / f"{number}.png"), face)


def _quick_network(shape: tuple[int, int, int], classes: int) -> keras.Model:
    picture = keras.Input(shape)
    features = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(4, 8, strides=8, activation="relu")(picture))
    return keras.Model(picture, keras.layers.Dense(classes, activation="softmax", name="head")(features))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    for part, count in (("train", 60), ("test", 15)):
        _drawn(folder / "data" / part, count, count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.train_face.builder", lambda network: _quick_network)
        train(folder / "data", folder / "run", Recipe(epochs=1, batch=16, emotions=("happiness", "sad")), resume=False)
    export(folder / "data", folder / "run", folder / "checkpoint", "two_classes", mirror=True)
    return folder


def test_the_cards_classes_are_those_that_were_chosen(exported: Path):
    card = json.loads((exported / "checkpoint" / "card.json").read_text())
    assert card["labels"] == ["happiness", "sadness"]
    assert card["figures"]["public_test"]["n"] == 30
    assert "--emotions happiness,sad" in card["command"]
    assert card["command"].endswith("--mirror")
    assert "its mirror image" in card["figures"]["architecture"]
    assert "FER2013" not in json.dumps(card["data"]) + json.dumps(card["notes"])


def test_the_command_says_what_keras_ran_on_where_it_was_not_the_usual(exported: Path):
    card = json.loads((exported / "checkpoint" / "card.json").read_text())
    assert card["figures"]["training"]["backend"] == keras.backend.backend()
    usual, other = (command(asdict(Recipe()), "one", {"backend": one}, with_base=False) for one in ("tensorflow", "torch"))
    assert usual.startswith("python -m training.train_face")
    assert other == f"KERAS_BACKEND=torch {usual}"


def test_away_from_pytorch_keras_computes_as_ever():
    before = keras.layers.BatchNormalization.call
    without_detours()
    assert (keras.layers.BatchNormalization.call is before) == (keras.backend.backend() != TORCH)


def test_the_program_reads_with_a_checkpoint_of_fewer_classes(exported: Path):
    reader = FaceReader(FaceSettings(), exported / "checkpoint")
    read = [reader.read(Frame(demonstration_picture(0, at, 640, 480), at, number)) for number, at in enumerate(np.arange(0.1, 3, 0.2))]
    said = [reading.probabilities for reading in read if reading is not None and reading.probabilities]
    assert said, "the demonstration shows a face in its first seconds"
    assert all(set(one) == {Emotion.HAPPINESS, Emotion.SADNESS} for one in said)
    assert all(sum(one.values()) == pytest.approx(1, abs=1e-5) for one in said)


def test_labels_that_are_not_the_networks_are_refused(exported: Path):
    card = json.loads((exported / "checkpoint" / "card.json").read_text())
    for labels in (["happiness", "sleepiness"], list(EMOTIONS)):
        other = exported / f"other-{len(labels)}"
        other.mkdir()
        (other / "two_classes.tflite").write_bytes((exported / "checkpoint" / "two_classes.tflite").read_bytes())
        (other / "card.json").write_text(json.dumps(card | {"labels": labels}))
        with pytest.raises(CheckpointRefused, match=r"sleepiness are not among|names 7 classes, and its file tells 2 apart"):
            FaceReader(FaceSettings(), other)


def test_the_report_shows_the_run(exported: Path):
    page = report(exported / "data", exported / "run", exported / "checkpoint").read_text()
    assert "happiness" in page
    assert {path.stem for path in (exported / "run" / "report").glob("*.png")} >= {
        "class_counts",
        "learning_curves",
        "confusion_matrix",
        "roc",
    }


def test_a_card_that_is_not_shipped_names_no_file_and_says_what_it_was_given(exported: Path):
    card = unshipped_card(exported / "checkpoint")
    assert {"file", "sha256"}.isdisjoint(card)
    assert card["input"]["kind"] in INPUTS
    assert card["notes"][0].startswith("Not shipped. Trained for 1 epochs on all its training pictures")
    assert card["command"].endswith("--not-shipped")
