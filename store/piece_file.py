"""A piece of picture or sound on disk: sealed blocks, one after the other, which nobody reads without the piece's own key.

A block is ChaCha20-Poly1305 (RFC 8439) under that key, with the block's number as nonce: a key seals one file and never two, so that no
nonce comes twice. Inside it lies the session's time to which it reaches, before the medium's own bytes. A file that a crash or a full
disk cut off is whole up to its last whole block.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
FORMAT = b"affectograph piece 1"
"""Sealed with every block: another format, or another use of the key, is no block of this."""

_LENGTH = struct.Struct(">I")
_REACHES = struct.Struct(">d")
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of the medium, up to `reaches` (s of the session); the file with it is `file_bytes` long."""

    content: bytes
    reaches: float
    file_bytes: int


class PieceFile:
    """A piece that is being written, by one thread. What `append` has returned from outlives a loss of power."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Make the file, readable by its owner only; raises OSError."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415  7 MB, and only where media is kept

        self._seal = ChaCha20Poly1305(key)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._hash = hashlib.sha256()
        self._blocks = 0
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """Of all that was appended, as it lies on the disk."""
        return self._hash.hexdigest()

    def append(self, content: bytes, reaches: float) -> None:
        """Seal the next block onto the disk; raises OSError, and then the file is as it was."""
        sealed = self._seal.encrypt(_nonce(self._blocks), _REACHES.pack(reaches) + content, FORMAT)
        block = _LENGTH.pack(len(sealed)) + sealed
        try:
            _write_all(self._file, block)
            os.fsync(self._file)
        except OSError:
            with suppress(OSError):  # the next opening of the store cuts it off, if this cannot
                os.ftruncate(self._file, self.bytes)
                os.lseek(self._file, self.bytes, os.SEEK_SET)
            raise
        self._hash.update(block)
        self._blocks += 1
        self.bytes += len(block)

    def close(self) -> None:
        """No more blocks."""
        os.close(self._file)


def new_key() -> bytes:
    """For one piece, from the system's own source of chance."""
    return secrets.token_bytes(KEY_BYTES)


def new_name() -> str:
    """Of a piece's file: it says nothing of whose it is, of what, or when."""
    return f"{secrets.token_hex(16)}.piece"


def whole_blocks(content: bytes, key: bytes) -> Iterator[Block]:
    """The blocks of a file up to its end, or to the first that is cut off or not as it was sealed."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

    seal = ChaCha20Poly1305(key)
    at, number = 0, 0
    while at + _LENGTH.size <= len(content):
        begins = at + _LENGTH.size
        at = begins + _LENGTH.unpack_from(content, at)[0]
        try:
            plain = seal.decrypt(_nonce(number), content[begins:at], FORMAT)
        except InvalidTag:
            return
        yield Block(plain[_REACHES.size :], _REACHES.unpack_from(plain)[0], at)
        number += 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def _write_all(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
