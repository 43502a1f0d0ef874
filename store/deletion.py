"""What is deleted is gone from the tables, the log (WAL) and the free pages; a tombstone stays: a number and when.

Deleting is one transaction, and erasing what the file still holds of it comes after. When another connection is in the way (a session
that runs), the erasing is noted and done at the next opening: `finish_erasing`.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.failures import AffectographError, Failure
from core.person import Scope
from store import audit
from store.engine import sqlite
from store.kept_media import folder_of, media_subject
from store.people import read_person
from store.seal import UNSEALED_FACT as PENDING
from store.session_reader import read_info

_PARTS = ("lane", "reading", "score", "gap", "mark", "note", "judgement", "media", "session_values", "track", "consent")
_SESSION_TOMBSTONE = """
UPDATE session SET started_utc = '', ended_utc = '', recovered = 0, zone = '', title = '', recorded = 0, seconds = 0, process = '',
    settings = '{}', versions = '{}', counts = '{}', person = NULL, use = NULL, deleted_utc = ? WHERE id = ?
"""
_PERSON_TOMBSTONE = """
UPDATE person SET pseudonym = NULL, year_of_birth = NULL, sex = NULL, notes = NULL, created_utc = '', deleted_utc = ? WHERE id = ?
"""


class StillRunning(AffectographError):
    """A session that is being written cannot be deleted."""


def delete_session(connection: sqlite.Connection, session: int) -> bool:
    """Delete one session with all that it holds; says whether all is erased. Raises NoSuchSession, StillRunning, sqlite.Error."""
    read_info(connection, session)
    _refuse_running(connection, [session])
    files = _media_files(connection, [session])
    with audit.recorded(connection, "delete", f"session {session}"):
        _delete_session(connection, session)
        _note_pending(connection)
    return _destroy(files) and erase(connection)


def delete_person(connection: sqlite.Connection, person: int) -> bool:
    """Delete somebody with all sessions, forms, consents and baselines; says whether all is erased. Raises as `withdraw`."""
    read_person(connection, person)
    sessions = _sessions_of(connection, person)
    _refuse_running(connection, sessions)
    files = _media_files(connection, sessions)
    with audit.recorded(connection, "delete", f"person {person}", f"{len(sessions)} sessions"):
        _delete_measured(connection, person, sessions)
        connection.execute("DELETE FROM consent WHERE person = ?", (person,))
        connection.execute(_PERSON_TOMBSTONE, (_now(), person))
        _note_pending(connection)
    return _destroy(files) and erase(connection)


def withdraw_consent(connection: sqlite.Connection, person: int, scope: Scope) -> bool:
    """Withdraw a consent and delete what it covers; says whether all is erased. Raises NoSuchPerson, StillRunning, sqlite.Error.

    STORE covers all that is stored of the person, and RECORD ends with it: picture and sound of no session cannot be kept.
    """
    read_person(connection, person)
    sessions = _sessions_of(connection, person)
    files: list[Path] = []
    if scope is not Scope.RESEARCH:
        _refuse_running(connection, sessions)
        files = _media_files(connection, sessions)
    scopes = (Scope.STORE, Scope.RECORD) if scope is Scope.STORE else (scope,)
    with audit.recorded(connection, "delete", f"person {person}", f"consent to {scope} withdrawn"):
        for one in scopes:
            connection.execute(
                "UPDATE consent SET withdrawn_utc = ? WHERE person = ? AND scope = ? AND withdrawn_utc IS NULL", (_now(), person, one)
            )
        if scope is Scope.STORE:
            _delete_measured(connection, person, sessions)
        elif scope is Scope.RECORD:
            for session in sessions:
                _delete_media(connection, session)
        if scope is not Scope.RESEARCH:
            _note_pending(connection)
    return scope is Scope.RESEARCH or (_destroy(files) and erase(connection))


def finish_erasing(connection: sqlite.Connection) -> bool:
    """Do what an earlier deletion had to leave; says whether nothing is left. Raises sqlite.Error."""
    pending = connection.execute("SELECT 1 FROM fact WHERE name = ?", (PENDING,)).fetchone()
    return not pending or (destroy_strays(connection) and erase(connection))


def erase(connection: sqlite.Connection) -> bool:
    """Write the file anew without free pages, and empty the log; False: another connection is in the way. Raises sqlite.Error."""
    try:
        connection.execute("DELETE FROM fact WHERE name = ?", (PENDING,))
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED, sqlite.SQLITE_FULL):
            raise
        busy = 1
    if busy:
        with suppress(sqlite.OperationalError):
            _note_pending(connection)
    return not busy


def _delete_measured(connection: sqlite.Connection, person: int, sessions: Iterable[int]) -> None:
    for session in sessions:
        _delete_session(connection, session)
    for table in ("questionnaire", "baseline"):
        connection.execute(f"DELETE FROM {table} WHERE person = ?", (person,))


def _delete_session(connection: sqlite.Connection, session: int) -> None:
    for table in _PARTS:
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    connection.execute("UPDATE questionnaire SET session = NULL WHERE session = ?", (session,))
    connection.execute(_SESSION_TOMBSTONE, (_now(), session))


def _delete_media(connection: sqlite.Connection, session: int) -> None:
    if connection.execute("DELETE FROM media WHERE session = ?", (session,)).rowcount:
        audit.append_within(connection, "delete", media_subject(session), "")


def _sessions_of(connection: sqlite.Connection, person: int) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM session WHERE person = ? ORDER BY id", (person,)).fetchall()]


def _refuse_running(connection: sqlite.Connection, sessions: Iterable[int]) -> None:
    for session in sessions:
        if connection.execute("SELECT 1 FROM session WHERE id = ? AND ended_utc IS NULL", (session,)).fetchone():
            raise StillRunning(Failure(f"Session {session} is still running.", "It is being written.", "End it, and try again."))


def _media_files(connection: sqlite.Connection, sessions: Iterable[int]) -> list[Path]:
    folder = folder_of(connection)
    select = "SELECT file FROM media WHERE session = ?"
    return [folder / name for session in sessions for (name,) in connection.execute(select, (session,)).fetchall()]


def _destroy(files: Iterable[Path]) -> bool:
    """Remove pieces of picture and sound. Their keys went with their rows: what a copy or a disk keeps of them nobody can read."""
    whole = True
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:  # another program has it open; `finish_erasing` tries again
            whole = False
    return whole


def destroy_strays(connection: sqlite.Connection) -> bool:
    """Remove pieces that no row names; says whether none is left. Raises sqlite.Error.

    While a session runs they stay: one may be its newest, whose row is not committed yet.
    """
    if connection.execute("SELECT 1 FROM session WHERE ended_utc IS NULL").fetchone():
        return False
    known = {name for (name,) in connection.execute("SELECT file FROM media").fetchall()}
    folder = folder_of(connection)
    return not folder.is_dir() or _destroy(file for file in folder.iterdir() if file.name not in known)


def _note_pending(connection: sqlite.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, '1')", (PENDING,))


def _now() -> str:
    return datetime.now(UTC).isoformat()
