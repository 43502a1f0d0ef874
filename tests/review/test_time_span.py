import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.time_span import LEAST_S, Span, ticks, whole_span

SPAN = Span(100.0, 200.0, 1000.0)


def test_zooming_keeps_the_moment_in_its_place():
    near = SPAN.zoomed(0.5, 125.0)
    assert (near.start, near.end) == (112.5, 162.5)
    assert (125.0 - near.start) / near.seconds == (125.0 - SPAN.start) / SPAN.seconds


@given(st.floats(0.01, 100), st.floats(0, 1000), st.floats(-2000, 2000))
def test_no_move_and_no_zoom_leaves_the_session(factor, about, by):
    for span in (SPAN.zoomed(factor, about), SPAN.moved(by), SPAN.zoomed(factor, about).moved(by)):
        assert 0 <= span.start <= span.end <= 1000 + 1e-9
        assert span.seconds + 1e-9 >= LEAST_S


def test_the_play_head_turns_the_page_when_it_leaves():
    assert SPAN.holding(150.0) is SPAN
    assert SPAN.holding(201.0).start == 191.0
    assert SPAN.holding(990.0).end == 1000.0


def test_a_session_of_no_length_can_be_shown():
    assert whole_span(0.0).seconds == LEAST_S
    assert whole_span(0.0).is_whole


@pytest.mark.parametrize(("seconds", "step"), [(7200, 600), (60, 5), (2, 0.2)])
def test_ticks_are_round_and_few(seconds, step):
    times, found = ticks(Span(0.0, seconds, seconds), 12)
    assert found == step
    assert len(times) <= 13
    assert times[-1] <= seconds
    assert times[:2] == [0.0, step]
