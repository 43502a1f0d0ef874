"""Sound of a device's own rate and channels, as the voice lane wants it: 16 kHz, mono, float32."""

import numpy as np
from numpy.typing import NDArray

from core.media import VOICE_RATE_HZ

FULL_SCALE = np.float32(32768)
"""16-bit samples become -1..1."""


def mono(data: bytes, channels: int) -> NDArray[np.float32]:
    """Interleaved 16-bit samples as float32 (N,) in -1..1: the mean of the channels."""
    samples = np.frombuffer(data, dtype="<i2").astype(np.float32) / FULL_SCALE
    return samples if channels == 1 else samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)


class Resampler:
    """A stream of mono sound at `rate_hz`, brought to 16 kHz by FFmpeg; the filter remembers, so chunks meet without a click."""

    def __init__(self, rate_hz: int) -> None:
        from av.audio.frame import AudioFrame  # noqa: PLC0415  most microphones give 16 kHz, and then FFmpeg is not loaded
        from av.audio.resampler import AudioResampler  # noqa: PLC0415

        self._rate_hz = rate_hz
        self._frame = AudioFrame
        self._resampler = AudioResampler(format="flt", layout="mono", rate=VOICE_RATE_HZ)
        self._taken = 0
        self._given = 0

    def feed(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """The next samples (N,), and how many seconds the first one given is later than the first one taken.

        That is a little before (negative): the filter holds samples back until it has seen what follows them.
        """
        frame = self._frame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = self._rate_hz
        offset_s = self._given / VOICE_RATE_HZ - self._taken / self._rate_hz
        resampled = [part.to_ndarray().reshape(-1) for part in self._resampler.resample(frame)]
        out = np.clip(np.concatenate(resampled), -1, 1) if resampled else np.zeros(0, np.float32)
        self._taken += len(samples)
        self._given += len(out)
        return out, offset_s
