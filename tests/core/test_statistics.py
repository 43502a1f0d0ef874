import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.change_limits import stable_persons
from core.statistics import (
    BASELINES,
    CARRY_OVER,
    LEAST_BASELINE,
    MOST_LOOKS,
    NOMINAL_RATE,
    PARTS,
    change_trace,
    error_of_reliability,
    measurement_error,
    multiplier,
    needed,
    reliable_change_index,
    robust_baseline,
)

PERSONS = 3000
A_YEAR = 52


def ever_marked(values: np.ndarray, count: int, part: int = 1) -> np.ndarray:
    return (change_trace(values, count, part=part).changed != 0).any(axis=1)


def shifted(values: np.ndarray, by_sd: float, after: int) -> np.ndarray:
    moved = values.copy()
    moved[:, after:] += by_sd
    return moved


def at_most(rate: float) -> float:
    """The nominal rate and three standard errors of a share of PERSONS."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / PERSONS)


@pytest.mark.parametrize("carry_over", [0.0, 0.3, CARRY_OVER])
@pytest.mark.parametrize("count", [5, 8])
def test_stable_persons_are_marked_no_more_often_than_the_nominal_rate_over_all_looks(count, carry_over):
    values = stable_persons(np.random.default_rng(1), PERSONS, needed(count) + MOST_LOOKS - 1, carry_over)
    assert ever_marked(values, count).mean() <= at_most(NOMINAL_RATE)


def test_at_the_correlation_that_the_limits_allow_for_the_rate_is_the_nominal_one_and_not_far_below():
    values = stable_persons(np.random.default_rng(2), PERSONS, needed(8) + MOST_LOOKS - 1)
    assert ever_marked(values, 8).mean() == pytest.approx(NOMINAL_RATE, abs=0.015)


def test_a_whole_page_of_nine_independent_measures_marks_stable_persons_no_more_often_than_the_nominal_rate():
    rng = np.random.default_rng(3)
    days = needed(8) + A_YEAR
    marked = ever_marked(stable_persons(rng, PERSONS, days), 8, part=2)
    for _ in range(8):
        marked |= ever_marked(stable_persons(rng, PERSONS, days), 8, part=16)
    assert marked.mean() <= at_most(NOMINAL_RATE)


@pytest.mark.parametrize(
    "made_of",
    [
        pytest.param(lambda z: np.exp(0.8 * z), id="skewed as shares near zero are"),
        pytest.param(lambda z: z + 4 * (np.abs(z) > 2.3) * np.sign(z), id="with an odd session now and then"),
        pytest.param(np.round, id="in coarse steps"),
    ],
)
def test_stable_persons_whose_values_are_not_normal_are_not_marked_more_often_either(made_of):
    values = made_of(stable_persons(np.random.default_rng(4), PERSONS, needed(8) + A_YEAR, 0.3))
    assert ever_marked(values, 8, part=2).mean() <= at_most(NOMINAL_RATE)


@pytest.mark.parametrize(
    ("by_sd", "part", "power"),
    [(3.0, 1, 0.67), (4.0, 1, 0.94), (3.0, 2, 0.5), (4.0, 2, 0.88), (5.0, 2, 0.98), (4.0, 16, 0.55), (5.0, 16, 0.88)],
)
@pytest.mark.parametrize("carry_over", [0.0, 0.3])
def test_a_lasting_shift_in_the_middle_of_a_year_of_weekly_sessions_is_found(by_sd, part, power, carry_over):
    before = stable_persons(np.random.default_rng(5), PERSONS, A_YEAR, carry_over)
    trace = change_trace(shifted(before, by_sd, A_YEAR // 2), 8, part=part)
    found = (trace.changed[:, A_YEAR // 2 :] > 0).any(axis=1).mean()
    assert found >= power


def test_a_mark_once_set_stays_when_later_days_come():
    values = stable_persons(np.random.default_rng(6), 200, 60)
    values[:, 30:] += 4.0
    whole = change_trace(values, 8).changed
    for day in range(needed(8), 60):
        np.testing.assert_array_equal(change_trace(values[:, :day], 8).changed, whole[:, :day])


def test_one_odd_session_is_no_change():
    values = stable_persons(np.random.default_rng(7), 1000, 30, 0.0)
    values[:, 20] += 12.0
    assert ever_marked(values, 8).mean() <= NOMINAL_RATE


def test_before_there_are_enough_values_nothing_is_compared_and_after_too_many_neither():
    values = np.arange(float(needed(8) + MOST_LOOKS + 5))
    trace = change_trace(values, 8)
    first, last = needed(8) - 1, needed(8) + MOST_LOOKS - 1
    assert np.isnan(trace.limit[:first]).all()
    assert np.isfinite(trace.limit[first:last]).all()
    assert np.isnan(trace.limit[last:]).all()
    assert not trace.changed[:first].any()
    assert not trace.changed[last:].any()
    assert change_trace(values[:first], 8).recent.shape == (first,)


def test_values_that_never_move_have_a_limit_all_the_same():
    values = np.full(40, 0.2)
    values[20:] = 0.21
    assert not change_trace(values, 8, least=0.05).changed.any()


def test_values_that_wander_more_slowly_than_the_limits_allow_for_are_marked_more_often_as_the_docstring_says():
    values = stable_persons(np.random.default_rng(9), PERSONS, needed(8) + MOST_LOOKS - 1, 0.5)
    assert ever_marked(values, 8).mean() == pytest.approx(0.14, abs=0.03)


def test_the_baseline_is_median_and_scaled_mad_of_the_first_values_only():
    baseline = robust_baseline(np.array([3.0, 1.0, 2.0, 5.0, 4.0, 900.0]), 5)
    assert (baseline.median, baseline.count) == (3.0, 5)
    assert baseline.spread == pytest.approx(1.4826)


def test_the_spread_of_normal_values_is_their_standard_deviation():
    values = 7 + 3 * np.random.default_rng(8).standard_normal((1, 100_000))
    assert robust_baseline(values, 100_000).spread[0] == pytest.approx(3, rel=0.02)
    assert measurement_error(values)[0, -1] == pytest.approx(3, rel=0.02)


def test_too_few_values_for_a_baseline_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        robust_baseline(np.zeros(9), LEAST_BASELINE - 1)
    with pytest.raises(ValueError, match="not enough"):
        robust_baseline(np.zeros(4), LEAST_BASELINE)


def test_the_limit_is_wider_for_fewer_baseline_values_and_for_a_smaller_part_of_the_rate():
    table = np.array([[multiplier(count, part) for part in PARTS] for count in BASELINES])
    assert (np.diff(table, axis=0) < 0).all()
    assert (np.diff(table, axis=1) > 0).all()
    assert multiplier(7, 3) == multiplier(6, 4)
    with pytest.raises(ValueError, match="at most 16"):
        multiplier(8, 17)


@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=40), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_moving_and_stretching_all_values_changes_no_mark(values, offset, factor):
    series = np.round(np.array(values), 3)
    marks = change_trace(series, 5).changed
    clear = np.abs(np.abs(change_trace(series, 5).recent - robust_baseline(series, 5).median) - change_trace(series, 5).limit) > 1e-3
    again = change_trace(series * factor + offset, 5).changed
    np.testing.assert_array_equal(marks[clear], again[clear])


def test_the_reliable_change_index_is_that_of_jacobson_and_truax():
    sem = error_of_reliability(sd=10.0, reliability=0.75)
    assert sem == 5.0
    assert reliable_change_index(20.0, 10.0, sem) == pytest.approx(-10 / (math.sqrt(2) * 5))
    with pytest.raises(ValueError, match="between 0 and 1"):
        error_of_reliability(1.0, 1.2)
