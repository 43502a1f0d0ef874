"""The one secret that everything in a store is encrypted with."""

import hmac
import secrets
from dataclasses import dataclass

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """256 random bits; what prints it prints no bit of it."""

    secret: bytes

    @classmethod
    def new(cls) -> "DataKey":
        """From the system's own source of chance."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return "DataKey(...)"

    def derived(self, purpose: str) -> bytes:
        """256 bits for one purpose, from which neither the key nor another purpose's can be computed (HMAC-SHA-256)."""
        return hmac.digest(self.secret, purpose.encode(), "sha256")
