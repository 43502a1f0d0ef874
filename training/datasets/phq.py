"""The eight items of the PHQ and its total, from a row of a table, checked against one another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.datasets.interview import HIGHEST_ITEM, ITEMS
from training.datasets.tables import Row

SCALE = "PHQ-8"
HIGHEST_TOTAL = ITEMS * HIGHEST_ITEM

ABOVE_FROM = 10
"""Kroenke and Spitzer 2009; what a table says of "above" itself is not used: released tables have had it wrong."""


class Answers(NamedTuple):
    """As `Interview` has them."""

    items: NDArray[np.float32] | None
    total: float | None
    above: bool | None


NOT_KNOWN = Answers(None, None, None)


def answers(row: Row, items: Sequence[str], total: str) -> Answers:
    """The items in the columns `items` (an empty cell: NaN), and the total in `total`, or where it is not told their sum.

    Raises DataUnfit for an item or total outside its range, and for a total that the items cannot have.
    """
    given = [row.number(column, 0, HIGHEST_ITEM) for column in items]
    for column, value in zip(items, given, strict=True):
        if value is not None and value != int(value):
            raise row.unfit(f"{column} is {row[column]}; an item is a whole number.", "Correct that row.")
    told = row.number(total, 0, len(items) * HIGHEST_ITEM)
    values = np.array([np.nan if value is None else value for value in given], dtype=np.float32)
    told = _agreeing(row, values, total, told)
    return Answers(values if np.isfinite(values).any() else None, told, None if told is None else told >= ABOVE_FROM)


def _agreeing(row: Row, items: NDArray[np.float32], column: str, told: float | None) -> float | None:
    """The total, if these items can have it; their sum, where none is told and all are known."""
    unknown = int(np.isnan(items).sum())
    least = float(np.nansum(items))
    if told is None:
        return None if unknown else least
    if not least <= told <= least + HIGHEST_ITEM * unknown:
        said = f"{len(items) - unknown} items add up to {least:g}"
        raise row.unfit(f"Its {said}, and {column} is {told:g}.", "Find out which is right, and correct that row.")
    return told


def total_only(row: Row, column: str) -> Answers:
    """For a table that has no items."""
    told = row.number(column, 0, HIGHEST_TOTAL)
    return Answers(None, told, None if told is None else told >= ABOVE_FROM)
