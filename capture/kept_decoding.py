"""Pieces of picture and sound that were kept, from memory back to frames and samples at the session's times."""

import io
import math
from collections.abc import Iterator, Sequence

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame

from core.media import AudioChunk, Frame

_IN_PLACE = {"protocol_whitelist": ""}
"""FFmpeg may open nothing but the bytes that it is given."""


def pictures(content: bytes, starts_at: float, from_at: float = -math.inf) -> Iterator[Frame]:
    """The frames of a piece of picture that begins at `starts_at` (s), in order; a damaged one is left out. `index` counts within it.

    With `from_at` (s), the one that is seen at that time and those after it: decoding begins at the last keyframe before.
    """
    with av.open(io.BytesIO(content), "r", options=_IN_PLACE) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        packets = list(container.demux(stream))
        first = _keyframe_before(packets, from_at - starts_at)
        decoded = (picture for packet in packets[first:] for picture in packet.decode())
        seen: VideoFrame | None = None
        for index, picture in enumerate((one for one in decoded if not one.is_corrupt and one.time is not None), first):
            if seen is not None and starts_at + picture.time > from_at:
                yield _frame(seen, starts_at, index - 1)
            seen = picture
        if seen is not None:
            yield _frame(seen, starts_at, index)


def _keyframe_before(packets: Sequence[Packet], at: float) -> int:
    """The number of the last packet up to `at` (s of the piece) that needs none before it."""
    return max((number for number, one in enumerate(packets) if one.is_keyframe and float((one.pts or 0) * one.time_base) <= at), default=0)


def _frame(picture: VideoFrame, starts_at: float, index: int) -> Frame:
    return Frame(np.ascontiguousarray(picture.to_ndarray(format="bgr24"), np.uint8), starts_at + picture.time, index)


def sound(content: bytes, starts_at: float) -> AudioChunk:
    """The samples of a piece of sound that begins at `starts_at` (s), mono at the rate that they were kept with (16 kHz)."""
    with av.open(io.BytesIO(content), "r", options=_IN_PLACE) as container:
        stream = container.streams.audio[0]
        parts = [part.to_ndarray().reshape(-1) for part in container.decode(stream)]
        rate_hz = stream.codec_context.sample_rate
    samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    return AudioChunk(samples.astype(np.float32) / np.float32(32768), rate_hz, starts_at, 0)
