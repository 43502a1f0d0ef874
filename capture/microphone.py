"""A microphone through PortAudio's callback: 16 kHz mono, stamped by the driver's time and by counting samples.

The driver's thread only copies a block into a bounded queue; everything else happens where `items` is iterated. A microphone that
is taken away is noticed by the callbacks that do not come, so it never records silence. One that gives exact zeros is only told
of (`muted`, the log, and a level of core.levels.QUIETEST_DBFS): a switch on a headset does that, and it is no fault.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from threading import Condition
from typing import Any

from capture.devices import MicrophoneDevice, chosen_microphone, microphones_of, without_secrets
from capture.portaudio import PORTAUDIO_LOCK, hushed_stderr, initialised_portaudio
from capture.resampler import Resampler, mono
from capture.sound_clock import SoundClock, heard_at
from capture.source import Pace
from core.failures import Failure, SourceUnavailable
from core.media import VOICE_RATE_HZ, AudioChunk
from core.settings import CaptureSettings

logger = logging.getLogger(__name__)

INT16 = 8
"""portaudio.h, paInt16: every host offers this format."""

OLDEST_ADC_S = 2.0
"""An ADC time further back than this is no time but a driver's default."""


class PortAudioError(IntEnum):
    """portaudio.h, PaErrorCode: the numbers stay the same in every release."""

    INVALID_DEVICE = -9996
    INVALID_RATE = -9997
    INVALID_CHANNELS = -9998
    DEVICE_UNAVAILABLE = -9985


INPUT_OVERFLOW = 2
"""portaudio.h, paInputOverflow: sound before this block was lost."""

GO_ON = 0
"""portaudio.h, paContinue."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a stream is asked for: samples a second, and channels."""

    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class _Block:
    """What one callback brought: 16-bit samples, when the first was heard, its number, and whether the driver lost some before it."""

    data: bytes
    heard: float
    number: int
    overflow: bool


