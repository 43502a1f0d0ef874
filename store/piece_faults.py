"""Whether the kept picture and sound are what the program wrote: no byte, no file and no row altered, removed, added or exchanged."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from store.digest import pieces_digest_of
from store.engine import sqlite
from store.kept_media import UNFINISHED, folder_of, media_subject

_PIECES = """
SELECT media.session, kind, piece, file, sha256 FROM media JOIN session ON session.id = media.session
WHERE sha256 != ? OR ended_utc IS NOT NULL ORDER BY media.session, kind, piece
"""


def piece_faults(connection: sqlite.Connection) -> Iterator[str]:
    """What is wrong, in sentences; a piece that is being written is not looked at. Raises sqlite.Error."""
    folder = folder_of(connection)
    for session, kind, number, name, expected in connection.execute(_PIECES, (UNFINISHED,)).fetchall():
        fault = _file_fault(folder / name, expected)
        if fault:
            yield f"The {kind} {name} of session {session} (piece {number + 1}) {fault}"
    yield from _row_faults(connection)


def _file_fault(path: Path, expected: str) -> str | None:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"cannot be read: {error.strerror}."
    return None if found == expected else "is not as it was stored."


def _row_faults(connection: sqlite.Connection) -> Iterator[str]:
    """The audit log knows all pieces of a session since it ended, or that they were deleted."""
    for (session,) in connection.execute("SELECT id FROM session WHERE deleted_utc IS NULL ORDER BY id").fetchall():
        last = "SELECT action, detail FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT 1"
        action, expected = connection.execute(last, (media_subject(session),)).fetchone() or (None, None)
        if action is None:
            continue
        if pieces_digest_of(connection, session) != (expected if action != "delete" else None):
            yield f"The picture and sound of session {session} are not those that were kept: a piece was removed, added or exchanged."
