"""Runs a monitor to its end from the command line, with progress for a person or for a pipe."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from core.failures import Failure
from core.labels import Modality
from core.settings import Settings
from monitor.board import Board
from monitor.board import Progress as Position
from monitor.events import Event, KeepingChanged, LaneFailed, LaneRecovered, Remarked
from monitor.lane import Plan
from monitor.monitor import Monitor
from store.failures import StoreUnavailable
from store.tracks import prepare_tracks
from store.vault import OpenStore

LOOK_S = 0.1
"""Seconds between two looks at the board: smooth for a person, nothing for the processor."""


@dataclass(slots=True)
class Outcome:
    """How a run ended: its stored session (None: not stored), what failed and did not come back, and whether a person cut it short.

    In `failures`, None stands for storing; `not_kept` is why picture or sound, which were to be kept, are not.
    """

    session: int | None = None
    failures: dict[Modality | None, Failure] = field(default_factory=dict)
    interrupted: bool = False
    not_kept: Failure | None = None


class Meter(Protocol):
    """Shows how far a run is."""

    def move(self, position: Position) -> None:
        """To this position."""


def run_to_end(plan: Plan, settings: Settings, store: OpenStore, meter: Meter, *, seconds: float | None = None) -> Outcome:
    """Run until the recording ends, `seconds` of session time have passed, or Ctrl+C or SIGTERM asks for the end.

    What was measured is stored in every case. Failures are printed as they come.
    """
    outcome, board, asked = Outcome(), Board(), threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, LaneFailed):
            outcome.failures[event.modality] = event.failure
            say(str(event.failure))
        elif isinstance(event, LaneRecovered):
            outcome.failures.pop(event.modality, None)
            say(f"The {event.modality} lane is back." if event.modality else "The session is stored again; nothing was lost.")
        elif isinstance(event, Remarked):
            say(str(event.failure))
        elif isinstance(event, KeepingChanged):
            outcome.not_kept = event.failure
            say(str(event.failure) if event.failure else f"Kept of this session, encrypted: {' and '.join(sorted(event.kinds))}.")

    monitor = Monitor(plan, settings, board, store, on_event)
    with _stop_signals(asked):
        monitor.start()
        while not monitor.ended.wait(LOOK_S):
            taken = board.take()
            if taken.progress:
                meter.move(taken.progress)
            if asked.is_set() or (seconds is not None and monitor.now() >= seconds):
                monitor.stop()
    outcome.session, outcome.interrupted = monitor.session_id, asked.is_set()
    if outcome.session is not None and store.kept:
        with suppress(StoreUnavailable):  # they can be made again, and what cannot be written has been told
            prepare_tracks(store, outcome.session)
    return outcome


def say(line: str) -> None:
    """A line to the person, beside what a pipe reads."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def meter_for(label: str) -> Iterator[Meter]:
    """A progress bar on a terminal, a line each tenth in a pipe."""
    if not sys.stderr.isatty():
        yield _Lines(label)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        yield _Bar(progress, label)


class _Bar:
    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=None)

    def move(self, position: Position) -> None:
        self._progress.update(self._task, completed=position.done_s, total=position.total_s)


class _Lines:
    def __init__(self, label: str) -> None:
        self._label = label
        self._tenth = 0

    def move(self, position: Position) -> None:
        tenth = int(10 * position.done_s / position.total_s) if position.total_s else 0
        if tenth > self._tenth:
            self._tenth = tenth
            left = "" if position.left_s is None else f", about {position.left_s:.0f} s left"
            say(f"{self._label}: {min(tenth, 10) * 10} %{left}")


@contextmanager
def _stop_signals(asked: threading.Event) -> Iterator[None]:
    """Ctrl+C and SIGTERM ask for an orderly end."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
