"""Features that a data set gives frame by frame, in large tables, as means and deviations over the participant's part of ten seconds."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.fusion.inputs import SEGMENT_S
from training.datasets.interview import LaneVectors
from training.datasets.tables import SEPARATORS, unfit
from training.datasets.turns import Span

LEAST_USABLE = 0.25
"""Share of a segment's frames that must be usable: the mean of fewer is of one moment only."""


class Frames(NamedTuple):
    """`times_s` (n,), `values` (n, d) with NaN for what was not measured, and `usable` (n,), 0 (a failed or censored frame) to 1."""

    times_s: NDArray[np.float64]
    values: NDArray[np.float32]
    usable: NDArray[np.float32]


def read_named(path: Path, columns: Sequence[str], *, separator: str = ",") -> NDArray[np.float32]:
    """These columns (n, d) of a table whose first line names them, NaN where no finite number stands; raises DataUnfit."""
    names = header(path, separator)
    if lacking := [column for column in columns if column not in names]:
        named = ", ".join(lacking[:3])
        other = next((words for one, words in SEPARATORS.items() if one != separator and len(names) == 1 and one in names[0]), None)
        why = f"Its cells are parted by {other}, not by {SEPARATORS[separator]}." if other else f"It has no column {named}."
        raise unfit(path, why, "It is of another version of the data set: take the file as its makers publish it.")
    return _read(path, [names.index(column) for column in columns], len(names), separator, first_line=2)


def read_unnamed(path: Path, width: int, *, separator: str = ",") -> NDArray[np.float32]:
    """A table of `width` columns without names (n, width), NaN where no finite number stands; raises DataUnfit."""
    cells = len(header(path, separator))
    if cells != width:
        what_to_do = "It is of another version of the data set: take the file as its makers publish it."
        raise unfit(path, f"It has {cells} columns, and {width} were expected.", what_to_do, line=1)
    return _read(path, range(width), width, separator, first_line=1)


def header(path: Path, separator: str) -> list[str]:
    """The cells of the first line without the blanks around them; raises DataUnfit for an empty file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise unfit(path, f"It cannot be read ({error}).", "It is damaged: copy it anew.") from None
    if not first.strip():
        raise unfit(path, "It is empty.", "It is damaged or cut off: copy it anew, or take it away to go without.")
    return [name.strip() for name in first.split(separator)]


def _read(path: Path, places: Sequence[int], width: int, separator: str, first_line: int) -> NDArray[np.float32]:
    try:
        values = np.loadtxt(
            path, delimiter=separator, usecols=places, skiprows=first_line - 1, ndmin=2, comments=None, encoding="utf-8-sig"
        )
    except ValueError:  # words among the numbers, such as the -1.#IND of a failed frame, or a row that is cut off
        values = _coerced(path, places, width, separator, first_line)
    if len(values) == 0:
        raise unfit(path, "It has no rows.", "It is damaged or cut off: copy it anew, or take it away to go without.")
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)


def _coerced(path: Path, places: Sequence[int], width: int, separator: str, first_line: int) -> NDArray[np.float64]:
    rows = []
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        for line, text in enumerate(stream, 1):
            if line < first_line or not text.strip():
                continue
            cells = text.split(separator)
            cells = cells[:-1] if len(cells) == width + 1 and not cells[-1].strip() else cells
            if len(cells) != width:
                what_to_do = "It is damaged or cut off: copy it anew, or take it away to go without."
                raise unfit(path, f"It has {len(cells)} of {width} columns.", what_to_do, line=line)
            rows.append([_number(cells[place]) for place in places])
    return np.array(rows, dtype=np.float64).reshape(-1, len(places))


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def rising(path: Path, times_s: NDArray[np.floating]) -> NDArray[np.float64]:
    """The times of frames; raises DataUnfit where they are no times."""
    seconds = np.asarray(times_s, dtype=np.float64)
    if not np.isfinite(seconds).all() or (np.diff(seconds) < 0).any():
        raise unfit(path, "The times of its frames are missing or go back.", "It is damaged, or two files in one: copy it anew.")
    return seconds


def lane_of(kind: str, frames: Frames, spans: Sequence[Span]) -> LaneVectors | None:
    """Mean and standard deviation of each feature over the frames in `spans`, for every SEGMENT_S; None where nothing is usable.

    A feature that was not measured in a segment (the pitch of a voiceless one) has its mean over the interview there. The quality is the
    mean of the frames' `usable`.
    """
    slots = np.floor(frames.times_s / SEGMENT_S).astype(np.int64)
    heard = within(spans, frames.times_s)
    found = {int(slot): part for slot in np.unique(slots[heard]) if (part := _summary(frames, heard & (slots == slot))) is not None}
    if not found:
        return None
    vectors = np.stack([vector for vector, _ in found.values()])
    measured = np.isfinite(vectors)
    usual = np.where(measured, vectors, 0.0).sum(axis=0) / np.maximum(measured.sum(axis=0), 1)
    return LaneVectors(
        kind,
        np.array(list(found), dtype=np.float64) * SEGMENT_S,
        np.where(measured, vectors, usual).astype(np.float32),
        np.array([quality for _, quality in found.values()], dtype=np.float32),
    )


def about_own_mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What changes in places of a face, without how that face is built, which tells who it is: each column less its mean."""
    measured = np.isfinite(values)
    mean = np.where(measured, values, 0.0).sum(axis=0, dtype=np.float64) / np.maximum(measured.sum(axis=0), 1)
    return (values - mean).astype(np.float32)


def within(spans: Sequence[Span], times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the rising times lie in one of the spans."""
    inside = np.zeros(len(times_s), dtype=bool)
    for start, end in np.searchsorted(times_s, np.array(spans, dtype=np.float64).reshape(-1, 2)):
        inside[start:end] = True
    return inside


def _summary(frames: Frames, rows: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float] | None:
    """Means and deviations (2 d), NaN for what was not measured, and the quality; None where too little is usable."""
    usable = frames.usable[rows]
    if float((usable > 0).mean()) < LEAST_USABLE:
        return None
    values = frames.values[rows][usable > 0].astype(np.float64)
    count = np.isfinite(values).sum(axis=0)
    there = np.maximum(count, 1)
    mean = np.nansum(values, axis=0) / there
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / there)
    unmeasured = np.where(count > 0, 0.0, np.nan)
    return np.concatenate([mean + unmeasured, spread + unmeasured]), float(usable.mean())
