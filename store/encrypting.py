"""A store that is not encrypted becomes one that is; a crash at any point leaves one whole store, and the next unlocking goes on."""

import os
from contextlib import closing, suppress
from pathlib import Path

from core.failures import Failure
from store.data_key import DataKey
from store.database import open_for_reading, open_for_writing
from store.engine import sqlite
from store.failures import StoreUnavailable
from store.files import aside_file, checkpoint_file, draft_file, is_plain
from store.safe_file import sync_folder

BLOCK = 1 << 20


def finish_encrypting(database: Path, key: DataKey) -> None:
    """Bring the store to its encrypted form, from wherever an earlier try was cut off; raises StoreUnavailable."""
    draft, aside = draft_file(database), aside_file(database)
    try:
        if not database.exists() and aside.exists():
            (draft if _is_whole(draft, key) else aside).replace(database)
        if is_plain(database):
            _refuse_a_foreign_one(database)
            _write_draft(database, key, draft)
            database.replace(aside)
            draft.replace(database)
            sync_folder(database.parent)
        _destroy(aside)
    except (OSError, sqlite.Error) as error:
        raise StoreUnavailable(
            Failure(
                f"The database {database} cannot be encrypted.",
                f"The system says: {getattr(error, 'strerror', None) or error}.",
                "Close other windows of the program and make room on the disk, then unlock it again. Nothing was lost.",
            )
        ) from error
    finally:
        with suppress(OSError):
            if database.exists():
                draft.unlink(missing_ok=True)


def _refuse_a_foreign_one(database: Path) -> None:
    if checkpoint_file(database).exists():
        raise StoreUnavailable(
            Failure(
                f"The database {database} is not the encrypted one that was there.",
                "An unencrypted file has taken its place.",
                "Put the encrypted one back from a backup. Nothing was changed.",
            )
        )


def _write_draft(database: Path, key: DataKey, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    with closing(open_for_writing(database, None)) as plain:  # which brings it to this version
        plain.execute("PRAGMA locking_mode = EXCLUSIVE")
        plain.execute("PRAGMA journal_mode = DELETE")  # refused while another program has it open
        (version,) = plain.execute("PRAGMA user_version").fetchone()
        plain.execute(f"ATTACH DATABASE ? AS encrypted KEY \"x'{key.secret.hex()}'\"", (str(draft),))
        plain.execute("SELECT sqlcipher_export('encrypted')")
        plain.execute(f"PRAGMA encrypted.user_version = {version}")
        plain.execute("DETACH DATABASE encrypted")
        counts = _counts(plain)
    with closing(open_for_reading(draft, key)) as copy:
        faults = copy.execute("PRAGMA cipher_integrity_check").fetchall() + copy.execute("PRAGMA foreign_key_check").fetchall()
        if faults or copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)] or _counts(copy) != counts:
            raise OSError(0, "the encrypted copy is not equal to the original")
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())
    if os.name == "posix":
        draft.chmod(0o600)


def _counts(connection: sqlite.Connection) -> dict[str, int]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}


def _is_whole(draft: Path, key: DataKey) -> bool:
    if not draft.is_file():
        return False
    try:
        with closing(open_for_reading(draft, key)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except (StoreUnavailable, sqlite.Error):
        return False


def _destroy(plain: Path) -> None:
    """Overwrite, then remove; what a solid-state disk or a snapshot keeps of the old blocks is beyond a program's reach."""
    if not plain.exists():
        return
    with plain.open("rb+", buffering=0) as stream:
        left = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        while left > 0:
            left -= stream.write(bytes(min(left, BLOCK)))
        os.fsync(stream.fileno())
    plain.unlink()
