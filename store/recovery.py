"""Sessions that a crash cut off: closed where they had come to, and told."""

from contextlib import closing

from core.failures import Failure
from store.database import open_for_writing, recover, unavailable
from store.deletion import destroy_strays, finish_erasing
from store.engine import sqlite
from store.vault import OpenStore


def recover_sessions(store: OpenStore) -> list[int]:
    """Close what a crash left open, and erase what a deletion left; gives the numbers. Raises StoreUnavailable."""
    if not store.kept:
        return []
    with closing(open_for_writing(store.database, store.key)) as connection:
        try:
            lost = recover(connection)
            if lost:
                destroy_strays(connection)
            finish_erasing(connection)
        except sqlite.Error as error:
            raise unavailable(store.database, error) from error
    return lost


def recovered(session: int) -> Failure:
    """What is said of one."""
    return Failure(
        f"Session {session} was cut off and has been recovered.",
        "The program ended before the session did.",
        "What was measured until then is kept.",
    )
