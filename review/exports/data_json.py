"""A session in one JSON file: its facts, every reading and score, and what the names mean. Written while it is read."""

import json
import math
from collections.abc import Iterable, Sequence
from itertools import starmap
from pathlib import Path
from typing import Any, TextIO

from core.session_stream import SessionStream
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.exports.columns import READING_COLUMNS, SCORE_COLUMNS, Cell, Column, ReadingRow, Row
from review.exports.csv_files import READINGS_FILE, SCORES_FILE, dictionary_rows
from review.exports.session_json import session_json
from review.exports.whole_file import whole_file
from review.spread import with_spread

SCHEMA = "affectograph-data-1"
ABSENT = "What a reading or score does not name was not measured; it is never a zero."
_TABLES = {READINGS_FILE: "readings", SCORES_FILE: "scores"}


def write_data_json(path: Path, session: SessionStream, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """Write it, whole or not at all; raises OutputUnwritable."""
    dictionary = [
        {"table": _TABLES[file], "name": name, "unit": unit, "meaning": meaning} for file, name, unit, meaning in dictionary_rows()
    ]
    with whole_file(path) as stream:
        stream.write("{\n")
        for name, value in (("schema", SCHEMA), ("absent", ABSENT), ("dictionary", dictionary), ("session", session_json(session))):
            stream.write(f"{_json(name)}: {_json(value)},\n")
        _write_rows(stream, "readings", READING_COLUMNS, starmap(ReadingRow, with_spread(session.readings, settings)))
        stream.write(",\n")
        _write_rows(stream, "scores", SCORE_COLUMNS, session.scores)
        stream.write("\n}\n")


def _write_rows(stream: TextIO, name: str, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> None:
    stream.write(f"{_json(name)}: [")
    before = "\n"
    for row in rows:
        values = ((column.name, _plain(column.cell(row))) for column in columns)
        stream.write(before + _json({key: value for key, value in values if value is not None}))
        before = ",\n"
    stream.write("\n]")


def _plain(value: Cell) -> Cell:
    """None for what was not measured; numbers to six decimals, as in the tables."""
    if isinstance(value, float):
        return round(float(value), 6) + 0.0 if math.isfinite(value) else None
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
