"""From the store to files and to the lines that a person reads at the end of a run."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.failures import Failure, OutputUnwritable
from core.labels import Modality
from core.paths import checkpoint_folder
from core.session import SessionInfo, SessionResults
from models.card import CARD_FILE
from review.exports.folder import write_all
from store import audit
from store.database import open_for_writing, reading, unavailable
from store.engine import sqlite
from store.session_reader import read_session
from store.vault import OpenStore


def load_results(store: OpenStore, session: int) -> SessionResults:
    """A stored session; raises StoreUnavailable or NoSuchSession."""
    with reading(store.database, store.key) as connection:
        return read_session(connection, session)


def write_results(results: SessionResults, folder: Path, store: OpenStore) -> list[Path]:
    """All files of a session into `folder`, with a row in the audit log; raises OutputUnwritable, StoreUnavailable."""
    try:
        written = write_all(folder, results, cards_of(results.info))
    except OutputUnwritable as error:
        kept = f"Session {results.info.id} is kept in the database." if store.kept else "The session was not kept."
        raise OutputUnwritable(replace(error.failure, what_to_do=f"{error.failure.what_to_do} {kept}")) from error
    if store.kept:
        note(store, "export", f"session {results.info.id}", ", ".join(path.name for path in written))
    return written


def note(store: OpenStore, action: str, subject: str, detail: str = "") -> None:
    """A row in the audit log, by a connection of its own; raises StoreUnavailable."""
    try:
        with closing(open_for_writing(store.database, store.key)) as connection:
            audit.append(connection, action, subject, detail)
    except sqlite.Error as error:
        raise unavailable(store.database, error) from error


def prepare_folder(folder: Path) -> None:
    """Make the output folder before anything long begins; raises OutputUnwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".affectograph-probe"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise OutputUnwritable(
            Failure(
                f"The folder {folder} cannot be written.",
                f"{error.strerror or error}.",
                "Choose another folder with -o, or make room on the disk.",
            )
        ) from error


def cards_of(info: SessionInfo) -> dict[Modality, Mapping[str, Any]]:
    """The cards of the checkpoints that a session ran, where they are still here and still the same."""
    cards = {}
    for modality, model in info.models.items():
        path = checkpoint_folder(modality, model["name"]) / CARD_FILE
        if path.is_file():
            card = json.loads(path.read_text(encoding="utf-8"))
            if card.get("sha256") == model["sha256"]:
                cards[modality] = card
    return cards
