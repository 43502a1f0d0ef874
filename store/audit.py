"""The log of who did what: each row is bound to the one before it by a hash that only the store's key can make."""

import getpass
import hmac
import os
from collections.abc import Callable
from datetime import UTC, datetime

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
    """Add a row, such as ("export", "session 7", "csv"), on a writing connection; raises sqlite.Error.

    Within a transaction that the caller began (BEGIN IMMEDIATE) it becomes part of it: what is done and that it was done are
    stored together or not at all.
    """
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN IMMEDIATE")
    try:
        seq, previous = connection.execute(_LAST).fetchone() or (0, FIRST)
        now = datetime.now(UTC).isoformat()
        row = {"seq": seq + 1, "utc": now, "actor": actor(), "action": action, "subject": subject, "detail": detail, "previous": previous}
        connection.execute(_INSERT, row)
        if alone:
            connection.execute("COMMIT")
    except sqlite.Error:
        if alone and connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def actor() -> str:
    """The system's user, and the process."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return f"{user}, process {os.getpid()}"
