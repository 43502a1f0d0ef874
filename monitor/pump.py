"""One thread a source: opens it, carries its items into the lane's inbox, and brings a lost live source back."""

import logging
import math
from collections.abc import Callable
from threading import Event as Flag

from capture.source import Pace, Source
from core.channel import Channel
from core.clock import SessionClock
from core.failures import AffectographError, Failure, SourceUnavailable
from core.labels import Modality
from core.levels import sound_level
from core.media import AudioChunk, Frame, MediaItem, TextEntry
from core.readings import Gap, LaneItem, Reached
from core.settings import CaptureSettings
from monitor.board import Board, SoundLevel
from monitor.events import Event, LaneFailed, LaneRecovered
from monitor.playback import Playback

logger = logging.getLogger(__name__)


class Pump:
    """Runs one source until it ends or `stop`; `run` is the body of its thread."""

    def __init__(
        self,
        *,
        modality: Modality,
        source: Source,
        inbox: Channel[MediaItem | Reached],
        pass_on: Callable[[LaneItem], bool],
        board: Board,
        clock: SessionClock,
        playback: Playback | None,
        ready: Flag,
        settings: CaptureSettings,
        on_event: Callable[[Event], None],
        keep: Callable[[MediaItem], None] | None = None,
    ) -> None:
        self._modality = modality
        self._source = source
        self._inbox = inbox
        self._pass_on = pass_on
        self._board = board
        self._clock = clock
        self._playback = playback
        self._ready = ready
        self._settings = settings
        self._on_event = on_event
        self._keep = keep
        self._stopping = Flag()
        self._paused_at: float | None = None
        self._last_at = 0.0
        self._broken_since: float | None = None
        self._broken_why = ""
        self._wait_s = settings.reconnect_first_s

    def run(self) -> None:
        """Carry items until the source ends (recorded), or until `stop` (live, reconnecting in between)."""
        try:
            while not self._stopping.is_set():
                try:
                    self._carry()
                except AffectographError as error:
                    self._fail(error.failure)
                except Exception as error:
                    logger.exception("The source %s failed", self._source.label)
                    self._fail(Failure(f"“{self._source.label}” failed unexpectedly.", f"{error!r}.", "The log has the details."))
                else:
                    return
                finally:
                    self._source.close()
                if self._source.pace is Pace.RECORDED:
                    return
                self._stopping.wait(self._wait_s)
                self._wait_s = min(2 * self._wait_s, self._settings.reconnect_most_s)
        finally:
            self._close_gap(self._now())
            if self._playback:
                self._playback.leave(self._modality)

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopping.set()
        self._source.stop()

    def pause(self) -> None:
        """Live only: let items fall from now on."""
        self._paused_at = self._clock.now()

    def resume(self) -> None:
        """Live only: carry on; the pause is written as a gap."""
        if self._paused_at is not None:
            self._pass_on(Gap(self._modality, self._paused_at, self._clock.now(), "paused"))
        self._paused_at = None

    def _carry(self) -> None:
        self._source.open()
        if self._stopping.is_set():
            return
        for item in self._source.items():
            if self._playback and isinstance(item, TextEntry):
                self._inbox.put(Reached(self._modality, math.nextafter(item.at, -math.inf)))  # entries are rare: let the fusion go on
            if self._playback and not self._playback.wait_for(self._modality, item.at):
                return
            self._recovered(item.at)
            self._last_at = item.ends_at if isinstance(item, AudioChunk) else item.at
            self._show(item)
            if self._keep and self._paused_at is None:
                self._keep(item)
            if self._admits() and not self._inbox.put(item):
                return
        if self._source.pace is Pace.LIVE and not self._stopping.is_set():
            why = Failure(
                f"“{self._source.label}” stopped delivering.", "The stream ended.", "Check the cable or the sender; it is tried again."
            )
            raise SourceUnavailable(why)

    def _admits(self) -> bool:
        """Live items fall while paused and until the reader has warmed up; a recording waits in its inbox."""
        return self._playback is not None or (self._paused_at is None and self._ready.is_set())

    def _show(self, item: MediaItem) -> None:
        if isinstance(item, Frame):
            self._board.post(item)
        elif isinstance(item, AudioChunk):
            self._board.post(SoundLevel(item.ends_at, *sound_level(item.samples)))

    def _fail(self, failure: Failure) -> None:
        if self._stopping.is_set():
            return
        retrying = self._source.pace is Pace.LIVE
        logger.warning("%s: %s", self._source.label, failure)
        if self._broken_since is None:
            self._broken_since = self._last_at  # not the moment at which a stall is noticed: nothing was measured until then
            self._broken_why = failure.what
            self._on_event(LaneFailed(self._modality, failure, retrying))

    def _recovered(self, at: float) -> None:
        if self._broken_since is not None:
            self._close_gap(at)
            self._wait_s = self._settings.reconnect_first_s
            self._on_event(LaneRecovered(self._modality))

    def _close_gap(self, at: float) -> None:
        if self._broken_since is not None:
            self._pass_on(Gap(self._modality, self._broken_since, max(at, self._broken_since), self._broken_why))
            self._broken_since = None

    def _now(self) -> float:
        return self._last_at if self._playback else self._clock.now()
