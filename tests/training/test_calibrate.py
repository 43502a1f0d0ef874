import numpy as np
import pytest

from training.calibrate import (
    classification_figures,
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
