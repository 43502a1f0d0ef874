"""Pictures and sound as pieces of Matroska that are kept: MPEG-4 part 2 and FLAC. Why these: docs/decisions/0011-kept-media.md."""

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from core.media import AudioChunk, Frame

TICKS_HZ = 1000
"""Matroska's times are whole milliseconds."""

BLOCK_MS = 900
"""A cluster of Matroska, the least that can be taken out: shorter than the second that a crash may cost anyway (store, COMMIT_EVERY_S)."""

KEYFRAME_EVERY_S = 2.0
"""To show any moment, at most so much is decoded before it."""

FULL_SCALE = 32768
_LARGEST_STEP = 32767


class PieceEncoder(ABC):
    """A piece of one kind that grows; `taken` gives what can be put on the disk. Used by one thread."""

    def __init__(self, starts_at: float) -> None:
        self.starts_at = starts_at
        self.ends_at = starts_at
        self._sink = _Sink()
        self._container = av.open(self._sink, "w", format="matroska", options={"cluster_time_limit": str(BLOCK_MS)})
        self._stream: Any = None

    @abstractmethod
    def suits(self, item: Any) -> bool:
        """Whether `item` can go on this piece."""

    @abstractmethod
    def add(self, item: Any) -> None:
        """Take the next one."""

    def taken(self) -> bytes:
        """The bytes that are finished since the last time, whole clusters; often none."""
        return self._sink.emptied()

    def finish(self) -> bytes:
        """The last bytes."""
        self._mux(None)
        self._container.close()
        return self._sink.emptied()

    def _mux(self, frame: VideoFrame | AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


class PictureEncoder(PieceEncoder):
    """Frames of one size at their own times (to the millisecond); an odd last column or row is left out, as 4:2:0 has none."""

    def __init__(self, first: Frame, quantiser: int) -> None:
        super().__init__(first.at)
        self._shape = first.image.shape
        self._reformatter = VideoReformatter()
        self._keyframe_at = -np.inf
        self._last_ticks = -1
        stream = self._container.add_stream("mpeg4", rate=30, options={"qmin": str(quantiser), "qmax": str(quantiser)})
        stream.width, stream.height = (side // 2 * 2 for side in reversed(first.image.shape[:2]))
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS_HZ)
        stream.codec_context.max_b_frames = 0
        stream.codec_context.gop_size = _LARGEST_STEP  # keyframes come by time
        stream.codec_context.thread_count = 1
        self._stream = stream
        self.frames = 0

    def suits(self, item: Frame) -> bool:
        """Another size begins another piece."""
        return item.image.shape == self._shape

    def add(self, item: Frame) -> None:
        """Take the next frame; one within the millisecond of the frame before is left out."""
        ticks = round((item.at - self.starts_at) * TICKS_HZ)
        if ticks <= self._last_ticks:
            return
        image = np.ascontiguousarray(item.image[: self._stream.height, : self._stream.width])
        picture = self._reformatter.reformat(VideoFrame.from_ndarray(image, format="bgr24"), format="yuv420p", threads=1)
        picture.pts, picture.time_base = ticks, Fraction(1, TICKS_HZ)
        if item.at - self._keyframe_at >= KEYFRAME_EVERY_S:
            picture.pict_type, self._keyframe_at = av.video.frame.PictureType.I, item.at
        self._mux(picture)
        self._last_ticks, self.ends_at = ticks, item.at
        self.frames += 1


class SoundEncoder(PieceEncoder):
    """Sound without a hole, losslessly as 16 bits: what is measured of it again is what was measured."""

    def __init__(self, first: AudioChunk, most_apart_s: float) -> None:
        super().__init__(first.at)
        self._rate_hz = first.sample_rate
        self._most_apart_s = most_apart_s
        self._samples = 0
        stream = self._container.add_stream("flac", rate=first.sample_rate)
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16"
        self._stream = stream

    def suits(self, item: AudioChunk) -> bool:
        """Where its time is not where the sound goes on, something is missing between: another piece."""
        return item.sample_rate == self._rate_hz and abs(item.at - self.ends_at) <= self._most_apart_s

    def add(self, item: AudioChunk) -> None:
        """Take the next stretch; it is written where the one before ended."""
        samples = np.clip(np.rint(item.samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self._rate_hz, self._samples, Fraction(1, self._rate_hz)
        self._mux(frame)
        self._samples += len(samples)
        self.ends_at = self.starts_at + self._samples / self._rate_hz


class _Sink:
    """Where the muxer writes; it cannot go back, so what has been taken stays as it is."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def emptied(self) -> bytes:
        content, self._parts = b"".join(self._parts), []
        return content
