"""Pieces of picture and sound that a crash cut off: each is closed after its last whole block."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from store.engine import sqlite
from store.kept_media import UNFINISHED, folder_of
from store.piece_file import whole_blocks

_OPEN = "SELECT kind, piece, starts_at, file, key FROM media WHERE session = ? AND sha256 = ?"


def close_pieces(connection: sqlite.Connection, session: int) -> None:
    """End the pieces of a session whose process is gone; one that holds nothing goes, with its key. Raises sqlite.Error."""
    for kind, number, starts_at, name, key in connection.execute(_OPEN, (session, UNFINISHED)).fetchall():
        path = folder_of(connection) / name
        content, ends_at = _whole_part(path, key)
        if ends_at is None or ends_at <= starts_at:
            connection.execute("DELETE FROM media WHERE session = ? AND kind = ? AND piece = ?", (session, kind, number))
            with suppress(OSError):
                path.unlink(missing_ok=True)
            continue
        connection.execute(
            "UPDATE media SET ends_at = ?, bytes = ?, sha256 = ? WHERE session = ? AND kind = ? AND piece = ?",
            (ends_at, len(content), hashlib.sha256(content).hexdigest(), session, kind, number),
        )


def _whole_part(path: Path, key: bytes) -> tuple[bytes, float | None]:
    """What the file holds up to the end of its last whole block, to which it is cut; and the time that it reaches (None: no block)."""
    try:
        content = path.read_bytes()
    except OSError:
        return b"", None
    blocks = list(whole_blocks(content, key))
    if not blocks:
        return b"", None
    whole = blocks[-1].file_bytes
    with suppress(OSError):  # then it stays unreadable, and `verify` says so
        os.truncate(path, whole)
    return content[:whole], blocks[-1].reaches
