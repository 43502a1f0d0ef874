"""One thread a lane: builds the reader, warms it up, and turns items into readings."""

import logging
import statistics
from collections import deque
from collections.abc import Callable
from threading import Event as Flag

from core.channel import Channel
from core.clock import SessionClock
from core.failures import AffectographError, Failure
from core.media import AudioChunk, MediaItem
from core.readings import Ended, Gap, LaneItem, Reached, Reading
from models.card import ModelCard
from monitor.board import Board, LaneStatistics
from monitor.events import Event, LaneFailed, LaneReady
from monitor.lane import Lane

logger = logging.getLogger(__name__)

STATISTICS_WINDOW_S = 3.0
"""Seconds over which rates and latencies are taken: steady enough to read, fresh enough to show a stall."""

STATISTICS_EVERY_S = 0.5
"""Seconds between two statements of a lane's statistics."""


class Worker:
    """Runs one lane's reader; `run` is the body of its thread, and the reader never leaves it."""

    def __init__(
        self,
        *,
        lane: Lane,
        inbox: Channel[MediaItem | Reached],
        pass_on: Callable[[LaneItem], bool],
        board: Board,
        clock: SessionClock,
        live: bool,
        ready: Flag,
        on_card: Callable[[Lane, ModelCard], None],
        on_event: Callable[[Event], None],
    ) -> None:
        self._lane = lane
        self._inbox = inbox
        self._pass_on = pass_on
        self._board = board
        self._clock = clock
        self._live = live
        self._ready = ready
        self._on_card = on_card
        self._on_event = on_event
        self._reached = 0.0
        self._recent: deque[tuple[float, float, float, float]] = deque()
        self._stated_at = 0.0
        self.read = 0

    def run(self) -> None:
        """Read until the inbox closes; a reader that fails ends its lane, says why, and leaves the others alone."""
        try:
            self._read_all()
        except AffectographError as error:
            self._fail(error.failure)
        except Exception as error:
            logger.exception("The %s lane failed", self._lane.modality)
            self._fail(
                Failure(f"The {self._lane.modality} lane stopped.", f"{error!r}.", "The other lanes go on; the log has the details.")
            )
        finally:
            self._inbox.close(discard=True)
            self._ready.set()
            self._pass_on(Ended(self._lane.modality))

    def _read_all(self) -> None:
        began = self._clock.now()
        reader = self._lane.make_reader()
        reader.warm_up()
        self._on_card(self._lane, reader.card)
        self._on_event(LaneReady(self._lane.modality, self._lane.label, reader.card.name, self._clock.now() - began))
        self._ready.set()
        for item in self._inbox:
            if isinstance(item, Reached):
                self._say(item)
                continue
            started = self._clock.now()
            reading = reader.read(item)
            self._reached = item.ends_at if isinstance(item, AudioChunk) else item.at
            self._say(reading or Reached(self._lane.modality, self._reached))
            self._measure(started)
        last = reader.finish()
        if last is not None:
            self._say(last)

    def _say(self, item: Reading | Reached) -> None:
        if isinstance(item, Reading):
            self._board.add(item)
        self._pass_on(item)

    def _measure(self, started: float) -> None:
        now = self._clock.now()
        self.read += 1
        self._recent.append((now, started - self._reached, now - started, now - self._reached))
        while self._recent[0][0] < now - STATISTICS_WINDOW_S:
            self._recent.popleft()
        if now - self._stated_at < STATISTICS_EVERY_S:
            return
        self._stated_at = now
        waits, reads, totals = (statistics.median(row[i] for row in self._recent) * 1000 for i in (1, 2, 3))
        nan = float("nan")
        self._board.post_statistics(
            self._lane.modality,
            LaneStatistics(
                rate_hz=len(self._recent) / max(now - self._recent[0][0], STATISTICS_EVERY_S),
                dropped=self._inbox.dropped,
                wait_ms=waits if self._live else nan,
                read_ms=reads,
                total_ms=totals if self._live else nan,
            ),
        )

    def _fail(self, failure: Failure) -> None:
        logger.warning("%s lane: %s", self._lane.modality, failure)
        self._pass_on(Gap(self._lane.modality, self._reached, self._reached, failure.what))
        self._on_event(LaneFailed(self._lane.modality, failure, retrying=False))
