"""Picture and sound that were kept of a session, for whoever shows or exports them.

    for piece in pieces_of(connection, session, MediaKind.PICTURE):     # a few seconds each, in the order of time
        content = decrypted(connection, piece)                          # a small Matroska file, in memory only
        for frame in pictures(content, piece.starts_at):                # capture/kept_decoding.py: frames at the session's times

Where nothing was kept (a pause, REC off, a full disk) there is no piece. Nothing decrypted may be written to a disk, except by an export
that a person asked for.
"""

from dataclasses import dataclass, field
from pathlib import Path

from core.failures import AffectographError, Failure
from core.media import MediaKind
from store import audit
from store.digest import pieces_digest_of
from store.engine import sqlite
from store.files import media_folder
from store.piece_file import whole_blocks

UNFINISHED = ""
"""In place of the sha256 of a piece that is still being written."""

_SELECT = """
SELECT session, kind, piece, starts_at, ends_at, file, key, bytes, sha256 FROM media
WHERE session = ? AND kind = ? AND bytes > 0 ORDER BY starts_at, piece
"""


class PieceDamaged(AffectographError):
    """A piece is not what was stored, or not there."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of kept picture or sound, from `starts_at` to `ends_at` in seconds since the session began; the rest is the store's."""

    session: int
    kind: MediaKind
    number: int
    starts_at: float
    ends_at: float
    file: str
    key: bytes = field(repr=False)
    bytes: int
    sha256: str


def pieces_of(connection: sqlite.Connection, session: int, kind: MediaKind) -> list[Piece]:
    """What is kept of a session, in the order of time; raises sqlite.Error."""
    rows = connection.execute(_SELECT, (session, kind.value)).fetchall()
    return [Piece(number, MediaKind(of), *rest) for number, of, *rest in rows]


def kept_seconds(connection: sqlite.Connection) -> dict[int, dict[MediaKind, float]]:
    """How much is kept of each session of which something is; raises sqlite.Error."""
    found: dict[int, dict[MediaKind, float]] = {}
    select = "SELECT session, kind, sum(ends_at - starts_at) FROM media WHERE bytes > 0 GROUP BY session, kind"
    for session, kind, seconds in connection.execute(select).fetchall():
        found.setdefault(session, {})[MediaKind(kind)] = seconds
    return found


def kept_kinds(connection: sqlite.Connection) -> dict[int, frozenset[MediaKind]]:
    """Of which sessions picture or sound was kept; raises sqlite.Error."""
    return {session: frozenset(kinds) for session, kinds in kept_seconds(connection).items()}


def decrypted(connection: sqlite.Connection, piece: Piece) -> bytes:
    """The piece as a whole Matroska file (its times count from `piece.starts_at`); raises PieceDamaged."""
    path = folder_of(connection) / piece.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise damaged(piece, f"Its file {piece.file} cannot be read: {error.strerror}.") from error
    blocks = list(whole_blocks(content, piece.key))
    if not blocks or blocks[-1].file_bytes != len(content) or len(content) != piece.bytes:
        raise damaged(piece, f"Its file {piece.file} was altered or cut off.")
    return b"".join(block.content for block in blocks)


def media_subject(session: int) -> str:
    """What the audit log calls the picture and sound of a session."""
    return f"media of session {session}"


def note_pieces(connection: sqlite.Connection, session: int, action: str) -> None:
    """Let the audit log know what is kept of a session, within an open transaction; raises sqlite.Error."""
    digest = pieces_digest_of(connection, session)
    if digest is not None:
        audit.append_within(connection, action, media_subject(session), digest)


def folder_of(connection: sqlite.Connection) -> Path:
    """Where the files of a store's pieces are."""
    return media_folder(Path(connection.execute("PRAGMA database_list").fetchone()[2]))


def damaged(piece: Piece, why: str) -> PieceDamaged:
    """The failure to show a piece, in words."""
    what = f"The {piece.kind} of session {piece.session} from {piece.starts_at:.1f} to {piece.ends_at:.1f} s cannot be shown."
    return PieceDamaged(Failure(what, why, "The numbers are not touched by it; `main.py verify` says what else was altered."))
