"""The database file: open it, bring it to the program's schema, and close what a crash left open.

A connection knows the store's key after it was opened: `store.audit.append(connection, action, subject, detail)` needs no other.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from core.failures import Failure
from store import audit
from store.data_key import DataKey
from store.digest import digest_of
from store.engine import sqlite
from store.failures import StoreUnavailable
from store.kept_media import note_pieces
from store.piece_recovery import close_pieces
from store.reasons import reason

SCHEMA_FILE = Path(__file__).with_name("schema.sql")
SCHEMA_VERSION = 7
BUSY_TIMEOUT_S = 5.0
"""How long a writer waits for another process's commit; a commit takes milliseconds."""

BUSY_RETRY_S = 0.02
"""Between two tries where SQLite does not wait by itself."""

MIGRATIONS = {
    1: "0002_people.sql",
    2: "0003_mark_class_map.sql",
    3: "0004_session_values.sql",
    4: "0005_session_use.sql",
    5: "0006_audit_seal.sql",
    6: "0007_track.sql",
}
"""From version n to n + 1, in the folder migrations; all run in the one transaction of `_migrate`."""

_REACHED = """
SELECT ifnull(max(at), 0) FROM (SELECT at FROM reading WHERE session = :s UNION ALL SELECT at FROM score WHERE session = :s
UNION ALL SELECT ends_at FROM media WHERE session = :s)
"""


def open_for_writing(path: Path, key: DataKey | None) -> sqlite.Connection:
    """The one writing connection, schema in place; to be used on the thread that opened it. Raises StoreUnavailable.

    Without a key the file is not encrypted: a store of an earlier version, or a test's.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(path), key)
    except (OSError, sqlite.Error) as error:
        raise unavailable(path, error) from error
    try:
        connection.execute("PRAGMA secure_delete = ON")
        _prepare(connection, path)
    except sqlite.Error as error:
        connection.close()
        raise unavailable(path, error) from error
    except StoreUnavailable:
        connection.close()
        raise
    with suppress(OSError):  # another owner's file, or a disk that knows no rights
        _restrict(path)
    return connection


def open_for_reading(path: Path, key: DataKey | None) -> sqlite.Connection:
    """A read-only connection; raises StoreUnavailable when there is no readable database of this program's version."""
    if not path.is_file():
        raise StoreUnavailable(Failure(f"There is no database at {path}.", "No session has been stored yet.", "Run a session first."))
    try:
        connection = _connect(f"{path.resolve().as_uri()}?mode=ro", key)
    except sqlite.Error as error:
        raise unavailable(path, error) from error
    try:
        version = _version(connection)
        _refuse_newer(version, path)
        if version < SCHEMA_VERSION:
            connection.close()
            open_for_writing(path, key).close()
            return open_for_reading(path, key)
    except sqlite.Error as error:
        connection.close()
        raise unavailable(path, error) from error
    except StoreUnavailable:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path, key: DataKey | None) -> Iterator[sqlite.Connection]:
    """A read-only connection that is closed afterwards; raises StoreUnavailable, also for what is found broken later."""
    with closing(open_for_reading(path, key)) as connection:
        try:
            yield connection
        except sqlite.Error as error:
            raise unavailable(path, error) from error


@contextmanager
def writing(path: Path, key: DataKey | None) -> Iterator[sqlite.Connection]:
    """The writing connection, closed afterwards; raises StoreUnavailable, also for what cannot be written later."""
    with closing(open_for_writing(path, key)) as connection:
        try:
            yield connection
        except sqlite.Error as error:
            raise unavailable(path, error) from error


def this_process() -> str:
    """Who writes: the process's number and when it began, so that a number used again is not mistaken for it."""
    return f"{os.getpid()}:{psutil.Process().create_time():.2f}"


def recover(connection: sqlite.Connection) -> list[int]:
    """Close the sessions whose process is gone and mark them recovered; gives their ids."""
    rows = connection.execute("SELECT id, started_utc, process FROM session WHERE ended_utc IS NULL").fetchall()
    lost = [(number, started) for number, started, process in rows if not _is_alive(process)]
    for number, started in lost:
        close_pieces(connection, number)
        (reached,) = connection.execute(_REACHED, {"s": number}).fetchone()
        ended = datetime.fromisoformat(started) + timedelta(seconds=reached)
        with audit.recorded(connection, "recover", f"session {number}", digest_of(connection, number)):
            note_pieces(connection, number, "recover")
            connection.execute(
                "UPDATE session SET ended_utc = ?, seconds = ?, recovered = 1 WHERE id = ?",
                (ended.astimezone(UTC).isoformat(), reached, number),
            )
    return [number for number, _ in lost]


def _connect(address: str, key: DataKey | None) -> sqlite.Connection:
    connection = sqlite.connect(address, uri=address.startswith("file:"), timeout=BUSY_TIMEOUT_S, isolation_level=None)
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.secret.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error, of what is told in words here
        audit.teach(connection, key)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _prepare(connection: sqlite.Connection, path: Path) -> None:
    """Journal, synchronisation and schema; waits for another process that does the same at this moment.

    SQLite's own timeout does not cover the change to WAL: it refuses at once, so it is tried again here.
    """
    connection.execute("PRAGMA foreign_keys = ON")
    ends = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            return _migrate(connection, path)
        except sqlite.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(BUSY_RETRY_S)


def _migrate(connection: sqlite.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)
    try:
        _refuse_newer(version, path)
        if version == 0:
            _execute(connection, SCHEMA_FILE)
        for step in range(max(version, 1), SCHEMA_VERSION if version else 0):
            _execute(connection, SCHEMA_FILE.parent / "migrations" / MIGRATIONS[step])
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")  # also when it is the same: only a write shows that it can be written
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _execute(connection: sqlite.Connection, script: Path) -> None:
    """One statement after the other: `executescript` would end the transaction."""
    for statement in script.read_text(encoding="utf-8").split(";\n"):
        connection.execute(statement)


def _version(connection: sqlite.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(version: int, path: Path) -> None:
    if version > SCHEMA_VERSION:
        raise StoreUnavailable(
            Failure(
                f"The database {path} is of a newer version of the program.",
                f"It has format {version}; this program knows formats up to {SCHEMA_VERSION}.",
                "Update the program, or choose another database with --database. Nothing was changed.",
            )
        )


def _is_alive(process: str) -> bool:
    number, _, began = process.partition(":")
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" == began
    except (psutil.Error, ValueError):
        return False


def _restrict(path: Path) -> None:
    if os.name == "posix":
        path.chmod(0o600)


def unavailable(path: Path, error: Exception) -> StoreUnavailable:
    """The failure to open, read or write the database at `path`, in words."""
    return StoreUnavailable(Failure(f"The database {path} cannot be used.", *reason(path, error)))
