"""One number for all that was measured in a session, and one for what was kept of it: made for the audit log, and again by `verify`."""

import hashlib
from contextlib import closing

from store.columns import READING_COLUMNS, SCORE_COLUMNS
from store.engine import sqlite

_FEW = (
    "SELECT modality, source, model, sha256 FROM lane WHERE session = ? ORDER BY modality",
    "SELECT modality, starts_at, ends_at, why FROM gap WHERE session = ? ORDER BY rowid",
)
_PIECES = "SELECT kind, piece, starts_at, ends_at, file, key, bytes, sha256 FROM media WHERE session = ? ORDER BY kind, piece"
_COLUMNS = {"reading": tuple(sorted(READING_COLUMNS)), "score": tuple(sorted(SCORE_COLUMNS))}


class SessionDigest:
    """Grows with the session, on the thread of its connection; what is not measured is left out, so that new columns change nothing."""

    def __init__(self, connection: sqlite.Connection, session: int) -> None:
        self._connection = connection
        self._session = session
        self._hashes = {table: hashlib.sha256() for table in _COLUMNS}
        self._reached = dict.fromkeys(_COLUMNS, 0)

    def advance(self) -> None:
        """Take in the rows that came since the last time; raises sqlite.Error."""
        for table, columns in _COLUMNS.items():
            query = f"SELECT id, {', '.join(columns)} FROM {table} WHERE session = ? AND id > ? ORDER BY id"
            with closing(self._connection.execute(query, (self._session, self._reached[table]))) as rows:
                for number, *values in rows:
                    known = [(name, value) for name, value in zip(columns, values, strict=True) if value is not None]
                    self._hashes[table].update(repr(known).encode("utf-8", "replace"))
                    self._reached[table] = number

    def __str__(self) -> str:
        whole = hashlib.sha256(b"".join(part.digest() for part in self._hashes.values()))
        for query in _FEW:
            whole.update(repr(self._connection.execute(query, (self._session,)).fetchall()).encode("utf-8", "replace"))
        return f"sha256 {whole.hexdigest()}"


def digest_of(connection: sqlite.Connection, session: int) -> str:
    """Of a stored session; raises sqlite.Error."""
    digest = SessionDigest(connection, session)
    digest.advance()
    return str(digest)


def pieces_digest_of(connection: sqlite.Connection, session: int) -> str | None:
    """Of the picture and sound that were kept of a session, with their keys; None: nothing was. Raises sqlite.Error."""
    rows = connection.execute(_PIECES, (session,)).fetchall()
    return f"{len(rows)} pieces, sha256 {hashlib.sha256(repr(rows).encode()).hexdigest()}" if rows else None
