"""The columns that a timeline is drawn from: read from the readings once, then kept beside them."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.tracks import DESCRIPTORS, ScoreTrack, Track, descriptors_of, empty_track, score_track_of_rows, track_of_rows
from store.database import writing
from store.engine import sqlite
from store.vault import OpenStore

VERSION = 1
"""Changes with what the columns mean, so that kept ones are made anew."""

_PIECE = 20_000
"""Rows that are in memory as rows at a time: eleven minutes of a camera."""

_SCORES = "SELECT at, value, interval_low, interval_high, weights, abstained_because FROM score WHERE session = ? ORDER BY at, id"


def read_score_track(connection: sqlite.Connection, session: int) -> ScoreTrack:
    """The index of a session as columns; raises sqlite.Error."""
    rows = connection.execute(_SCORES, (session,)).fetchall()
    weights = json.loads(f"[{','.join(row[4] for row in rows)}]")  # all at once: each alone takes ten times as long
    return score_track_of_rows([(*row[:4], weighed, row[5]) for row, weighed in zip(rows, weights, strict=True)])


def read_tracks(connection: sqlite.Connection, session: int) -> dict[Modality, Track] | None:
    """The kept columns of every lane; None where some are not there, or not of this version. Raises sqlite.Error."""
    rows = connection.execute("SELECT modality, numbers FROM track WHERE session = ? AND version = ?", (session, VERSION))
    kept = {Modality(modality): _unpacked(Modality(modality), numbers) for modality, numbers in rows}
    return kept if len(kept) == len(MODALITIES) else None


def keep_tracks(connection: sqlite.Connection, session: int) -> dict[Modality, Track]:
    """Make the columns of an ended session from its readings, and keep them; raises sqlite.Error.

    They can be made again at any time, so the audit log has no row of it.
    """
    made = {modality: track_of_rows(modality, _pieces(connection, session, modality)) for modality in MODALITIES}
    rows = [(session, modality, VERSION, _packed(track)) for modality, track in made.items()]
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("INSERT OR REPLACE INTO track (session, modality, version, numbers) VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return made


def prepare_tracks(store: OpenStore, session: int) -> None:
    """Make the columns of a session that has just ended, so that it opens at once; raises StoreUnavailable."""
    with writing(store.database, store.key) as connection:
        if read_tracks(connection, session) is None:
            keep_tracks(connection, session)


def _pieces(connection: sqlite.Connection, session: int, modality: Modality) -> Iterator[list[Any]]:
    numbers = ("at", "covers_from", "covers_to", "quality", "dropped_before", *EMOTIONS, *(f"smoothed_{one}" for one in EMOTIONS))
    columns = ", ".join((*numbers, *descriptors_of(modality), "absent_because", "quality_reason"))
    query = f"SELECT {columns} FROM reading WHERE session = ? AND modality = ? ORDER BY at, id"
    with closing(connection.execute(query, (session, modality))) as rows:
        while piece := rows.fetchmany(_PIECE):
            yield piece


def _packed(track: Track) -> bytes:
    """The columns as .npz; what is only drawn in half precision, which is finer than a pixel."""
    moments = bool((track.covers[:, 0] == track.at).all() and (track.covers[:, 1] == track.at).all())
    columns: dict[str, NDArray[Any]] = {
        "at": track.at,
        "shown": track.shown.astype(np.float16),
        "top": track.top,
        "quality": track.quality.astype(np.float32),
        "absent": track.absent,
        "reason": track.reason,
        "dropped": track.dropped,
        "words": np.frombuffer(json.dumps({"reasons": track.reasons, "known": track.known}).encode(), np.uint8),
    }
    columns |= {} if moments else {"covers": track.covers}
    columns |= {name: values.astype(np.float32) for name, values in track.descriptors.items()}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **columns)
    return stream.getvalue()


def _unpacked(modality: Modality, numbers: bytes) -> Track:
    with np.load(io.BytesIO(numbers), allow_pickle=False) as columns:
        if not len(columns["at"]):
            return empty_track(modality)
        words: Mapping[str, list[str]] = json.loads(columns["words"].tobytes())
        at = columns["at"]
        return Track(
            modality=modality,
            at=at,
            covers=columns["covers"] if "covers" in columns else np.column_stack((at, at)),
            shown=columns["shown"].astype(float),
            top=columns["top"],
            quality=columns["quality"].astype(float),
            absent=columns["absent"],
            reason=columns["reason"],
            dropped=columns["dropped"],
            reasons=tuple(words["reasons"]),
            known=tuple(Emotion(word) for word in words["known"]),
            descriptors={name: columns[name].astype(float) for name in DESCRIPTORS if name in columns},
        )
