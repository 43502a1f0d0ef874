"""The play-head of a review, shared by the window and the threads that play."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Condition

from core.play_head import PlayHead


class SharedHead:
    """Any thread may move it; each jump has a number, so that who plays notices that it has to begin elsewhere."""

    def __init__(self, end: float, now: Callable[[], float] = time.perf_counter) -> None:
        self._changed = Condition()
        self._head = PlayHead(end)
        self._now = now
        self._jumps = 0
        self._closed = False

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        with self._changed:
            return self._head.playing

    @property
    def speed(self) -> float:
        """Session seconds a second."""
        with self._changed:
            return self._head.speed

    @property
    def jumps(self) -> int:
        """How often it was sent elsewhere, started, stopped or made faster."""
        with self._changed:
            return self._jumps

    @property
    def closed(self) -> bool:
        """Whether nothing is played any more."""
        with self._changed:
            return self._closed

    def at(self) -> float:
        """The session's time now; at the end of the session it stops."""
        with self._changed:
            now = self._now()
            if self._head.playing and self._head.over(now):
                self._move(self._head.paused(now))
            return self._head.at(now)

    def play(self) -> None:
        """Go on; from the beginning where the end was reached."""
        with self._changed:
            self._move(self._head.played(self._now()))

    def pause(self) -> None:
        """Stand still."""
        with self._changed:
            self._move(self._head.paused(self._now()))

    def seek(self, at: float) -> None:
        """Go to another time of the session (s)."""
        with self._changed:
            self._move(self._head.sought(at, self._now()))

    def set_speed(self, speed: float) -> None:
        """Session seconds a second from here on."""
        with self._changed:
            self._move(self._head.with_speed(speed, self._now()))

    def anchor(self, at: float, clock: float, jump: int) -> None:
        """What is heard is `at` when the clock says `clock`: the head follows, unless it has jumped since `jump`."""
        with self._changed:
            if self._jumps == jump and self._head.playing:
                self._head = replace(self._head, start=at, anchor=clock)

    def expected(self, clock: float) -> float:
        """The session's time when the clock says `clock`, as it looks now."""
        with self._changed:
            return self._head.at(clock)

    def wait_until(self, at: float, jump: int) -> bool:
        """Wait until the head has reached `at` (s); False when it has jumped since `jump`, or is closed."""
        with self._changed:
            while not self._closed and self._jumps == jump:
                left = at - self._head.at(self._now())
                if left <= 0:
                    return True
                self._changed.wait(left / self._head.speed if self._head.playing else None)
            return False

    def wait_for_jump(self, jump: int) -> None:
        """Wait until it has jumped since `jump`, or is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._jumps != jump)

    def close(self) -> None:
        """Nothing is played any more: free who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _move(self, head: PlayHead) -> None:
        self._head = head
        self._jumps += 1
        self._changed.notify_all()
