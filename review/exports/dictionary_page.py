"""docs/data-dictionary.md, made from the table of columns: `python -m review.exports.dictionary_page > docs/data-dictionary.md`."""

import sys

from review.exports.csv_files import READINGS_FILE, SCORES_FILE, dictionary_rows

_HEAD = """# Data dictionary

The tables that `analyze` and `export` write. They are UTF-8 with commas, one row per reading or moment, times in seconds from the
session's start. An empty cell means "not measured"; it is never a zero. Words that begin with `=`, `+`, `-`, `@`, a tab or a line break
(a spreadsheet would take them for a formula) have an apostrophe in front; negative numbers are numbers and have none. The same table is
written beside the files as `data_dictionary.csv`.

This page is made by `python -m review.exports.dictionary_page`.
"""


def dictionary_markdown() -> str:
    """The page as text."""
    return _HEAD + "".join(_table(file) for file in (READINGS_FILE, SCORES_FILE))


def _table(file: str) -> str:
    rows = [f"| `{name}` | {unit} | {meaning} |" for of, name, unit, meaning in dictionary_rows() if of == file]
    return "\n".join((f"\n## {file}\n", "| column | unit | meaning |", "| --- | --- | --- |", *rows)) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dictionary_markdown())
