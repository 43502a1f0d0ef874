"""Trends and questionnaires as a chart draws them: x in days (`date.toordinal`), NaN where the line breaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from core.calendar import Period, name_of, next_start, start_of
from core.questionnaire import Filled, Kind
from review.questionnaire import FORMS, Band, ChangeLine, score_of
from review.trends import Trend

Floats = NDArray[np.float64]

SPAN_DAYS = {Period.DAY: 42, Period.WEEK: 182, Period.MONTH: 365, Period.YEAR: 3652}
"""How much of the record one page of each view shows: six weeks, half a year, a year, ten years."""

LONGEST_STEP_DAYS = 62
"""Between two forms that a line joins: they are filled in at most every two months, or there is a gap."""

LONGEST_STEP = 2.5
"""The same in the person's own usual steps: more than one form in a row was left out."""

LEAST_STEPS = 4
"""Between forms before a step is called usual."""

LEAST_YEARS = 2
"""A page of years shows no fewer, and no more before the record than that."""

LEAST_SPAN_IN_STEPS = 10
"""A value axis is at least ten times the smallest distance worth a word high, so that noise does not look like change."""


@dataclass(frozen=True, slots=True)
class TrendLine:
    """The points of a trend: all (N,), NaN where a period has no value or no interval; `change` -1, 0, +1; `sure` has an interval."""

    x: Floats
    y: Floats
    low: Floats
    high: Floats
    change: NDArray[np.int8]
    sure: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FormLine:
    """The totals of one kind of form over time.

    `x`, `y` (N,) have a NaN between forms that are too far apart to be joined; `points_x`, `points_y`, `estimated` (M,) are the forms
    with a total, `forms` the forms themselves. `lines` are totals at which a published change from the first form is reached.
    """

    kind: Kind
    x: Floats
    y: Floats
    points_x: Floats
    points_y: Floats
    estimated: NDArray[np.bool_]
    forms: tuple[Filled, ...]
    lines: tuple[tuple[float, ChangeLine], ...]
    bands: tuple[Band, ...]
    highest: int


def trend_line(trend: Trend) -> TrendLine:
    """The points of a trend's periods, each in the middle of its period."""
    bins = trend.bins
    low = np.array([one.low for one in bins], float)
    return TrendLine(
        x=np.array([one.middle for one in bins], float),
        y=np.array([one.value for one in bins], float),
        low=low,
        high=np.array([one.high for one in bins], float),
        change=np.array([one.change for one in bins], np.int8),
        sure=np.isfinite(low),
    )


def day_points(trend: Trend) -> tuple[Floats, Floats]:
    """Every good day by itself: x at its noon, and its value."""
    return np.array([day.day.toordinal() + 0.5 for day in trend.days], float), np.array([day.value for day in trend.days], float)


def value_range(trend: Trend) -> tuple[float, float]:
    """What the value axis shows: all days, the baseline and its limits, no less than LEAST_SPAN_IN_STEPS, within the measure's bounds."""
    values = [day.value for day in trend.days]
    if trend.usual is not None:
        reach = max(trend.usual.spread, 0.0 if np.isnan(trend.limit) else trend.limit)
        values += [trend.usual.centre - reach, trend.usual.centre + reach]
    measure = trend.measure
    least = LEAST_SPAN_IN_STEPS * measure.least
    if not values:
        low = measure.low if measure.low is not None else 0.0
        return low, measure.high if measure.high is not None else low + least
    low, high = min(values), max(values)
    spare = max(0.08 * (high - low), (least - (high - low)) / 2)
    low, high = low - spare, high + spare
    if measure.low is not None and low < measure.low:
        low, high = measure.low, max(high, measure.low + least)
    if measure.high is not None and high > measure.high:
        low, high = min(low, measure.high - least), measure.high
    return low, high


def round_ticks(low: float, high: float) -> list[float]:
    """Three or four round numbers between two others."""
    step = 10.0 ** np.floor(np.log10((high - low) / 2))
    step = next(step * factor for factor in (1, 2, 2.5, 5, 10) if (high - low) / (step * factor) <= 3.99)
    first = np.ceil(low / step - 1e-9) * step
    return [float(tick) + 0.0 for tick in np.arange(first, high + step * 1e-9, step)]  # no minus before a zero


