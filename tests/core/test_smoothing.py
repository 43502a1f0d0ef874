"""Smoothing in seconds of media time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.smoothing import MovingAverage, SteadyLabel

UP, DOWN = {"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}


def test_the_first_values_are_taken_as_they_are():
    assert MovingAverage(0.5, 2.0).add(7.0, UP) == UP


@pytest.mark.parametrize("rate_hz", [5, 30, 120])
def test_after_one_time_constant_63_percent_of_a_step_is_reached_at_any_rate(rate_hz):
    average = MovingAverage(0.5, 2.0)
    average.add(0.0, UP)
    for i in range(1, rate_hz + 1):
        values = average.add(0.5 * i / rate_hz, DOWN)
    assert values["b"] == pytest.approx(1.0 - math.exp(-1.0))


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), min_size=1, max_size=30))
def test_a_distribution_stays_one(steps):
    average, at = MovingAverage(0.3, 2.0), 0.0
    for wait_s, share in steps:
        at += wait_s
        values = average.add(at, {"a": share, "b": 1.0 - share})
        assert sum(values.values()) == pytest.approx(1.0)
        assert all(-1e-12 <= value <= 1.0 + 1e-12 for value in values.values())


@pytest.mark.parametrize(("silence_s", "fresh"), [(1.9, False), (2.1, True)])
def test_a_long_silence_starts_it_anew(silence_s, fresh):
    average = MovingAverage(0.5, 2.0)
    average.add(0.0, UP)
    assert (average.add(silence_s, DOWN) == DOWN) is fresh


def test_other_classes_start_it_anew():
    average = MovingAverage(0.5, 2.0)
    average.add(0.0, UP)
    assert average.add(0.1, {"c": 1.0}) == {"c": 1.0}


def test_a_reset_forgets():
    average = MovingAverage(0.5, 2.0)
    average.add(0.0, UP)
    average.reset()
    assert average.add(0.1, DOWN) == DOWN


def test_what_was_handed_out_does_not_change_later():
    average = MovingAverage(0.5, 2.0)
    first = average.add(0.0, UP)
    average.add(0.5, DOWN)
    assert first == UP


def test_a_label_changes_only_after_its_rival_has_led_for_long_enough():
    label = SteadyLabel(margin=0.1, hold_s=0.5)
    assert label.add(0.0, UP) == "a"
    assert label.add(0.1, DOWN) == "a"
    assert label.add(0.5, DOWN) == "a"
    assert label.add(0.7, DOWN) == "b"


def test_a_short_lead_is_forgotten():
    label = SteadyLabel(margin=0.1, hold_s=0.5)
    label.add(0.0, UP)
    label.add(0.1, DOWN)
    label.add(0.3, UP)
    assert label.add(0.7, DOWN) == "a"
    assert label.add(1.1, DOWN) == "a"
    assert label.add(1.3, DOWN) == "b"


def test_a_narrow_lead_does_not_count():
    label = SteadyLabel(margin=0.1, hold_s=0.5)
    label.add(0.0, UP)
    for i in range(1, 20):
        assert label.add(i, {"a": 0.48, "b": 0.52}) == "a"


def test_another_rival_starts_its_own_time():
    label = SteadyLabel(margin=0.1, hold_s=0.5)
    label.add(0.0, {"a": 1.0, "b": 0.0, "c": 0.0})
    label.add(0.1, {"a": 0.0, "b": 1.0, "c": 0.0})
    assert label.add(0.7, {"a": 0.0, "b": 0.0, "c": 1.0}) == "a"
    assert label.add(1.3, {"a": 0.0, "b": 0.0, "c": 1.0}) == "c"


def test_a_label_that_is_gone_is_replaced_at_once():
    label = SteadyLabel(margin=0.1, hold_s=0.5)
    label.add(0.0, UP)
    assert label.add(0.1, {"c": 1.0}) == "c"
