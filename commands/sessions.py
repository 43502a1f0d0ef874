"""sessions: list the stored ones."""

import argparse
from collections.abc import Mapping

from rich.table import Table

from commands.exit_codes import ExitCode
from commands.tables import print_table
from commands.unlocking import kept_store, tell_recovered
from core.calendar import local_time
from core.media import MediaKind
from core.session import SessionInfo
from core.settings import Settings
from store import audit
from store.database import writing
from store.kept_media import kept_seconds
from store.people import people
from store.session_reader import list_sessions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: nothing of its own."""


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print a line a session; those that a crash cut off are recovered first."""
    store = kept_store(arguments)
    if store is None:
        print("No session has been stored yet.")
        return ExitCode.DONE
    tell_recovered(store, print)
    with writing(store.database, store.key) as connection:
        found, kept = list_sessions(connection), kept_seconds(connection)
        names = {person.id: person.pseudonym for person in people(connection)}
        audit.append(connection, "view", "sessions")
    if not found:
        print("No session has been stored yet.")
        return ExitCode.DONE
    table = Table("No.", "Began (local time)", "Length", "What", "Person", "Sources", "Kept beside numbers", "State", box=None)
    for info in found:
        began, person = f"{local_time(info.started_utc, info.zone):%Y-%m-%d %H:%M}", names.get(info.person or 0, "")
        kept_of = kept_words(kept.get(info.id, {}))
        table.add_row(str(info.id), began, length(info.seconds), info.title, person, _sources(info), kept_of, state(info))
    print_table(table)
    return ExitCode.DONE


def length(seconds: float) -> str:
    """h:mm:ss."""
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02d}:{int(seconds % 60):02d}"


def kept_words(kept: Mapping[MediaKind, float]) -> str:
    """What is kept of picture and sound, with its length."""
    return ", ".join(f"{kind} {length(kept[kind])}" for kind in MediaKind if kind in kept)


def state(info: SessionInfo) -> str:
    """What became of the session, in a word."""
    if info.recovered:
        return "recovered"
    return "complete" if info.ended_utc else "running"


def _sources(info: SessionInfo) -> str:
    return ", ".join(f"{modality}: {label}" for modality, label in info.sources.items())
