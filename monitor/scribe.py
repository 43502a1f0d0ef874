"""The one consumer of all readings: it fuses, estimates, writes and shows, on one thread."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.channel import Channel
from core.estimate import Estimate
from core.failures import AffectographError, Failure
from core.fusion import Fuser
from core.labels import Modality
from core.readings import Ended, FusionScore, Gap, Reached, Reading
from core.session import Mark, Note, SessionInfo
from monitor.board import Board
from monitor.estimating import Estimating
from monitor.events import Event, LaneFailed, LaneRecovered
from monitor.keeping import Keeping
from store.consents import may_keep
from store.database import open_for_writing, unavailable
from store.engine import sqlite
from store.kept_media import Piece
from store.session_writer import SessionWriter, Stored
from store.vault import OpenStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: commit, and live, score what is older than `deadline` (s)."""

    deadline: float | None


@dataclass(frozen=True, slots=True)
class ModelKnown:
    """A lane has loaded its checkpoint."""

    modality: Modality
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Recording:
    """From `at` (s) on, what is measured is stored, or not."""

    on: bool
    at: float


ScribeItem = Reading | Reached | Ended | Gap | Mark | Note | Piece | Tick | ModelKnown | Recording


class Scribe:
    """Runs the fusion and the store; `run` is the body of its thread.

    A store that fails does not end the session: the failure is told once, rows wait in memory, and each commit tries again.
    """

    def __init__(
        self,
        *,
        items: Channel[ScribeItem],
        fuser: Fuser,
        store: OpenStore,
        info: SessionInfo,
        board: Board,
        keeping: Keeping,
        estimating: Estimating,
        counts: Callable[[], Mapping[str, int]],
        on_event: Callable[[Event], None],
    ) -> None:
        self._items = items
        self._fuser = fuser
        self._store = store
        self._info = info
        self._board = board
        self._keeping = keeping
        self._estimating = estimating
        self._counts = counts
        self._on_event = on_event
        self._writer: SessionWriter | None = None
        self._troubled = False
        self._off_since: float | None = None
        self._latest = 0.0
        self.session_id: int | None = None

    def run(self) -> None:
        """Take items until the channel closes, then write the last scores and the session's end."""
        connection: sqlite.Connection | None = None
        try:
            connection = self._open()
            self._keeping.forbid()  # unless it was allowed
            self._estimating.open()
            for item in self._items:
                self._take(item)
            self._score(self._fuser.finish(self._latest))
            self._estimated(self._estimating.finish())
            if self._off_since is not None:
                self._recording(Recording(True, self._latest))
            if self._writer:
                self._end(self._writer)
        except Exception as error:
            logger.exception("The scribe failed")
            self._tell(Failure("The session can no longer be written.", f"{error!r}.", "What was written before is kept; see the log."))
        finally:
            self._items.close(discard=True)
            self._keeping.forbid()
            if connection:
                connection.close()

    def _open(self) -> sqlite.Connection | None:
        try:
            connection = open_for_writing(self._store.database, self._store.key)
        except AffectographError as error:
            self._tell(error.failure)
            return None
        try:
            self._writer = SessionWriter(connection, self._info)
            if self._may_keep(connection):
                self._keeping.allow(self._writer.session_id)
        except sqlite.Error as error:
            connection.close()
            self._tell(unavailable(self._store.database, error).failure)
            return None
        self.session_id = self._writer.session_id
        return connection

    def _may_keep(self, connection: sqlite.Connection) -> bool:
        """Picture and sound only with the person's consent at this moment, and only in a store that stays."""
        return self._store.kept and self._info.person is not None and may_keep(connection, self._info.person)

    def _end(self, writer: SessionWriter) -> None:
        self._guarded(lambda: writer.end(self._counts()))
        if self._troubled:
            self._tell(
                Failure(
                    "The last part of the session could not be stored.",
                    "The database refused it to the end.",
                    "What was stored before is kept, and the session is closed at the next start; free some space on the disk.",
                )
            )

    def _take(self, item: ScribeItem) -> None:
        deadline = None
        match item:
            case Tick():
                deadline = item.deadline
                if self._writer:
                    self._guarded(self._writer.commit_if_due)
            case ModelKnown():
                if self._writer:
                    self._writer.set_model(item.modality, item.name, item.sha256)
                return
            case Recording():
                self._recording(item)
                return
            case Mark() | Note() | Piece():
                self._write(item)
                return
            case Gap():
                self._write(item)
                self._fuser.add(item)
            case Reading():
                self._latest = max(self._latest, item.at)
                self._write(item)
                self._fuser.add(item)
                self._estimated(self._estimating.add(item))
            case _:
                if isinstance(item, Reached):
                    self._latest = max(self._latest, item.at)
                self._fuser.add(item)
        self._score(self._fuser.due(deadline))
        if self._writer:
            self._guarded(self._writer.commit_if_due)

    def _score(self, scores: Iterable[FusionScore]) -> None:
        for score in scores:
            self._board.add(score)
            self._write(score)

    def _estimated(self, estimate: Estimate | None) -> None:
        """Show it; it is not stored, as the readings give it again."""
        if estimate is not None:
            self._board.add(estimate)

    def _write(self, item: Stored) -> None:
        if self._writer and (self._off_since is None or isinstance(item, Gap | Mark | Note | Piece)):
            self._writer.add(item)

    def _recording(self, item: Recording) -> None:
        if not item.on and self._off_since is None:
            self._off_since = item.at
        elif item.on and self._off_since is not None:
            for modality in self._info.sources:
                self._write(Gap(modality, self._off_since, max(item.at, self._off_since), "not recorded"))
            self._off_since = None

    def _guarded(self, write: Callable[[], bool | None]) -> None:
        """Write; a refusal is told once, and so is the first write that succeeds after it (False: nothing was tried)."""
        try:
            if write() is not False and self._troubled:
                self._troubled = False
                self._on_event(LaneRecovered(None))
        except sqlite.Error as error:
            logger.warning("The database refused a write: %s", error)
            if not self._troubled:
                self._troubled = True
                self._tell(
                    Failure(
                        "The session cannot be stored at the moment.",
                        f"The database says: {error}.",
                        "Free some space on the disk; what was measured waits in memory and is written as soon as there is room.",
                    )
                )

    def _tell(self, failure: Failure) -> None:
        self._on_event(LaneFailed(None, failure, retrying=self._writer is not None))
