"""The log of who did what: each row is bound to the one before it by a hash that only the store's key can make.

    audit.append(connection, "view", "session 7")

    with audit.recorded(connection, "delete", "person 3"):
        connection.execute("DELETE ...")            # both are stored together, or neither

Words for `action`: set up, unlock, view, export, change, delete, record, recover, accept.
"""

import getpass
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from store import checkpoint
from store.data_key import DataKey
from store.engine import sqlite

PURPOSE = "audit"
FUNCTION = "audit_hash"
FIRST = bytes(32)
"""What the first row has for the hash of the row before."""

_LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_INSERT = f"""
INSERT INTO audit (seq, utc, actor, action, subject, detail, previous, hash)
VALUES (:seq, :utc, :actor, :action, :subject, :detail, :previous, {FUNCTION}(:seq, :utc, :actor, :action, :subject, :detail, :previous))
"""


def teach(connection: sqlite.Connection, key: DataKey) -> None:
    """Give a connection the SQL function that makes a row's hash; the opening of a store does it."""
    connection.create_function(FUNCTION, 7, hash_with(key.derived(PURPOSE)), deterministic=True)


def hash_with(secret: bytes) -> Callable[..., bytes]:
    """The hash of a row's fields (HMAC-SHA-256); each is preceded by its length, so that no two rows are written alike."""

    def row_hash(*fields: int | str | bytes) -> bytes:
        written = [field if isinstance(field, bytes) else str(field).encode("utf-8", "replace") for field in fields]
        return hmac.digest(secret, b"".join(len(field).to_bytes(8, "big") + field for field in written), "sha256")

    return row_hash


def append(connection: sqlite.Connection, action: str, subject: str = "", detail: str = "") -> None:
    """Add a row, such as ("export", "session 7", "csv"), on a writing connection; raises sqlite.Error."""
    with recorded(connection, action, subject, detail):
        pass


@contextmanager
def recorded(connection: sqlite.Connection, action: str, subject: str = "", detail: str = "") -> Iterator[None]:
    """A transaction around what is done, with the row that says so; an exception undoes both. Raises sqlite.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        seq, previous = connection.execute(_LAST).fetchone() or (0, FIRST)
        now = datetime.now(UTC).isoformat()
        row = {"seq": seq + 1, "utc": now, "actor": actor(), "action": action, "subject": subject, "detail": detail, "previous": previous}
        connection.execute(_INSERT, row)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    checkpoint.advance(connection)


def accept(connection: sqlite.Connection) -> None:
    """Take the log as it is from now on, after a backup was put back on purpose; raises sqlite.Error, OSError."""
    append(connection, "accept", "store", "the audit log as it is")
    now = checkpoint.of(connection)
    assert now is not None
    checkpoint.write(connection, now)


def actor() -> str:
    """The system's user, and the process."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return f"{user}, process {os.getpid()}"
