"""verify: look whether the store is whole and its audit log unbroken."""

import argparse
from contextlib import closing
from pathlib import Path

from commands.exit_codes import ExitCode
from commands.session_run import say
from commands.unlocking import locked_vault, no_store, passphrase_for
from core.settings import Settings
from store import audit, checkpoint
from store.data_key import DataKey
from store.database import open_for_reading, open_for_writing, unavailable
from store.engine import sqlite
from store.verify import faults


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--expect", metavar="CHECKPOINT", help="a checkpoint that was noted elsewhere, such as 12-0a1b2c3d4e5f")
    parser.add_argument(
        "--accept", action="store_true", help="after a backup was put back on purpose: take the audit log as it is from now on"
    )


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print each fault, then the checkpoint; 1 when there is one. Nothing is repaired."""
    vault = locked_vault(arguments)
    if vault is None:
        raise no_store(arguments.database)
    key = vault.key_by(passphrase_for(arguments))  # it is not unlocked: looking changes nothing
    found = list(faults(arguments.database, key, arguments.expect))
    for fault in found:
        print(fault)
    if arguments.accept:
        _accept(arguments.database, key)
        say("The audit log is taken as it is from now on; that this was done is in it.")
    if found:
        count = "One fault was" if len(found) == 1 else f"{len(found)} faults were"
        say(f"{count} found. Keep the files as they are, and put a backup back if you have one.")
        return ExitCode.FAILED
    with closing(open_for_reading(arguments.database, key)) as connection:
        now = checkpoint.of(connection)
        (sessions,) = connection.execute("SELECT count(*) FROM session WHERE deleted_utc IS NULL").fetchone()
    print(f"The store is whole: {sessions} sessions, {now.rows if now else 0} rows of audit, checkpoint {now}.")
    say("Who notes the checkpoint elsewhere can ask later whether the log still contains it: verify --expect CHECKPOINT")
    return ExitCode.DONE


def _accept(database: Path, key: DataKey) -> None:
    with closing(open_for_writing(database, key)) as connection:
        try:
            audit.accept(connection)
        except (sqlite.Error, OSError) as error:
            raise unavailable(database, error) from error