class Microphone:
    """A live source of sound; `spec` is a name, a part of one, a number, or "default".

    `muted` is True while only exact zeros come, for longer than the setting microphone_zeros_ms.
    """

    pace = Pace.LIVE

    def __init__(self, spec: str, settings: CaptureSettings, now: Callable[[], float]) -> None:
        self.label = f"Microphone {spec.strip()}" if spec.strip().isdecimal() else without_secrets(spec)
        self.muted = False
        self._spec = spec
        self._settings = settings
        self._now = now
        self._stopped = False
        self._index = 0
        self._stream: _Stream | None = None

    def open(self) -> None:
        """Take hold of the microphone; raises SourceUnavailable."""
        self.close()
        self._stopped = False
        self.muted = False
        self._stream = _Stream(self._spec, self.label, self._settings, self._now)
        if self._stopped:
            self._stream.stop()

    def items(self) -> Iterator[AudioChunk]:
        """Chunks at 16 kHz; an index is left out where sound was lost. Raises SourceUnavailable when no sound comes any more."""
        stream = self._stream
        if stream is None:
            return
        shape = stream.shape
        patience = max(1, self._settings.microphone_drift_for_ms // self._settings.microphone_chunk_ms)
        clock = SoundClock(shape.rate_hz, self._settings.microphone_drift_ms / 1000, patience)
        resampler = None if shape.rate_hz == VOICE_RATE_HZ else Resampler(shape.rate_hz)
        zeros_s, previous = 0.0, -1
        while (block := stream.take(self._settings.microphone_starved_ms / 1000)) is not None:
            samples = mono(block.data, shape.channels)
            at, broken = clock.stamp(block.heard, len(samples), lost=block.overflow or block.number != previous + 1)
            previous = block.number
            zeros_s = 0.0 if samples.any() else zeros_s + len(samples) / shape.rate_hz
            self._notice_zeros(zeros_s)
            if broken:
                self._index += 1
                resampler = resampler and Resampler(shape.rate_hz)
            if resampler:
                samples, offset_s = resampler.feed(samples)
                at += offset_s
            if len(samples):
                yield AudioChunk(samples, VOICE_RATE_HZ, at, self._index)
                self._index += 1

    def stop(self) -> None:
        """End `items` at once."""
        self._stopped = True
        if self._stream:
            self._stream.stop()

    def close(self) -> None:
        """Let go of the microphone."""
        if self._stream:
            self._stream.close()
            self._stream = None
            self._index += 1  # whatever comes after another `open` does not follow

    def _notice_zeros(self, zeros_s: float) -> None:
        muted = zeros_s * 1000 >= self._settings.microphone_zeros_ms
        if muted and not self.muted:
            logger.warning("“%s” gives only zeros: it is muted, or its driver gives no sound", self.label)
        elif self.muted and not muted:
            logger.info("“%s” gives sound again", self.label)
        self.muted = muted


def formats_to_try(device: MicrophoneDevice) -> list[Format]:
    """16 kHz mono first, which needs no resampling; then what the device itself runs at."""
    own = [Format(device.rate_hz, channels) for channels in (1, min(2, device.channels), device.channels)]
    return list(dict.fromkeys([Format(VOICE_RATE_HZ, 1), *own]))


def why_no_microphone(device: MicrophoneDevice, code: int) -> Failure:
    """Why a microphone that is listed does not open, from PortAudio's error."""
    what = f"The microphone “{device.name}” cannot be opened."
    match code:
        case PortAudioError.DEVICE_UNAVAILABLE:
            return Failure(what, "Another program uses it.", "Close that program, or choose the microphone “default”, which shares.")
        case PortAudioError.INVALID_RATE | PortAudioError.INVALID_CHANNELS:
            return Failure(what, "It offers neither 16 kHz nor its own format.", "Choose another microphone of the list.")
        case PortAudioError.INVALID_DEVICE:
            return Failure(what, "It was unplugged.", "Plug it in again.")
        case _:
            return Failure(what, f"The sound system refuses it (PortAudio error {code}).", "Check the system's sound settings.")


class _Stream:
    """One open PortAudio stream, and what its callback has brought."""

    def __init__(self, spec: str, label: str, settings: CaptureSettings, now: Callable[[], float]) -> None:
        self._label = label
        self._now = now
        self._blocks: deque[_Block] = deque(maxlen=max(2, settings.microphone_waiting_ms // settings.microphone_chunk_ms))
        self._changed = Condition()
        self._stopped = False
        self._number = 0
        with PORTAUDIO_LOCK:
            self._audio = initialised_portaudio()
            try:
                device = chosen_microphone(spec, microphones_of(self._audio))
                self._stream, self.shape = self._opened(device, settings.microphone_chunk_ms)
                self._stream.start_stream()
            except BaseException:
                self._audio.terminate()
                raise

    def take(self, timeout_s: float) -> _Block | None:
        """The next block; None when stopped. Raises SourceUnavailable when none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._blocks or self._stopped, timeout_s)
            if self._stopped:
                return None
            if self._blocks:
                return self._blocks.popleft()
        raise SourceUnavailable(
            Failure(
                f"The microphone “{self._label}” was taken away.",
                f"It has given no sound for {timeout_s:g} s.",
                "Plug it in again; it is tried again by itself.",
            )
        )

    def stop(self) -> None:
        """Give no more blocks; frees a waiting `take`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of the device; no callback runs afterwards."""
        with PORTAUDIO_LOCK, hushed_stderr():
            try:
                self._stream.close()
            except OSError:
                logger.info("“%s” was gone before it was closed", self._label)
            self._audio.terminate()

    def _opened(self, device: MicrophoneDevice, chunk_ms: int) -> tuple[Any, Format]:
        """The device's stream, not started yet, in the first format that it takes."""
        code = 0
        for shape in formats_to_try(device):
            try:
                with hushed_stderr():
                    stream = self._audio.open(
                        rate=shape.rate_hz,
                        channels=shape.channels,
                        format=INT16,
                        input=True,
                        input_device_index=device.number,
                        frames_per_buffer=shape.rate_hz * chunk_ms // 1000,
                        stream_callback=self._on_sound,
                        start=False,
                    )
            except OSError as error:
                code = error.errno or 0
                if code == PortAudioError.DEVICE_UNAVAILABLE:
                    break
                continue
            logger.info("“%s” opened as %s at %d Hz, channels: %d", self._label, device.name, shape.rate_hz, shape.channels)
            return stream, shape
        raise SourceUnavailable(why_no_microphone(device, code))

    def _on_sound(self, data: bytes, frames: int, times: Mapping[str, float], status: int) -> tuple[None, int]:
        """PortAudio's thread: keep the block (the oldest falls when nobody takes them) and return."""
        duration_s = frames / self.shape.rate_hz
        heard = heard_at(self._now(), times["input_buffer_adc_time"], times["current_time"], duration_s, OLDEST_ADC_S)
        with self._changed:
            self._blocks.append(_Block(data, heard, self._number, bool(status & INPUT_OVERFLOW)))
            self._number += 1
            self._changed.notify_all()
        return None, GO_ON
