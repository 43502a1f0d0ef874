"""A digest of what people entered and decided, table by table: each change writes it into the audit log, and `verify` makes it again.

The pages' own seals know no time: a page that was right last week is right today. These digests are of now.
"""

import hashlib
from contextlib import closing

from store.engine import sqlite

DIGEST_BYTES = 16
"""Of SHA-256: nobody finds another table of the same 128 bits."""

UNSEALED_FACT = "erasing"
"""The fact that says that free pages may still hold what was deleted: it comes and goes with them, beside the log."""

_FINISHED = "session IN (SELECT id FROM session WHERE ended_utc IS NOT NULL)"
_SEALED = {
    "person": "1",
    "consent": "1",
    "questionnaire": "1",
    "judgement": "1",
    "baseline": "1",
    "session": "ended_utc IS NOT NULL",
    "mark": _FINISHED,
    "note": _FINISHED,
    "fact": f"name <> '{UNSEALED_FACT}'",
}
"""Each table with the rows that count: those of a running session are written without a row in the log."""

_WITHOUT_ROWID = {"fact": "name"}

WORDS = {
    "person": "what is known of the people",
    "consent": "the consents",
    "questionnaire": "the questionnaires",
    "judgement": "the judgements of moments",
    "baseline": "the baselines",
    "session": "the list of sessions",
    "mark": "the marks",
    "note": "the notes",
    "fact": "what holds for the whole store",
}


def seal_of(connection: sqlite.Connection) -> dict[str, str]:
    """The digest of each table as it is now; what is NULL is left out, so that new columns change nothing. Raises sqlite.Error."""
    return {table: _digest(connection, table) for table in _SEALED}


def _digest(connection: sqlite.Connection, table: str) -> str:
    found = hashlib.sha256()
    query = f"SELECT * FROM {table} WHERE {_SEALED[table]} ORDER BY {_WITHOUT_ROWID.get(table, 'rowid')}"
    with closing(connection.execute(query)) as rows:
        names = [column[0] for column in rows.description]
        for row in rows:
            known = sorted((name, value) for name, value in zip(names, row, strict=True) if value is not None)
            found.update(repr(known).encode("utf-8", "replace"))
    return found.digest()[:DIGEST_BYTES].hex()
