"""Why a database cannot be used, and what to do, by what the system or SQLite says."""

import errno
import shutil
from pathlib import Path

from store.engine import sqlite

LEAST_FREE_KB = 256
"""With less room SQLite cannot even make its index of the log: it then says no more than “disk I/O error”."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def reason(path: Path, error: Exception) -> tuple[str, str]:
    """(why, what to do) of a failure to open, read or write the database at `path`."""
    code, number = getattr(error, "sqlite_errorcode", 0) & 0xFF, getattr(error, "errno", None)
    said = f"The system says: {getattr(error, 'strerror', None) or error}."
    if code == sqlite.SQLITE_FULL or number in _FULL or (code in (sqlite.SQLITE_IOERR, sqlite.SQLITE_CANTOPEN) and _is_full(path)):
        return "The disk is full.", "Make room on it and try again. What was stored before is kept."
    if code in (sqlite.SQLITE_READONLY, sqlite.SQLITE_PERM) or number in _FORBIDDEN:
        return said, "Permit writing to the folder and the files in it, or choose another place with --database."
    if code in (sqlite.SQLITE_NOTADB, sqlite.SQLITE_CORRUPT):
        return said, "It is damaged, or no database of this program. Keep the file as it is, and put a backup back if you have one."
    if code in (sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED):
        return "Another program is writing to it.", "Wait until it has ended, and try again."
    return said, "Check that the folder can be written, that the disk is not full and that the file is a database of this program."


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < LEAST_FREE_KB * 1024
    except OSError:
        return False
