"""Plays the sound that was kept of a session: on a thread of its own, at its own pitch; the play-head follows what is heard."""

import logging
from collections.abc import Callable, Iterator, Sequence
from threading import Event as Flag
from threading import Lock

import numpy as np
from av.error import FFmpegError

from capture.kept_decoding import sound
from capture.speaker import Samples, Speaker
from capture.tempo import Tempo
from core.failures import Failure, SourceUnavailable
from core.media import VOICE_RATE_HZ
from monitor.shared_head import SharedHead
from store.kept_media import Piece, PieceDamaged, damaged

logger = logging.getLogger(__name__)

CHUNK_S = 0.1
"""Session seconds that are handed on at a time."""

MOST_APART_S = 0.03
"""Sound and play-head are brought together when they are further apart: less is not noticed (ITU-R BT.1359: 45 ms)."""


class KeptSound:
    """`run` is the body of its thread. Where nothing was kept there is silence, and the play-head goes on."""

    def __init__(self, pieces: Sequence[Piece], read: Callable[[Piece], bytes], head: SharedHead, speaker: Speaker) -> None:
        self._pieces = pieces
        self._read = read
        self._head = head
        self._speaker = speaker
        self._guard = Lock()
        self._failure: Failure | None = None
        self.on = Flag()
        self.on.set()

    def take_failure(self) -> Failure | None:
        """What could not be played since the last time."""
        with self._guard:
            failure, self._failure = self._failure, None
            return failure

    def jumped(self) -> None:
        """The head was sent elsewhere: what waits is not to be heard any more."""
        self._speaker.flush()

    def run(self) -> None:
        """Play while the head plays, until it is closed."""
        while not self._head.closed:
            jump = self._head.jumps
            if self._head.playing and self.on.is_set():
                self._play_while_it_plays()
            else:
                self._head.wait_for_jump(jump)

    def stop(self) -> None:
        """Free its thread."""
        self._speaker.stop()

    def _play_while_it_plays(self) -> None:
        """Where it cannot be heard, that is said once, and the sound is off until somebody switches it on."""
        try:
            self._speaker.open()
            while self._head.playing and not self._head.closed and self.on.is_set():
                jump = self._head.jumps
                self._play(jump)
                self._wait_until_heard(jump)
        except SourceUnavailable as error:
            self._tell(error.failure)
            self.on.clear()
        finally:
            self._speaker.close()

    def _play(self, jump: int) -> None:
        """From where the head is until it jumps, or to the end of what was kept."""
        self._speaker.flush()
        speed, at = self._head.speed, self._head.at()
        tempo = Tempo(VOICE_RATE_HZ, speed)
        for samples in self._from(at):
            ready = tempo.feed(samples)
            if len(ready) and not self._speaker.put(ready, at, speed):
                return
            at += len(ready) / VOICE_RATE_HZ * speed
            self._bring_together(jump)
            if self._head.jumps != jump:
                return
        self._speaker.put(tempo.finish(), at, speed)

    def _wait_until_heard(self, jump: int) -> None:
        """Nothing is left to put: the head goes on by itself until it jumps or stands at the session's end."""
        if self._head.jumps == jump:
            self._bring_together(jump)
            self._head.wait_for_jump(jump)

    def _bring_together(self, jump: int) -> None:
        heard = self._speaker.heard
        if heard is not None and abs(self._head.expected(heard.clock) - heard.at) > MOST_APART_S:
            self._head.anchor(heard.at, heard.clock, jump)

    def _from(self, at: float) -> Iterator[Samples]:
        """All sound from a session's time on, in chunks; silence where a stretch was not kept."""
        for piece in self._pieces:
            if piece.ends_at <= at:
                continue
            yield from _chunks(np.zeros(max(0, round((piece.starts_at - at) * VOICE_RATE_HZ)), np.float32))
            samples = self._samples(piece)
            yield from _chunks(samples[max(0, round((at - piece.starts_at) * VOICE_RATE_HZ)) :])
            at = max(at, piece.ends_at)

    def _samples(self, piece: Piece) -> Samples:
        """A piece's samples; silence as long where it cannot be played."""
        try:
            return sound(self._read(piece), piece.starts_at).samples
        except PieceDamaged as error:
            self._tell(error.failure)
        except FFmpegError as error:
            logger.exception("a piece of sound")
            self._tell(damaged(piece, f"It is not readable as sound ({error}).").failure)
        return np.zeros(round((piece.ends_at - piece.starts_at) * VOICE_RATE_HZ), np.float32)

    def _tell(self, failure: Failure) -> None:
        with self._guard:
            self._failure = failure


def _chunks(samples: Samples) -> Iterator[Samples]:
    size = int(CHUNK_S * VOICE_RATE_HZ)
    for first in range(0, len(samples), size):
        yield samples[first : first + size]
