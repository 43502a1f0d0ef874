import json
from pathlib import Path

from training import model_cards
from training.model_cards import PAGE, groups_told, meaning, measured, page, use_of, write_unshipped

SCORES = {
    "n": 10,
    "accuracy": 0.5,
    "uar": 0.4,
    "macro_f1": 0.3,
    "ece": 0.1,
    "majority": {"class": "sadness", "accuracy": 0.6, "uar": 0.5},
    "per_class": {"sadness": {"n": 10, "recall": 0.5, "precision": 1.0, "f1": 0.667}},
    "confusion": [[10]],
    "intervals": {"accuracy": [0.2, 0.8]},
}
CARD = {
    "name": "too_large",
    "modality": "voice",
    "labels": ["sadness"],
    "input": {"kind": "a kind"},
    "calibration": {},
    "data": [{"name": "RAVDESS", "licence": "CC BY-NC-SA 4.0"}],
    "split": "by speaker",
    "seed": 3,
    "command": "python -m somewhere",
    "figures": {"validation": SCORES, "ravdess": SCORES | {"groups": {"F": SCORES, "M": SCORES}}},
    "notes": ["It must not be used for anything."],
}


def test_the_page_shows_the_cards_of_this_moment():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make cards`"


def test_every_shipped_checkpoint_has_its_section():
    text = page()
    for card in model_cards.CHECKPOINTS.glob("*/*/card.json"):
        name = json.loads(card.read_text(encoding="utf-8"))["name"]
        assert f": {name}\n" in text


def test_a_network_that_is_not_shipped_is_told_with_its_figures(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(model_cards, "UNSHIPPED", tmp_path)
    assert write_unshipped(CARD, tmp_path).name == "voice-too_large.json"
    text = page()
    assert "## Voice: too_large" in text
    assert "Trained, not shipped." in text
    assert "| ravdess | 10 | 0.500 (0.200–0.800) | 0.400 | 0.300 | 0.100 | – | 0.600, UAR 0.500 |" in text
    assert "Tested: sex." in text
    assert "not for commercial use" in text


def test_validation_stands_after_the_test_and_groups_after_what_they_are_of():
    assert [name for name, _ in measured(CARD["figures"])] == ["ravdess", "ravdess: F", "ravdess: M", "validation"]


def test_what_was_not_tested_is_said():
    assert groups_told({"modality": "face", "figures": {"public_test": SCORES | {"groups": {"haar": SCORES}}}}).startswith(
        "Tested: none. Not tested: sex, age"
    )


def test_a_licence_is_told_as_what_it_means():
    assert meaning("CC BY-NC-SA 4.0").startswith("not for commercial use")
    assert meaning("no clear licence of the pictures; used for research").startswith("for research and education")
    assert meaning("Apache-2.0").startswith("free also for commercial use")
    assert meaning("something else") == "see the licence"


def test_what_the_program_does_with_a_model_is_told():
    assert use_of({"modality": "face", "name": "no_such_face", "file": "x"}) == "selectable"
    assert use_of({"modality": "face", "name": "no_such_face"}) == "trained, not shipped"
