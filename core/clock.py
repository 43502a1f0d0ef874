"""The session's one clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class SessionClock:
    """Seconds since the session began, monotonic; only live sources and the live fusion's deadline ask it.

    `started_utc` is read once, beside the zero, so that a stored session can be placed in the calendar.
    """

    def __init__(self, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._ticks = ticks
        self._zero = ticks()
        self.started_utc = datetime.now(UTC)

    def now(self) -> float:
        """Seconds since the session began."""
        return self._ticks() - self._zero

    def at(self, ticks: float) -> float:
        """Session time of a reading of the same counter that was taken elsewhere (a driver's stamp)."""
        return ticks - self._zero
