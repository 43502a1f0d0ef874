"""Plays the picture that was kept of a session: on a thread of its own, one frame at a time, when the play-head reaches it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from av.error import FFmpegError

from capture.kept_decoding import pictures
from core.failures import Failure
from core.media import Frame
from monitor.shared_head import SharedHead
from store.kept_media import Piece, PieceDamaged, damaged

logger = logging.getLogger(__name__)

HOLDS_S = 1.0
"""A frame is seen no longer than this after its time: then there is no picture, and that is said."""

NO_PICTURE = "No picture was kept here"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be seen: a frame, or words in its place; `failure` where a piece cannot be shown."""

    frame: Frame | None
    words: str = ""
    failure: Failure | None = None


class KeptPicture:
    """`run` is the body of its thread; `take` gives what is new since the last time, on any thread."""

    def __init__(self, pieces: Sequence[Piece], read: Callable[[Piece], bytes], head: SharedHead) -> None:
        self._pieces = pieces
        self._read = read
        self._head = head
        self._guard = Lock()
        self._seen: Seen | None = None

    def take(self) -> Seen | None:
        """The newest; None where nothing changed."""
        with self._guard:
            seen, self._seen = self._seen, None
            return seen

    def run(self) -> None:
        """Show what the head is at, and what it comes to, until it is closed."""
        while not self._head.closed:
            jump = self._head.jumps
            self._play(jump)
            self._head.wait_for_jump(jump)

    def _play(self, jump: int) -> None:
        """From where the head is now until it jumps, or to the end of what was kept."""
        at = self._head.at()
        first = max((number for number, piece in enumerate(self._pieces) if piece.starts_at <= at), default=0)
        for piece in self._pieces[first:]:
            if piece.starts_at > at:
                self._show(Seen(None, NO_PICTURE))
                if not self._head.wait_until(piece.starts_at, jump):
                    return
            if not self._play_piece(piece, max(at, self._head.at()), jump):
                return
            at = max(at, piece.ends_at + HOLDS_S)
            if not self._follows(piece) and self._head.wait_until(at, jump):
                self._show(Seen(None, NO_PICTURE))

    def _follows(self, piece: Piece) -> bool:
        """Whether another piece goes on where this one ends."""
        return any(piece.starts_at < other.starts_at <= piece.ends_at + HOLDS_S for other in self._pieces)

    def _play_piece(self, piece: Piece, at: float, jump: int) -> bool:
        """Show its frames when the head reaches them, the late ones not at all; False when the head has jumped."""
        if at > piece.ends_at + HOLDS_S:
            return True
        waiting: Frame | None = None
        for frame in self._frames(piece, at):
            if waiting is not None and self._head.at() < frame.at:
                self._show(Seen(waiting))
            if self._head.jumps != jump or not self._head.wait_until(frame.at, jump):
                return False
            waiting = frame
        if waiting is not None:
            self._show(Seen(waiting))
        return True

    def _frames(self, piece: Piece, at: float) -> Iterator[Frame]:
        try:
            yield from pictures(self._read(piece), piece.starts_at, at)
        except PieceDamaged as error:
            self._tell(error.failure)
        except FFmpegError as error:
            logger.exception("a piece of picture")
            self._tell(damaged(piece, f"It is not readable as a picture ({error}).").failure)

    def _tell(self, failure: Failure) -> None:
        self._show(Seen(None, failure.what, failure))

    def _show(self, seen: Seen) -> None:
        with self._guard:
            kept = self._seen.failure if self._seen and seen.failure is None else seen.failure
            self._seen = Seen(seen.frame, seen.words, kept)
