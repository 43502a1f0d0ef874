"""How far the audit log had come, kept in a file beside the database: an old database that is put back falls behind it.

Who puts back both files, old, is found only by a checkpoint that was noted elsewhere (`verify --expect`).
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from store.engine import sqlite
from store.files import checkpoint_file
from store.safe_file import write_whole

logger = logging.getLogger(__name__)

SHOWN_BYTES = 6
"""Of a hash, where a person reads or notes it: 48 bits."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The number of rows of the audit log, and the hash of the last one."""

    rows: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.rows}-{self.hash[:SHOWN_BYTES].hex()}"


NOTHING = Checkpoint(0, bytes(32))
"""Before the first row: the file is there before the log begins, so that one that is missing was taken away."""


class CheckpointBroken(ValueError):
    """The file is not what the program wrote with this store's key."""


def of(connection: sqlite.Connection) -> Checkpoint | None:
    """Where the log is now; None: it is empty."""
    row = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Checkpoint(*row) if row else None


def kept(connection: sqlite.Connection) -> Checkpoint | None:
    """The one in the file; None: there is no file. Raises CheckpointBroken and OSError."""
    try:
        content = json.loads(_file(connection).read_text(encoding="utf-8"))
        found = Checkpoint(int(content["rows"]), bytes.fromhex(content["hash"]))
        if bytes.fromhex(content["mac"]) != _mac(connection, found):
            raise CheckpointBroken("its seal is wrong")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointBroken(str(error)) from error
    return found


def holds(connection: sqlite.Connection, found: Checkpoint) -> bool:
    """Whether the log contains the checkpoint; it may have gone on since (a crash between the two files)."""
    return found == NOTHING or connection.execute("SELECT hash FROM audit WHERE seq = ?", (found.rows,)).fetchone() == (found.hash,)


def agrees(connection: sqlite.Connection) -> bool:
    """Whether file and log belong together."""
    try:
        before = kept(connection)
        return before is not None and holds(connection, before)
    except (CheckpointBroken, OSError):
        return False


def begin(connection: sqlite.Connection) -> None:
    """Write the file before the log has its first row; raises sqlite.Error."""
    try:
        if not _file(connection).exists():
            write(connection, NOTHING)
    except OSError as error:
        logger.warning("The checkpoint of the audit cannot be written: %s", error)


def advance(connection: sqlite.Connection) -> None:
    """Write where the log is now, unless the file says that something is wrong: that stays to be found."""
    try:
        before, now = kept(connection), of(connection)
        if now and (holds(connection, before) if before else now.rows == 1):
            write(connection, now)
    except CheckpointBroken:
        pass
    except OSError as error:  # what was done is in the log; the next row tries again
        logger.warning("The checkpoint of the audit cannot be written: %s", error)


def write(connection: sqlite.Connection, now: Checkpoint) -> None:
    """Let the file say `now`; raises OSError."""
    content = {"rows": now.rows, "hash": now.hash.hex(), "mac": _mac(connection, now).hex()}
    write_whole(_file(connection), json.dumps(content).encode())


def _mac(connection: sqlite.Connection, found: Checkpoint) -> bytes:
    row = connection.execute("SELECT audit_hash('checkpoint', ?, '', '', '', '', ?)", (found.rows, found.hash)).fetchone()
    return bytes(row[0])


def _file(connection: sqlite.Connection) -> Path:
    return checkpoint_file(Path(connection.execute("PRAGMA database_list").fetchone()[2]))
