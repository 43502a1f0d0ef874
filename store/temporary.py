"""A store for what is not kept: encrypted with a key that is nowhere but in memory, and removed at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.data_key import DataKey
from store.database import open_for_writing
from store.vault import OpenStore

NUMBERS_FROM = 1_000_000
"""Its sessions are numbered from here, so that none is taken for a kept one."""


_TOMBSTONE = """
INSERT INTO session (id, started_utc, deleted_utc, ended_utc, zone, title, recorded, process, settings, versions)
VALUES (?, '', '', '', '', '', 0, '', '{}', '{}')
"""


def is_temporary(session: int) -> bool:
    """Whether a session of that number is not kept."""
    return session > NUMBERS_FROM


@contextmanager
def temporary_store() -> Iterator[OpenStore]:
    """An empty one in the system's folder for temporary files; what a crash leaves there nobody can read."""
    with tempfile.TemporaryDirectory(prefix="affectograph-", ignore_cleanup_errors=True) as folder:
        store = OpenStore(Path(folder) / "sessions.db", DataKey.new(), kept=False)
        with closing(open_for_writing(store.database, store.key)) as connection:
            connection.execute(_TOMBSTONE, (NUMBERS_FROM,))
        yield store
