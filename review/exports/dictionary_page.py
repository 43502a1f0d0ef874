"""docs/data-dictionary.md, made from the table of columns: `python -m review.exports.dictionary_page > docs/data-dictionary.md`."""

import sys
from collections.abc import Sequence

from review.exports.csv_files import dictionary_rows
from review.exports.period_files import period_dictionary_rows

_HEAD = """# Data dictionary

The tables that `analyze` and `export` write: `readings.csv` and `scores.csv` of a session, `sessions.csv` and `questionnaires.csv` of a
person's period. They are UTF-8 with commas, one row per reading or moment, times in seconds from the
session's start. An empty cell means "not measured"; it is never a zero. Words that begin with `=`, `+`, `-`, `@`, a tab or a line break
(a spreadsheet would take them for a formula) have an apostrophe in front; negative numbers are numbers and have none. The same table is
written beside the files as `data_dictionary.csv`, and stands in the JSON that `export --format json` writes.

This page is made by `python -m review.exports.dictionary_page`.
"""


def dictionary_markdown() -> str:
    """The page as text."""
    everything = [*dictionary_rows(), *period_dictionary_rows()]
    return _HEAD + "".join(_table(file, everything) for file in dict.fromkeys(row[0] for row in everything))


def _table(file: str, everything: Sequence[tuple[str, str, str, str]]) -> str:
    rows = [f"| `{name}` | {unit} | {meaning} |" for of, name, unit, meaning in everything if of == file]
    return "\n".join((f"\n## {file}\n", "| column | unit | meaning |", "| --- | --- | --- |", *rows)) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dictionary_markdown())
