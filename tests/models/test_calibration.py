import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.labels import Emotion
from models.calibration import calibrated, calibrated_logits, classes_left, entropy, label_set, softmax

PROBABILITIES = st.lists(st.floats(0.001, 1.0), min_size=2, max_size=7).map(lambda raw: np.array(raw) / sum(raw))


def test_a_temperature_above_one_softens_and_keeps_the_order():
    sure = np.array([0.9, 0.08, 0.02])
    soft = calibrated(sure, {"temperature": 2.0})
    np.testing.assert_allclose(soft, np.sqrt(sure) / np.sqrt(sure).sum())
    np.testing.assert_allclose(calibrated(sure, {"temperature": 1.0}), sure)
    np.testing.assert_allclose(calibrated(sure, {}), sure)


def test_a_bias_makes_a_class_likelier_after_the_temperature():
    said = calibrated([0.5, 0.5], {"temperature": 3.0, "bias": [np.log(3.0), 0.0]})
    np.testing.assert_allclose(said, [0.75, 0.25])


def test_from_logits_and_from_probabilities_come_the_same():
    logits = np.random.default_rng(0).normal(0, 2, (20, 5))
    how = {"temperature": 1.7, "bias": [0.1, -0.2, 0.0, 0.3, 0.0]}
    np.testing.assert_allclose(calibrated(softmax(logits), how), calibrated_logits(logits, how), rtol=1e-6)


def test_a_probability_of_zero_stays_a_number():
    assert np.isfinite(calibrated([1.0, 0.0], {"temperature": 0.5})).all()


@settings(deadline=None)
@given(PROBABILITIES, st.floats(0.1, 10.0))
def test_calibrated_probabilities_sum_to_one(probabilities, temperature):
    assert calibrated(probabilities, {"temperature": temperature}).sum() == pytest.approx(1.0)


def test_the_label_set_holds_what_reaches_the_threshold():
    card = {"conformal": {"coverage": 0.9, "threshold": 0.25}}
    assert label_set([[0.5, 0.3, 0.2], [0.9, 0.06, 0.04]], card).tolist() == [[True, True, False], [True, False, False]]


def test_a_card_without_a_threshold_rules_nothing_out():
    assert label_set([0.5, 0.5], {"temperature": 1.0}) is None


@settings(deadline=None)
@given(PROBABILITIES, st.floats(0.0, 1.0))
def test_the_likeliest_class_is_always_in_the_set(probabilities, threshold):
    kept = label_set(probabilities, {"conformal": {"threshold": threshold}})
    assert kept[probabilities.argmax()]
    assert (probabilities[~kept] < threshold).all()


def test_the_classes_left_are_told_likeliest_first():
    said = {Emotion.ANGER: 0.3, Emotion.FEAR: 0.1, Emotion.NEUTRAL: 0.6}
    assert classes_left(said, {"conformal": {"threshold": 0.2}}) == (Emotion.NEUTRAL, Emotion.ANGER)
    assert classes_left(said, {"temperature": 1.0}) == ()
    assert classes_left({}, {"conformal": {"threshold": 0.2}}) == ()


def test_the_entropy_is_a_share_of_its_largest():
    np.testing.assert_allclose(entropy([[0.0, 0.0, 0.0], [50.0, 0.0, 0.0]]), [[1.0], [0.0]], atol=1e-6)


def test_the_entropys_slope_changes_the_undecided_and_never_the_order():
    logits = np.random.default_rng(1).normal(0, 2, (50, 4))
    said = calibrated_logits(logits, {"temperature": 1.0, "entropy_slope": -0.7})
    assert (said.argmax(axis=1) == logits.argmax(axis=1)).all()
    assert (said.max(axis=1) >= softmax(logits).max(axis=1)).all()
