"""The research model of severity on a handful of rows, with the shipped encoder."""

import argparse
import csv
import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.failures import CheckpointRefused, DataUnfit
from core.labels import SEVERITIES
from core.settings import TextSettings
from models.card import CARD_FILE
from models.text.classifier import TextClassifier
from models.text.reader import TextReader
from models.text.severity import at_least, level_probabilities
from training.datasets.depseverity import load_depseverity
from training.severity_figures import auc, auc_with_interval, baselines
from training.train_text_severity import Recipe, write_checkpoint

SENTENCES = {
    "minimum": "We went to the market and bought apples for the cake",
    "mild": "I was a little down this week and slept badly",
    "moderate": "I feel sad and tired nearly every day and cry",
    "severe": "I feel worthless and hopeless and want everything to end",
}
RECIPE = Recipe(c_values=(0.01, 0.1), folds=2)


def write_csv(path, begin, times):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label", "stress"])
        writer.writerows([f"{begin} {number}: {text}", label, 1] for label, text in SENTENCES.items() for number in range(times))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("depseverity")
    write_csv(folder / "train.csv", "Post", 6)
    write_csv(folder / "val.csv", "Another post", 3)
    return folder


@pytest.fixture(scope="module")
def checkpoint(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    options = argparse.Namespace(data=data, encoder="minilm", transfer=None)
    write_checkpoint(folder, options, load_depseverity(data), RECIPE)
    return folder


def test_a_depressed_text_is_told_from_one_of_the_lowest_level(checkpoint):
    classifier = TextClassifier(checkpoint)
    said = np.array([classifier.probabilities(f"A post: {text}") for text in SENTENCES.values()])
    assert said.sum(axis=1) == pytest.approx(1.0)
    assert at_least(said)[0] < 0.5 < at_least(said)[1:].min()
    assert classifier.card.labels == SEVERITIES


def test_the_card_holds_the_model_beside_what_needs_none_and_says_what_was_not_tested(checkpoint):
    card = TextClassifier(checkpoint).card
    measured = card.figures["at_least_mild"]
    assert measured["auc"] > 0.9
    assert set(measured["baselines"]) == {"length", "keywords"}
    assert measured["interval"][0] <= measured["auc"] <= measured["interval"][1]
    assert "not tested" in card.figures["transfer"]["else"]
    assert "Research data" in card.notes[0]


def test_the_words_that_moved_the_score_are_told(checkpoint):
    classifier = TextClassifier(checkpoint)
    low, high = (dict(classifier.evidence("I feel worthless and hopeless today", level)) for level in (0, 3))
    calm = dict(classifier.evidence(SENTENCES["minimum"], 3))
    assert set(high) == {"i", "feel", "worthless", "and", "hopeless", "today"}
    assert all(high[token] == -low[token] for token in high)
    assert sum(high.values()) > sum(calm.values())


def test_the_monitor_does_not_read_with_it(checkpoint):
    with pytest.raises(CheckpointRefused, match="research only"):
        TextReader(TextSettings(), checkpoint)


@pytest.mark.parametrize(("change", "why"), [({"encoder_sha256": "0"}, "another encoder"), ({"encoder": "nowhere"}, "nowhere")])
def test_without_its_encoder_it_is_refused(checkpoint, tmp_path, change, why):
    card = json.loads((checkpoint / CARD_FILE).read_text(encoding="utf-8"))
    (tmp_path / CARD_FILE).write_text(json.dumps(card | {"input": card["input"] | change}), encoding="utf-8")
    (tmp_path / "model.npz").write_bytes((checkpoint / "model.npz").read_bytes())
    with pytest.raises(CheckpointRefused, match=why):
        TextClassifier(tmp_path)


@pytest.mark.parametrize("content", ["text,label\nhello,awful\n", "words\nhello\n", 'text,label\n"cut off'])
def test_damaged_data_is_told_in_a_sentence(tmp_path, content):
    for name in ("train.csv", "val.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataUnfit, match=r"train\.csv"):
        load_depseverity(tmp_path)


def test_missing_data_is_told_in_a_sentence(tmp_path):
    with pytest.raises(DataUnfit, match=r"train\.csv"):
        load_depseverity(tmp_path)


def test_a_higher_score_never_lowers_the_level():
    said = level_probabilities(np.linspace(-60, 60, 50), np.array([-1.0, 0.5, 2.0]))
    assert said.sum(axis=1) == pytest.approx(1.0)
    assert (said >= 0).all()
    for level in (1, 2, 3):
        assert (np.diff(at_least(said, level)) >= -1e-12).all()


def test_the_area_under_the_curve_is_scikit_learns():
    random = np.random.default_rng(0)
    ill, scores = random.random(200) < 0.3, random.integers(0, 9, 200)
    assert auc(ill, scores) == pytest.approx(roc_auc_score(ill, scores))
    assert auc_with_interval(ill, scores) == auc_with_interval(ill, scores)


def test_the_baselines_know_length_and_keywords():
    found = baselines(["I am sad and hopeless", "a walk in the very green and quiet park today"], [True, False])
    assert found["keywords"]["auc"] == 1.0
    assert found["length"]["auc"] == 0.0
