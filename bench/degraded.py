"""Sources that spoil what another source gives, as the world does: a covered or dark face, noise, a muted microphone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.source import Source
from core.media import VOICE_RATE_HZ, AudioChunk, Frame, MediaItem
from core.readings import Box
from core.settings import FaceSettings
from models.face.detector import open_detector

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]

SENSOR_NOISE = 2.0
"""Of 255 (SD): what a webcam adds in poor light."""

WALL = 140
"""Of 255: as light as a face in good light, so that nothing is "too dark"."""


class Spoil(Protocol):
    """Gives an item as it comes out of a spoiled source; made anew for each run, so that runs are alike."""

    def __call__(self, item: MediaItem) -> MediaItem:
        """The item, spoiled."""


class Spoiled:
    """A source whose items pass `spoil` from `since` seconds on."""

    def __init__(self, source: Source, spoil: Spoil, since: float = 0.0) -> None:
        self.label, self.pace = source.label, source.pace
        self._source, self._spoil, self._since = source, spoil, since

    def open(self) -> None:
        """As the source's."""
        self._source.open()

    def items(self) -> Iterator[MediaItem]:
        """What the source gives, spoiled."""
        for item in self._source.items():
            yield self._spoil(item) if item.at >= self._since else item

    def stop(self) -> None:
        """As the source's."""
        self._source.stop()

    def close(self) -> None:
        """As the source's."""
        self._source.close()


class Held:
    """What a source gives, decoded once and then given from memory as often as it is wanted."""

    def __init__(self, source: Source) -> None:
        self.label, self.pace = source.label, source.pace
        source.open()
        self._items = list(source.items())
        source.close()
        self._stopped = False

    def open(self) -> None:
        """From the beginning."""
        self._stopped = False

    def items(self) -> Iterator[MediaItem]:
        """All of it."""
        for item in self._items:
            if self._stopped:
                return
            yield item

    def stop(self) -> None:
        """End `items` soon."""
        self._stopped = True

    def close(self) -> None:
        """Nothing is held that has to be let go."""


class Repeated:
    """A recording `times` over, one after the other, each `seconds` later: long enough for the fusion's memory to fill."""

    def __init__(self, source: Source, times: int, seconds: float) -> None:
        self.label, self.pace = source.label, source.pace
        self._source, self._times, self._seconds = source, times, seconds
        self._stopped = False

    def open(self) -> None:
        """As the source's."""
        self._stopped = False
        self._source.open()

    def items(self) -> Iterator[MediaItem]:
        """All items of every round."""
        first = 0
        for number in range(self._times):
            if number:
                self._source.open()
            index = -1
            for item in self._source.items():
                index = item.index
                if item.at < self._seconds:
                    yield replace(item, at=item.at + number * self._seconds, index=first + index)
            first += index + 1
            if self._stopped:
                return

    def stop(self) -> None:
        """End `items` soon."""
        self._stopped = True
        self._source.stop()

    def close(self) -> None:
        """As the source's."""
        self._source.close()


class CoveredFace:
    """The face hidden from its chin upwards, by `share` of its height, as by a mask, a hand or a cup held before it."""

    def __init__(self, share: float, settings: FaceSettings | None = None) -> None:
        self._share = share
        self._detector = open_detector(settings or FaceSettings())
        self._box: Box | None = None

    def __call__(self, item: MediaItem) -> MediaItem:
        """The frame with the face covered where it is, or was last."""
        if not isinstance(item, Frame):
            return item
        found = self._detector.find(item.image)
        self._box = max((one.box for one in found), key=lambda box: box.area, default=self._box)
        if self._box is None:
            return item
        box, image = self._box, item.image.copy()
        top, bottom = box.y + round((1 - self._share) * box.height), box.y + round(1.15 * box.height)
        margin = box.width // 8
        image[max(0, top) : bottom, max(0, box.x - margin) : box.x + box.width + margin] = (150, 140, 135)
        return replace(item, image=image)


