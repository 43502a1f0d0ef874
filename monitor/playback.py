"""The play-head of a recording: how fast it goes, where it waits, and how its sources stay together."""

import math
import time
from threading import Condition

from core.labels import Modality

KEEP_TOGETHER_S = 2.0
"""Media seconds by which one source of a recording may run ahead of the slowest: bounds memory, and curves grow side by side."""


class Playback:
    """Shared by the pumps of one recording. Play-head = (now - anchor) x speed + start."""

    def __init__(self, speed: float) -> None:
        self._changed = Condition()
        self._speed = speed
        self._paused = False
        self._stopped = False
        self._anchor = time.perf_counter()
        self._start = 0.0
        self._positions: dict[Modality, float] = {}

    def join(self, modality: Modality) -> None:
        """Announce a source; to be called for all before the first `wait_for`."""
        self._positions[modality] = 0.0

    def leave(self, modality: Modality) -> None:
        """The source has ended; nobody waits for it any longer."""
        with self._changed:
            self._positions[modality] = math.inf
            self._changed.notify_all()

    def wait_for(self, modality: Modality, at: float) -> bool:
        """Wait until the source may deliver what belongs to media time `at` (s); False when stopped."""
        with self._changed:
            self._positions[modality] = at
            self._changed.notify_all()
            while not self._stopped:
                if self._paused or at > min(self._positions.values()) + KEEP_TOGETHER_S:
                    self._changed.wait()
                    continue
                ahead_s = (at - self._start) / self._speed - (time.perf_counter() - self._anchor)
                if ahead_s <= 0:
                    return True
                self._changed.wait(ahead_s)
            return False

    def reached(self) -> float:
        """Media seconds that every source has reached (a source that ended counts as far as the others)."""
        with self._changed:
            return self._reached()

    def pause(self) -> None:
        """Hold the play-head."""
        self._move(paused=True)

    def resume(self) -> None:
        """Let the play-head go on from where it was held."""
        self._move(paused=False)

    def set_speed(self, speed: float) -> None:
        """Media seconds a second, from now on; math.inf goes as fast as the slowest lane."""
        self._move(speed=speed)

    def stop(self) -> None:
        """Free every waiting source."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _move(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Anchor anew at the present play-head, then change."""
        with self._changed:
            self._start = self._head()
            self._anchor = time.perf_counter()
            self._speed = self._speed if speed is None else speed
            self._paused = self._paused if paused is None else paused
            self._changed.notify_all()

    def _head(self) -> float:
        if self._paused:
            return self._start
        if math.isinf(self._speed):
            return self._reached()
        return self._start + (time.perf_counter() - self._anchor) * self._speed

    def _reached(self) -> float:
        return min((p for p in self._positions.values() if math.isfinite(p)), default=self._start)
