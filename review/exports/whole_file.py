"""A file is written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from core.failures import Failure, OutputUnwritable


@contextmanager
def whole_file(path: Path, *, newline: str | None = "\n") -> Iterator[TextIO]:
    """A UTF-8 text file to write into; it takes the name `path` only when all of it is on the disk.

    It is written under a temporary name in the same folder and renamed, so a full disk or a crash leaves what was there before.
    Raises OutputUnwritable. A letter that UTF-8 does not have (half of a surrogate pair) becomes a question mark.
    """
    with _part_of(path) as part, part.open("w", encoding="utf-8", errors="replace", newline=newline) as stream:
        yield stream
        _store(stream)


@contextmanager
def whole_binary_file(path: Path) -> Iterator[BinaryIO]:
    """The same for bytes."""
    with _part_of(path) as part, part.open("w+b") as stream:
        yield stream
        _store(stream)


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """The file under its temporary name, which becomes `path` when nothing goes wrong."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)  # what was measured of a person is its owner's to show
        yield part
        part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _store(stream: IO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def unwritable(path: Path, error: OSError) -> OutputUnwritable:
    """The failure to write `path`, in words."""
    return OutputUnwritable(
        Failure(
            f"{path} cannot be written.",
            f"The system says: {error.strerror or error}.",
            "Choose another folder, or make room and allow writing there; nothing that was there before was changed.",
        )
    )
