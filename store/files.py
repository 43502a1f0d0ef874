"""The files of a store, all beside its database and named after it."""

from pathlib import Path

PLAIN_HEADER = b"SQLite format 3\x00"


def key_file(database: Path) -> Path:
    """The wrapped keys."""
    return _beside(database, ".key")


def attempts_file(database: Path) -> Path:
    """How many passphrases were wrong."""
    return _beside(database, ".tries")


def checkpoint_file(database: Path) -> Path:
    """How far the audit log had come."""
    return _beside(database, ".head")


def sidecars(database: Path) -> tuple[Path, Path]:
    """SQLite's own files beside it: the log (WAL) and its index."""
    return _beside(database, "-wal"), _beside(database, "-shm")


def media_folder(database: Path) -> Path:
    """Pictures and sound that were kept."""
    return _beside(database, ".media")


def draft_file(database: Path) -> Path:
    """The encrypted copy while it is being made."""
    return _beside(database, ".encrypted")


def aside_file(database: Path) -> Path:
    """The unencrypted database, until it has been overwritten."""
    return _beside(database, ".plain")


def is_plain(database: Path) -> bool:
    """Whether the file is a database that is not encrypted."""
    try:
        with database.open("rb") as stream:
            return stream.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except OSError:
        return False


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)
