"""Media files through FFmpeg: what is refused, which stream is meant, and a walk over all that can be decoded."""

from collections.abc import Callable, Iterator
from enum import Enum
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.file_checks import head_of_readable_file, unreadable
from core.media import VOICE_RATE_HZ
from core.settings import CaptureSettings

RECORDINGS = frozenset(
    {"aac", "ac3", "aiff", "amr", "asf", "avi", "caf", "dv", "eac3", "flac", "flv", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"}
    | {"mp3", "mpeg", "mpegts", "mxf", "ogg", "w64", "wav"}
)
"""Names of the FFmpeg demuxers that read recordings; others open pictures, subtitles, playlists or text drawn as video."""

STILL_BRANDS = frozenset({"heic", "heix", "mif1", "avif", "avis"})
"""Major brands (ISO/IEC 23008-12) of still pictures that share the container of MP4."""

_MP4_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip"})
_NO_PICTURE_OF_TIME = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
_MOST_READ_FAILURES = 50
_WHAT_IS_READ = "Choose a recording: mp4, mov, mkv, webm, avi, wav, flac, mp3, m4a or ogg."


class Lost(Enum):
    """Stands in the walk for a packet that could not be read or decoded."""

    LOST = "a damaged packet"


def open_container(path: Path, settings: CaptureSettings) -> InputContainer:
    """Open a recording; raises MediaUnreadable, naming the fault.

    FFmpeg may read local files only (no playlist reaches the network), and no decoder accepts a picture larger than
    `settings.largest_picture_px`, so that a false header allocates nothing.
    """
    head = head_of_readable_file(path)
    try:
        container = av.open(
            f"file:{path.absolute()}",
            options={"protocol_whitelist": "file", "max_pixels": _most_pixels(settings)},
            metadata_errors="replace",
        )
    except av.error.FFmpegError as error:
        raise _not_opened(path, head, error) from None
    if container.format.name in RECORDINGS and container.metadata.get("major_brand") not in STILL_BRANDS:
        return container
    container.close()
    raise unreadable(path, "is not a recording (a picture, a list or another kind of file).", _WHAT_IS_READ)


def picture_stream(path: Path, container: InputContainer, settings: CaptureSettings) -> VideoStream | None:
    """The stream of moving pictures (no cover art), set to decode on one thread; None when there is none that can be decoded.

    Raises MediaUnreadable when the header gives no picture size, or one that is too large.
    """
    moving = [s for s in container.streams.video if s.codec_context and not s.disposition & _NO_PICTURE_OF_TIME]
    if not moving:
        return None
    stream = max(moving, key=lambda s: bool(s.disposition & Disposition.default))
    refuse_picture_size(path, stream, settings)
    stream.codec_context.options = {"max_pixels": _most_pixels(settings)}
    stream.codec_context.thread_count = 1
    return stream


def refuse_picture_size(path: Path, stream: VideoStream, settings: CaptureSettings) -> None:
    """Raise MediaUnreadable when the pictures are said to be too large, or of no size (so does FFmpeg call what it refused)."""
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < width * height <= settings.largest_picture_px:
        size = f"of {width} x {height} pixels" if width else "that is missing or far too large"
        raise unreadable(
            path,
            f"announces a picture size {size}; at most {settings.largest_picture_px:,} pixels are read.",
            "The file is damaged or not what it says; export it again at a usual size (1920 x 1080 is plenty).",
        )


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The stream of sound; None when there is none that can be decoded."""
    known = [s for s in container.streams.audio if s.codec_context]
    if not known:
        return None
    stream = max(known, key=lambda s: bool(s.disposition & Disposition.default))
    stream.codec_context.thread_count = 1
    return stream


def voice_resampler(first: AudioFrame, chunk_samples: int | None = None) -> AudioResampler:
    """FFmpeg's mixer and resampler to 16 kHz mono of 16 bits, for sound like `first`, in chunks of a size or as it comes.

    To 16 bits also where floats are wanted: asked for floats, it adds the two sides of stereo at 0.71 each, 3 dB louder and over 1.
    Sound of 16 bits or less is resampled in 16 bits, as `ffmpeg` before version 7 does unasked: the same samples, bit for bit (measured
    with 5.1). The default of later ones differs by 1.8 LSB RMS for a loud tone.
    """
    options = {"internal_sample_fmt": "s16p"} if first.format.bytes <= 2 else {}
    return AudioResampler(format="s16", layout="mono", rate=VOICE_RATE_HZ, frame_size=chunk_samples, options=options)


def start_of(container: InputContainer) -> Fraction:
    """Seconds of the file's own clock at which its earliest stream begins: the common zero of pictures and sound."""
    return Fraction(container.start_time or 0, av.time_base)


def decoded(path: Path, container: InputContainer, stream: Stream, stopped: Callable[[], bool]) -> Iterator[VideoFrame | AudioFrame | Lost]:
    """All that can be decoded of `stream`, in order, until the end or until `stopped()`; damage shows as LOST.

    Raises MediaUnreadable when the file itself can no longer be read (a drive that was taken away).
    """
    for packet in _packets(path, container, stream, stopped):
        if packet is Lost.LOST:
            yield Lost.LOST
            continue
        try:
            frames = packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            yield Lost.LOST
            continue
        for frame in frames:
            yield Lost.LOST if frame.is_corrupt else frame  # type: ignore[union-attr, misc]


def _most_pixels(settings: CaptureSettings) -> str:
    """FFmpeg's own limit, with room for the rows that it pads: the exact one is asked of the true size."""
    return str(min(2**31 - 1, settings.largest_picture_px * 5 // 4))


def _packets(path: Path, container: InputContainer, stream: Stream, stopped: Callable[[], bool]) -> Iterator["Packet[Stream] | Lost"]:
    """Packets of one stream; a broken stretch is passed over, and a file that stays broken ends there.

    `stopped` is asked before every look at the container, which may have been closed meanwhile.
    """
    failures = 0
    while failures < _MOST_READ_FAILURES and not stopped():
        try:
            for packet in container.demux(stream):
                failures = 0
                yield packet
                if stopped():
                    return
            return
        except EOFError:
            return
        except OSError as error:
            raise unreadable(
                path,
                f"could not be read any further: {error.strerror}.",
                "Check that its drive is still connected, then open it again.",
            ) from None
        except av.error.FFmpegError:
            failures += 1
            yield Lost.LOST


def _not_opened(path: Path, head: bytes, error: Exception) -> Exception:
    if isinstance(error, OSError):
        return unreadable(path, f"cannot be read: {error.strerror}.", "Check the path and the drive; copy the file anew.")
    if head[4:8] in _MP4_BOXES:
        return unreadable(
            path,
            "was cut off before its index (“moov”) was written, so its pictures cannot be found.",
            "Copy it again from the camera; if it is cut off there too, try the camera's repair function or a tool such as untrunc.",
        )
    return unreadable(path, "is not a recording, or too damaged to be recognised as one.", _WHAT_IS_READ)
