"""SQLite with encryption at rest (SQLCipher): the interface and the types of the standard library's `sqlite3`, its errors its own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    from sqlcipher3 import dbapi2 as sqlite

__all__ = ["sqlite"]
