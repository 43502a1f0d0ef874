"""Pictures and sound as pieces of Matroska that are kept: MPEG-4 part 2 and FLAC. Why these: docs/decisions/0013-kept-media.md."""

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from core.media import AudioChunk, Frame

TICKS_HZ = 1000
"""Matroska's times are whole milliseconds."""

BLOCK_MS = 900
"""A cluster of Matroska, the least that can be taken out. It waits in memory, and a crash may cost two seconds at most."""

KEYFRAME_EVERY_S = 2.0
"""To show any moment, at most so much is decoded before it."""

PICTURES_APART_S = 1.0
"""Pictures further apart are of two pieces, so that a pause or a lost camera shows as time for which nothing was kept."""

SOUND_APART_S = 0.02
"""A time that is further from where the sound goes on: some is missing, or the clock was set anew. Less is rounding."""

FULL_SCALE = 32768
_LARGEST_STEP = 32767


class PieceEncoder(ABC):
    """A piece of one kind that grows; `taken` gives what can be put on the disk, up to `reaches` (s). Used by one thread."""

    def __init__(self, starts_at: float) -> None:
        self.starts_at = starts_at
        self.ends_at = starts_at
        self.reaches = starts_at
        self._sink = _Sink()
        self._container = av.open(self._sink, "w", format="matroska", options={"cluster_time_limit": str(BLOCK_MS)})
        self._packed_until = starts_at
        self._stream: Any = None
        self._head = b""

    @abstractmethod
    def suits(self, item: Any) -> bool:
        """Whether `item` can go on this piece."""

    @abstractmethod
    def add(self, item: Any) -> None:
        """Take the next one."""

    def taken(self) -> bytes:
        """The bytes that are finished since the last time, whole clusters; often none. The head comes with the first of them."""
        content = self._sink.emptied()
        if content:
            content, self._head = self._head + content, b""
        return content

    def finish(self) -> bytes:
        """The last bytes."""
        self._mux(None)
        self._container.close()
        self.reaches = self.ends_at
        return self.taken()

    def _begin(self, stream: Any) -> None:
        self._stream = stream
        self._container.start_encoding()
        self._head = self._sink.emptied()

    def _mux(self, frame: VideoFrame | AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            until, self._packed_until = self._packed_until, self._packed_by(packet)
            clusters = len(self._sink)
            self._container.mux(packet)
            if len(self._sink) > clusters:  # it began one, and so ended the one before
                self.reaches = until

    @abstractmethod
    def _packed_by(self, packet: Any) -> float:
        """The session's time up to which all is in a cluster once the muxer has `packet`."""


class PictureEncoder(PieceEncoder):
    """Frames of one size at their own times (to the millisecond); an odd last column or row is left out, as 4:2:0 has none."""

    def __init__(self, first: Frame, quantiser: int) -> None:
        super().__init__(first.at)
        self._shape = first.image.shape
        self._keyframe_at = -np.inf
        self._last_ticks = -1
        stream = self._container.add_stream("mpeg4", rate=30, options={"qmin": str(quantiser), "qmax": str(quantiser)})
        stream.width, stream.height = (side // 2 * 2 for side in reversed(first.image.shape[:2]))
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS_HZ)
        stream.codec_context.max_b_frames = 0
        stream.codec_context.gop_size = _LARGEST_STEP  # keyframes come by time
        stream.codec_context.thread_count = 1
        self._begin(stream)

    def suits(self, item: Frame) -> bool:
        """Another size, or a time without pictures, begins another piece."""
        return item.image.shape == self._shape and item.at - self.ends_at <= PICTURES_APART_S

    def add(self, item: Frame) -> None:
        """Take the next frame; one within the millisecond of the frame before is left out."""
        ticks = round((item.at - self.starts_at) * TICKS_HZ)
        if ticks <= self._last_ticks:
            return
        image = np.ascontiguousarray(item.image[: self._stream.height, : self._stream.width])
        yuv = cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420)  # FFmpeg's own rounds down: 3 of 255 darker (measured), at five times the cost
        picture = VideoFrame.from_ndarray(np.asarray(yuv, np.uint8), format="yuv420p")
        picture.pts, picture.time_base = ticks, Fraction(1, TICKS_HZ)
        if item.at - self._keyframe_at >= KEYFRAME_EVERY_S:
            picture.pict_type, self._keyframe_at = av.video.frame.PictureType.I, item.at
        self._mux(picture)
        self._last_ticks, self.ends_at = ticks, item.at

    def _packed_by(self, packet: Any) -> float:
        return self.starts_at + packet.pts / TICKS_HZ


class SoundEncoder(PieceEncoder):
    """Sound without a hole, losslessly as 16 bits: what is measured of it again is what was measured."""

    def __init__(self, first: AudioChunk) -> None:
        super().__init__(first.at)
        self._rate_hz = first.sample_rate
        self._samples = 0
        stream = self._container.add_stream("flac", rate=first.sample_rate)
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16"
        self._begin(stream)

    def suits(self, item: AudioChunk) -> bool:
        """Where its time is not where the sound goes on, something is missing between: another piece."""
        return item.sample_rate == self._rate_hz and abs(item.at - self.ends_at) <= SOUND_APART_S

    def add(self, item: AudioChunk) -> None:
        """Take the next stretch; it is written where the one before ended."""
        samples = np.clip(np.rint(item.samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self._rate_hz, self._samples, Fraction(1, self._rate_hz)
        self._mux(frame)
        self._samples += len(samples)
        self.ends_at = self.starts_at + self._samples / self._rate_hz

    def _packed_by(self, packet: Any) -> float:
        return self.starts_at + packet.pts / self._rate_hz  # FFmpeg's muxer holds one packet of sound back


class _Sink:
    """Where the muxer writes; it cannot go back, so what has been taken stays as it is."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def __len__(self) -> int:
        return len(self._parts)

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def emptied(self) -> bytes:
        content, self._parts = b"".join(self._parts), []
        return content
