"""Kept picture and sound as a file that any player opens, where a person asked for it."""

from collections.abc import Iterator
from pathlib import Path

from capture.kept_joining import Joiner, KeptContent
from core.failures import Failure
from core.media import MediaKind
from review.exports.whole_file import whole_binary_file
from store.engine import sqlite
from store.kept_media import PieceDamaged, decrypted, pieces_of


def write_kept(connection: sqlite.Connection, session: int, folder: Path) -> list[Failure]:
    """Write what was kept of a session into `folder`; gives what could not be read. Raises OutputUnwritable, sqlite.Error.

    One file, `picture-and-sound.mkv`, whose times are the session's; another where the pictures change their size.
    """
    faults: list[Failure] = []
    latest = {piece.kind: piece for kind in MediaKind for piece in _first(_contents(connection, session, [kind], []))}
    pieces = _contents(connection, session, list(MediaKind), faults)
    piece, number = next(pieces, None), 0
    while piece is not None:
        number += 1
        latest[piece.kind] = piece
        with whole_binary_file(folder / file_name(number)) as file:
            joiner = Joiner(file, latest.values())
            while piece is not None and joiner.add(piece):
                piece = next(pieces, None)
            joiner.close()
    return faults


def file_name(number: int) -> str:
    """Of the first, second ... file of a session."""
    return "picture-and-sound.mkv" if number == 1 else f"picture-and-sound-{number}.mkv"


def _contents(connection: sqlite.Connection, session: int, kinds: list[MediaKind], faults: list[Failure]) -> Iterator[KeptContent]:
    """The pieces in the order of their beginnings, one in memory at a time; those that cannot be read are left out, and told."""
    pieces = sorted((piece for kind in kinds for piece in pieces_of(connection, session, kind)), key=lambda piece: piece.starts_at)
    for piece in pieces:
        try:
            yield KeptContent(piece.kind, piece.starts_at, decrypted(connection, piece))
        except PieceDamaged as error:
            faults.append(error.failure)


def _first(pieces: Iterator[KeptContent]) -> list[KeptContent]:
    return [piece for piece in [next(pieces, None)] if piece is not None]