def form_line(filled: Sequence[Filled], kind: Kind) -> FormLine:
    """The forms of a kind that hold (a corrected one does not), in the order of time, with both published lines around the first."""
    corrected = {one.replaces for one in filled if one.replaces is not None}
    held = sorted(
        (one for one in filled if one.kind is kind and (one.id is None or one.id not in corrected)), key=lambda one: one.filled_at
    )
    scored = [(one, total) for one in held if (total := score_of(one).total) is not None]
    x = np.array([day_number(one.filled_at) for one, _ in scored], float)
    y = np.array([total for _, total in scored], float)
    far = np.flatnonzero(np.diff(x) > _longest_step(x))
    form = FORMS[kind]
    lines = [(y[0] + sign * line.points, line) for line in form.changes for sign in (1, -1)] if len(y) else []
    return FormLine(
        kind=kind,
        x=np.insert(x, far + 1, np.nan),
        y=np.insert(y, far + 1, np.nan),
        points_x=x,
        points_y=y,
        estimated=np.array([score_of(one).estimated for one, _ in scored], bool),
        forms=tuple(one for one, _ in scored),
        lines=tuple((float(total), line) for total, line in lines if 0 <= total <= form.highest),
        bands=form.bands,
        highest=form.highest,
    )


def _longest_step(x: Floats) -> float:
    """Days between two forms that are joined."""
    steps = np.diff(x)
    return min(float(LONGEST_STEP_DAYS), LONGEST_STEP * float(np.median(steps))) if len(steps) >= LEAST_STEPS else float(LONGEST_STEP_DAYS)


def day_number(moment: datetime) -> float:
    """Days with their part of the day, by the clock on the wall."""
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


def page(trends: Sequence[Trend], forms: Sequence[Filled], period: Period, pages_back: int, today: date) -> tuple[date, date]:
    """The first day of a view and the day after its last: whole periods that end with the record, `pages_back` half pages earlier."""
    lasts = [one.bins[-1].end for one in trends if one.bins] + [date.fromordinal(one.filled_at.toordinal() + 1) for one in forms]
    last = max(lasts, default=today)
    end = date.fromordinal(last.toordinal() - pages_back * SPAN_DAYS[period] // 2)
    end = next_start(start_of(date.fromordinal(end.toordinal() - 1), period), period)
    first = start_of(date.fromordinal(end.toordinal() - SPAN_DAYS[period]), period)
    if period is not Period.YEAR:
        return first, end
    begins = min([one.bins[0].start for one in trends if one.bins] + [one.filled_at.date() for one in forms], default=today)
    return max(first, min(start_of(begins, period), date(end.year - LEAST_YEARS, 1, 1))), end


def date_ticks(first: date, last: date, most: int) -> list[tuple[float, str]]:
    """Where dates are written below a chart: days, weeks, months, quarters or years, so that there are at most `most`."""
    days = (last - first).days
    for period, step, length in _STEPS:
        if days > most * length:
            continue
        starts = _starts(first, last, period, step)
        if len(starts) <= most:
            break
    else:
        starts = _starts(first, last, Period.YEAR, -(-days // (366 * most)))
    return [(float(start.toordinal()), _tick(start, period)) for start in starts[:most]]


_STEPS = (
    *((Period.DAY, 1, 1), (Period.WEEK, 1, 7), (Period.WEEK, 2, 14)),
    *((Period.MONTH, 1, 31), (Period.MONTH, 3, 92), (Period.YEAR, 1, 366)),
)
"""Periods and how many of them lie between two dates that are written, with the most days of such a step."""


def _starts(first: date, last: date, period: Period, step: int) -> list[date]:
    start = start_of(first, period)
    if period is Period.MONTH:
        start = start.replace(month=start.month - (start.month - 1) % step)
    starts = []
    while start < last:
        if start >= first:
            starts.append(start)
        start = next_start(start, period, step)
    return starts


def _tick(start: date, period: Period) -> str:
    """14 Mar, Mar, 2026: the year is written where one begins."""
    words = name_of(start, Period.DAY).split()
    if period is Period.YEAR or (period is Period.MONTH and start.month == 1):
        return words[2]
    return words[1] if period is Period.MONTH else f"{words[0]} {words[1]}"
