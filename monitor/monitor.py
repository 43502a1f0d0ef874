"""A running session: its threads, how they start and how they end."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread

from capture.source import Pace
from core.channel import Channel, WhenFull
from core.failures import Failure, WrongUse
from core.fusion import Fuser
from core.labels import Modality
from core.media import MediaItem, TextEntry
from core.readings import ClassMap, Reached
from core.session import BASELINE, Mark, Note, SessionInfo
from core.settings import Settings
from core.version import running_versions
from models.card import ModelCard
from monitor.board import Board, Progress
from monitor.estimating import Estimating
from monitor.events import Event, LaneFailed, Remarked, State, StateChanged
from monitor.keeping import Keeping
from monitor.lane import Lane, Plan
from monitor.playback import Playback
from monitor.pump import Pump
from monitor.scribe import ModelKnown, Recording, Scribe, ScribeItem, Tick
from monitor.worker import Worker
from store.vault import OpenStore

logger = logging.getLogger(__name__)

READINGS_CAPACITY = 4096
"""Readings that may wait for the scribe: most of a minute, so that a slow disk never makes the window wait."""

TICK_S = 0.25
"""Seconds between two looks at commits and live deadlines."""

JOIN_LIMIT_S = 5.0
"""How long a thread may take to end before it is named as refusing."""


class Monitor:
    """Runs a plan once. All methods may be called from any one thread, and none waits; `on_event` is called on the monitor's."""

    def __init__(self, plan: Plan, settings: Settings, board: Board, store: OpenStore, on_event: Callable[[Event], None]) -> None:
        self._plan = plan
        self._settings = settings
        self._board = board
        self._on_event = on_event
        self._live = plan.pace is Pace.LIVE
        self._playback = None if self._live else Playback(plan.speed)
        self._items: Channel[ScribeItem] = Channel(READINGS_CAPACITY, WhenFull.WAIT)
        when_full = WhenFull.DROP_OLDEST if self._live else WhenFull.WAIT
        self._inboxes: dict[Modality, Channel[MediaItem | Reached]] = {
            lane.modality: Channel(lane.capacity, when_full) for lane in plan.lanes
        }
        self._keeping = Keeping(plan.lanes, plan.keep, when_full, settings.record, store.database, self._items.put, self._tell)
        ready = {lane.modality: Flag() for lane in plan.lanes}
        self._workers = {lane.modality: self._worker(lane, ready[lane.modality]) for lane in plan.lanes}
        self._pumps = {lane.modality: self._pump(lane, ready[lane.modality]) for lane in plan.lanes if lane.source}
        self._scribe = Scribe(
            items=self._items,
            fuser=Fuser(settings.fusion, [lane.modality for lane in plan.lanes if lane.source]),
            store=store,
            info=self._info(),
            board=board,
            keeping=self._keeping,
            estimating=Estimating(plan.fusion.folder if plan.fusion else None, self._tell),
            counts=self._counts,
            on_event=self._tell,
        )
        self._stopping = Flag()
        self._conducted = Flag()
        self._began_at = plan.clock.now()
        self._texts = 0
        self._recording = True
        self._state = State.STARTING
        self.ended = Flag()

    @property
    def state(self) -> State:
        """What the monitor is doing."""
        return self._state

    @property
    def session_id(self) -> int | None:
        """The number of the stored session; None until its row is there, or when it cannot be stored."""
        return self._scribe.session_id

    @property
    def recording(self) -> bool:
        """Whether what is measured is stored."""
        return self._recording

    def now(self) -> float:
        """Seconds since the session began; for a recording, media time reached."""
        if self._playback is None:
            return self._plan.clock.now()
        return self._playback.reached()

    def start(self) -> None:
        """Start all threads and return; StateChanged(RUNNING) follows."""
        self._enter(State.STARTING)
        self._began_at = self._plan.clock.now()
        for pump in self._pumps:
            if self._playback:
                self._playback.join(pump)
        Thread(target=self._conduct, name="affectograph-conductor").start()

    def pause(self) -> None:
        """Hold a recording; live, let everything fall until `resume` (written as a gap)."""
        if self._state is not State.RUNNING:
            return
        if self._playback:
            self._playback.pause()
        for pump in self._pumps.values() if self._live else ():
            pump.pause()
        self._enter(State.PAUSED)

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._state is not State.PAUSED:
            return
        self._resume_sources()
        self._enter(State.RUNNING)

    def stop(self) -> None:
        """Ask for the end and return; StateChanged(ENDED) follows when everything is stored. May be called twice."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._resume_sources()
        if self._playback:
            self._playback.stop()
        for pump in self._pumps.values():
            pump.stop()
        for inbox in self._inboxes.values():
            inbox.close(discard=True)

    def set_speed(self, speed: float) -> None:
        """Media seconds a second of a recording; math.inf: as fast as it goes."""
        if self._playback is None:
            raise WrongUse(Failure("A live session has no speed.", "The world decides.", "Open a recording to choose a speed."))
        self._playback.set_speed(speed)

    def set_recording(self, on: bool) -> None:
        """Store what is measured from now on, or stop storing it; the stretch between is written as a gap. So with picture and sound."""
        self._recording = on
        self._keeping.set_on(on)
        self._items.put(Recording(on, self.now()))

    def mark(self, name: str, class_map: ClassMap | None = None) -> None:
        """Mark this moment ("event", "1".."9"), with the evidence for the expression that is shown."""
        self._items.put(Mark(self.now(), name, class_map))

    def note(self, text: str) -> None:
        """Attach words to this moment."""
        self._items.put(Note(self.now(), text))

    def submit_text(self, text: str) -> None:
        """Hand a text to the text lane, stamped now."""
        inbox = self._inboxes.get(Modality.TEXT)
        if inbox is not None:
            inbox.put(TextEntry(text, self.now(), self._texts))
            self._texts += 1

    def _resume_sources(self) -> None:
        if self._playback:
            self._playback.resume()
        for pump in self._pumps.values() if self._live else ():
            pump.resume()

    def _conduct(self) -> None:
        """Start everything; then end it in order: sources, inboxes, workers, scribe."""
        self._enter(State.RUNNING)
        for remark in self._plan.remarks:
            self._tell(Remarked(remark))
        scribe = _thread("scribe", self._scribe.run)
        keepers = [_thread(name, body) for name, body in self._keeping.threads.items()]
        workers = [_thread(f"worker-{m}", worker.run) for m, worker in self._workers.items()]
        pumps = [_thread(f"pump-{m}", pump.run) for m, pump in self._pumps.items()]
        ticker = _thread("ticker", self._tick)
        for pump in pumps:
            self._join(pump)
        if self._live:
            self._stopping.wait()
        self._enter(State.STOPPING)
        for inbox in self._inboxes.values():
            inbox.close()
        self._keeping.close()
        for worker in (*workers, *keepers):
            self._join(worker)
        self._conducted.set()
        ticker.join()
        self._items.close()
        self._join(scribe)
        self.ended.set()
        self._enter(State.ENDED)

    def _join(self, thread: Thread) -> None:
        """Wait for a thread: as long as it takes while the session runs, JOIN_LIMIT_S once a stop was asked for."""
        while thread.is_alive() and not self._stopping.is_set():
            thread.join(TICK_S)
        thread.join(JOIN_LIMIT_S)
        if thread.is_alive():
            failure = Failure(
                f"The thread {thread.name} does not end.", "A device or driver does not answer.", "Close the program and start it again."
            )
            logger.error("%s", failure)
            self._tell(LaneFailed(None, failure, retrying=False))

    def _tick(self) -> None:
        while not self._conducted.wait(TICK_S):
            deadline = self._plan.clock.now() - self._settings.fusion.patience_s if self._live else None
            self._items.put(Tick(deadline))
            self._keeping.beat()
            if self._playback:
                self._board.post(self._progress())

    def _progress(self) -> Progress:
        done, total = self.now(), self._plan.total_s
        spent = self._plan.clock.now() - self._began_at
        left = spent / done * (total - done) if total and done > 0 else None
        return Progress(done, total, left)

    def _worker(self, lane: Lane, ready: Flag) -> Worker:
        return Worker(
            lane=lane,
            inbox=self._inboxes[lane.modality],
            pass_on=self._items.put,
            board=self._board,
            clock=self._plan.clock,
            live=self._live,
            ready=ready,
            on_card=self._know_model,
            on_event=self._tell,
        )

    def _pump(self, lane: Lane, ready: Flag) -> Pump:
        assert lane.source is not None
        return Pump(
            modality=lane.modality,
            source=lane.source,
            inbox=self._inboxes[lane.modality],
            pass_on=self._items.put,
            board=self._board,
            clock=self._plan.clock,
            playback=self._playback,
            ready=ready,
            settings=self._settings.capture,
            on_event=self._tell,
            keep=self._keeping.tap(lane.modality),
        )

    def _know_model(self, lane: Lane, card: ModelCard) -> None:
        self._items.put(ModelKnown(lane.modality, card.name, card.sha256))

    def _info(self) -> SessionInfo:
        started = self._plan.started
        return SessionInfo(
            id=0,
            started_utc=(started or self._plan.clock.started_utc).astimezone(UTC),
            ended_utc=None,
            zone=(started or datetime.now().astimezone()).strftime("%z"),
            person=self._plan.person,
            title=self._plan.title,
            recorded=not self._live,
            sources={lane.modality: lane.label for lane in self._plan.lanes},
            settings=self._settings.as_dict() | ({BASELINE: self._plan.baseline.facts()} if self._plan.baseline else {}),
            versions=running_versions(),
        )

    def _counts(self) -> dict[str, int]:
        counts = self._keeping.counts
        for modality, worker in self._workers.items():
            counts[f"{modality}.items_read"] = worker.read
            counts[f"{modality}.items_dropped"] = self._inboxes[modality].dropped
        return counts

    def _enter(self, state: State) -> None:
        if self._state is not state or state is State.STARTING:
            self._state = state
            self._tell(StateChanged(state))

    def _tell(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception:
            logger.exception("A listener failed on %s", event)


def _thread(name: str, body: Callable[[], None]) -> Thread:
    thread = threading.Thread(target=body, name=f"affectograph-{name}")
    thread.start()
    return thread
