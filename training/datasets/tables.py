"""Tables of people, sessions and answers, each row with its line, so that a fault is told where it stands."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.failures import DataUnfit, Failure

SEPARATORS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by the names of their columns as the reader asked for them; `line` is its number in the file, from 1."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell, without the blanks around it; empty where the table has no such column."""
        return self.cells.get(column, "")

    def number(self, column: str, lowest: float, highest: float) -> float | None:
        """The number in a cell (None: it is empty); raises DataUnfit for words and for what lies outside."""
        cell = self[column]
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            raise self.unfit(f"{column} is “{cell}”, which is no number.", "Correct it, or leave the cell empty.") from None
        if not lowest <= value <= highest:
            raise self.unfit(f"{column} is {cell}; it goes from {lowest:g} to {highest:g}.", "Correct that row.")
        return value

    def unfit(self, why: str, what_to_do: str) -> DataUnfit:
        """What is wrong with this row."""
        return unfit(self.path, why, what_to_do, line=self.line)


def read_table(
    path: Path, needed: Sequence[str], *, optional: Sequence[str] = (), key: Sequence[str] = (), separator: str = ","
) -> list[Row]:
    """The rows of a table with a first line of names; a row without any cell is passed over. Raises DataUnfit.

    Names are found without regard to capitals and blanks. No two rows may have the same `key`.
    """
    lines = _lines(path, separator)
    names = [name.casefold() for name in lines[0][1]]
    if lacking := [column for column in needed if column.casefold() not in names]:
        raise unfit(path, _why_lacking(lacking, lines[0][1], separator), f"Its first line must name {', '.join(needed)}.")
    places = {column: names.index(column.casefold()) for column in (*needed, *optional) if column.casefold() in names}
    rows = []
    for line, cells in lines[1:]:
        if not any(cells):
            continue
        row = Row(path, line, {column: cells[place] for column, place in places.items() if place < len(cells)})
        if any(column not in row.cells for column in needed):
            raise row.unfit(f"It has {len(cells)} of {len(names)} cells.", "The file is damaged or cut off: copy it anew.")
        rows.append(row)
    if not rows:
        raise unfit(path, "It has no rows below its names.", "It is damaged or cut off: copy it anew.")
    _require_once(rows, key)
    return rows


def _lines(path: Path, separator: str) -> list[tuple[int, list[str]]]:
    """The number and the cells of each line, the first one that of the names; tabs part plain words, in which a quote is a quote."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=separator, quoting=csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL)
            lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except FileNotFoundError:
        raise unfit(path, "It is not there.", "Put it where the data set's makers have it, or check the folder's name.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise unfit(path, f"It cannot be read ({error}).", "Save it as a table in UTF-8, or copy it anew.") from None
    if not lines:
        raise unfit(path, "It is empty.", "It is damaged or cut off: copy it anew.")
    return lines


def _why_lacking(lacking: Sequence[str], names: Sequence[str], separator: str) -> str:
    other = next((words for one, words in SEPARATORS.items() if one != separator and any(one in name for name in names)), None)
    if other is not None and len(names) == 1:
        return f"Its cells are parted by {other}, not by {SEPARATORS[separator]}."
    return f"It has no column {', '.join(lacking)}."


def _require_once(rows: Sequence[Row], key: Sequence[str]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows if key else ():
        this = tuple(row[column] for column in key)
        if not all(this):
            raise row.unfit(f"It has no {' or '.join(column for column in key if not row[column])}.", "Fill it in.")
        if this in seen:
            raise row.unfit(f"{' '.join(this)} stands in line {seen[this]} already.", "Take one of the two rows out.")
        seen[this] = row.line


def unfit(path: Path, why: str, what_to_do: str, *, line: int | None = None) -> DataUnfit:
    """What is wrong with a file, or with one line of it."""
    where = path if line is None else f"{path}, line {line},"
    return DataUnfit(Failure(f"{where} cannot be used.", why, what_to_do))
