"""What a clinician said of moments of a session; the newest of a lane and a moment holds, and those before it stay."""

from datetime import UTC, datetime

from core.labels import Modality
from core.session import Judgement, Verdict
from store import audit
from store.columns import storable
from store.engine import sqlite
from store.session_reader import read_info

_INSERT = "INSERT INTO judgement (session, modality, at, verdict, note, utc) VALUES (?, ?, ?, ?, ?, ?)"
_HOLDING = """
SELECT modality, at, verdict, note, utc FROM judgement
WHERE id IN (SELECT max(id) FROM judgement WHERE session = ? GROUP BY modality, at) ORDER BY at, id
"""


def add_judgement(connection: sqlite.Connection, session: int, judgement: Judgement) -> None:
    """Let it hold from now on; raises NoSuchSession, sqlite.Error."""
    read_info(connection, session)
    subject = f"the {judgement.modality} at" if judgement.modality else "the index at"
    with audit.recorded(connection, "change", f"session {session}", f"{judgement.verdict} with {subject} {judgement.at:.1f} s"):
        row = (session, judgement.modality, judgement.at, judgement.verdict, storable(judgement.note))
        connection.execute(_INSERT, (*row, judgement.said_utc.astimezone(UTC).isoformat()))


def read_judgements(connection: sqlite.Connection, session: int) -> list[Judgement]:
    """Those that hold, in the order of time; raises sqlite.Error."""
    return [
        Judgement(
            modality=Modality(modality) if modality else None,
            at=at,
            verdict=Verdict(verdict),
            note=note,
            said_utc=datetime.fromisoformat(utc),
        )
        for modality, at, verdict, note, utc in connection.execute(_HOLDING, (session,)).fetchall()
    ]
