"""The demonstration as sources: a drawn face, a synthesised voice and a few sentences, for a first run without any device and for tests.

All three follow the timeline of `capture/demonstration_timeline.py`; those of one seed belong together. Recorded, an item's time is
its place in the timeline and it comes as fast as it is taken. Live, the timeline runs with the session's clock: an item comes when
its time has come, and a consumer that is late misses items (a jump of `index`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import count
from math import ceil, inf, pi, sin
from threading import Event

import numpy as np

from capture.demonstration_face import Pose, draw_face
from capture.demonstration_looks import EXPRESSIONS, Expression, blend, look_of
from capture.demonstration_timeline import WALK_S, Stretch, stretch_at, stretch_before, stretches
from capture.demonstration_voice import mouth_opening, sound_between
from capture.drawing import Picture
from capture.source import Pace
from core.failures import Failure, WrongUse
from core.labels import Emotion
from core.media import VOICE_RATE_HZ, AudioChunk, Frame, MediaItem, TextEntry

Now = Callable[[], float]

CHANGE_S = 0.5
"""How long the face takes from one expression to the next: onsets last 0.3-0.7 s (Ekman 2003)."""

BLINK_S = 0.22
BLINK_EVERY_S = 3.6
SPEAKING_OPENS = 0.2
CHUNK_S = 0.1
SOUND_MAY_WAIT_S = 0.5
"""Live sound that was not fetched for this long is lost, as in a driver's ring buffer."""


class _Demonstration(ABC):
    """What the three sources share: their pace, and waiting for the session's clock in a way that `stop` ends at once."""

    label = "Demonstration"

    def __init__(self, seed: int, seconds: float | None, pace: Pace, now: Now | None) -> None:
        if seed < 0 or (seconds is not None and seconds <= 0):
            raise WrongUse(
                Failure(
                    "The demonstration cannot be made.",
                    f"It got the seed {seed} and {seconds} seconds.",
                    "Give a seed of 0 or more and a length above 0.",
                )
            )
        if pace is Pace.LIVE and now is None:
            raise ValueError("a live demonstration needs the session's clock")
        self.pace = pace
        self._seed = seed
        self._seconds = inf if seconds is None else seconds
        self._now = now or (lambda: 0.0)
        self._stopped = Event()

    @abstractmethod
    def _recorded(self) -> Iterator[MediaItem]: ...

    @abstractmethod
    def _live(self) -> Iterator[MediaItem]: ...

    def open(self) -> None:
        """Begin anew."""
        self._stopped.clear()

    def items(self) -> Iterator[MediaItem]:
        """Items until the length is reached (without length: until `stop`)."""
        made = self._recorded() if self.pace is Pace.RECORDED else self._live()
        while not self._stopped.is_set():
            item = next(made, None)
            if item is None or self._stopped.is_set():
                return
            yield item

    def stop(self) -> None:
        """End `items`, from any thread."""
        self._stopped.set()

    def close(self) -> None:
        """End `items`; nothing else is held."""
        self._stopped.set()

    def _reached(self, at: float) -> bool:
        """Wait until the session's clock says `at`; False when stopped before."""
        while (ahead_s := at - self._now()) > 0:
            if self._stopped.wait(ahead_s):
                return False
        return not self._stopped.is_set()

    def _beats(self, first_s: float, period_s: float, may_wait_s: float) -> Iterator[int]:
        """The numbers of the beats as their times come; those that are late by more than `may_wait_s` are left out."""
        beat = 0
        while beat * period_s < self._seconds - 1e-9 and self._reached(first_s + beat * period_s):
            late_s = self._now() - first_s - beat * period_s
            if late_s > may_wait_s:
                beat += int(late_s / period_s)
            yield beat
            beat += 1


class DemonstrationVideo(_Demonstration):
    """The face, `fps` frames a second for `seconds` (None: without end)."""

    def __init__(
        self, seed: int, fps: float, seconds: float | None, width: int = 640, height: int = 480, *, pace: Pace, now: Now | None = None
    ) -> None:
        super().__init__(seed, seconds, pace, now)
        if not 0 < fps <= 240 or width < 160 or height < 120:
            raise WrongUse(
                Failure(
                    "The demonstration's picture cannot be made.",
                    f"It got {fps} frames a second of {width} x {height}.",
                    "Give up to 240 frames a second and at least 160 x 120.",
                )
            )
        self._fps, self._size = fps, (width, height)

    def open(self) -> None:
        """Begin anew; paints what stays the same, so that the first frame comes in time."""
        super().open()
        demonstration_picture(self._seed, 0.0, *self._size)

    def _recorded(self) -> Iterator[Frame]:
        for index in count():
            at = index / self._fps
            if at >= self._seconds - 1e-9:
                return
            yield Frame(demonstration_picture(self._seed, at, *self._size), at, index)

    def _live(self) -> Iterator[Frame]:
        for index in self._beats(self._now(), 1 / self._fps, 1 / self._fps):
            at = self._now()
            yield Frame(demonstration_picture(self._seed, at, *self._size), at, index)


