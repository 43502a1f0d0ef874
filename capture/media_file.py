"""Recordings as sources: the pictures and the sound of a media file, each stamped with the file's presentation times."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from capture.container import Lost, decoded, open_container, picture_stream, refuse_picture_size, sound_stream, start_of, voice_resampler
from capture.file_checks import unreadable
from capture.source import Pace
from core.media import VOICE_RATE_HZ, AudioChunk, Frame, MediaItem, slot
from core.settings import CaptureSettings

_FIRST_PACKETS = 2000
"""How far `probe` looks for something that can be decoded (over a minute of pictures)."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a recording holds.

    `duration_s` is None where the container does not say (a broken-off webm). `width` and `height` are those of the upright
    picture in the file, 0 without pictures; `rotation_degrees` is how far (counter-clockwise: 0, 90, 180, 270) the stored
    picture was turned for that. `average_fps` is 0 when unknown. `recorded_utc` is the container's own word, if it has one.
    """

    path: Path
    duration_s: float | None
    has_video: bool
    has_sound: bool
    width: int
    height: int
    average_fps: float
    rotation_degrees: int
    recorded_utc: datetime | None


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored picture becomes an upright one: mirrored left to right first, then turned counter-clockwise."""

    mirrored: bool = False
    quarter_turns: int = 0


def probe(path: Path, settings: CaptureSettings) -> MediaInfo:
    """Look into a recording, to its first picture and first sound; raises MediaUnreadable."""
    with open_container(path, settings) as container:
        stream = picture_stream(path, container, settings)
        sounds = sound_stream(container) is not None
        if stream is None and not sounds:
            raise unreadable(
                path, "holds neither pictures nor sound that can be decoded.", "Export it anew, for instance as mp4 (H.264, AAC)."
            )
        duration_s = container.duration / av.time_base if container.duration and container.duration > 0 else None
        recorded_utc = _recorded_utc(container.metadata)
        width, height, fps, degrees = _first_picture(path, container, stream, settings) if stream else (0, 0, 0.0, 0)
    has_sound = sounds and _has_sound(path, settings)
    if not width and not has_sound:
        raise unreadable(
            path, "holds not one picture and no sound.", "The recording was stopped before it began, or is damaged: choose another."
        )
    return MediaInfo(path, duration_s, width > 0, has_sound, width, height, fps, degrees, recorded_utc)


class _Track(ABC):
    """One stream of a recording. What the two kinds share: opening, stopping and closing."""

    pace = Pace.RECORDED

    def __init__(self, path: Path, settings: CaptureSettings) -> None:
        self.label = path.name
        self._path = path
        self._settings = settings
        self._stopped = Event()
        self._container: InputContainer | None = None
        self._stream: Stream | None = None
        self._start_s = Fraction(0)

    def open(self) -> None:
        """Open the file; raises MediaUnreadable, also when it has no such stream."""
        self.close()
        container = open_container(self._path, self._settings)
        try:
            self._stream = self._choose(container)
        except BaseException:
            container.close()
            raise
        self._container, self._start_s = container, start_of(container)
        self._stopped = Event()  # a new one: what is left of an earlier `items` must not look at the closed file again

    @abstractmethod
    def _choose(self, container: InputContainer) -> Stream:
        """The stream to decode; raises MediaUnreadable when there is none."""

    @abstractmethod
    def items(self) -> Iterator[MediaItem]:
        """What the stream holds, in the order of its times."""

    def _decoded(self) -> Iterator[VideoFrame | AudioFrame | Lost]:
        if self._container is None or self._stream is None:
            return iter(())
        return decoded(self._path, self._container, self._stream, self._stopped.is_set)

    def _seconds(self, frame: VideoFrame | AudioFrame) -> float | None:
        """The frame's presentation time since the start of the file; None when the file does not say."""
        stamp = frame.dts if frame.pts is None else frame.pts
        if stamp is None or frame.time_base is None:
            return None
        return float(stamp * frame.time_base - self._start_s)

    def stop(self) -> None:
        """End `items` before its next item, from any thread."""
        self._stopped.set()

    def close(self) -> None:
        """Close the file; an `items` that is still held ends."""
        self._stopped.set()
        if self._container is not None:
            self._container.close()
        self._container = self._stream = None


