"""Where the window looks: the newest of each thing, and the short list of what came since it last looked."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from core.estimate import Estimate
from core.labels import Modality
from core.media import Frame
from core.readings import FusionScore, Reading


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """The level of a stretch of sound in dBFS (RMS and peak), and whether it was clipped."""

    at: float
    rms_dbfs: float
    peak_dbfs: float
    clipped: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording is: media seconds done, of how many (None: unknown), and wall seconds left (None: unknown)."""

    done_s: float
    total_s: float | None
    left_s: float | None


@dataclass(frozen=True, slots=True)
class LaneStatistics:
    """How a lane keeps up, over the last seconds: items a second, dropped in all, and milliseconds per stage.

    `wait_ms` is from capture to the start of reading, `read_ms` the reading itself, `total_ms` from capture to reading made
    (medians; NaN in a replay, where time is not the world's).
    """

    rate_hz: float
    dropped: int
    wait_ms: float
    read_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What `Board.take` gives: newest values (None when nothing new came) and all readings, scores and estimates since the last time."""

    frame: Frame | None = None
    level: SoundLevel | None = None
    progress: Progress | None = None
    statistics: Mapping[Modality, LaneStatistics] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    scores: tuple[FusionScore, ...] = ()
    estimates: tuple[Estimate, ...] = ()


MOST_KEPT = 20_000
"""Readings or scores kept for a window that does not look (11 minutes at 30 a second); the oldest go first."""

MOST_ESTIMATES = 540
"""Half an hour of three lanes: nobody keeps more of a running session."""


class Board:
    """Written by the monitor's threads, emptied by the window's timer; nothing is pushed at the window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: dict[str, Any] = {}
        self._statistics: dict[Modality, LaneStatistics] = {}
        self._readings: deque[Reading] = deque(maxlen=MOST_KEPT)
        self._scores: deque[FusionScore] = deque(maxlen=MOST_KEPT)
        self._estimates: deque[Estimate] = deque(maxlen=MOST_ESTIMATES)

    def post(self, item: Frame | SoundLevel | Progress) -> None:
        """Replace the newest of its kind."""
        with self._lock:
            self._newest[_SLOTS[type(item)]] = item

    def post_statistics(self, modality: Modality, statistics: LaneStatistics) -> None:
        """Replace a lane's statistics."""
        with self._lock:
            self._statistics[modality] = statistics

    def add(self, item: Reading | FusionScore | Estimate) -> None:
        """Append to what came since the last look."""
        with self._lock:
            match item:
                case FusionScore():
                    self._scores.append(item)
                case Estimate():
                    self._estimates.append(item)
                case _:
                    self._readings.append(item)

    def take(self) -> Taken:
        """All that is new; the board is empty afterwards."""
        with self._lock:
            taken = Taken(
                **self._newest,
                statistics=self._statistics,
                readings=tuple(self._readings),
                scores=tuple(self._scores),
                estimates=tuple(self._estimates),
            )
            self._newest, self._statistics = {}, {}
            self._readings.clear()
            self._scores.clear()
            self._estimates.clear()
        return taken


_SLOTS = {Frame: "frame", SoundLevel: "level", Progress: "progress"}
