"""The recovery key: 128 random bits as letters that a person can copy onto paper, with a check for mistakes."""

import hashlib
import secrets
from dataclasses import dataclass

from core.failures import Failure, WrongUse

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are taken for 1, 1, 0 and V."""

LOOKALIKES = str.maketrans("ILO", "110")
RECOVERY_BYTES = 16
DATA_LETTERS = 26
CHECK_LETTERS = 2
GROUP = 4


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryKey:
    """Opens the store where the passphrase was forgotten; what prints it prints nothing of it."""

    secret: bytes

    @classmethod
    def new(cls) -> "RecoveryKey":
        """From the system's own source of chance."""
        return cls(secrets.token_bytes(RECOVERY_BYTES))

    @classmethod
    def read(cls, words: str) -> "RecoveryKey":
        """From what a person typed, with or without hyphens, in any case; raises WrongUse when a letter is wrong."""
        letters = "".join(words.split()).replace("-", "").upper().translate(LOOKALIKES)
        if len(letters) != DATA_LETTERS + CHECK_LETTERS or set(letters) - set(ALPHABET):
            raise _mistyped(f"It has {DATA_LETTERS + CHECK_LETTERS} letters and digits in groups of {GROUP}; this has {len(letters)}.")
        number = 0
        for letter in letters[:DATA_LETTERS]:
            number = number * 32 + ALPHABET.index(letter)
        if number >> (8 * RECOVERY_BYTES):
            raise _mistyped("A letter is not the one that was shown.")
        key = cls(number.to_bytes(RECOVERY_BYTES, "big"))
        if key.written.replace("-", "") != letters:
            raise _mistyped("A letter is not the one that was shown.")
        return key

    @property
    def written(self) -> str:
        """For a person: groups of letters, the last two of which are the check."""
        letters = _letters(int.from_bytes(self.secret, "big"), DATA_LETTERS)
        letters += _letters(int.from_bytes(hashlib.sha256(self.secret).digest()[:2], "big") >> 6, CHECK_LETTERS)
        return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))

    def __repr__(self) -> str:
        return "RecoveryKey(...)"


def _letters(number: int, count: int) -> str:
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(count)))


def _mistyped(why: str) -> WrongUse:
    return WrongUse(Failure("This is not a recovery key.", why, "Look at each group again; nothing was changed."))
