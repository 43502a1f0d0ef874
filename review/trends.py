"""A person's sessions over days, weeks, months and years, beside what was usual at the beginning."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from scipy.special import stdtrit

from core.calendar import Period, is_plausible, next_start, periods, start_of
from core.person import Use
from core.session_values import SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.statistics import change_trace
from core.usual import Usual, usual_of
from review.measures import Measure

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Day:
    """A day with good sessions: the median of their values, and the median of their quality (0..1)."""

    day: date
    value: float
    quality: float
    sessions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """One period: from `start` to the day before `end`.

    `value` is the mean of its good days, `low` and `high` its interval; NaN where there are none, or too few. `sessions` counts all
    sessions that measured something, `good` those that count; `quality` is 0..1, NaN without sessions. `change` is +1 or -1 when a reliable
    change was there on one of its days (the last one that says so), else 0.
    """

    start: date
    end: date
    value: float
    low: float
    high: float
    sessions: int
    good: int
    quality: float
    ids: tuple[int, ...]
    change: int = 0

    @property
    def middle(self) -> float:
        """Where the point is drawn, in days (`date.toordinal`)."""
        return (self.start.toordinal() + self.end.toordinal()) / 2


@dataclass(frozen=True, slots=True)
class Shift:
    """A reliable change: the day on which it was first told, its distance from the baseline and the limit, in the measure's unit."""

    day: date
    distance: float
    limit: float
    lasts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """All that a chart of one measure shows. `usual` None: there are not enough sessions. `limit` is the newest; NaN: none.

    `compared` is how many of the days are the baseline's or come after it.
    """

    measure: Measure
    period: Period
    bins: tuple[Bin, ...]
    days: tuple[Day, ...]
    compared: int
    usual: Usual | None
    limit: float
    recent: float
    shifts: tuple[Shift, ...]
    baseline_days: int


def trend(
    sessions: Sequence[SessionValues], measure: Measure, period: Period, now: datetime, settings: ReviewSettings = REVIEW_DEFAULTS
) -> Trend:
    """The trend of one measure; `now` (with its zone) tells dates that cannot be right, which are left out (`misdated`)."""
    dated = [one for one in sessions if is_plausible(one.started, now)]
    days = good_days(dated, measure, settings)
    following, count = compared(days, {one.session for one in dated if one.use is Use.BASELINE}, settings.baseline_days)
    values = np.array([day.value for day in following])
    if len(days) < count:
        return _trend(measure, period, _bins(dated, days, {}, measure, period, settings), days, count)
    usual = usual_of(values[:count].tolist(), following[0].day, following[count - 1].day, measure.least)
    if measure.part is None:
        return _trend(measure, period, _bins(dated, days, {}, measure, period, settings), days, count, usual, len(following))
    trace = change_trace(values, count, part=measure.part, least=measure.least)
    changed = {day.day: int(change) for day, change in zip(following, trace.changed, strict=True) if change}
    return Trend(
        measure=measure,
        period=period,
        bins=_bins(dated, days, changed, measure, period, settings),
        days=tuple(days),
        compared=len(following),
        usual=usual,
        limit=float(trace.limit[-1]),
        recent=float(trace.recent[-1]),
        shifts=_shifts(following, trace.changed, trace.recent - usual.centre, trace.limit),
        baseline_days=count,
    )


def compared(days: Sequence[Day], marked: Collection[int], least: int) -> tuple[list[Day], int]:
    """The days of the baseline and those after it, and how many are the baseline's.

    It is the first `least` days, or those with a marked session once they are as many: then the days before and between are not compared.
    """
    chosen = [day for day in days if any(session in marked for session in day.sessions)]
    if len(chosen) < least:
        return list(days), least
    return [*chosen, *(day for day in days if day.day > chosen[-1].day)], len(chosen)


def misdated(sessions: Sequence[SessionValues], now: datetime) -> list[int]:
    """The sessions whose date cannot be right: of a clock that was wrong."""
    return [one.session for one in sessions if not is_plausible(one.started, now)]


