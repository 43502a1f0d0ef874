"""Dates as the person lived them: the day of a session is the date of its place, however long that night was."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = date(2000, 1, 1)
"""Clocks that have lost their battery begin in 1904, 1970 or 1980."""


class Period(StrEnum):
    """How time is cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def zone_of(words: str) -> tzinfo | None:
    """The zone of an IANA name ("Europe/Berlin") or an offset ("+0200", "UTC+02:00", "Z"); None where this machine does not know it."""
    try:
        return datetime.strptime(words.removeprefix("UTC") or "Z", "%z").tzinfo
    except ValueError:
        pass
    try:
        return ZoneInfo(words)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_time(utc: datetime, zone: str) -> datetime:
    """The clock on the wall; in UTC where the zone is not known."""
    return utc.astimezone(zone_of(zone) or UTC)


def is_plausible(started: datetime, now: datetime) -> bool:
    """Whether a clock that went right can have said so: after EARLIEST, and not later than a day after `now`."""
    return started.date() >= EARLIEST and started <= now + timedelta(days=1)


def start_of(day: date, period: Period) -> date:
    """The first day of the day's period; weeks begin on Monday (ISO 8601)."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)


def next_start(start: date, period: Period, steps: int = 1) -> date:
    """The first day of the period `steps` later (or earlier); `start` is the first day of one."""
    match period:
        case Period.DAY:
            return start + timedelta(days=steps)
        case Period.WEEK:
            return start + timedelta(weeks=steps)
        case Period.MONTH:
            years, month = divmod(start.year * 12 + start.month - 1 + steps, 12)
            return date(years, month + 1, 1)
        case Period.YEAR:
            return start.replace(year=start.year + steps)


def periods(first: date, last: date, period: Period) -> list[date]:
    """The first days of all periods from the one of `first` to the one of `last`."""
    starts = [start_of(first, period)]
    while (following := next_start(starts[-1], period)) <= last:
        starts.append(following)
    return starts


def name_of(start: date, period: Period) -> str:
    """14 Mar 2026, week 11 of 2026 (9 Mar), March 2026, 2026."""
    match period:
        case Period.DAY:
            return f"{start.day} {_MONTHS[start.month - 1][:3]} {start.year}"
        case Period.WEEK:
            year, week, _ = start.isocalendar()
            return f"week {week} of {year} (from {start.day} {_MONTHS[start.month - 1][:3]})"
        case Period.MONTH:
            return f"{_MONTHS[start.month - 1]} {start.year}"
        case Period.YEAR:
            return str(start.year)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""English, as the program is, whatever the system's language."""
