from tests.fixtures.stores import database, key, store

__all__ = ["database", "key", "store"]
