"""Interviews that anybody can gather: a table of persons, sessions, recordings and PHQ items, and the recordings themselves.

They are analysed by the program's own lanes, so that a network that learns from them can be fed by the monitor.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from core.failures import SourceUnavailable
from core.settings import Settings
from training.datasets.interview import ITEMS, Interview
from training.datasets.lane_cache import LaneCache, require_some
from training.datasets.own_lanes import media_lanes
from training.datasets.phq import Answers, answers
from training.datasets.tables import Row, read_table
from training.datasets.turns import WHOLE, Span, joined

TABLE = "interviews.csv"
PLACE_COLUMNS = ("person", "session", "media")
ITEM_COLUMNS = tuple(f"phq_item_{number}" for number in range(1, ITEMS + 1))
NINTH = f"phq_item_{ITEMS + 1}"
OPTIONAL = (NINTH, "phq_total", "text", "turns", "split", "sex")

PARTS = ("train", "validation", "test")
LONGEST_S = 86_400.0


def load_clinic(folder: Path, settings: Settings, cache: LaneCache) -> list[Interview]:
    """The sessions of `folder`'s interviews.csv, or of the table that `folder` is itself; raises DataUnfit.

    Paths in it are relative to it. The whole recording is the participant's where no `turns` say when the participant speaks.
    """
    table = folder if folder.is_file() else folder / TABLE
    rows = read_table(table, (*PLACE_COLUMNS, *ITEM_COLUMNS), optional=OPTIONAL, key=("person", "session"))
    _require_own_media(rows)
    known = [_answers(row) for row in rows]  # faults are told before hours of analysis, and not after them
    parts = [_part(row) for row in rows]
    interviews = []
    for number, (row, answered, part) in enumerate(zip(rows, known, parts, strict=True), 1):
        interviews.append(_interview(row, answered, part, settings, cache))
        print(f"{number} of {len(rows)} sessions are read: {row['media']}", file=sys.stderr)
    return interviews


def _require_own_media(rows: Sequence[Row]) -> None:
    """No recording may be of two sessions: what was learned of one would be known of the other."""
    seen: dict[Path, Row] = {}
    for row in rows:
        path = _file(row, "media").resolve()
        if path in seen:
            raise row.unfit(f"{row['media']} is the recording of line {seen[path].line} already.", "Give each session its own.")
        seen[path] = row


def _file(row: Row, column: str) -> Path:
    path = row.path.parent / row[column]
    if not row[column] or not path.is_file():
        why = f"There is no file “{row[column]}” (its {column})." if row[column] else f"It names no {column}."
        raise row.unfit(why, "Put the recording there, correct the name, or take the row out.")
    return path


def _part(row: Row) -> str:
    part = row["split"].casefold()
    if part and part not in PARTS:
        raise row.unfit(f"Its split is “{row['split']}”.", f"It must be {', '.join(PARTS)}, or empty.")
    return part


def _answers(row: Row) -> tuple[str, Answers]:
    """The questionnaire, PHQ-9 where its ninth item is told, and the answers: eight items, and a total of all."""
    if not row[NINTH]:
        return "PHQ-8", answers(row, ITEM_COLUMNS, "phq_total")
    known = answers(row, (*ITEM_COLUMNS, NINTH), "phq_total")
    assert known.items is not None
    return "PHQ-9", known._replace(items=known.items[:ITEMS])


def _interview(row: Row, known: tuple[str, Answers], part: str, settings: Settings, cache: LaneCache) -> Interview:
    media = _file(row, "media")
    text = _file(row, "text") if row["text"] else None
    spans = _turns(_file(row, "turns")) if row["turns"] else WHOLE
    try:
        lanes = media_lanes(media, settings, cache, spans=spans, text=text)
    except SourceUnavailable as error:
        raise row.unfit(f"{error.failure.what} {error.failure.why}", error.failure.what_to_do) from error
    require_some(lanes, row, media)
    scale, (items, total, above) = known
    return Interview(row["person"], row["session"], part, scale, items, total, above, row["sex"], lanes)


def _turns(path: Path) -> list[Span]:
    """When the participant speaks: a table of start_s and stop_s."""
    spans = []
    for row in read_table(path, ("start_s", "stop_s")):
        start, stop = row.number("start_s", 0, LONGEST_S), row.number("stop_s", 0, LONGEST_S)
        if start is None or stop is None or stop <= start:
            raise row.unfit("It is no turn: it must stop after it starts.", "Correct that row.")
        spans.append((start, stop))
    return joined(spans)
