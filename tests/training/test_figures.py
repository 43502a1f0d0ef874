import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.figures import (
    accuracy_coverage,
    calibration_figures,
    classification_figures,
    ece_by_chance,
    expected_calibration_error,
    label_set_figures,
    reliability,
    wilson,
)

CARD = {"temperature": 1.0, "conformal": {"coverage": 0.9, "threshold": 0.3}}


def test_wilsons_interval_is_the_published_one():
    assert wilson(81, 263) == pytest.approx([0.2553, 0.3662], abs=1e-4)  # Newcombe 1998, table I
    assert wilson(0, 20) == pytest.approx([0.0, 0.1611], abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=5, max_size=60))
def test_every_interval_lies_around_its_figure(pairs):
    true, said = np.array(pairs).T
    figures = classification_figures(true, said, np.eye(3)[said], ["a", "b", "c"])
    low, high = figures["intervals"]["accuracy"]
    assert 0 <= low <= figures["accuracy"] <= high <= 1
    assert figures["majority"]["accuracy"] >= 0.333
    assert sum(map(sum, figures["confusion"])) == len(pairs)


def test_an_interval_over_speakers_is_wider_when_speakers_differ():
    true = np.zeros(200, dtype=int)
    speakers = np.repeat(np.arange(10), 20)
    said = np.where(speakers < 5, 0, 1)
    over_items = classification_figures(true, said, np.eye(2)[said], "ab")["intervals"]["accuracy"]
    over_speakers = classification_figures(true, said, np.eye(2)[said], "ab", clusters=speakers)["intervals"]["accuracy"]
    assert over_speakers[1] - over_speakers[0] > 3 * (over_items[1] - over_items[0])


def test_one_speaker_has_no_interval():
    figures = classification_figures([0, 1], [0, 1], np.eye(2), "ab", clusters=["x", "x"])
    assert figures["intervals"] == {"accuracy": None, "uar": None, "macro_f1": None, "coverage": None}


def test_the_coverage_counts_true_classes_in_the_label_sets():
    probabilities = np.array([[0.6, 0.35, 0.05], [0.6, 0.35, 0.05], [0.9, 0.05, 0.05], [0.9, 0.05, 0.05]])
    figures = classification_figures([1, 2, 0, 1], [0, 0, 0, 0], probabilities, "abc", calibration=CARD)
    assert figures["coverage"] == 0.5
    assert label_set_figures(probabilities, [1, 2, 0, 1], CARD) == {
        "coverage": 0.5,
        "mean_size": 1.5,
        "answered": 0.5,
        "accuracy_of_answered": 0.5,
    }


def test_a_card_without_a_threshold_has_no_coverage():
    figures = classification_figures([0, 1], [0, 1], np.eye(2), "ab", calibration={"temperature": 1.0})
    assert figures["coverage"] is None
    assert calibration_figures(np.eye(2), [0, 1], {})["label_sets"] is None


def test_the_surest_are_kept_first():
    probabilities = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]]
    curve = {one["kept"]: one for one in accuracy_coverage(probabilities, [0, 0, 1, 1])}
    assert curve[1.0] == {"kept": 1.0, "least": 0.6, "accuracy": 0.5}
    assert curve[0.5] == {"kept": 0.5, "least": 0.8, "accuracy": 1.0}


def test_the_reliability_bins_hold_every_item_and_give_the_calibration_error():
    random = np.random.default_rng(2)
    probabilities, labels = random.dirichlet(np.ones(4), 500), random.integers(0, 4, 500)
    bins = reliability(probabilities, labels)
    assert sum(one["n"] for one in bins) == 500
    error = sum(abs(one["probability"] - one["accuracy"]) * one["n"] for one in bins) / 500
    assert expected_calibration_error(probabilities, labels) == pytest.approx(error, abs=1e-4)


def test_nothing_cannot_be_measured():
    with pytest.raises(ValueError, match="nothing to measure"):
        classification_figures([], [], np.empty((0, 2)), "ab")


def test_a_perfect_model_shows_the_error_by_chance_and_it_falls_with_the_number_of_items():
    random = np.random.default_rng(3)
    surest = random.uniform(0.5, 1.0, 600)
    said = np.stack((surest, 1 - surest), axis=1)
    errors = [expected_calibration_error(said, (random.random(600) > surest).astype(int)) for _ in range(100)]
    assert ece_by_chance(said) == pytest.approx(np.mean(errors), abs=0.004)
    assert ece_by_chance(np.tile(said, (16, 1))) < 0.4 * ece_by_chance(said)
