"""passphrase: set the store up, or change its passphrase or recovery key."""

import argparse
import getpass
from pathlib import Path

from commands.exit_codes import ExitCode
from commands.session_run import say
from commands.unlocking import first_line, given_passphrase, no_store, on_a_terminal, utf_8
from core.failures import Failure, WrongUse
from core.purpose import PURPOSE_WORDS, Purpose, permitted
from core.settings import Settings
from store.database import writing
from store.failures import StoreLocked
from store.purpose import state_purpose
from store.recovery_key import RecoveryKey
from store.vault import State, Vault, refuse_short

KEEP_IT = (
    "Write the recovery key down and keep it apart from this machine. It is shown this once, and opens the store without the passphrase:"
)
PURPOSES = {purpose.value.replace(" ", "-"): purpose for purpose in Purpose}
FORGOTTEN = "Without the passphrase and without the recovery key nobody can open the store."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--change", action="store_true", help="choose another passphrase; the sessions are not touched")
    what.add_argument("--new-recovery-key", action="store_true", help="show a new recovery key; the old one no longer opens the store")
    what.add_argument("--recover", action="store_true", help="the passphrase was forgotten: open with the recovery key, choose a new one")
    parser.add_argument("--new-passphrase-file", type=Path, metavar="FILE", help="the new passphrase is its first line")
    parser.add_argument("--purpose", choices=list(PURPOSES), help="what the store will be used for; asked on a terminal")
    parser.add_argument("--recovery-key-file", type=Path, metavar="FILE", help="the recovery key is its first line")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Set up where there is no store or an unencrypted one; else what was asked for."""
    vault = Vault(arguments.database)
    if not (arguments.change or arguments.new_recovery_key or arguments.recover):
        return _set_up(vault, arguments)
    if vault.state is not State.LOCKED:
        raise no_store(arguments.database)
    if arguments.recover:
        words = _secret(arguments.recovery_key_file, "Recovery key: ", "--recovery-key-file")
        vault.unlock_with_recovery_key(RecoveryKey.read(words), _new(arguments))
        say("The store is open, and the new passphrase holds.")
    elif arguments.change:
        vault.change_passphrase(_old(arguments), _new(arguments))
        say("The new passphrase holds. The recovery key stays as it was.")
    else:
        vault.unlock(_old(arguments))
        recovery = RecoveryKey.new()
        vault.change_recovery_key(recovery)
        _show(vault, recovery)
    return ExitCode.DONE


def _set_up(vault: Vault, arguments: argparse.Namespace) -> int:
    if vault.state is State.LOCKED:
        raise WrongUse(
            Failure("The store is set up already.", "", "Say what is wanted: --change, --new-recovery-key or --recover (see --help).")
        )
    purpose = _purpose(arguments)
    passphrase = given_passphrase(arguments) or _chosen()
    refuse_short(passphrase)
    recovery = RecoveryKey.new()
    vault.set_up(passphrase, recovery)
    say(f"The store {arguments.database} is encrypted.")
    _show(vault, recovery)
    if purpose is not None:
        with writing(vault.store.database, vault.store.key) as connection:
            state_purpose(connection, purpose)
    return ExitCode.DONE


def _purpose(arguments: argparse.Namespace) -> Purpose | None:
    """From the option or the terminal; None: the window asks. Raises WrongUse for what the program must not be used for."""
    if arguments.purpose:
        return permitted(PURPOSES[arguments.purpose])
    if not on_a_terminal():
        return None
    for number, words in enumerate(PURPOSE_WORDS.values(), 1):
        say(f"{number}  {words}")
    answer = input("What will it be used for? ").strip()
    if answer not in ("1", "2", "3", "4"):
        raise WrongUse(Failure(f"“{answer}” is none of the numbers.", "", "Begin again; nothing was changed."))
    return permitted(list(PURPOSE_WORDS)[int(answer) - 1])


def _show(vault: Vault, recovery: RecoveryKey) -> None:
    say(KEEP_IT)
    print(recovery.written, flush=True)
    say(FORGOTTEN)
    vault.confirm_recovery_key()


def _old(arguments: argparse.Namespace) -> str:
    return given_passphrase(arguments) or _typed("Passphrase: ", "--passphrase-file")


def _new(arguments: argparse.Namespace) -> str:
    return first_line(arguments.new_passphrase_file) if arguments.new_passphrase_file else _chosen("--new-passphrase-file")


def _secret(path: Path | None, prompt: str, option: str) -> str:
    return first_line(path) if path else _typed(prompt, option)


def _chosen(option: str = "--passphrase-file") -> str:
    first = _typed("New passphrase: ", option)
    refuse_short(first)
    if _typed("The same again: ", option) != first:
        raise WrongUse(Failure("The two are not the same.", "One was mistyped.", "Begin again; nothing was changed."))
    return first


def _typed(prompt: str, option: str) -> str:
    if not on_a_terminal():
        raise StoreLocked(Failure("Nobody can be asked for a passphrase here.", "This is no terminal.", f"Give it with {option} FILE."))
    return utf_8(getpass.getpass(prompt))