def is_good(one: SessionValues, measure: Measure, settings: ReviewSettings) -> bool:
    """Whether a session measured enough of it, and well enough, to count."""
    least = settings.least_entries if measure.source == "text" else settings.least_measured_s
    enough = one.measured.get(measure.source, 0.0) >= least
    counts = one.use is not Use.EXCLUDED and measure.key in one.values
    return counts and enough and one.quality.get(measure.source, 0.0) >= settings.low_quality


def good_days(sessions: Sequence[SessionValues], measure: Measure, settings: ReviewSettings) -> list[Day]:
    """The days with good sessions, in order; sessions of one day are one value, for they are not independent."""
    by_day: dict[date, list[SessionValues]] = {}
    for one in sessions:
        if is_good(one, measure, settings):
            by_day.setdefault(one.started.date(), []).append(one)
    return [
        Day(
            day,
            float(np.median([one.values[measure.key] for one in held])),
            float(np.median([one.quality[measure.source] for one in held])),
            tuple(sorted(one.session for one in held)),
        )
        for day, held in sorted(by_day.items())
    ]


def interval(values: Sequence[float], least: int) -> tuple[float, float]:
    """Student's 95 % interval of the mean; NaN for fewer than `least` values."""
    if len(values) < least:
        return math.nan, math.nan
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)) * error
    return mean - half, mean + half


def _trend(
    measure: Measure,
    period: Period,
    bins: tuple[Bin, ...],
    days: Sequence[Day],
    baseline_days: int,
    usual: Usual | None = None,
    compared: int | None = None,
) -> Trend:
    """A trend without a comparison."""
    return Trend(
        measure=measure,
        period=period,
        bins=bins,
        days=tuple(days),
        compared=len(days) if compared is None else compared,
        usual=usual,
        limit=math.nan,
        recent=math.nan,
        shifts=(),
        baseline_days=baseline_days,
    )


def _bins(
    sessions: Sequence[SessionValues],
    days: Sequence[Day],
    changed: dict[date, int],
    measure: Measure,
    period: Period,
    settings: ReviewSettings,
) -> tuple[Bin, ...]:
    """Every period from the first session to the last, also those without any."""
    held: dict[date, list[SessionValues]] = {}
    for one in sessions:
        if measure.source in one.measured:
            held.setdefault(start_of(one.started.date(), period), []).append(one)
    if not held:
        return ()
    of_bin: dict[date, list[Day]] = {}
    for day in days:
        of_bin.setdefault(start_of(day.day, period), []).append(day)
    return tuple(
        _bin(start, held.get(start, []), of_bin.get(start, []), changed, measure, period, settings)
        for start in periods(min(held), max(held), period)
    )


def _bin(
    start: date,
    held: Sequence[SessionValues],
    days: Sequence[Day],
    changed: dict[date, int],
    measure: Measure,
    period: Period,
    settings: ReviewSettings,
) -> Bin:
    values = [day.value for day in days]
    low, high = np.clip(interval(values, settings.least_interval_days), measure.low, measure.high)
    return Bin(
        start=start,
        end=next_start(start, period),
        value=float(np.mean(values)) if values else math.nan,
        low=float(low),
        high=float(high),
        sessions=len(held),
        good=sum(len(day.sessions) for day in days),
        quality=float(np.median([one.quality[measure.source] for one in held])) if held else math.nan,
        ids=tuple(one.session for one in held),
        change=next((changed[day.day] for day in reversed(days) if day.day in changed), 0),
    )


def _shifts(days: Sequence[Day], changed: np.ndarray, distance: np.ndarray, limit: np.ndarray) -> tuple[Shift, ...]:
    """The first day of every run of one direction."""
    begins = [int(i) for i in np.flatnonzero((changed != 0) & (changed != np.concatenate([[0], changed[:-1]])))]
    last_run = begins[-1] if begins else -1
    return tuple(
        Shift(days[i].day, float(distance[i]), float(limit[i]), lasts=bool(i == last_run and (changed[i:] == changed[i]).all()))
        for i in begins
    )
