"""What may be wrong with a store, apart from a session's own faults."""

from core.failures import AffectographError


class StoreUnavailable(AffectographError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreUnavailable):
    """The store is there, and nobody has unlocked it."""


class KeyRefused(AffectographError):
    """A passphrase or recovery key is wrong."""
