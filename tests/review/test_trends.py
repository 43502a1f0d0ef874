import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import Period
from core.person import Use
from core.questionnaire import Filled, Kind
from core.session_values import INDEX
from core.settings import ReviewSettings
from core.statistics import RECENT
from review.measures import MEASURES
from review.questionnaire import FORMS
from review.session_values import session_values
from review.trend_series import SPAN_DAYS, date_ticks, day_points, form_line, page, trend_line, value_range
from review.trend_words import bin_in_words, standing
from review.trends import interval, misdated, trend
from tests.fixtures import sessions as stored
from tests.fixtures.session_values import BEGIN, values_of, weekly

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
THE_INDEX = MEASURES[INDEX]
NOW_LATER = BEGIN + timedelta(weeks=80)
STABLE = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]


def of(sessions, period=Period.MONTH, measure=THE_INDEX, **settings_):
    return trend(sessions, measure, period, NOW, ReviewSettings(**settings_))


def test_a_session_becomes_one_value_per_measure_with_how_much_was_measured():
    one = session_values(stored.session(300.0))
    assert set(one.values) <= set(MEASURES)
    assert {"index", "face.sadness", "voice.pitch_hz", "text.sadness"} <= set(one.values)
    assert sum(
        one.values[f"face.{emotion}"] for emotion in ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    ) == (pytest.approx(1.0, abs=1e-6))
    assert 200 < one.measured["face"] < 300
    assert one.quality["index"] == pytest.approx(0.95, abs=0.04)


def test_an_empty_session_has_no_values_and_counts_nowhere():
    one = session_values(stored.empty_session())
    assert (one.values, one.measured) == ({}, {})
    assert of([one]).bins == ()


@given(st.lists(st.tuples(st.integers(0, 800), st.floats(0, 100), st.floats(0, 1)), max_size=40), st.sampled_from(Period))
@settings(deadline=None, max_examples=50)
def test_every_session_lies_in_exactly_one_period_and_periods_without_one_are_gaps(drawn, period):
    sessions = [
        values_of(number, BEGIN - timedelta(days=400) + timedelta(days=day), value, quality={INDEX: quality})
        for number, (day, value, quality) in enumerate(drawn)
    ]
    one = of(sessions, period)
    assert sorted(number for held in one.bins for number in held.ids) == sorted(d.session for d in sessions)
    assert all(a.end == b.start for a, b in zip(one.bins, one.bins[1:], strict=False))
    for held in one.bins:
        good = [d.values[INDEX] for d in sessions if d.session in held.ids and d.quality[INDEX] >= 0.5]
        assert held.good == len(good) <= held.sessions
        assert math.isnan(held.value) == (not good)
        if good:
            assert min(good) - 1e-9 <= held.value <= max(good) + 1e-9
        if held.sessions == 0:
            assert math.isnan(held.quality)


def test_sessions_of_one_day_count_once():
    sessions = [values_of(n, BEGIN + timedelta(hours=n), value) for n, value in enumerate([10.0, 20.0, 90.0])]
    one = of(sessions, Period.DAY)
    assert [day.value for day in one.days] == [20.0]
    assert one.bins[0].good == 3


def test_a_session_after_midnight_of_its_place_belongs_to_the_new_day():
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert of([values_of(1, late, 40.0, zone="+0100")], Period.DAY).bins[0].start == date(2026, 3, 29)
    assert of([values_of(1, late, 40.0, zone="America/New_York")], Period.DAY).bins[0].start == date(2026, 3, 28)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2025, 10, 26), date(2024, 2, 29), date(2025, 12, 31)])
def test_every_hour_of_a_short_long_or_leap_day_lies_on_that_day(day):
    first = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=1))).astimezone(UTC) - timedelta(hours=2)
    hours = [values_of(n, first + timedelta(hours=n), float(n), zone="Europe/Berlin") for n in range(28)]
    days = {one.day: one.sessions for one in of(hours, Period.DAY).days}
    assert len(days[day]) == {date(2026, 3, 29): 23, date(2025, 10, 26): 25}.get(day, 24)


def test_sessions_of_a_wrong_clock_are_left_out_and_named():
    wrong = [values_of(90, datetime(1970, 1, 1, tzinfo=UTC), 5.0), values_of(91, NOW + timedelta(days=3), 5.0)]
    assert misdated([*weekly(STABLE), *wrong], NOW) == [90, 91]
    assert of([*weekly(STABLE), *wrong]).bins == of(weekly(STABLE)).bins


