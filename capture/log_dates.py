"""When a video log was made: what its own data and its name say, and whether that can be trusted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from pathlib import Path

from core.calendar import is_plausible
from core.failures import Failure, MediaUnreadable
from core.settings import CaptureSettings

LOG_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".3gp", ".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus"})

SAME_MOMENT = timedelta(hours=26)
"""Data and name may differ by a time zone (up to 26 hours lie between two); by more, one of them is of a copy."""

NOON = 12
"""The hour of a log whose name has a date only."""


class Says(Enum):
    """Where a date comes from."""

    DATA = "from the recording's own data"
    NAME = "from its name"
    NAME_WITHOUT_HOUR = "from its name, which has no hour"
    PERSON = "given by you"


@dataclass(frozen=True, slots=True)
class LogDate:
    """A log and its date: `when` (with a zone) from `says`, or None and why; `candidates` are the dates that it might have."""

    path: Path
    when: datetime | None
    says: Says | None = None
    why: str = ""
    candidates: tuple[datetime, ...] = ()
    failure: Failure | None = None

    def dated(self, when: datetime) -> "LogDate":
        """The same log with the date that a person gave it."""
        return LogDate(self.path, when, Says.PERSON)


_SEPARATOR = r"[-_. ]?"
_CLOCK = r"(?:(?:[-_T ]|\s?at\s?)+(?P<hour>[01]\d|2[0-3])[-_.:]?(?P<minute>[0-5]\d)(?:[-_.:]?(?P<second>[0-5]\d))?)?"
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>20\d\d){_SEPARATOR}(?P<month>0[1-9]|1[0-2]){_SEPARATOR}(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_CLOCK}"
)
_YEAR_LAST = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})(?P<sep>[-_.])(?P<b>\d{{1,2}})(?P=sep)(?P<year>20\d\d)(?!\d){_CLOCK}")
_PIXEL = re.compile(r"^PXL_")
"""Google's camera writes the name's time in UTC, all others in the place's own."""


def logs_in(folder: Path) -> list[Path]:
    """The recordings of a folder (not of those within it), by name; raises MediaUnreadable where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in LOG_SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        raise MediaUnreadable(
            Failure(f"The folder {folder} cannot be read.", f"{error.strerror}.", "Check its name and your right to read it.")
        ) from error


def date_of(path: Path, now: datetime, settings: CaptureSettings) -> LogDate:
    """The date of one log by its data and its name; `now` (with the zone of the place) bounds what is believed."""
    from capture.container import open_container  # noqa: PLC0415  the decoder is loaded when a file is opened

    try:
        with open_container(path, settings) as container:
            metadata = {key.lower(): value for key, value in container.metadata.items()}
            metadata |= {key.lower(): value for stream in container.streams for key, value in stream.metadata.items()}
    except MediaUnreadable as error:
        return LogDate(path, None, why=error.failure.why, failure=error.failure)
    return decide(path, date_in_data(metadata), dates_in_name(path.name, now.tzinfo), now)


def decide(path: Path, data: datetime | None, named: Sequence[tuple[datetime, Says]], now: datetime) -> LogDate:
    """Which date holds: data and name agree, or only one speaks; else it is left to the person."""
    believed = [(when, says) for when, says in named if is_plausible(when, now)]
    from_data = data if data is not None and is_plausible(data, now) else None
    if from_data is None and not believed:
        future = data is not None or bool(named)
        return LogDate(path, None, why="Its date cannot be right." if future else "Neither its data nor its name has a date.")
    if from_data is None:
        if len(believed) == 1:
            return LogDate(path, *believed[0])
        return LogDate(path, None, why="Day and month of its name can be read in two ways.", candidates=tuple(when for when, _ in believed))
    if not believed or any(abs(when - from_data) <= SAME_MOMENT for when, _ in believed):
        hours = [(when, says) for when, says in believed if says is Says.NAME and abs(when - from_data) <= SAME_MOMENT]
        return LogDate(path, *hours[0]) if hours else LogDate(path, from_data.astimezone(now.tzinfo), Says.DATA)
    candidates = (from_data.astimezone(now.tzinfo), *(when for when, _ in believed))
    return LogDate(path, None, why="Its data and its name have different dates; one of them may be of a copy.", candidates=candidates)


def date_in_data(metadata: dict[str, str]) -> datetime | None:
    """The moment in a file's metadata, keys in small letters; Apple's has its zone, the others are in UTC (ISO/IEC 14496-12)."""
    for key in ("com.apple.quicktime.creationdate", "creation_time", "date"):
        word = metadata.get(key, "").strip()
        if len(word) >= len("2026-03-29T18:30"):
            try:
                moment = datetime.fromisoformat(word)
            except ValueError:
                continue
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def dates_in_name(name: str, zone: tzinfo | None) -> list[tuple[datetime, Says]]:
    """All readings of the first date in a name: one for 2026-03-29 or 20260329_1830, two for 03-04-2026, none where there is none."""
    stem = name.rpartition(".")[0] or name
    found = _YEAR_FIRST.search(stem)
    if found:
        zone = UTC if _PIXEL.match(stem) else zone
        return list(_moments(found, [(int(found["month"]), int(found["day"]))], zone))
    found = _YEAR_LAST.search(stem)
    if not found:
        return []
    a, b = int(found["a"]), int(found["b"])
    orders = [(b, a)] if found["sep"] == "." or a == b else [(b, a), (a, b)]  # points are German, and day first
    return list(_moments(found, orders, zone))


def _moments(found: re.Match[str], months_and_days: Sequence[tuple[int, int]], zone: tzinfo | None) -> Iterator[tuple[datetime, Says]]:
    for month, day in months_and_days:
        try:
            whole = date(int(found["year"]), month, day)
        except ValueError:
            continue
        if found["hour"] is None:
            yield datetime(whole.year, month, day, NOON, tzinfo=zone), Says.NAME_WITHOUT_HOUR
        else:
            clock = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
            yield datetime(whole.year, month, day, *clock, tzinfo=zone), Says.NAME