class MediaVideo(_Track):
    """The pictures of a recording: upright, square pixels, at most `settings.widest_frame_px` on the longer side.

    All coordinates that readings carry are those of the delivered picture. Damaged pictures are left out and show as a
    jump of `index`; of several in one slot of `most_hz` only the first is delivered, and the others are no jump.
    """

    def __init__(self, path: Path, settings: CaptureSettings, most_hz: float = math.inf) -> None:
        super().__init__(path, settings)
        self._most_hz = most_hz

    def _choose(self, container: InputContainer) -> Stream:
        stream = picture_stream(self._path, container, self._settings)
        if stream is None:
            raise unreadable(self._path, "has no pictures (it is a sound recording).", "Analyse its sound alone, or choose a video.")
        return stream

    def items(self) -> Iterator[Frame]:
        """Frames in the order of their presentation times."""
        stopped = self._stopped
        rate = getattr(self._stream, "average_rate", None)
        aspect = getattr(self._stream, "sample_aspect_ratio", None)
        timeline = Timeline(step_s=1 / float(rate or 25), back_s=self._settings.file_time_back_s)
        reformatter = VideoReformatter()
        last, left_out = None, 0
        for index, picture in enumerate(self._decoded()):
            if isinstance(picture, VideoFrame):
                at = timeline.at(self._seconds(picture))
                here = slot(at, self._most_hz) if math.isfinite(self._most_hz) else index
                if here == last:
                    left_out += 1  # what nobody reads is not made upright, which costs as much as the decoding
                    continue
                last = here
                image = _upright_bgr(picture, aspect, self._settings.widest_frame_px, reformatter)
                if stopped.is_set():
                    return
                yield Frame(image, at, index - left_out)


class MediaSound(_Track):
    """The sound of a recording: float32 mono at 16 kHz in chunks of `settings.microphone_chunk_ms` (the last before a gap is shorter).

    Mixing down and resampling are FFmpeg's own, to 16 bits: the samples are those that `convert_wav.py` writes. A gap in the
    sound's times, or damage, shows as a jump of `index` and of `at`.
    """

    def _choose(self, container: InputContainer) -> Stream:
        stream = sound_stream(container)
        if stream is None:
            raise unreadable(self._path, "has no sound.", "Analyse its pictures alone, or choose a recording with sound.")
        return stream

    def items(self) -> Iterator[AudioChunk]:
        """Chunks in the order of their times."""
        stopped = self._stopped
        for count, (losses, at, samples) in enumerate(self._chunks()):
            if stopped.is_set():
                return
            yield AudioChunk(samples, VOICE_RATE_HZ, at, count + losses)

    def _chunks(self) -> Iterator[tuple[int, float, NDArray[np.float32]]]:
        """(losses so far, time, samples) of each chunk."""
        size = VOICE_RATE_HZ * self._settings.microphone_chunk_ms // 1000
        gap_s = self._settings.file_sound_gap_ms / 1000
        losses, shift_s = 0, 0.0
        stretch: Stretch | None = None
        damaged = False
        for sound in self._decoded():
            if not isinstance(sound, AudioFrame):
                damaged = True
                continue
            goes_on_at = stretch.reaches_s if stretch else 0.0
            said_at = self._seconds(sound)
            at = goes_on_at if said_at is None else said_at + shift_s
            if at < goes_on_at - gap_s:  # the file's clock began anew: go on where the sound is
                shift_s += goes_on_at - at
                at = goes_on_at
            late = stretch is not None and (damaged or at > goes_on_at + gap_s)
            if stretch is None or late or not stretch.suits(sound):
                if stretch:
                    yield from ((losses, *chunk) for chunk in stretch.finish())
                losses += late or (damaged and stretch is None)
                stretch = Stretch(max(at, goes_on_at), sound, size)
            damaged = False
            yield from ((losses, *chunk) for chunk in stretch.add(sound))
        if stretch:
            yield from ((losses, *chunk) for chunk in stretch.finish())


class Stretch:
    """Sound without a gap, resampled to mono float32 at 16 kHz and cut into chunks of `size` samples, each with its time."""

    def __init__(self, at: float, first: AudioFrame, size: int) -> None:
        self._at = at
        self._kind = _kind(first)
        self._resampler = voice_resampler(first, size)
        self._taken_s = 0.0
        self._given = 0

    @property
    def reaches_s(self) -> float:
        """The time at which what was added ends."""
        return self._at + self._taken_s

    def suits(self, sound: AudioFrame) -> bool:
        """Whether `sound` has the rate, channels and format that the stretch began with."""
        return _kind(sound) == self._kind

    def add(self, sound: AudioFrame) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """The chunks that are complete with `sound`."""
        self._taken_s += sound.samples / sound.sample_rate
        sound.pts = None  # the resampler would fill or refuse what the stretch has judged already
        return self._chunks(self._resampler.resample(sound))

    def finish(self) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """What is left, in chunks of which the last may be shorter."""
        return self._chunks(self._resampler.resample(None))

    def _chunks(self, resampled: list[AudioFrame]) -> Iterator[tuple[float, NDArray[np.float32]]]:
        for piece in resampled:
            samples = piece.to_ndarray()[0].astype(np.float32) / np.float32(32_768)
            at = self._at + self._given / VOICE_RATE_HZ
            self._given += len(samples)
            yield at, samples