def test_the_baseline_is_made_of_the_first_good_sessions_only():
    poor = weekly([99.0] * 3, begin=BEGIN - timedelta(weeks=3), quality={INDEX: 0.2})
    short = weekly([99.0] * 3, begin=BEGIN - timedelta(weeks=6), measured={INDEX: 5.0})
    one = of([*poor, *short, *weekly([*STABLE, 90.0, 90.0])])
    assert one.usual.centre == 40.5
    assert one.usual.spread == pytest.approx(1.4826 * 2.0)
    assert (one.usual.first, one.usual.last) == (BEGIN.date(), (BEGIN + timedelta(weeks=7)).date())


def test_too_few_sessions_are_told_in_words_and_give_no_number():
    assert standing(of([])) == "Not enough sessions: a baseline takes 8 days with a good session, a comparison 6 more; there are none."
    assert standing(of(weekly(STABLE[:1]))).endswith("there is 1.")
    few = of(weekly([*STABLE, 80.0, 80.0]))
    assert "Not enough sessions for a comparison: it takes 14 days with a good session; there are 10." in standing(few)
    assert few.shifts == ()
    assert all(one.change == 0 for one in few.bins)


def test_a_shift_is_marked_where_it_is_and_told_with_its_limit():
    one = of(weekly([*STABLE, *STABLE, *[value + 40 for value in STABLE]]), Period.WEEK)
    assert len(one.shifts) == 1
    shift = one.shifts[0]
    assert (BEGIN + timedelta(weeks=16)).date() < shift.day <= (BEGIN + timedelta(weeks=16 + RECENT)).date()
    assert shift.lasts
    assert abs(shift.distance) > shift.limit
    assert [held.change for held in one.bins][:16] == [0] * 16
    assert one.bins[-1].change == 1
    assert "Reliable change, first told on" in standing(one)
    assert "reliably above the baseline" in bin_in_words(one.bins[-1], one)


def test_a_shift_that_went_away_is_told_as_past():
    values = [*STABLE, *STABLE, *[value + 40 for value in STABLE], *STABLE, *STABLE]
    one = of(weekly(values), Period.WEEK)
    assert "No reliable change now" in standing(one)
    assert "There was one" in standing(one)


def test_a_measure_that_was_not_named_beforehand_has_a_baseline_and_no_marks():
    one = of(weekly([*[0.1] * 20, *[0.9] * 20], key="face.fear"), measure=MEASURES["face.fear"])
    assert one.shifts == ()
    assert "Not compared" in standing(one)


def test_the_parts_of_all_compared_measures_make_the_nominal_rate_and_no_more():
    assert sum(1 / one.part for one in MEASURES.values() if one.part) <= 1.0


def test_the_interval_is_students():
    low, high = interval([1.0, 2.0, 3.0, 4.0], 3)
    assert (low, high) == pytest.approx((2.5 - 3.182446 * 0.6454972, 2.5 + 3.182446 * 0.6454972), rel=1e-5)
    assert all(math.isnan(limit) for limit in interval([1.0, 2.0], 3))


def test_a_point_is_told_with_its_number_of_sessions_and_quality():
    one = of([*weekly([40.0, 42.0, 44.0]), values_of(9, BEGIN + timedelta(days=1), 99.0, quality={INDEX: 0.1})])
    assert bin_in_words(one.bins[0], one) == "January 2025: 42 (37–47); 3 of 4 sessions good, quality 0.80."
    gap = of([*weekly([40.0]), *weekly([40.0], begin=BEGIN + timedelta(days=70))])
    assert bin_in_words(gap.bins[1], gap) == "February 2025: no session."


# As it is drawn


def test_a_gap_in_the_sessions_is_a_gap_in_the_line():
    one = of([*weekly([40.0] * 3), *weekly([50.0] * 3, begin=BEGIN + timedelta(days=120))])
    line = trend_line(one)
    assert np.isfinite(line.y).tolist() == [True, False, False, False, True]
    x, y = day_points(one)
    assert len(x) == len(y) == 6


@given(st.lists(st.floats(0, 100), max_size=30))
@settings(deadline=None, max_examples=50)
def test_the_value_axis_shows_everything_and_never_magnifies_noise(values):
    one = of(weekly(values))
    low, high = value_range(one)
    assert all(low <= value <= high for value in values)
    assert 0 <= low < high <= 100
    assert high - low >= 10 * THE_INDEX.least - 1e-9


def a_form(day: int, answer: int, kind: Kind = Kind.PHQ9, **more) -> Filled:
    form = FORMS[kind]
    answers = more.pop("answers", (answer,) * len(form.items))
    return Filled(kind=kind, version=form.version, filled_at=BEGIN + timedelta(days=day), answers=answers, **more)


