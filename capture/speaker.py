"""A loudspeaker through PortAudio's callback: what is put is heard, and it is known what is heard when.

The driver's thread only copies what waits; everything else happens on the thread that puts. Where nothing waits there is silence.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capture.microphone import GO_ON, INT16, PortAudioError
from capture.portaudio import PORTAUDIO_LOCK, hushed_stderr, initialised_portaudio
from core.failures import Failure, SourceUnavailable

logger = logging.getLogger(__name__)

BLOCK_S = 0.04
MOST_WAITING_S = 0.25
"""Sound that may wait for the driver: enough for a busy machine, and little to throw away when somebody seeks."""

STARVED_S = 2.0
"""A driver that takes nothing for so long has lost its device."""

LONGEST_DELAY_S = 2.0
"""A delay until sound is heard that is longer is no delay but a driver's default."""

FULL_SCALE = 32767

NOT_PLAYED = "The sound cannot be played."
GO_ON_WITHOUT = "Picture and curves play without it; switch Sound off and on to try again."

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """At `clock` (s) the session's time `at` (s) is heard."""

    clock: float
    at: float


@dataclass(slots=True)
class _Waiting:
    """Samples that are still to be heard; the first is of the session's time `at`, and each stands for `step_s` of it."""

    samples: NDArray[np.int16]
    at: float
    step_s: float


class Speaker:
    """The system's own loudspeaker, mono at `rate_hz`; one thread puts, another may flush and stop."""

    def __init__(self, rate_hz: int, now: Callable[[], float] = time.perf_counter) -> None:
        self._rate_hz = rate_hz
        self._now = now
        self._waiting: deque[_Waiting] = deque()
        self._changed = Condition()
        self._stopped = False
        self._heard: Heard | None = None
        self._audio: Any = None
        self._stream: Any = None

    def open(self) -> None:
        """Take hold of it; raises SourceUnavailable."""
        with PORTAUDIO_LOCK:
            self._audio = initialised_portaudio()
            try:
                with hushed_stderr():
                    self._stream = self._audio.open(
                        rate=self._rate_hz,
                        channels=1,
                        format=INT16,
                        output=True,
                        frames_per_buffer=int(self._rate_hz * BLOCK_S),
                        stream_callback=self._on_wanted,
                    )
            except OSError as error:
                self._audio.terminate()
                self._audio = None
                raise SourceUnavailable(why_no_speaker(error.errno or 0)) from None

    def put(self, samples: Samples, at: float, speed: float) -> bool:
        """Let samples (N,) be heard after those before them; the first is of the session's time `at`. Waits for room; False: stopped.

        What waits is thrown away by `flush`, and then this returns as if there had been room. Raises SourceUnavailable where the driver
        takes nothing any more.
        """
        waiting = _Waiting(np.rint(np.clip(samples, -1, 1) * FULL_SCALE).astype(np.int16), at, speed / self._rate_hz)
        with self._changed:
            self._waiting.append(waiting)
            if not self._changed.wait_for(lambda: self._stopped or self._waiting_s <= MOST_WAITING_S, STARVED_S):
                raise SourceUnavailable(Failure(NOT_PLAYED, "The loudspeaker takes no sound any more.", GO_ON_WITHOUT))
            return not self._stopped

    def flush(self) -> None:
        """Throw away what has not been heard."""
        with self._changed:
            self._waiting.clear()
            self._heard = None
            self._changed.notify_all()

    @property
    def heard(self) -> Heard | None:
        """What is heard when, by the newest block; None: nothing since the last flush."""
        with self._changed:
            return self._heard

    def stop(self) -> None:
        """Free a waiting `put`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of it; may be called twice."""
        if self._audio is None:
            return
        with PORTAUDIO_LOCK, hushed_stderr():
            try:
                self._stream.close()
            except OSError:
                logger.info("the loudspeaker was gone before it was closed")
            self._audio.terminate()
            self._audio = None

    @property
    def _waiting_s(self) -> float:
        return sum(len(one.samples) for one in self._waiting) / self._rate_hz

    def _on_wanted(self, _data: None, frames: int, times: Mapping[str, float], _status: int) -> tuple[bytes, int]:
        """PortAudio's thread: hand over what waits, and silence for the rest."""
        block = np.zeros(frames, np.int16)
        delay_s = times["output_buffer_dac_time"] - times["current_time"]
        delay_s = delay_s if 0 < delay_s < LONGEST_DELAY_S else frames / self._rate_hz
        with self._changed:
            filled = 0
            while filled < frames and self._waiting:
                first = self._waiting[0]
                if filled == 0:
                    self._heard = Heard(self._now() + delay_s, first.at)
                count = min(frames - filled, len(first.samples))
                block[filled : filled + count] = first.samples[:count]
                filled += count
                if count == len(first.samples):
                    self._waiting.popleft()
                else:
                    first.samples, first.at = first.samples[count:], first.at + count * first.step_s
            self._changed.notify_all()
        return block.tobytes(), GO_ON


def why_no_speaker(code: int) -> Failure:
    """Why sound cannot be played, from PortAudio's error."""
    match code:
        case PortAudioError.DEVICE_UNAVAILABLE:
            why = "Another program uses the loudspeaker."
        case PortAudioError.INVALID_DEVICE:
            why = "There is no loudspeaker."
        case _:
            why = f"The sound system refuses it (PortAudio error {code})."
    return Failure(NOT_PLAYED, why, GO_ON_WITHOUT)