class Timeline:
    """Presentation times that never go back.

    A missing time is `step_s` after the one before; one that falls back by up to `back_s` is held at the one before (a
    frame out of order); one that falls back further starts the file's clock anew (recordings joined end to end).
    """

    def __init__(self, step_s: float, back_s: float) -> None:
        self._step_s = step_s
        self._back_s = back_s
        self._shift_s = 0.0
        self._last: float | None = None

    def at(self, seconds: float | None) -> float:
        """The time in seconds to stamp, for the time that the file says (None: it says nothing)."""
        last = self._last
        following = 0.0 if last is None else last + self._step_s
        at = following if seconds is None else seconds + self._shift_s
        if last is not None and at < last - self._back_s:
            self._shift_s += following - at
            at = following
        self._last = max(at, last or 0.0)
        return self._last


def orientation_of(picture: VideoFrame) -> Orientation:
    """The nearest of the eight upright orientations that the picture's display matrix asks for.

    The matrix (ISO/IEC 14496-12, 6.2.2; FFmpeg's libavutil/display.h) takes a stored point (x, y) to (a x + c y, b x + d y), y downwards.
    """
    matrix: Any = picture.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return Orientation()
    a, b, _, c, d = (int(value) for value in np.frombuffer(bytes(matrix), np.int32)[:5])
    mirrored = a * d - b * c < 0
    right, down = (-a, -b) if mirrored else (a, b)
    return Orientation(mirrored, round(np.degrees(np.arctan2(-down, right)) / 90) % 4)


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size (width, height) in the same shape with no side over `longest`; never enlarged."""
    share = min(1.0, longest / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def upright(image: NDArray[np.uint8], turn: Orientation) -> NDArray[np.uint8]:
    """`image` mirrored and turned as `turn` says, contiguous."""
    if turn == Orientation():
        return image
    pixels = image.view("V3")[:, :, 0]  # a pixel as one thing: five times cheaper to move than its three bytes
    if turn.mirrored:
        pixels = pixels[:, ::-1]
    pixels = np.ascontiguousarray(np.rot90(pixels, turn.quarter_turns))
    return pixels.view(np.uint8).reshape(*pixels.shape, 3)


def _upright_bgr(picture: VideoFrame, aspect: Fraction | None, longest: int, reformatter: VideoReformatter) -> NDArray[np.uint8]:
    width, height = fitted(*_square_pixels(picture, aspect), longest)
    # AREA: no aliasing when made smaller, and no cost when not (measured: 0.1 ms a 640x480 picture)
    bgr = reformatter.reformat(picture, width, height, "bgr24", interpolation=Interpolation.AREA, threads=1)
    return upright(np.ascontiguousarray(bgr.to_ndarray(), np.uint8), orientation_of(picture))


def _square_pixels(picture: VideoFrame, aspect: Fraction | None) -> tuple[int, int]:
    """The stored size with its width corrected for pixels that are not square (DV tape, some cameras)."""
    return max(1, round(picture.width * (aspect or 1))), picture.height


def _kind(sound: AudioFrame) -> tuple[int, str, str]:
    return sound.sample_rate, sound.layout.name, sound.format.name


def _first_picture(path: Path, container: InputContainer, stream: VideoStream, settings: CaptureSettings) -> tuple[int, int, float, int]:
    """(width, height, average fps, degrees turned) of the upright pictures, by the first of them; zeros when there is none."""
    picture = _first(path, container, stream)
    if not isinstance(picture, VideoFrame):
        refuse_picture_size(path, stream, settings)
        return 0, 0, 0.0, 0
    turn = orientation_of(picture)
    width, height = _square_pixels(picture, stream.sample_aspect_ratio)
    if turn.quarter_turns % 2:
        width, height = height, width
    return width, height, float(stream.average_rate or 0), 90 * turn.quarter_turns


def _has_sound(path: Path, settings: CaptureSettings) -> bool:
    """Whether any of the sound can be decoded; in an opening of its own, as the pictures were read from the first."""
    with open_container(path, settings) as container:
        stream = sound_stream(container)
        return stream is not None and _first(path, container, stream) is not None


def _first(path: Path, container: InputContainer, stream: Stream) -> VideoFrame | AudioFrame | None:
    """The first thing of a stream that can be decoded; None when there is none."""
    for count, piece in enumerate(decoded(path, container, stream, stopped=lambda: False)):
        if not isinstance(piece, Lost):
            return piece
        if count >= _FIRST_PACKETS:
            break
    return None


def _recorded_utc(metadata: dict[str, str]) -> datetime | None:
    """When the recording was made; None when it says nothing, no zone, or a clock's zero (1904, 1970)."""
    word = metadata.get("com.apple.quicktime.creationdate") or metadata.get("creation_time") or ""
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year < 1990:
        return None
    return moment.astimezone(UTC)
