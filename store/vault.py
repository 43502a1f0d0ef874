"""A store that is locked, open, or not there yet; it holds the key while the program may use it."""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from core.failures import Failure, WrongUse
from store import audit, checkpoint, key_file
from store.attempts import Attempts
from store.crash_reports import close_memory
from store.data_key import DataKey
from store.database import open_for_writing, unavailable
from store.encrypting import finish_encrypting
from store.engine import sqlite
from store.failures import StoreLocked, StoreUnavailable
from store.files import attempts_file, checkpoint_file, is_plain, sidecars
from store.files import key_file as key_path
from store.recovery_key import RecoveryKey

UNCONFIRMED = "recovery key unconfirmed"
_SET = {True: "INSERT OR REPLACE INTO fact (name, value) VALUES (?, '1')", False: "DELETE FROM fact WHERE name = ?"}

SHORTEST_PASSPHRASE = 8
"""Letters; NIST SP 800-63B, section 3.1.1.2, asks for no less."""


class State(Enum):
    """What there is."""

    ABSENT = "no store yet"
    PLAIN = "a store of an earlier version, not encrypted"
    LOCKED = "locked"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class OpenStore:
    """An unlocked store: what `open_for_writing(store.database, store.key)` takes. Not `kept`: it goes when the program ends."""

    database: Path
    key: DataKey
    kept: bool = True


class Vault:
    """The store at `database`. Its methods take up to a second and may be called from any one thread at a time."""

    def __init__(self, database: Path, cost: key_file.Cost = key_file.COST) -> None:
        self._database = database
        self._cost = cost
        self._attempts = Attempts(attempts_file(database))
        self._key: DataKey | None = None
        self.suspicion: Failure | None = None
        """What the unlocking found: an old or another database was put back."""
        self.recovery_unconfirmed = False
        """Whether the program ended before anybody said that the recovery key was written down."""

    @property
    def state(self) -> State:
        """What there is now."""
        if self._key:
            return State.OPEN
        if key_path(self._database).exists():
            return State.LOCKED
        return State.PLAIN if is_plain(self._database) else State.ABSENT

    @property
    def store(self) -> OpenStore:
        """What opens connections; raises StoreLocked."""
        if self._key is None:
            raise StoreLocked(Failure("The store is locked.", "Nobody has unlocked it.", "Unlock it with its passphrase."))
        return OpenStore(self._database, self._key)

    @property
    def wait_s(self) -> float:
        """Seconds until the next try at the passphrase is permitted."""
        return self._attempts.wait_s()

    def set_up(self, passphrase: str, recovery: RecoveryKey) -> None:
        """Make the store, or encrypt the one that is there; raises WrongUse for a passphrase too short, StoreUnavailable.

        What fails leaves no key file: nobody has seen the recovery key of it. Who has shown the key calls `confirm_recovery_key`.
        """
        refuse_short(passphrase)
        if self.state not in (State.ABSENT, State.PLAIN):
            raise StoreUnavailable(Failure("There is a store already.", f"{key_path(self._database)} is its key file.", "Unlock it."))
        if self.state is State.ABSENT and self._database.exists() and self._database.stat().st_size:
            raise _orphan(self._database)
        close_memory()
        key, before = DataKey.new(), _there(self._database)
        key_file.write_key_file(key_path(self._database), key, passphrase, recovery, self._cost)
        try:
            self._open(key, "set up", unconfirmed=True)
        except StoreUnavailable:
            _undo_set_up(self._database, before)
            raise

    def unlock(self, passphrase: str) -> None:
        """Raises KeyRefused for a wrong passphrase or one too soon after it, StoreUnavailable for a store that cannot be used."""
        key, wrong = self.key_by(passphrase), self._attempts.untold
        self._open(key, "unlock", f"after {wrong} wrong passphrase{'s' if wrong > 1 else ''}" if wrong else "")
        self._attempts.told()

    def key_by(self, passphrase: str) -> DataKey:
        """The key alone, of a store that may be damaged; raises as `unlock` does, but for the database."""
        close_memory()
        self._attempts.begin()
        key = key_file.unwrap_with_passphrase(key_path(self._database), passphrase)
        self._attempts.succeeded()
        return key

    def unlock_with_recovery_key(self, recovery: RecoveryKey, passphrase: str) -> None:
        """Open it where the passphrase was forgotten, and give it a new one; raises as `unlock` and `set_up` do."""
        refuse_short(passphrase)
        close_memory()
        path = key_path(self._database)
        key = key_file.unwrap_with_recovery_key(path, recovery)
        self._open(key, "unlock", "with the recovery key")
        try:
            self._change(key, "passphrase", lambda: key_file.change_passphrase(path, key, passphrase, self._cost))
        except StoreUnavailable:
            self.lock()
            raise
        self._attempts.succeeded()

    def change_passphrase(self, old: str, new: str) -> None:
        """Raises as `unlock` and `set_up` do, and then the old one holds."""
        refuse_short(new)
        key, path = self.key_by(old), key_path(self._database)
        self._change(key, "passphrase", lambda: key_file.change_passphrase(path, key, new, self._cost))

    def change_recovery_key(self, recovery: RecoveryKey) -> None:
        """Let a new one take the old one's place; raises StoreLocked, StoreUnavailable, and then the old one holds."""
        key, path = self.store.key, key_path(self._database)
        self._change(key, "recovery key", lambda: key_file.change_recovery_key(path, key, recovery), unconfirmed=True)

    def confirm_recovery_key(self) -> None:
        """A person has seen the recovery key that holds now; raises StoreLocked, StoreUnavailable."""
        self._record(self.store.key, "change", "recovery key", "seen", unconfirmed=False)

    def lock(self) -> None:
        """Forget the key; connections that are open go on until they are closed."""
        self._key = None

    def _open(self, key: DataKey, action: str, detail: str = "", *, unconfirmed: bool | None = None) -> None:
        finish_encrypting(self._database, key)
        _refuse_lost(self._database)
        self._record(key, action, "store", detail, unconfirmed=unconfirmed)
        self._key = key

    def _change(self, key: DataKey, subject: str, change: Callable[[], None], *, unconfirmed: bool | None = None) -> None:
        """The log says it first: a change that is not in the log would be worse than a row of one that was cut off."""
        before = self.recovery_unconfirmed
        self._record(key, "change", subject, unconfirmed=unconfirmed)
        try:
            change()
        except StoreUnavailable:
            with suppress(StoreUnavailable):
                self._record(key, "change", subject, "not done: the old one holds", unconfirmed=None if unconfirmed is None else before)
            raise

    def _record(self, key: DataKey, action: str, subject: str, detail: str = "", *, unconfirmed: bool | None = None) -> None:
        """A row in the log; `unconfirmed`: whether nobody is known to have seen the recovery key (None: as before)."""
        try:
            with closing(open_for_writing(self._database, key)) as connection:
                with audit.recorded(connection, action, subject, detail):
                    if unconfirmed is not None:
                        connection.execute(_SET[unconfirmed], (UNCONFIRMED,))
                self.recovery_unconfirmed = bool(connection.execute("SELECT 1 FROM fact WHERE name = ?", (UNCONFIRMED,)).fetchone())
                self.suspicion = None if checkpoint.agrees(connection) else _put_back(self._database)
        except sqlite.Error as error:
            raise unavailable(self._database, error) from error


