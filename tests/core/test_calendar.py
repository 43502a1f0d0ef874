from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import Period, is_plausible, local_time, name_of, next_start, periods, start_of, zone_of

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))


@given(DAYS, st.sampled_from(Period))
def test_a_day_lies_in_its_own_period_and_periods_neither_overlap_nor_leave_days_out(day, period):
    start = start_of(day, period)
    assert start <= day < next_start(start, period)
    assert start_of(next_start(start, period), period) == next_start(start, period)
    assert start_of(start - timedelta(days=1), period) == next_start(start, period, -1)


@given(DAYS, st.integers(0, 900), st.sampled_from(Period))
def test_the_periods_between_two_days_cover_every_day_once(first, length, period):
    last = first + timedelta(days=length)
    starts = periods(first, last, period)
    covered = sum((next_start(start, period) - start).days for start in starts)
    assert starts[0] <= first
    assert last < next_start(starts[-1], period)
    assert covered == (next_start(starts[-1], period) - starts[0]).days
    assert starts == sorted(set(starts))


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)), st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
)
def test_every_instant_has_one_local_date_and_dates_never_go_back_by_more_than_the_clock_does(moment, zone):
    utc = moment.replace(tzinfo=UTC)
    local, hour_later = local_time(utc, zone), local_time(utc + timedelta(hours=1), zone)
    assert local == utc
    assert hour_later.date() >= local.date()


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        pytest.param(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29 01:59", id="before the hour that is left out"),
        pytest.param(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 03:00", id="after it"),
        pytest.param(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), "2026-03-29 00:00", id="the short day begins at midnight all the same"),
        pytest.param(datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "2026-03-29 23:59", id="and ends there, 23 hours later"),
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25 02:30", id="the first half past two of the long night"),
        pytest.param(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25 02:30", id="the second"),
        pytest.param(datetime(2028, 2, 28, 23, 30, tzinfo=UTC), "2028-02-29 00:30", id="a leap day begins"),
        pytest.param(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2027-01-01 00:30", id="a year begins"),
    ],
)
def test_the_date_is_that_of_the_clock_on_the_wall(utc, local):
    assert f"{local_time(utc, 'Europe/Berlin'):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2027, 1, 1), "week 53 of 2026 (from 28 Dec)"),
        (date(2024, 12, 30), "week 1 of 2025 (from 30 Dec)"),
        (date(2028, 2, 29), "week 9 of 2028 (from 28 Feb)"),
    ],
)
def test_weeks_are_iso_weeks_also_around_the_new_year(day, week):
    assert name_of(start_of(day, Period.WEEK), Period.WEEK) == week


def test_a_february_with_a_leap_day_is_one_month_and_its_year_one_year():
    assert (next_start(date(2028, 2, 1), Period.MONTH) - date(2028, 2, 1)).days == 29
    assert (next_start(date(2028, 1, 1), Period.YEAR) - date(2028, 1, 1)).days == 366
    assert len(periods(date(2028, 1, 1), date(2028, 12, 31), Period.DAY)) == 366


@pytest.mark.parametrize("words", ["+0530", "+05:30", "UTC+05:30", "Asia/Kolkata"])
def test_a_zone_may_be_a_name_or_an_offset(words):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert moment.astimezone(zone_of(words)).utcoffset() == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("words", ["Mars/Olympus", "../../etc/passwd", "+99:99", "no zone"])
def test_a_zone_that_is_not_known_leaves_the_time_in_utc(words):
    assert zone_of(words) is None
    assert local_time(NOW, words) == NOW


def test_a_zone_without_words_is_utc():
    assert zone_of("") == UTC
    assert zone_of("UTC") == UTC


@pytest.mark.parametrize("year", [1904, 1970, 1980])
def test_the_dates_of_a_clock_that_lost_its_battery_are_not_believed(year):
    assert not is_plausible(datetime(year, 1, 1, tzinfo=UTC), NOW)


def test_a_clock_that_is_ahead_is_believed_for_a_day():
    assert is_plausible(NOW + timedelta(hours=20), NOW)
    assert not is_plausible(NOW + timedelta(days=2), NOW)
    assert is_plausible(datetime(2026, 3, 31, tzinfo=timezone(timedelta(hours=-11))), NOW)


def test_periods_are_named_in_plain_words():
    named = [name_of(start_of(date(2026, 3, 29), period), period) for period in Period]
    assert named == ["29 Mar 2026", "week 13 of 2026 (from 23 Mar)", "March 2026", "2026"]
