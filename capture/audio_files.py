"""Any audio or video file as 16 kHz mono 16-bit WAV: one file, and the plan for many."""

import os
import unicodedata
import wave
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from capture.container import decoded, open_container, sound_stream, voice_resampler
from capture.file_checks import unreadable
from core.failures import AffectographError, Failure, WrongUse
from core.media import VOICE_RATE_HZ
from core.settings import CaptureSettings

MEDIA_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts", ".wmv", ".flv", ".3gp", ".mxf", ".dv"}
    | {".wav", ".flac", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".aac", ".ac3", ".wma", ".aif", ".aiff", ".amr", ".caf", ".w64"}
)
"""What is taken from a folder; a file that is named itself is tried whatever its name."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A WAV file that was written: its length in seconds, and how many damaged packets of the source were left out."""

    destination: Path
    seconds: float
    damaged: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """One file to convert."""

    source: Path
    destination: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: the conversions, the sources that cannot be, and how many files of folders are no media by their names."""

    conversions: tuple[Conversion, ...]
    failures: tuple[Failure, ...]
    left_alone: int


class ConversionFailed(AffectographError):
    """A WAV file could not be written."""


def decode_to_wav(source: Path, destination: Path, force: bool, on_progress: Callable[[float], None] | None = None) -> Converted:
    """Write the sound of `source` as 16 kHz mono 16-bit WAV, mixed and resampled by FFmpeg as its command line does.

    Written under a temporary name in the same folder and renamed at the end, so `destination` is whole or not there. An
    existing one is replaced only with `force`. `on_progress` hears the seconds written so far. Raises MediaUnreadable for the
    source, ConversionFailed for the destination.
    """
    temporary = destination.with_name(f".convert_wav-{os.getpid()}.part")
    try:
        if destination.exists() and not force:
            raise _not_written(destination, "is there already, and nothing is overwritten unasked.", "Add --force to write it anew.")
        if destination.exists() and source.exists() and destination.samefile(source):
            raise _not_written(destination, "is the source itself.", "Choose another folder for what is written.")
        converted = _write(source, destination, temporary, on_progress)
        temporary.replace(destination)
    except OSError as error:
        why = f"could not be written: {error.strerror}."
        raise _not_written(destination, why, "Check that the folder may be written to and that its disk has room.") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return converted


def read_sound(source: Path) -> NDArray[np.float32]:
    """The sound of any audio or video file as `decode_to_wav` writes it, float32 (N,) in -1..1, 16 kHz mono; raises MediaUnreadable."""
    with open_container(source, CaptureSettings()) as container:
        stream = sound_stream(container)
        if stream is None:
            raise unreadable(source, "has no sound.", "Choose a recording with sound.")
        sound = b"".join(piece for piece in _resampled(decoded(source, container, stream, stopped=lambda: False)) if piece)
    if not sound:
        raise unreadable(source, "holds no sound that can be decoded.", "The recording is empty or damaged: choose another.")
    return np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)


def plan(sources: Iterable[Path], folder: Path) -> Plan:
    """Which file goes where under `folder`; raises WrongUse when `folder` is a file, or is one of the sources.

    A file goes to <its name>.wav; a folder's tree is kept, under the folder's own name when there are several sources. Where
    two would have the same name (a.mp3, a.mp4), each keeps its ending (a.mp3.wav, a.mp4.wav), and then gets a number. Names are
    compared as the least particular file system would, without upper and lower case. Earlier results that lie inside a source folder
    are not taken as sources.
    """
    if folder.exists() and not folder.is_dir():
        raise WrongUse(Failure(f"“{folder}” is no folder.", "It is a file, and -o names the folder to write to.", "Choose another name."))
    wanted = list(sources)
    files: dict[Path, Path] = {}
    failures: list[Failure] = []
    left_alone = 0
    for source in wanted:
        if not source.is_dir():
            files.setdefault(source, Path(source.name))
            continue
        if source.resolve() == folder.resolve():
            raise WrongUse(
                Failure(f"“{folder}” is both source and result.", "The results would be taken for sources next time.", "Choose another -o.")
            )
        for path in _files_under(source, failures):
            if path.suffix.lower() not in MEDIA_SUFFIXES:
                left_alone += 1
            elif not (folder.resolve().is_relative_to(source.resolve()) and path.resolve().is_relative_to(folder.resolve())):
                kept = path.relative_to(source)
                files.setdefault(path, Path(source.resolve().name) / kept if len(wanted) > 1 else kept)
    return Plan(tuple(_named(files, folder)), tuple(failures), left_alone)


def _write(source: Path, destination: Path, temporary: Path, on_progress: Callable[[float], None] | None) -> Converted:
    """Decode into `temporary`; raises MediaUnreadable or OSError."""
    with open_container(source, CaptureSettings()) as container:
        stream = sound_stream(container)
        if stream is None:
            raise unreadable(source, "has no sound.", "Choose a recording with sound.")
        destination.parent.mkdir(parents=True, exist_ok=True)
        samples = damaged = 0
        with temporary.open("xb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(VOICE_RATE_HZ)
            for piece in _resampled(decoded(source, container, stream, stopped=lambda: False)):
                if piece is None:
                    damaged += 1
                    continue
                wav.writeframesraw(piece)
                samples += len(piece) // 2
                if on_progress:
                    on_progress(samples / VOICE_RATE_HZ)
    if not samples:
        raise unreadable(source, "holds no sound that can be decoded.", "The recording is empty or damaged: choose another.")
    return Converted(destination, samples / VOICE_RATE_HZ, damaged)


def _resampled(pieces: Iterable[object]) -> Iterator[bytes | None]:
    """16 kHz mono s16 bytes of each piece of sound; None for a damaged packet."""
    resampler: AudioResampler | None = None
    kind: tuple[int, str, str] | None = None
    for piece in pieces:
        if not isinstance(piece, AudioFrame):
            yield None
            continue
        if kind != (piece.sample_rate, piece.layout.name, piece.format.name):
            yield from _bytes_left(resampler)
            kind = piece.sample_rate, piece.layout.name, piece.format.name
            resampler = voice_resampler(piece)
        piece.pts = None
        yield from (frame.to_ndarray().astype("<i2").tobytes() for frame in resampler.resample(piece))  # type: ignore[union-attr]
    yield from _bytes_left(resampler)


def _bytes_left(resampler: AudioResampler | None) -> Iterator[bytes]:
    if resampler is not None:
        yield from (frame.to_ndarray().astype("<i2").tobytes() for frame in resampler.resample(None))


def _named(files: dict[Path, Path], folder: Path) -> Iterator[Conversion]:
    """Each source with a destination that no other has; `files` maps sources to their places in the tree."""
    plain = {source: place.with_suffix(".wav") for source, place in files.items()}
    shared = Counter(_as_one_name(place) for place in plain.values())
    taken: set[str] = set()
    for source, place in plain.items():
        alone = shared[_as_one_name(place)] == 1
        wanted = place if alone else place.with_name(f"{files[source].name}.wav")
        name, number = wanted, 1
        while _as_one_name(name) in taken or (name != place and shared[_as_one_name(name)]):
            number += 1
            name = wanted.with_name(f"{wanted.stem} ({number}).wav")
        taken.add(_as_one_name(name))
        yield Conversion(source, folder / name)


def _as_one_name(place: Path) -> str:
    return unicodedata.normalize("NFC", str(place)).casefold()


def _files_under(folder: Path, failures: list[Failure]) -> Iterator[Path]:
    """All files of a tree in a fixed order, without hidden ones; a folder that cannot be read is added to `failures`."""

    def refused(error: OSError) -> None:
        failures.append(
            Failure(f"The folder “{error.filename}” was left out.", f"It cannot be read: {error.strerror}.", "Check its rights.")
        )

    for where, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(where) / name for name in sorted(names) if not name.startswith("."))


def _not_written(destination: Path, why: str, what_to_do: str) -> ConversionFailed:
    return ConversionFailed(Failure(f"“{destination.name}” was not written.", f"{destination} {why}", what_to_do))
