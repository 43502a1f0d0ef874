import numpy as np
import pytest

from models.calibration import calibrated_logits, label_set
from training.calibrate import (
    FORMS,
    as_sure_as_right,
    calibration_card,
    chosen_form,
    classification_figures,
    conformal_threshold,
    expected_calibration_error,
    fit_temperature,
    log_probabilities,
    negative_log_likelihood,
    softmax,
    with_temperature,
)


def _labels_drawn_from(logits: np.ndarray, seed: int = 5) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.array([random.choice(len(row), p=row) for row in softmax(logits)])


def _logits(count: int = 4000, classes: int = 7) -> np.ndarray:
    return np.random.default_rng(3).normal(0, 1.5, (count, classes))


def test_the_temperature_of_an_overconfident_model_is_found():
    logits = _logits()
    assert fit_temperature(logits * 2.5, _labels_drawn_from(logits)) == pytest.approx(2.5, rel=0.08)


def test_the_temperature_is_the_same_from_probabilities_as_from_logits():
    logits = _logits()
    labels = _labels_drawn_from(logits)
    assert fit_temperature(log_probabilities(softmax(logits)), labels) == pytest.approx(fit_temperature(logits, labels), rel=1e-3)


def test_a_fitted_temperature_never_worsens_the_likelihood_and_never_changes_the_top_class():
    logits = _logits() * 3
    labels = _labels_drawn_from(_logits())
    calibrated = with_temperature(logits, fit_temperature(logits, labels))
    assert negative_log_likelihood(calibrated, labels) < negative_log_likelihood(softmax(logits), labels)
    assert (calibrated.argmax(axis=1) == logits.argmax(axis=1)).all()


def test_a_model_that_is_sure_and_always_right_has_no_calibration_error():
    assert expected_calibration_error(np.eye(3), [0, 1, 2]) == pytest.approx(0.0)


def test_a_model_that_is_sure_and_never_right_is_wrong_by_all_of_it():
    assert expected_calibration_error(np.eye(3), [1, 2, 0]) == pytest.approx(1.0)


def test_the_calibration_error_weighs_bins_by_their_counts():
    probabilities = [[0.9, 0.1]] * 3 + [[0.6, 0.4]]
    assert expected_calibration_error(probabilities, [0, 0, 1, 1]) == pytest.approx(0.75 * abs(0.9 - 2 / 3) + 0.25 * 0.6)


def test_figures_name_the_majority_and_count_each_class():
    true = [0, 0, 0, 1, 1, 2]
    said = [0, 0, 1, 1, 1, 0]
    figures = classification_figures(true, said, np.eye(3)[said], ["a", "b", "c"])
    assert figures["n"] == 6
    assert figures["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    assert figures["uar"] == pytest.approx((2 / 3 + 1 + 0) / 3, abs=1e-4)
    assert figures["majority"] == {"class": "a", "accuracy": 0.5, "uar": 0.3333, "macro_f1": 0.2222}
    assert figures["confusion"] == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert figures["per_class"]["c"] == {"n": 1, "recall": 0.0, "precision": 0.0, "f1": 0.0}


def test_a_class_that_never_occurs_does_not_count_in_the_mean_recall():
    figures = classification_figures([0, 1], [0, 1], np.eye(3)[[0, 1]], ["a", "b", "c"])
    assert figures["uar"] == 1.0


def test_label_sets_hold_the_true_class_as_often_as_promised():
    logits = _logits(8000)
    labels = _labels_drawn_from(logits)
    threshold = conformal_threshold(softmax(logits[:4000]), labels[:4000], 0.9)
    kept = label_set(softmax(logits[4000:]), {"conformal": {"threshold": threshold}})
    assert kept[np.arange(4000), labels[4000:]].mean() == pytest.approx(0.9, abs=0.02)
    assert 1 < kept.sum(axis=1).mean() < 7


def test_the_threshold_is_the_quantile_with_one_more_item():
    sure_of_the_truth = np.array([[p, 1 - p] for p in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)])
    assert conformal_threshold(sure_of_the_truth, np.zeros(9, int), 0.8) == pytest.approx(0.2)


def test_too_few_items_rule_nothing_out():
    assert conformal_threshold([[0.9, 0.1]] * 5, [0] * 5, 0.9) == 0.0


def test_a_plain_temperature_is_kept_where_nothing_more_pays():
    logits = _logits()
    assert chosen_form(logits * 2, _labels_drawn_from(logits)) == FORMS[0]


def test_a_temperature_that_follows_the_entropy_is_found():
    logits = _logits()
    labels = _labels_drawn_from(np.log(calibrated_logits(logits, {"temperature": 2.0, "entropy_slope": -1.5})))
    card = calibration_card(softmax(logits), labels)
    assert card["entropy_slope"] == pytest.approx(-1.5, abs=0.4)
    assert card["validation"]["nll"] < card["validation"]["before"]["nll"]


def test_a_shift_of_the_classes_is_mended_by_a_bias():
    logits = np.random.default_rng(3).normal(0, 1.5, (3000, 3))
    labels = _labels_drawn_from(logits)
    shifted = logits + np.array([1.5, 0.0, -1.5])
    card = calibration_card(softmax(shifted), labels)
    assert card["bias"] == pytest.approx([-1.5, 0.0, 1.5], abs=0.3)


def test_a_bias_that_only_says_the_frequent_class_more_often_is_refused():
    random = np.random.default_rng(4)
    labels = np.where(random.random(3000) < 0.9, 0, 1)
    logits = np.eye(2)[labels] + random.normal(0, 1, (3000, 2))
    assert "bias" not in chosen_form(logits, labels)


def test_where_no_temperature_fits_the_network_is_still_as_sure_as_it_is_right():
    random = np.random.default_rng(6)
    logits = _logits()
    labels = _labels_drawn_from(logits)
    mislabelled = random.random(len(labels)) < 0.6 * (softmax(logits).max(axis=1) > 0.7)
    labels[mislabelled] = random.integers(0, 7, mislabelled.sum())
    likeliest = {"temperature": fit_temperature(logits, labels)}
    right = (logits.argmax(axis=1) == labels).mean()
    said = calibrated_logits(logits, as_sure_as_right(logits, labels, likeliest))
    assert said.max(axis=1).mean() == pytest.approx(right, abs=1e-3)
    assert abs(calibrated_logits(logits, likeliest).max(axis=1).mean() - right) > 0.02


def test_who_is_always_right_keeps_the_temperature():
    logits = np.eye(3)[np.arange(60) % 3] * 4
    assert as_sure_as_right(logits, np.arange(60) % 3, {"temperature": 0.7}) == {"temperature": 0.7}


def test_speakers_are_never_parted_by_the_cross_validation():
    logits = _logits(60, 3)
    card = calibration_card(softmax(logits), _labels_drawn_from(logits), groups=["only one"] * 30 + ["another"] * 30)
    assert card["conformal"]["coverage"] == 0.9
    assert card["validation"]["n"] == 60