class Darkened:
    """Less light: every pixel times `share`, and the noise that a webcam adds then."""

    def __init__(self, share: float) -> None:
        self._share = share

    def __call__(self, item: MediaItem) -> MediaItem:
        """The frame in that light."""
        if not isinstance(item, Frame):
            return item
        noise = np.empty(item.image.size, np.int16)
        cv2.setRNGSeed(item.index)
        cv2.randn(noise, np.zeros(1), np.full(1, SENSOR_NOISE))
        darker = cv2.convertScaleAbs(item.image, alpha=self._share)
        return replace(item, image=np.asarray(cv2.add(darker, noise.reshape(darker.shape), dtype=cv2.CV_8U), np.uint8))


def nobody(item: MediaItem) -> MediaItem:
    """A picture without anybody: a wall in even light."""
    return replace(item, image=np.full_like(item.image, WALL)) if isinstance(item, Frame) else item


class Noisy:
    """Noise beside the voice, `snr_db` below `speech_dbfs`: white, as of a fan, the same in every run."""

    def __init__(self, snr_db: float, speech_dbfs: float) -> None:
        self._level = 10 ** ((speech_dbfs - snr_db) / 20)

    def __call__(self, item: MediaItem) -> MediaItem:
        """The chunk with the noise in it."""
        if not isinstance(item, AudioChunk):
            return item
        noise = np.random.default_rng(item.index).normal(0.0, self._level, len(item.samples))
        return replace(item, samples=np.clip(item.samples + noise, -1.0, 1.0).astype(np.float32))


class Babble:
    """Other people's talk beside the voice, `snr_db` below `speech_dbfs`; `talk` is theirs, at a level of 0 dBFS, again and again."""

    def __init__(self, talk: Sound, snr_db: float, speech_dbfs: float) -> None:
        self._talk = talk * np.float32(10 ** ((speech_dbfs - snr_db) / 20))

    def __call__(self, item: MediaItem) -> MediaItem:
        """The chunk with the talk in it."""
        if not isinstance(item, AudioChunk):
            return item
        places = (round(item.at * item.sample_rate) + np.arange(len(item.samples))) % len(self._talk)
        return replace(item, samples=np.clip(item.samples + self._talk[places], -1.0, 1.0).astype(np.float32))


def babble_of(voices: Sequence[Sound], talkers: int = 8) -> Sound:
    """The talk of `talkers` people at 0 dBFS (RMS): the given voices in turn, equally loud, none in step with another."""
    length = max(len(voice) for voice in voices)
    mixed = np.zeros(length)
    for number in range(talkers):
        voice = np.resize(voices[number % len(voices)], length).astype(np.float64)
        mixed += np.roll(voice / max(_rms(voice), 1e-9), (2 * number + 1) * length // (2 * talkers))
    return (mixed / max(_rms(mixed), 1e-9)).astype(np.float32)


def in_turn(*spoils: Spoil) -> Spoil:
    """One spoiling after the other."""

    def spoil(item: MediaItem) -> MediaItem:
        for one in spoils:
            item = one(item)
        return item

    return spoil


def muted(item: MediaItem) -> MediaItem:
    """A microphone that is switched off: zeros."""
    return replace(item, samples=np.zeros_like(item.samples)) if isinstance(item, AudioChunk) else item


def speech_dbfs(chunks: Iterator[MediaItem]) -> float:
    """The level of the louder half of a recording's 30-ms frames (RMS): what is spoken, roughly."""
    samples = _joined(chunks)
    size = 30 * VOICE_RATE_HZ // 1000
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.sort((frames.astype(np.float64) ** 2).mean(axis=1))[len(frames) // 2 :]
    return float(10 * np.log10(power.mean() + 1e-12))


def samples_of(source: Source) -> Sound:
    """All the sound that a source gives."""
    source.open()
    try:
        return _joined(source.items())
    finally:
        source.close()


def _joined(chunks: Iterator[MediaItem]) -> Sound:
    return np.concatenate([chunk.samples for chunk in chunks if isinstance(chunk, AudioChunk)] or [np.zeros(1, np.float32)])


def _rms(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(samples**2)))
