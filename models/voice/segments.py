"""Speech cut at pauses, as it comes; nothing is glued across lost sound."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.media import VOICE_RATE_HZ, AudioChunk
from core.settings import VoiceSettings
from models.voice.speech import FRAME, FRAME_MS, SpeechDetector, SpeechFrame


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech between two pauses, with a little of what lies around it.

    `samples` is float32 (N,) at 16 kHz; `starts_at`/`ends_at` are session time (s). `levels_dbfs` and `speech` are per 30-ms
    frame; `noise_dbfs` is the noise floor at its end. `lost_before`: sound was lost between it and what came before.
    """

    samples: NDArray[np.float32]
    starts_at: float
    ends_at: float
    lost_before: bool
    levels_dbfs: NDArray[np.float64]
    speech: NDArray[np.bool_]
    noise_dbfs: float

    @property
    def speech_ms(self) -> int:
        """Milliseconds in which somebody spoke."""
        return int(self.speech.sum()) * FRAME_MS


@dataclass(frozen=True, slots=True)
class Heard:
    """What one chunk brought.

    `segments` ended with it, `lost` is the stretch (s) of missing sound before it, `lost_chunks` how many the index says,
    `speech` is the decision per frame, and `speaking` whether a segment is open at its end.
    """

    segments: tuple[Segment, ...]
    lost: tuple[float, float] | None
    lost_chunks: int
    speech: tuple[bool, ...]
    speaking: bool


class Segmenter:
    """Takes chunks of any size in their order. Borders lie on a grid of 30 ms counted from the first sample, or from the last loss."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._detector = SpeechDetector(settings)
        self._time_jump_s = settings.time_jump_ms / 1000
        self._line = _Line(settings)
        self._rest: NDArray[np.float32] = np.empty(0, np.float32)
        self._last: AudioChunk | None = None

    def add(self, chunk: AudioChunk) -> Heard:
        """Hear the next chunk; raises ValueError at another rate than 16 kHz (sources resample)."""
        if chunk.sample_rate != VOICE_RATE_HZ:
            raise ValueError(f"the voice lane hears {VOICE_RATE_HZ} Hz, not {chunk.sample_rate}")
        last, self._last = self._last, chunk
        segments: list[Segment] = []
        lost, lost_chunks = None, 0
        if last is not None and (chunk.index != last.index + 1 or abs(chunk.at - last.ends_at) > self._time_jump_s):
            lost = (min(last.ends_at, chunk.at), chunk.at)
            lost_chunks = max(0, chunk.index - last.index - 1)
            segments += self._line.end(lost=True)
            self._rest = self._rest[:0]
        speech = []
        for at, samples in self._frames(chunk):
            frame = self._detector.add(samples)
            speech.append(frame.speech)
            segments += self._line.add(at, frame)
        return Heard(tuple(segments), lost, lost_chunks, tuple(speech), self._line.speaking)

    def finish(self) -> tuple[Segment, ...]:
        """The segment that was open at the end of the source."""
        return tuple(self._line.end(lost=False))

    def _frames(self, chunk: AudioChunk) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """Whole frames with the times of their first samples; what is left over waits for the next chunk."""
        starts_at = chunk.at - len(self._rest) / VOICE_RATE_HZ
        samples = np.concatenate((self._rest, chunk.samples))
        whole = len(samples) // FRAME
        self._rest = samples[whole * FRAME :]
        for number in range(whole):
            yield starts_at + number * FRAME / VOICE_RATE_HZ, samples[number * FRAME : (number + 1) * FRAME]


class _Line:
    """The frames that may still become part of a segment: a lead-in while nobody speaks, and the open segment while somebody does."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._onset = _frames_of(settings.speech_onset_ms)
        self._pause = _frames_of(settings.pause_ms)
        self._longest = _frames_of(settings.longest_segment_ms)
        self._cut_search = min(_frames_of(settings.cut_search_ms), self._longest // 2)
        self._padding = min(settings.padding_ms // FRAME_MS, self._pause)
        self._steady_db = settings.steady_db
        self._frames: list[tuple[float, SpeechFrame]] = []
        self._lost_before = False
        self.speaking = False

    def add(self, at: float, frame: SpeechFrame) -> list[Segment]:
        self._frames.append((at, frame))
        if not self.speaking:
            self._wait_for_speech()
            return []
        if not any(one.speech for _, one in self._frames[-self._pause :]):
            return self.end(lost=False)
        if len(self._frames) >= self._longest:
            return self._cut(self._quietest_place())
        return []

    def end(self, *, lost: bool) -> list[Segment]:
        """Close what is open, `padding` after its last frame of speech; what lies behind is the next lead-in, unless sound was lost."""
        segments: list[Segment] = []
        if self.speaking:
            last = max((i for i, (_, frame) in enumerate(self._frames) if frame.speech), default=len(self._frames) - 1)
            segments += self._cut(min(last + 1 + self._padding, len(self._frames)))
        self.speaking = False
        if lost:
            self._frames = []
            self._lost_before = True
        return segments

    def _wait_for_speech(self) -> None:
        newest = self._frames[-self._onset :]
        self.speaking = len(newest) == self._onset and all(frame.speech for _, frame in newest)
        kept = self._onset + self._padding
        if len(self._frames) > kept:
            self._frames = self._frames[-kept:]
            self._lost_before = False

    def _quietest_place(self) -> int:
        """The number of frames before the quietest one of the last stretch."""
        levels = [frame.level_dbfs for _, frame in self._frames[-self._cut_search :]]
        return len(self._frames) - self._cut_search + int(np.argmin(levels))

    def _cut(self, count: int) -> list[Segment]:
        """Take the first `count` frames away as a segment, unless they are a hum or a hiss that has just begun."""
        taken, self._frames = self._frames[:count], self._frames[count:]
        lost_before, self._lost_before = self._lost_before, False
        levels = np.array([frame.level_dbfs for _, frame in taken])
        speech = np.array([frame.speech for _, frame in taken])
        if swing_db(levels[speech]) < self._steady_db:
            return []
        return [
            Segment(
                samples=np.concatenate([frame.samples for _, frame in taken]),
                starts_at=taken[0][0],
                ends_at=taken[-1][0] + FRAME / VOICE_RATE_HZ,
                lost_before=lost_before,
                levels_dbfs=levels,
                speech=speech,
                noise_dbfs=taken[-1][1].noise_dbfs,
            )
        ]


def swing_db(levels_dbfs: NDArray[np.float64]) -> float:
    """From the tenth to the ninetieth percentile; 0 of nothing."""
    return float(np.subtract(*np.percentile(levels_dbfs, (90, 10)))) if len(levels_dbfs) else 0.0


def _frames_of(ms: int) -> int:
    """Frames that are at least this long."""
    return -(-ms // FRAME_MS)
