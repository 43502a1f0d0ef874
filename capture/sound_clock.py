"""When sound was captured: the driver's stamps tell roughly, counted samples tell exactly, and drift brings the two together."""

from collections import deque
from collections.abc import Sequence


def heard_at(now: float, adc_time: float, current_time: float, duration_s: float, oldest_s: float) -> float:
    """Session time of a block's first sample, from PortAudio's two times and the session's `now` at the callback (all s).

    Only the DIFFERENCE of PortAudio's times is used: on Linux they are of the wall clock, which may be set while a session runs.
    The first sample is older than the block is long, whatever the driver says (ALSA's pulse device says half of it), and some
    drivers give no ADC time at all (0): then the block's length is its age.
    """
    age = current_time - adc_time
    return now - (max(age, duration_s) if 0 <= age <= oldest_s + duration_s else duration_s)


def drift(deviations: Sequence[float], limit_s: float) -> float:
    """Seconds by which counted time is wrong: the least of `deviations` when ALL exceed the limit to one side, else 0.

    A callback that waited for its turn comes late, never early; one that is in time acquits the count.
    """
    if all(deviation > limit_s for deviation in deviations) or all(deviation < -limit_s for deviation in deviations):
        return min(deviations, key=abs, default=0.0)
    return 0.0


class SoundClock:
    """Stamps consecutive blocks of sound by counting samples from an anchor; anchors anew after a loss or too much drift."""

    def __init__(self, rate_hz: int, limit_s: float, blocks: int) -> None:
        self._rate_hz = rate_hz
        self._limit_s = limit_s
        self._deviations: deque[float] = deque(maxlen=blocks)
        self._next: float | None = None
        self._newest = 0.0

    def stamp(self, heard: float, samples: int, *, lost: bool) -> tuple[float, bool]:
        """Time of the block's first sample, and whether it does not follow the one before (lost sound, or a new anchor).

        `heard` is the driver's stamp; times never go back behind an earlier one.
        """
        expected, broken = (heard if lost or self._next is None else self._next), lost
        if lost:
            self._deviations.clear()
        self._deviations.append(heard - expected)
        wrong_s = drift(self._deviations, self._limit_s) if len(self._deviations) == self._deviations.maxlen else 0.0
        if wrong_s:
            expected, broken = expected + wrong_s, True
            self._deviations.clear()
        at = max(expected, self._newest)
        self._newest, self._next = at, at + samples / self._rate_hz
        return at, broken