def refuse_short(passphrase: str) -> None:
    """Raise WrongUse for a passphrase that anybody's computer finds at once."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise WrongUse(
            Failure(
                "The passphrase is too short.",
                f"It has {len(passphrase)} letters; {SHORTEST_PASSPHRASE} are the least.",
                "Four or five words that do not belong together are long and easy to remember.",
            )
        )


def _there(database: Path) -> set[Path]:
    files = (database, *sidecars(database), checkpoint_file(database), key_path(database))
    return {file for file in files if file.exists()}


def _undo_set_up(database: Path, before: set[Path]) -> None:
    """Remove what a setting up that failed has made, unless what was there before is encrypted with its key already."""
    if database in before and not is_plain(database):
        return
    with suppress(OSError):
        for file in _there(database) - before:
            file.unlink(missing_ok=True)


def _refuse_lost(database: Path) -> None:
    """An empty file would be taken for a new store, and what is missing would never be missed."""
    if checkpoint_file(database).exists() and not (database.exists() and database.stat().st_size):
        raise StoreUnavailable(
            Failure(
                f"The database {database} is {'empty' if database.exists() else 'missing'}.",
                "Its key and its checkpoint are there, so there were sessions.",
                "Put it back from a backup. To begin anew, move the files beside it away.",
            )
        )


def _put_back(database: Path) -> Failure:
    return Failure(
        f"The database {database} is not the one that was there last.",
        "Its audit log does not reach the checkpoint beside it: an older file was put back, or one of the two was altered.",
        "`main.py verify` says more; after a backup was put back on purpose, `main.py verify --accept`.",
    )


def _orphan(database: Path) -> StoreUnavailable:
    return StoreUnavailable(
        Failure(
            f"The database {database} cannot be used.",
            f"It is no database that is readable without a key, and its key file {key_path(database).name} is missing.",
            "Put the key file back from a backup, or choose another place with --database. Nothing was changed.",
        )
    )
