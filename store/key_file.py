"""The key file: the store's key, wrapped once by the passphrase and once by the recovery key. It holds nothing that opens the store."""

import binascii
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.failures import Failure
from store.data_key import KEY_BYTES, DataKey
from store.failures import KeyRefused, StoreUnavailable
from store.recovery_key import RecoveryKey
from store.safe_file import write_whole

FORMAT = 1
SALT_BYTES = 16
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a passphrase costs (Argon2id)."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4


COST = Cost()
"""RFC 9106, section 4, the second recommended choice: 64 MiB, 3 passes, 4 lanes; about 0.3 s of one core."""

MOST = Cost(memory_kib=4 * 1024 * 1024, passes=100, lanes=64)
"""A file that asks for more was altered: it would only exhaust the machine."""


def write_key_file(path: Path, key: DataKey, passphrase: str, recovery: RecoveryKey, cost: Cost = COST) -> None:
    """Write a new key file, or replace the old one whole; raises StoreUnavailable."""
    _save(path, {"format": FORMAT, "passphrase": _by_passphrase(key, passphrase, cost), "recovery": _by_recovery(key, recovery)})


def change_passphrase(path: Path, key: DataKey, passphrase: str, cost: Cost = COST) -> None:
    """Wrap the key anew; the recovery key and the database stay as they are. Raises StoreUnavailable, and then the old one holds."""
    _save(path, dict(_load(path)) | {"passphrase": _by_passphrase(key, passphrase, cost)})


def change_recovery_key(path: Path, key: DataKey, recovery: RecoveryKey) -> None:
    """Let a new recovery key take the old one's place. Raises StoreUnavailable, and then the old one holds."""
    _save(path, dict(_load(path)) | {"recovery": _by_recovery(key, recovery)})


def unwrap_with_passphrase(path: Path, passphrase: str) -> DataKey:
    """The store's key; raises KeyRefused for a wrong passphrase and StoreUnavailable for a file that cannot be used."""
    part = _part(path, "passphrase")
    return _unwrapped(path, part, "passphrase", lambda: _stretched(passphrase, bytes.fromhex(part["salt"]), _cost(path, part)))


def unwrap_with_recovery_key(path: Path, recovery: RecoveryKey) -> DataKey:
    """The store's key; raises KeyRefused for another store's recovery key and StoreUnavailable for a file that cannot be used."""
    part = _part(path, "recovery")
    return _unwrapped(path, part, "recovery", lambda: _mixed(recovery, bytes.fromhex(part["salt"])))


def _by_passphrase(key: DataKey, passphrase: str, cost: Cost) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_BYTES)
    kdf = {"kdf": "argon2id", "salt": salt.hex(), "memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes}
    return kdf | _wrapped(key, _stretched(passphrase, salt, cost), "passphrase")


def _by_recovery(key: DataKey, recovery: RecoveryKey) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_BYTES)
    return {"kdf": "hmac-sha256", "salt": salt.hex()} | _wrapped(key, _mixed(recovery, salt), "recovery")


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415  0.1 s, and only where a store is opened

    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"))


def _mixed(recovery: RecoveryKey, salt: bytes) -> bytes:
    """128 random bits need no stretching."""
    return hmac.digest(recovery.secret, salt, "sha256")


def _wrapped(key: DataKey, wrapping: bytes, purpose: str) -> dict[str, str]:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

    nonce = secrets.token_bytes(NONCE_BYTES)
    return {"nonce": nonce.hex(), "wrapped": ChaCha20Poly1305(wrapping).encrypt(nonce, key.secret, purpose.encode()).hex()}


def _unwrapped(path: Path, part: Mapping[str, Any], purpose: str, wrapping: Any) -> DataKey:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

    try:
        nonce, sealed = bytes.fromhex(part["nonce"]), bytes.fromhex(part["wrapped"])
        secret = ChaCha20Poly1305(wrapping()).decrypt(nonce, sealed, purpose.encode())
    except InvalidTag:
        raise KeyRefused(_REFUSED[purpose]) from None
    except (KeyError, TypeError, ValueError, binascii.Error, MemoryError) as error:
        raise _unusable(path, f"{error!r}") from error
    return DataKey(secret)


_REFUSED = {
    "passphrase": Failure(
        "The passphrase does not open the store.",
        "It is wrong, or the key file was altered.",
        "Type it again (capitals and spaces count), or use the recovery key.",
    ),
    "recovery": Failure(
        "The recovery key does not open the store.", "It belongs to another store, or the key file was altered.", "Nothing was changed."
    ),
}


def _cost(path: Path, part: Mapping[str, Any]) -> Cost:
    cost = Cost(int(part["memory_kib"]), int(part["passes"]), int(part["lanes"]))
    if cost.memory_kib > MOST.memory_kib or cost.passes > MOST.passes or cost.lanes > MOST.lanes:
        raise _unusable(path, "it asks for more memory or time than any program would have written")
    return cost


def _part(path: Path, name: str) -> Mapping[str, Any]:
    part = _load(path).get(name)
    if not isinstance(part, Mapping):
        raise _unusable(path, f"its part “{name}” is missing")
    return part


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(path, str(getattr(error, "strerror", None) or error)) from error
    if not isinstance(content, Mapping) or not isinstance(content.get("format"), int):
        raise _unusable(path, "it is not what this program writes")
    if content["format"] > FORMAT:
        raise StoreUnavailable(
            Failure(
                f"The key file {path} is of a newer version of the program.",
                f"It has format {content['format']}; this program knows formats up to {FORMAT}.",
                "Update the program. Nothing was changed.",
            )
        )
    return content


def _save(path: Path, content: Mapping[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(content, indent=1).encode())
    except OSError as error:
        raise StoreUnavailable(
            Failure(
                f"The key file {path} cannot be written.",
                f"The system says: {error.strerror or error}.",
                "Make room on the disk or permit writing there. What was there before still holds.",
            )
        ) from error


def _unusable(path: Path, why: str) -> StoreUnavailable:
    return StoreUnavailable(
        Failure(
            f"The key file {path} cannot be used.",
            f"{why[:1].upper()}{why[1:]}.",
            "Put a copy of it back from a backup: without it nobody can open the store. The sessions themselves were not touched.",
        )
    )
