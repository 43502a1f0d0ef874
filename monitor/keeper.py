"""One thread a kind: keeps frames or sound in encrypted pieces on the disk, beside the lanes and never in their way."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from core.channel import Channel, WhenFull
from core.failures import Failure
from core.media import AudioChunk, Frame, MediaKind
from store.kept_media import Piece

if TYPE_CHECKING:
    from monitor.growing_piece import GrowingPiece

logger = logging.getLogger(__name__)

PIECE_S = 10.0
"""Of a piece. A crash costs none of it (its blocks are shorter), and an hour is 360 files of each kind."""

ITEMS_WAITING = {MediaKind.PICTURE: 30, MediaKind.SOUND: 20}
"""A second of pictures, two of sound: longer than a disk takes to write a block."""

QUIET_BEATS = 3
"""Beats without an item after which a piece ends: then what the encoder holds is on the disk before it is 2 s old."""


class Keeper:
    """Keeps one kind. `run` is the body of its thread; all else may be called from any thread.

    The pace of the source decides what a slow disk does: live, the oldest items are dropped and leave a hole; a recording waits.
    """

    def __init__(
        self,
        kind: MediaKind,
        when_full: WhenFull,
        quantiser: int,
        pass_on: Callable[[Piece], bool],
        on_failure: Callable[[Failure], None],
    ) -> None:
        self.kind = kind
        self._quantiser = quantiser
        self._pass_on = pass_on
        self._on_failure = on_failure
        self._inbox: Channel[Frame | AudioChunk | None] = Channel(ITEMS_WAITING[kind], when_full)
        self._decided = Flag()
        self._folder: Path | None = None
        self._session = 0
        self._pieces = 0
        self._quiet = 0
        self._piece: GrowingPiece | None = None
        self.on = True
        self._refused = False
        self.given = 0
        self.kept = 0

    def put(self, item: Frame | AudioChunk) -> None:
        """Keep an item, unless it is switched off."""
        if self.on:
            self._refused = False
            self.given += 1
            self._inbox.put(item)

    def beat(self) -> None:
        """A quarter of a second has passed (TICK_S)."""
        if not len(self._inbox):
            self._inbox.put(None)

    def allow(self, folder: Path, session: int) -> None:
        """There is a consent: what waits and what comes is kept in `folder`, as this session's."""
        self._folder, self._session = folder, session
        self._decided.set()

    def forbid(self) -> None:
        """There is no consent: what waits is forgotten."""
        self._inbox.close(discard=True)
        self._decided.set()

    def close(self) -> None:
        """No more items; what waits is kept when that is allowed."""
        self._inbox.close()

    def run(self) -> None:
        """Wait for `allow` or `forbid`, and keep until `close`. What fails switches it off; what was written before is kept."""
        self._decided.wait()
        for item in self._inbox:
            self._guarded(partial(self._take, item) if item is not None else self._beat)
        self._guarded(self._end)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            logger.warning("Keeping the %s: %s", self.kind, error)
            self._fail(f"The system says: {error.strerror or error}.")
        except Exception as error:
            logger.exception("Keeping the %s failed", self.kind)
            self._fail(f"{error!r}; the log has the details.")

    def _beat(self) -> None:
        self._quiet += 1
        if self._quiet >= QUIET_BEATS or not self.on:
            self._end()

    def _take(self, item: Frame | AudioChunk) -> None:
        from monitor.growing_piece import GrowingPiece  # noqa: PLC0415  the encoders are loaded when something is kept

        if self._refused or self._folder is None:  # what came before it was switched off is kept
            return
        self._quiet = 0
        if self._piece and (item.at - self._piece.row.starts_at >= PIECE_S or not self._piece.suits(item)):
            self._end()
        if self._piece is None:
            self._piece = GrowingPiece(item, self._folder, self._session, self._pieces, self._quantiser)
            self._pieces += 1
            self._pass_on(self._piece.row)
        self._piece.add(item)
        self.kept += 1

    def _end(self) -> None:
        if self._piece is None:
            return
        try:
            self._piece.finish()
        finally:
            self._close()

    def _close(self) -> None:
        piece, self._piece = self._piece, None
        if piece is not None:
            self._pass_on(piece.close())

    def _fail(self, why: str) -> None:
        self.on, self._refused = False, True
        self._close()
        self._on_failure(
            Failure(
                f"The {self.kind} is not kept any more.",
                why,
                "The numbers go on, and what was kept before is there. Make room, then switch recording off and on again (R).",
            )
        )
