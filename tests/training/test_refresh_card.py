import shutil
from pathlib import Path

import pytest

from core.labels import Modality
from models.card import load_card
from models.checkpoints import resolve
from models.text.classifier import MODELS
from tests.fixtures.measured_data import text_folder
from training.refresh_card import main

MOODS = {"joy": "What a lovely and happy day", "sadness": "I feel so sad and alone", "anger": "This makes me really angry"}
THINGS = ["walking", "the garden", "my sister", "work", "the rain", "this song", "our house", "the train", "supper", "that film"]


def rows(start: int, count: int) -> list[tuple[str, str]]:
    moods = list(MOODS.items())
    return [
        (f"{moods[n % 3][1]} about {THINGS[n % 10]} and {THINGS[(n // 10) % 10]} in {('spring', 'winter')[n % 2]}", moods[n % 3][0])
        for n in range(start, start + count)
    ]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(resolve(Modality.TEXT, "tfidf_logistic"), folder)
    return folder


def test_a_card_is_calibrated_and_measured_anew_and_its_file_is_left_alone(checkpoint, tmp_path, capsys):
    before = load_card(checkpoint, MODELS)
    data = text_folder(text_folder(tmp_path / "data", "train", rows(0, 200)), "val", rows(200, 40))
    assert main(["text", str(checkpoint), "--data", str(data)]) == 0
    after = load_card(checkpoint, MODELS)
    test = after.figures["test"]
    assert after.sha256 == before.sha256
    assert after.calibration["validation"]["n"] < 200
    assert after.calibration["conformal"]["coverage"] == 0.9
    assert (test["n"], test["calibration"]["label_sets"]["coverage"]) == (40, test["coverage"])
    assert f"accuracy {test['accuracy']}" in capsys.readouterr().out
    assert {name: one for name, one in after.figures.items() if name != "test"} == {
        name: one for name, one in before.figures.items() if name != "test"
    }


def test_a_card_is_left_alone_when_the_data_cannot_be_used(checkpoint, tmp_path, capsys):
    before = (checkpoint / "card.json").read_bytes()
    assert main(["text", str(checkpoint), "--data", str(tmp_path / "nowhere")]) == 1
    assert (checkpoint / "card.json").read_bytes() == before
    assert "There is no folder" in capsys.readouterr().err