def test_forms_are_drawn_with_both_published_lines_around_the_first():
    line = form_line([a_form(0, 1), a_form(14, 2), a_form(3, 1, Kind.GAD7)], Kind.PHQ9)
    assert line.points_y.tolist() == [9, 18]
    assert {(total, change.points) for total, change in line.lines} == {(14, 5), (4, 5), (15, 6), (3, 6)}


def test_forms_far_apart_are_not_joined_and_a_corrected_or_unscored_one_is_not_drawn():
    forms = [
        a_form(0, 1, id=1),
        a_form(14, 2, id=2),
        a_form(14, 1, id=3, replaces=2),
        a_form(200, 1, id=4),
        a_form(210, 0, answers=(None,) * 9, id=5),
    ]
    line = form_line(forms, Kind.PHQ9)
    assert [form.id for form in line.forms] == [1, 3, 4]
    assert np.isnan(line.y).tolist() == [False, False, True, False]


def test_a_line_breaks_where_more_than_one_form_in_a_row_was_left_out():
    every_two_weeks = [a_form(14 * number, 1) for number in (0, 1, 2, 3, 4, 5, 8, 9, 11)]
    line = form_line(every_two_weeks, Kind.PHQ9)
    assert np.flatnonzero(np.isnan(line.y)).tolist() == [6]
    assert not np.isnan(form_line([a_form(14 * number, 1) for number in (0, 1, 4)], Kind.PHQ9).y).any()


def test_a_page_of_years_does_not_begin_long_before_the_record():
    short, long = of(weekly([40.0] * 100), Period.YEAR), of(weekly([40.0] * 600, BEGIN - timedelta(weeks=560)), Period.YEAR)
    first, last = page([short], [], Period.YEAR, 0, NOW.date())
    assert (first, last) == (date(2025, 1, 1), date(2027, 1, 1))
    assert page([], [], Period.YEAR, 0, NOW.date()) == (date(2025, 1, 1), date(2027, 1, 1))
    first, last = page([long], [], Period.YEAR, 0, NOW.date())
    assert last.year - first.year == 10


def test_no_form_at_all_is_an_empty_line():
    line = form_line([], Kind.GAD7)
    assert (len(line.x), line.lines, line.highest) == (0, (), 21)


@pytest.mark.parametrize("period", Period)
def test_a_page_ends_with_the_record_and_earlier_pages_lie_before_it(period):
    trends = [of(weekly([40.0] * 100), period)]
    first, last = page(trends, [], period, 0, NOW.date())
    assert last == trends[0].bins[-1].end
    assert (last - first).days >= SPAN_DAYS[period] or period is Period.YEAR
    earlier = page(trends, [], period, 1, NOW.date())
    assert earlier[1] < last
    assert earlier[1] > first or period is Period.YEAR


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 12_000), st.integers(3, 12))
@settings(deadline=None, max_examples=50)
def test_dates_below_a_chart_are_few_in_order_and_within_it(first, length, most):
    last = first + timedelta(days=length)
    ticks = date_ticks(first, last, most)
    assert len(ticks) <= most
    assert all(first.toordinal() <= x < last.toordinal() for x, _ in ticks)
    assert [x for x, _ in ticks] == sorted({x for x, _ in ticks})
    assert len(ticks) >= min(most, length) // 5


def test_marked_days_are_the_baseline_once_they_are_enough_and_what_follows_is_compared_with_them():
    old, new = weekly([70.0, 72.0] * 6), weekly([30.0, 32.0] * 12, BEGIN + timedelta(weeks=20))
    renumbered = [replace(one, session=100 + one.session) for one in new]
    marked = [replace(one, use=Use.BASELINE) for one in renumbered[:8]]
    before = trend([*old, *renumbered], MEASURES["index"], Period.MONTH, NOW_LATER)
    after = trend([*old, *marked, *renumbered[8:]], MEASURES["index"], Period.MONTH, NOW_LATER)
    assert before.usual.centre == 71.0
    assert before.shifts
    assert after.usual.centre == 31.0
    assert after.usual.first == new[0].started.date()
    assert not after.shifts
    assert len(after.days) == len(before.days) == 36
    assert after.compared == 24
    few = trend([*old, *marked[:7], *renumbered[7:]], MEASURES["index"], Period.MONTH, NOW_LATER)
    assert few.usual == before.usual


def test_a_session_that_is_left_out_is_seen_and_does_not_count():
    sessions = weekly([40.0, 41.0, 90.0])
    left_out = [*sessions[:2], replace(sessions[2], use=Use.EXCLUDED)]
    one = trend(left_out, MEASURES["index"], Period.YEAR, NOW_LATER)
    assert [day.value for day in one.days] == [40.0, 41.0]
    assert (one.bins[0].sessions, one.bins[0].good) == (3, 2)
