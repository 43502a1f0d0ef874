"""recover: close sessions that a crash cut off, and write what they hold to files."""

import argparse
from pathlib import Path

from commands.exit_codes import ExitCode
from commands.results import load_results, prepare_folder, write_results
from commands.sessions import kept_words
from commands.unlocking import kept_store, tell_recovered
from core.settings import Settings
from store.database import reading
from store.kept_media import kept_seconds
from store.session_reader import list_sessions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="write the files of each recovered session below this folder")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what was recovered now, list all that ever were, and write their files where asked."""
    store = kept_store(arguments)
    if store is None:
        print("No session has been stored yet.")
        return ExitCode.DONE
    tell_recovered(store, print)
    with reading(store.database, store.key) as connection:
        recovered, kept = [info for info in list_sessions(connection) if info.recovered], kept_seconds(connection)
    for info in recovered:
        print(f"Session {info.id}, {info.title}: {info.seconds:.0f} s until it was cut off.")
        if info.id in kept:
            print(f"  kept of it, in the store: {kept_words(kept[info.id])}")
        if arguments.output:
            folder = arguments.output / f"session-{info.id}"
            prepare_folder(folder)
            write_results(load_results(store, info.id), folder, store)
            print(f"  written to {folder}")
    if not recovered:
        print("No session was ever cut off.")
    return ExitCode.DONE
