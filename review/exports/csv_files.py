"""readings.csv and scores.csv, and the dictionary that explains their columns."""

import csv
from collections.abc import Iterable, Sequence
from itertools import starmap
from pathlib import Path

from core.session_stream import SessionStream
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.exports.columns import READING_COLUMNS, SCORE_COLUMNS, Column, ReadingRow, Row, cell_text
from review.exports.whole_file import whole_file
from review.spread import with_spread

READINGS_FILE = "readings.csv"
SCORES_FILE = "scores.csv"
DICTIONARY_FILE = "data_dictionary.csv"


def write_readings_csv(path: Path, session: SessionStream, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """One row a reading, in the order of time; raises OutputUnwritable."""
    _write_table(path, READING_COLUMNS, starmap(ReadingRow, with_spread(session.readings, settings)))


def write_scores_csv(path: Path, session: SessionStream) -> None:
    """One row a moment of the fusion; raises OutputUnwritable."""
    _write_table(path, SCORE_COLUMNS, session.scores)


def write_data_dictionary(path: Path) -> None:
    """File, column, unit and meaning of every column; raises OutputUnwritable."""
    with whole_file(path, newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("file", "column", "unit", "meaning"))
        table.writerows(dictionary_rows())


def dictionary_rows() -> list[tuple[str, str, str, str]]:
    """File, column, unit and meaning of every column that is written."""
    tables: tuple[tuple[str, Sequence[Column]], ...] = ((READINGS_FILE, READING_COLUMNS), (SCORES_FILE, SCORE_COLUMNS))
    return [(file, column.name, column.unit, column.meaning) for file, columns in tables for column in columns]


def _write_table(path: Path, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> None:
    with whole_file(path, newline="") as stream:
        table = csv.writer(stream)
        table.writerow([column.name for column in columns])
        cells = [column.cell for column in columns]
        table.writerows([cell_text(cell(row)) for cell in cells] for row in rows)
