"""The log of who did what: each row is bound to the one before it by a hash that only the store's key can make.

    audit.append(connection, "view", "session 7")

    with audit.recorded(connection, "delete", "person 3"):
        connection.execute("DELETE ...")            # both are stored together, or neither

Words for `action`: set up, unlock, view, export, change, delete, record, recover, accept.
"""

import getpass
import hmac
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from store import checkpoint
from store.data_key import DataKey
from store.engine import sqlite
from store.seal import seal_of

PURPOSE = "audit"
FUNCTION = "audit_hash"
FIRST = checkpoint.NOTHING.hash
"""What the first row has for the hash of the row before."""

_LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_HASHED = ":seq, :utc, :actor, :action, :subject, :detail, :previous"
_COLUMNS = "seq, utc, actor, action, subject, detail, previous"
_INSERT = f"INSERT INTO audit ({_COLUMNS}, hash) VALUES ({_HASHED}, {FUNCTION}({_HASHED}))"
_INSERT_SEALED = f"INSERT INTO audit ({_COLUMNS}, seal, hash) VALUES ({_HASHED}, :seal, {FUNCTION}({_HASHED}, :seal))"


def teach(connection: sqlite.Connection, key: DataKey) -> None:
    """Give a connection the SQL function that makes a row's hash; the opening of a store does it."""
    connection.create_function(FUNCTION, -1, hash_with(key.derived(PURPOSE)), deterministic=True)


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
def recorded(connection: sqlite.Connection, action: str, subject: str = "", detail: str = "", *, sealed: bool = False) -> Iterator[None]:
    """A transaction around what is done, with the row that says so; an exception undoes both. Raises sqlite.Error.

    Where something was changed, or `sealed` asks for it, the row holds the seal of what is stored now.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        before = connection.total_changes
        yield
        _insert(connection, action, subject, detail, sealed=sealed or connection.total_changes != before)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    checkpoint.advance(connection)


def append_within(connection: sqlite.Connection, action: str, subject: str, detail: str = "") -> None:
    """Add a row in the transaction of `recorded`, before its own; raises sqlite.Error."""
    _insert(connection, action, subject, detail, sealed=False)


def _insert(connection: sqlite.Connection, action: str, subject: str, detail: str, *, sealed: bool) -> None:
    seq, previous = connection.execute(_LAST).fetchone() or (0, FIRST)
    if seq == 0:
        checkpoint.begin(connection)
    now = datetime.now(UTC).isoformat()
    row = {"seq": seq + 1, "utc": now, "actor": actor(), "action": action, "subject": subject, "detail": detail, "previous": previous}
    if sealed:
        connection.execute(_INSERT_SEALED, row | {"seal": json.dumps(seal_of(connection))})
    else:
        connection.execute(_INSERT, row)


def accept(connection: sqlite.Connection) -> None:
    """Take log and tables as they are from now on, after a backup was put back on purpose; raises sqlite.Error, OSError."""
    with recorded(connection, "accept", "store", "the audit log and what is stored, as they are", sealed=True):
        pass
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
