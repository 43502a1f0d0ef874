"""A session as one value per measure: what a trend over months is made of; `review.session_values` makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.calendar import local_time
from core.person import Use

INDEX = "index"
"""Beside the lanes' names: what the fusion made of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionValues:
    """A session's values by measure ("index", "face.sadness", "voice.pitch_hz"); what was not measured is missing.

    `measured` is how much was measured per source (a lane's name or INDEX), in seconds, of text in entries; `quality` is 0..1: the median
    of a lane's readings, and for the index the share of its moments that have a number.
    """

    session: int
    started_utc: datetime
    zone: str
    values: Mapping[str, float]
    measured: Mapping[str, float]
    quality: Mapping[str, float]
    use: Use | None = None

    @property
    def started(self) -> datetime:
        """The clock on the wall when it began."""
        return local_time(self.started_utc, self.zone)
