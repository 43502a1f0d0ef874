import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.change_limits import stable_persons
from core.reference_speakers import MEASURED_WITH, REFERENCES, index_reference
from core.session_values import INDEX
from core.settings import Settings
from core.statistics import BASELINES, CARRY_OVER
from core.usual import DIFFERENT_RATE, FIRST_SAID, Standing, place_of, usual_multiplier, usual_of

PERSONS = 5000
FIRST, LAST = date(2026, 1, 5), date(2026, 3, 2)
STABLE = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]
COUNTS = sorted({*BASELINES, 7, 9, 15})


def different(days: np.ndarray, later: np.ndarray, least: float = 0.0) -> float:
    """The share of persons whose later day is called different from usual."""
    usuals = [usual_of(row.tolist(), FIRST, LAST, least) for row in days]
    places = [place_of(float(value), usual) for value, usual in zip(later, usuals, strict=True)]
    return float(np.mean([place.standing is not Standing.AS_USUAL for place in places]))


@pytest.mark.parametrize("carry_over", [0.0, CARRY_OVER])
@pytest.mark.parametrize("count", COUNTS)
def test_days_of_stable_persons_are_called_different_no_more_often_than_the_stated_rate(count, carry_over):
    rng = np.random.default_rng(count)
    days, later = stable_persons(rng, PERSONS, count, carry_over), rng.standard_normal(PERSONS)
    assert different(days, later) <= DIFFERENT_RATE + 3 * math.sqrt(DIFFERENT_RATE * (1 - DIFFERENT_RATE) / PERSONS)


def test_at_the_correlation_that_is_allowed_for_the_rate_is_the_stated_one_and_not_far_below():
    rng = np.random.default_rng(1)
    assert different(stable_persons(rng, PERSONS, 8), rng.standard_normal(PERSONS)) == pytest.approx(DIFFERENT_RATE, abs=0.01)


@pytest.mark.parametrize(("count", "shift", "found"), [(6, 6.0, 0.75), (8, 4.0, 0.62), (8, 6.0, 0.88), (12, 4.0, 0.76), (20, 4.0, 0.86)])
def test_a_shift_is_found(count, shift, found):
    rng = np.random.default_rng(2)
    assert different(stable_persons(rng, PERSONS, count), rng.standard_normal(PERSONS) + shift) >= found


@pytest.mark.parametrize("count", COUNTS)
def test_half_of_the_days_do_not_move_what_is_usual_far(count):
    rng = np.random.default_rng(3)
    days = rng.standard_normal((200, count))
    spoiled = days.copy()
    spoiled[:, : (count - 1) // 2] = 1e9
    for row in spoiled:
        usual = usual_of(row.tolist(), FIRST, LAST)
        assert row[row < 1e9].min() <= usual.centre <= row[row < 1e9].max()


@given(st.lists(st.floats(0, 100), min_size=5, max_size=25), st.floats(0, 100), st.floats(-1e3, 1e3), st.floats(0.1, 10))
def test_words_do_not_depend_on_where_the_scale_begins_or_on_its_unit(values, value, shift, unit):
    before = place_of(value, usual_of(values, FIRST, LAST, 5.0))
    usual = usual_of([shift + unit * one for one in values], FIRST, LAST, unit * 5.0)
    after = place_of(shift + unit * value, usual)
    if abs(abs(shift + unit * value - usual.centre) - usual.reach) > 1e-6 * (1 + abs(shift) + unit):
        assert after.standing is before.standing
    assert after.spreads == pytest.approx(before.spreads, rel=1e-3, abs=1e-3)


@given(st.lists(st.floats(0, 100), min_size=5, max_size=25), st.floats(-50, 150), st.floats(0, 10))
def test_the_range_and_the_words_agree(values, value, least):
    usual = usual_of(values, FIRST, LAST, least)
    place = place_of(value, usual)
    assert usual.low <= usual.centre <= usual.high
    assert usual.reach >= least
    assert (place.standing is Standing.HIGHER) == (value - usual.centre > usual.reach)
    assert (place.standing is Standing.LOWER) == (usual.centre - value > usual.reach)
    if place.standing is Standing.HIGHER:
        assert place.spreads > usual_multiplier(usual.count) * 0.999


def test_values_that_are_all_alike_leave_the_smallest_distance_that_is_worth_a_word():
    usual = usual_of([40.0] * 8, FIRST, LAST, 5.0)
    assert (usual.low, usual.high) == (35.0, 45.0)
    assert place_of(44.9, usual).standing is Standing.AS_USUAL
    assert place_of(45.1, usual).standing is Standing.HIGHER
    bare = usual_of([40.0] * 8, FIRST, LAST)
    assert place_of(40.0, bare).spreads == 0.0
    assert place_of(40.1, bare).spreads == math.inf


def test_the_usual_of_a_few_days_reaches_further():
    reaches = [usual_multiplier(count) for count in range(5, 40)]
    assert reaches == sorted(reaches, reverse=True)
    assert usual_of(STABLE[:FIRST_SAID], FIRST, LAST).reach > usual_of(STABLE, FIRST, LAST).reach


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="numbers only"):
        usual_of([*STABLE, bad], FIRST, LAST)
    with pytest.raises(ValueError, match="only a number"):
        place_of(bad, usual_of(STABLE, FIRST, LAST))
    with pytest.raises(ValueError, match="at least 5"):
        usual_of(STABLE[:4], FIRST, LAST)


def test_people_in_general_are_known_by_the_voice_alone_and_measured_with_the_checkpoint_that_is_used():
    assert Settings().voice.checkpoint == MEASURED_WITH, "measure them again: python -m bench.reference_speakers DATA"
    assert index_reference(["voice"]) is REFERENCES[INDEX]
    assert index_reference(["face", "voice"]) is None
    assert index_reference([]) is None
    assert all(one.low <= one.median <= one.high for one in REFERENCES.values())
