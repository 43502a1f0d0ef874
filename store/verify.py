"""Whether a store is what the program wrote: its pages, its tables, its audit log, its sessions, its media."""

import hmac
import json
from collections.abc import Iterator
from pathlib import Path

from store import audit, checkpoint
from store.data_key import DataKey
from store.database import StoreUnavailable, open_for_reading
from store.digest import digest_of
from store.engine import sqlite
from store.piece_faults import piece_faults
from store.seal import WORDS, seal_of

MOST_TOLD = 20
"""Faults of one kind that are listed one by one."""


def faults(database: Path, key: DataKey, expected: str | None = None) -> Iterator[str]:
    """What is wrong, in sentences; nothing: all is whole. `expected` is a checkpoint that was noted elsewhere ("12-0a1b2c3d4e5f").

    Raises StoreUnavailable when there is nothing to look at.
    """
    found = list(_page_faults(database, key))
    yield from found[:MOST_TOLD]
    if len(found) > MOST_TOLD:
        yield f"{len(found) - MOST_TOLD} more pages are damaged."
    try:
        connection = open_for_reading(database, key)
    except StoreUnavailable as error:
        if not database.is_file():
            raise
        yield f"{error.failure.what} {error.failure.why}"
        return
    try:
        for look in (_table_faults, _audit_faults, _seal_faults, _session_faults):
            yield from look(connection, database, key)
        yield from piece_faults(connection)
        yield from _expectation_faults(connection, expected)
    except sqlite.DatabaseError as error:
        yield f"The database cannot be read to its end: {error}."
    finally:
        connection.close()


def _page_faults(database: Path, key: DataKey) -> Iterator[str]:
    """Each page of the file carries a seal (HMAC) over its content and its number: a flipped byte or a swapped page breaks it."""
    connection = sqlite.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.secret.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        for (fault,) in connection.execute("PRAGMA cipher_integrity_check"):
            yield f"The database file is damaged: {fault}."
    except sqlite.Error as error:
        yield f"The database file cannot be read: {error}."
    finally:
        connection.close()


def _table_faults(connection: sqlite.Connection, database: Path, key: DataKey) -> Iterator[str]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})"):
        if line != "ok":
            yield f"The tables do not fit together: {line}."
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_TOLD):
        yield f"Row {row} of {table} refers to a row of {parent} that is not there."


def _audit_faults(connection: sqlite.Connection, database: Path, key: DataKey) -> Iterator[str]:
    row_hash = audit.hash_with(key.derived(audit.PURPOSE))
    previous, number = audit.FIRST, 0
    for seq, *fields, before, seal, own in connection.execute(
        "SELECT seq, utc, actor, action, subject, detail, previous, seal, hash FROM audit ORDER BY seq"
    ):
        if seq != number + 1:
            rows = f"row {seq - 1}" if seq == number + 2 else f"the rows {number + 1} to {seq - 1}"
            yield f"The audit log lacks {rows}."
        elif before != previous:
            yield f"Row {seq} of the audit log does not follow the row before it: one was altered, removed or moved."
        if not hmac.compare_digest(row_hash(seq, *fields, before, *([] if seal is None else [seal])), own):
            yield f"Row {seq} of the audit log was altered."
        previous, number = own, seq
    yield from _checkpoint_faults(connection)


def _seal_faults(connection: sqlite.Connection, database: Path, key: DataKey) -> Iterator[str]:
    """What people entered and decided is as the last change left it."""
    row = connection.execute("SELECT seq, seal FROM audit WHERE seal IS NOT NULL ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None:
        return
    seq, seal = row
    expected, found = json.loads(seal), seal_of(connection)
    for table in expected.keys() & found.keys():
        if expected[table] != found[table]:
            what = f"{WORDS[table][:1].upper()}{WORDS[table][1:]}"
            yield f"{what}: not as row {seq} of the audit log left them. A row was altered, added, removed or put back."


def _checkpoint_faults(connection: sqlite.Connection) -> Iterator[str]:
    try:
        kept, now = checkpoint.kept(connection), checkpoint.of(connection)
    except (checkpoint.CheckpointBroken, OSError) as error:
        yield f"The checkpoint file is not the one that the program wrote ({error})."
        return
    if kept is None:
        if now is not None:
            yield "The checkpoint file is missing, so an older database could have been put back unseen."
    elif kept.rows > (now.rows if now else 0):
        yield f"An older database was put back: the audit log has {now.rows if now else 0} rows, and it had {kept.rows}."
    elif not checkpoint.holds(connection, kept):
        yield f"Another database was put in its place: row {kept.rows} of the audit log is not the one that the checkpoint knows."


def _expectation_faults(connection: sqlite.Connection, expected: str | None) -> Iterator[str]:
    if expected is None:
        return
    rows, _, start = expected.partition("-")
    row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (int(rows) if rows.isdecimal() else 0,)).fetchone()
    if row is None or not start or not row[0].hex().startswith(start.lower()):
        yield f"The checkpoint {expected} is not in the audit log: an older or another database was put in its place."


def _session_faults(connection: sqlite.Connection, database: Path, key: DataKey) -> Iterator[str]:
    """The latest digest of each session that is still there."""
    known = "SELECT subject, detail FROM audit WHERE action IN ('record', 'recover') AND detail LIKE 'sha256 %' ORDER BY seq"
    digests = dict(connection.execute(known).fetchall())
    for (number,) in connection.execute("SELECT id FROM session WHERE deleted_utc IS NULL ORDER BY id").fetchall():
        expected = digests.pop(f"session {number}", None)
        if expected is not None and digest_of(connection, number) != expected:
            yield f"Session {number} is not as it was stored: what was measured was altered, removed or put back."
    deleted = {f"session {number}" for (number,) in connection.execute("SELECT id FROM session WHERE deleted_utc IS NOT NULL")}
    deleted |= {subject for (subject,) in connection.execute("SELECT subject FROM audit WHERE action = 'delete'")}
    for subject in digests.keys() - deleted:
        yield f"{subject.capitalize()} is missing, and its deletion is not in the audit log."
