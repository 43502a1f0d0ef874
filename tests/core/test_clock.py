"""The session's clock, with a counter that the test turns."""

from datetime import UTC, datetime

import pytest

from core.clock import SessionClock


def test_time_is_counted_from_the_sessions_beginning():
    ticks = iter([100.0, 100.0, 103.5])
    clock = SessionClock(lambda: next(ticks))
    assert (clock.now(), clock.now()) == (0.0, 3.5)


def test_a_drivers_stamp_of_the_same_counter_is_placed_in_the_session():
    clock = SessionClock(lambda: 100.0)
    assert clock.at(101.25) == pytest.approx(1.25)
    assert clock.at(99.0) == pytest.approx(-1.0)


def test_it_never_goes_back():
    clock = SessionClock()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)
    assert times[0] >= 0.0


def test_the_beginning_is_placed_in_the_calendar_in_utc():
    before = datetime.now(UTC)
    clock = SessionClock()
    assert before <= clock.started_utc <= datetime.now(UTC)
    assert clock.started_utc.tzinfo is UTC