class DemonstrationSound(_Demonstration):
    """The voice, 16 kHz mono in chunks of 100 ms for `seconds` (None: without end)."""

    def __init__(self, seed: int, seconds: float | None, *, pace: Pace, now: Now | None = None) -> None:
        super().__init__(seed, seconds, pace, now)

    def _recorded(self) -> Iterator[AudioChunk]:
        size = round(CHUNK_S * VOICE_RATE_HZ)
        total = self._seconds * VOICE_RATE_HZ
        for index in count():
            first = index * size
            length = int(min(size, round(total - first) if total < inf else size))
            if length <= 0:
                return
            yield AudioChunk(sound_between(self._seed, first, length), VOICE_RATE_HZ, first / VOICE_RATE_HZ, index)

    def _live(self) -> Iterator[AudioChunk]:
        """A chunk comes when its last sample has been spoken; its time is that of its first."""
        size = round(CHUNK_S * VOICE_RATE_HZ)
        begun = ceil(self._now() / CHUNK_S)
        for index in self._beats((begun + 1) * CHUNK_S, CHUNK_S, SOUND_MAY_WAIT_S):
            first = (begun + index) * size
            yield AudioChunk(sound_between(self._seed, first, size), VOICE_RATE_HZ, first / VOICE_RATE_HZ, index)


class DemonstrationText(_Demonstration):
    """A sentence for each stretch of the timeline."""

    def __init__(self, seed: int, seconds: float | None, *, pace: Pace, now: Now | None = None) -> None:
        super().__init__(seed, seconds, pace, now)

    def _recorded(self) -> Iterator[TextEntry]:
        for index, stretch in enumerate(stretches(self._seed)):
            if stretch.sentence_at >= self._seconds:
                return
            yield TextEntry(stretch.sentence, stretch.sentence_at, index)

    def _live(self) -> Iterator[TextEntry]:
        begun = self._now()
        to_come = (stretch for stretch in stretches(self._seed) if stretch.sentence_at >= begun)
        for index, stretch in enumerate(to_come):
            if stretch.sentence_at >= begun + self._seconds or not self._reached(stretch.sentence_at):
                return
            yield TextEntry(stretch.sentence, self._now(), index)


def demonstration_picture(seed: int, at: float, width: int, height: int) -> Picture:
    """The picture of the moment `at` (s): BGR uint8 (height, width, 3)."""
    stretch = stretch_at(seed, at)
    return draw_face(_look(seed), _expression(seed, stretch, at), demonstration_pose(seed, at), width, height)


def demonstration_pose(seed: int, at: float) -> Pose:
    """Where the head is at `at` (s): it sways a little, sinks in sadness, and leaves with the person."""
    stretch = stretch_at(seed, at)
    sway = [0.7 * sin(at * 2 * pi / t + seed) + 0.3 * sin(at * 2 * pi / (0.37 * t) + 2 * seed) for t in (7.3, 5.9, 8.7)]
    sinks = 6.0 * _share_of(seed, stretch, at, Emotion.SADNESS)
    away = 0.0 if stretch.face_shown else _eased(min(at - stretch.starts_at, stretch.ends_at - at) / WALK_S)
    return Pose(right_px=6 * sway[0], down_px=3 * sway[1] + sinks, tilt_deg=2.2 * sway[2], away=away)


def _expression(seed: int, stretch: Stretch, at: float) -> Expression:
    before = stretch_before(seed, stretch)
    held = blend(EXPRESSIONS[before.expression], EXPRESSIONS[stretch.expression], _changed(stretch, at))
    spoken = mouth_opening(seed, at)
    return replace(
        held,
        mouth_open=min(1.0, held.mouth_open * (1 - 0.3 * spoken) + SPEAKING_OPENS * spoken),
        lip_press=held.lip_press * (1 - 0.5 * spoken),
        eye_open=held.eye_open * (1 - _blink(seed, at)),
    )


def _share_of(seed: int, stretch: Stretch, at: float, emotion: Emotion) -> float:
    """How much of an emotion is in the face, 0..1."""
    changed = _changed(stretch, at)
    return changed * (stretch.expression is emotion) + (1 - changed) * (stretch_before(seed, stretch).expression is emotion)


def _changed(stretch: Stretch, at: float) -> float:
    return _eased((at - stretch.starts_at) / CHANGE_S)


def _eased(share: float) -> float:
    """0..1 with a soft start and end."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _blink(seed: int, at: float) -> float:
    """How far the lids are shut, 0..1: one blink in each 3.6 s, at a moment of its own."""
    since = at - _blink_at(seed, int(at // BLINK_EVERY_S))
    return sin(pi * since / BLINK_S) if 0 <= since <= BLINK_S else 0.0


@lru_cache(maxsize=16)
def _blink_at(seed: int, turn: int) -> float:
    return BLINK_EVERY_S * (turn + np.random.default_rng((seed, 8, turn)).uniform(0.1, 0.9))


_look = lru_cache(maxsize=8)(look_of)
