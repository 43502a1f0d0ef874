"""Pieces of picture and sound that were kept, from memory back to frames and samples at the session's times."""

import io
from collections.abc import Iterator

import av
import cv2
import numpy as np

from core.media import AudioChunk, Frame

_IN_PLACE = {"protocol_whitelist": ""}
"""FFmpeg may open nothing but the bytes that it is given."""


def pictures(content: bytes, starts_at: float) -> Iterator[Frame]:
    """The frames of a piece of picture that begins at `starts_at` (s), in order; a damaged one is left out. `index` counts within it."""
    with av.open(io.BytesIO(content), "r", options=_IN_PLACE) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for index, picture in enumerate(container.decode(stream)):
            if not picture.is_corrupt and picture.time is not None:
                image = cv2.cvtColor(picture.to_ndarray(), cv2.COLOR_YUV2BGR_I420)
                yield Frame(np.asarray(image, np.uint8), starts_at + picture.time, index)


def sound(content: bytes, starts_at: float) -> AudioChunk:
    """The samples of a piece of sound that begins at `starts_at` (s), mono at the rate that they were kept with (16 kHz)."""
    with av.open(io.BytesIO(content), "r", options=_IN_PLACE) as container:
        stream = container.streams.audio[0]
        parts = [part.to_ndarray().reshape(-1) for part in container.decode(stream)]
        rate_hz = stream.codec_context.sample_rate
    samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    return AudioChunk(samples.astype(np.float32) / np.float32(32768), rate_hz, starts_at, 0)
