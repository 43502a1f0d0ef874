"""What sources yield: a picture, a stretch of sound, a piece of text, each stamped with the session's time."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

VOICE_RATE_HZ = 16_000
"""The one sampling rate of the voice lane; sources resample to it."""


def slot(at: float, rate_hz: float) -> int:
    """Which of the slots of media time, `rate_hz` a second, a moment lies in; who reads less than all reads the first of each."""
    return math.floor(at * rate_hz + 0.5)


class MediaKind(StrEnum):
    """What may be kept of a session beside its numbers."""

    PICTURE = "picture"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    `image` is BGR uint8 (height, width, 3) and is never written to after capture. `at` is in seconds since the session began
    (media time in a replay). `index` counts the source's frames: a jump means that frames were lost on the way.
    """

    image: NDArray[np.uint8]
    at: float
    index: int


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A stretch of mono sound.

    `samples` is float32 (N,) in -1..1 at `sample_rate` Hz; `at` is the time of the FIRST sample in seconds since the session
    began. `index` counts the source's chunks: a jump means that sound was lost between two chunks.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    at: float
    index: int

    @property
    def ends_at(self) -> float:
        """Seconds since the session began at which the last sample ends."""
        return self.at + len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class TextEntry:
    """What somebody wrote or said in words, at `at` seconds since the session began; `index` counts entries."""

    text: str
    at: float
    index: int


MediaItem = Frame | AudioChunk | TextEntry
