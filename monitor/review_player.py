"""Plays what was kept of a session: a play-head, and a thread each for picture and sound where they were kept."""

import logging
from collections.abc import Callable, Collection
from functools import partial
from threading import Thread

from capture.speaker import Speaker
from core.failures import AffectographError, Failure
from core.media import VOICE_RATE_HZ, MediaKind
from monitor.kept_picture import KeptPicture, Seen
from monitor.kept_sound import KeptSound
from monitor.shared_head import SharedHead
from store.database import reading
from store.engine import sqlite
from store.kept_media import Piece, decrypted, pieces_of
from store.vault import OpenStore

logger = logging.getLogger(__name__)


class ReviewPlayer:
    """All methods may be called from any one thread, and none but `join` waits. Without kept media it is a play-head alone."""

    def __init__(self, store: OpenStore, session: int, seconds: float, kept: Collection[MediaKind]) -> None:
        self._store = store
        self._session = session
        self._head = SharedHead(seconds)
        self._picture: KeptPicture | None = None
        self._sound: KeptSound | None = None
        self._sound_on = True
        self._failure: Failure | None = None
        bodies = {MediaKind.PICTURE: self._play_picture, MediaKind.SOUND: self._play_sound}
        self._threads = [Thread(target=self._run, args=(kind, bodies[kind]), name=f"affectograph-review-{kind}") for kind in kept]

    def start(self) -> None:
        """Begin to show what is kept at the play-head, which stands at the session's beginning."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask for the end, and return at once."""
        self._head.close()
        if self._sound is not None:
            self._sound.stop()

    def join(self) -> None:
        """Wait until its threads have ended and the loudspeaker is free."""
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    @property
    def playing(self) -> bool:
        """Whether the play-head moves."""
        return self._head.playing

    @property
    def speed(self) -> float:
        """Session seconds a second."""
        return self._head.speed

    def at(self) -> float:
        """The session's time that is seen and heard."""
        return self._head.at()

    def play(self) -> None:
        """Go on."""
        self._head.play()

    def pause(self) -> None:
        """Stand still."""
        self._head.pause()
        self._silence()

    def seek(self, at: float) -> None:
        """Go to another time of the session (s)."""
        self._head.seek(at)
        self._silence()

    def set_speed(self, speed: float) -> None:
        """Session seconds a second."""
        self._head.set_speed(speed)
        self._silence()

    def set_sound(self, on: bool) -> None:
        """Whether the sound is heard."""
        self._sound_on = on
        if self._sound is not None:
            self._sound.on.set() if on else self._sound.on.clear()
            self._head.seek(self._head.at())
            self._silence()

    def take_picture(self) -> Seen | None:
        """What is to be seen; None where nothing changed."""
        return self._picture.take() if self._picture else None

    def take_failure(self) -> Failure | None:
        """What could not be played since the last time."""
        failure, self._failure = self._failure, None
        return failure or (self._sound.take_failure() if self._sound else None)

    def _silence(self) -> None:
        if self._sound is not None:
            self._sound.jumped()

    def _run(self, kind: MediaKind, body: Callable[[list[Piece], Callable[[Piece], bytes]], None]) -> None:
        try:
            with reading(self._store.database, self._store.key) as connection:
                body(pieces_of(connection, self._session, kind), partial(decrypted, connection))
        except AffectographError as error:
            self._failure = error.failure
        except sqlite.Error as error:
            self._failure = Failure(f"The kept {kind} cannot be read.", f"The system says: {error}.", "")
        except Exception as error:
            logger.exception("playing the kept %s failed", kind)
            self._failure = Failure(f"The kept {kind} can no longer be played.", f"{error!r}.", "The curves are not touched by it.")

    def _play_picture(self, pieces: list[Piece], read: Callable[[Piece], bytes]) -> None:
        self._picture = KeptPicture(pieces, read, self._head)
        self._picture.run()

    def _play_sound(self, pieces: list[Piece], read: Callable[[Piece], bytes]) -> None:
        self._sound = KeptSound(pieces, read, self._head, Speaker(VOICE_RATE_HZ))
        if not self._sound_on:
            self._sound.on.clear()
        self._sound.run()
