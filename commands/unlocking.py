"""The store for a command: unlocked with the passphrase of a file, the environment or the terminal, or a temporary one."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.session_run import say
from core.failures import Failure, WrongUse
from store.failures import StoreLocked
from store.recovery import recover_sessions, recovered
from store.temporary import temporary_store
from store.vault import OpenStore, State, Vault

VARIABLE = "AFFECTOGRAPH_PASSPHRASE"
UNCONFIRMED = "The program ended while it showed the recovery key. A new one: main.py passphrase --new-recovery-key"
HOW = f"Give its passphrase with --passphrase-file FILE or {VARIABLE}, or type it on a terminal."


def add_argument(parser: argparse.ArgumentParser) -> None:
    """--passphrase-file, for every command."""
    parser.add_argument(
        "--passphrase-file", type=Path, default=None, metavar="FILE", help=f"the store's passphrase is its first line (or {VARIABLE})"
    )


def kept_store(arguments: argparse.Namespace) -> OpenStore | None:
    """The store, unlocked; None: there is none yet. Raises StoreLocked, KeyRefused, StoreUnavailable, WrongUse."""
    vault = locked_vault(arguments)
    if vault is None:
        return None
    vault.unlock(passphrase_for(arguments))
    if vault.suspicion:
        say(str(vault.suspicion))
    if vault.recovery_unconfirmed:
        say(UNCONFIRMED)
    return vault.store


def locked_vault(arguments: argparse.Namespace) -> Vault | None:
    """The store as it lies there; None: there is none yet. Raises StoreLocked for what is no encrypted store."""
    vault = Vault(arguments.database)
    if vault.state is State.LOCKED:
        return vault
    if vault.state is State.ABSENT and not arguments.database.exists():
        return None
    raise _not_encrypted(arguments.database, vault.state)


def passphrase_for(arguments: argparse.Namespace) -> str:
    """From the file, the environment or the terminal; raises StoreLocked when nobody gives one."""
    passphrase = given_passphrase(arguments) or _typed(arguments.database)
    if passphrase is None:
        raise StoreLocked(Failure(f"The store {arguments.database} is locked.", "No passphrase was given.", HOW))
    return passphrase


@contextmanager
def store_or_temporary(arguments: argparse.Namespace) -> Iterator[OpenStore]:
    """For a command that writes files: without a passphrase nothing is kept in the store, and one line says so.

    A passphrase that was given and does not open the store is a failure all the same: somebody wanted to keep the session.
    """
    vault = Vault(arguments.database)
    passphrase = given_passphrase(arguments)
    if passphrase is None and vault.state is State.LOCKED:
        passphrase = _typed(arguments.database)
    if passphrase is None:
        say(_unkept(arguments.database, vault.state))
        with temporary_store() as store:
            yield store
        return
    kept = kept_store(arguments)
    if kept is None:
        raise no_store(arguments.database)
    yield kept


def given_passphrase(arguments: argparse.Namespace) -> str | None:
    """From the file or the environment; None: neither. Raises WrongUse."""
    path: Path | None = arguments.passphrase_file
    return first_line(path) if path else utf_8(os.environ.get(VARIABLE, "")) or None


def utf_8(words: str) -> str:
    """`words` as they were before the system's locale read them: a passphrase is the same on a terminal of ASCII."""
    return os.fsencode(words).decode("utf-8", "surrogateescape")


def first_line(path: Path) -> str:
    """Of a file with a secret; raises WrongUse for one that cannot be read or is empty."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not a text in UTF-8"
        raise WrongUse(Failure(f"The file {path} cannot be read.", f"The system says: {why}.", "")) from error
    if not lines or not lines[0]:
        raise WrongUse(Failure(f"The file {path} is empty.", "Its first line is what was asked for.", ""))
    return lines[0]


def tell_recovered(store: OpenStore, tell: Callable[[str], None] = say) -> None:
    """Close what a crash left open, and say so; raises StoreUnavailable."""
    for session in recover_sessions(store):
        tell(str(recovered(session)))


def no_store(database: Path) -> WrongUse:
    """A passphrase for nothing."""
    return WrongUse(
        Failure(
            f"There is no store at {database} yet.", "A passphrase was given, and nothing to open.", "Set it up once: main.py passphrase"
        )
    )


def on_a_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _typed(database: Path) -> str | None:
    return utf_8(getpass.getpass(f"Passphrase of {database}: ")) or None if on_a_terminal() else None


def _unkept(database: Path, state: State) -> str:
    why = {
        State.ABSENT: "no store has been set up (main.py passphrase does it)",
        State.PLAIN: f"the sessions in {database} are not encrypted yet (main.py passphrase does it)",
        State.LOCKED: "the store is locked, and no passphrase was given",
    }[state]
    return f"Nothing is kept in the store: {why}. Files are written all the same."


def _not_encrypted(database: Path, state: State) -> StoreLocked:
    if state is State.PLAIN:
        return StoreLocked(
            Failure(
                f"The sessions in {database} are not encrypted yet.",
                "An earlier version of the program stored them.",
                "Choose a passphrase once: main.py passphrase. They are kept and encrypted.",
            )
        )
    return StoreLocked(
        Failure(
            f"The database {database} cannot be used.",
            "It is no database of this program, or its key file is missing.",
            "Put the key file back from a backup, or choose another one with --database. Nothing was changed.",
        )
    )
