"""Questionnaires as a table: one row per form, read in and written out."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.failures import Failure, WrongUse
from core.questionnaire import Filled, Kind
from review.exports.columns import escaped, unescaped
from review.exports.whole_file import whole_file
from review.questionnaire import FORMS, HIGHEST, score, score_of

ITEM_COLUMNS = tuple(f"item_{number}" for number in range(1, 10))
COLUMNS = ("person", "kind", "version", "filled_at", *ITEM_COLUMNS, "difficulty", "total")
REQUIRED = ("kind", "filled_at")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: whose it is (as written, may be empty) and what was filled in."""

    number: int
    person: str
    filled: Filled


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; rows are counted as a spreadsheet does, the header being 1."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"Row {self.number}: {self.why}"


def read_rows(text: str, source: str, now: datetime) -> tuple[list[Row], list[Fault]]:
    """All rows of a table, and what is wrong with the others; raises WrongUse where it is no such table.

    Commas or semicolons part the columns. `source` is the file's name; `now` (with its zone) bounds the dates, and gives the zone to those
    that have none.
    """
    first = text.lstrip("\ufeff").splitlines()[:1]
    reader = csv.DictReader(
        io.StringIO(text.lstrip("\ufeff")), delimiter=";" if first and first[0].count(";") > first[0].count(",") else ","
    )
    names = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    lacking = [name for name in (*REQUIRED, "item_1") if name not in names]
    if lacking:
        raise WrongUse(
            Failure(
                f"“{source}” is no table of questionnaires.",
                f"Its first row lacks the column{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}.",
                f"The columns are {', '.join(COLUMNS)}; person, version, difficulty and total may be missing.",
            )
        )
    rows: list[Row] = []
    faults: list[Fault] = []
    for cells in reader:
        number = reader.line_num
        if not any((value or "").strip() for key, value in cells.items() if key is not None):
            continue
        try:
            rows.append(_row(number, cells, source, now))
        except ValueError as error:
            faults.append(Fault(number, str(error)))
    return rows, faults


def read_table(path: Path, now: datetime) -> tuple[list[Row], list[Fault]]:
    """The same of a file; raises WrongUse for one that cannot be read or is no text in UTF-8."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not a text in UTF-8"
        raise WrongUse(
            Failure(f"“{path.name}” cannot be read.", f"{path}: {why}.", "Save it as CSV in UTF-8, and open it again.")
        ) from error
    return read_rows(text, path.name, now)


def write_table(path: Path, rows: Sequence[tuple[str, Filled]]) -> None:
    """Write them into a file, whole or not at all; raises OutputUnwritable."""
    with whole_file(path) as stream:
        stream.write(write_rows(rows))


def faults_in_words(faults: Sequence[Fault], most: int = 5) -> str:
    """The first faults, one after another, and how many more there are."""
    more = f" And {len(faults) - most} more." if len(faults) > most else ""
    return ". ".join(map(str, faults[:most])) + "." + more


def write_rows(rows: Sequence[tuple[str, Filled]]) -> str:
    """A table of (person, form); what a spreadsheet would take for a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person, filled in rows:
        answers = [*filled.answers, *[None] * (len(ITEM_COLUMNS) - len(filled.answers))]
        total = score_of(filled).total
        writer.writerow(
            [
                escaped(person),
                filled.kind,
                filled.version,
                filled.filled_at.isoformat(),
                *map(_cell, answers),
                _cell(filled.difficulty),
                _cell(total),
            ]
        )
    return out.getvalue()


def _row(number: int, cells: dict[str, str | None], source: str, now: datetime) -> Row:
    if None in cells:
        raise ValueError("it has more cells than the first row has columns")
    get = {key: (value or "").strip() for key, value in cells.items()}
    kind = _kind(get["kind"])
    form = FORMS[kind]
    answers = tuple(_answer(get.get(name, ""), name) for name in ITEM_COLUMNS)
    beyond = [name for name, answer in zip(ITEM_COLUMNS, answers, strict=True) if answer is not None][-1:]
    if beyond and ITEM_COLUMNS.index(beyond[0]) >= len(form.items):
        raise ValueError(f"the {form.name} has {len(form.items)} items, and {beyond[0]} is filled in")
    answers = answers[: len(form.items)]
    if all(answer is None for answer in answers):
        raise ValueError("no item is filled in")
    total = _number(get.get("total", ""), "total", form.highest)
    counted = score(form, answers).total
    if total is not None and total != counted:
        raise ValueError(f"total says {total}, but the items make {'no total' if counted is None else counted}")
    filled = Filled(
        kind=kind,
        version=get.get("version") or form.version,
        filled_at=_moment(get["filled_at"], now),
        answers=answers,
        difficulty=_number(get.get("difficulty", ""), "difficulty", HIGHEST),
        source=source,
    )
    return Row(number, unescaped(get.get("person", "")), filled)


def _kind(word: str) -> Kind:
    try:
        return Kind(word.lower().replace("-", "").replace(" ", ""))
    except ValueError:
        raise ValueError(f"kind is “{word}”; it is one of {', '.join(form.name for form in FORMS.values())}") from None


def _answer(word: str, column: str) -> int | None:
    return _number(word, column, HIGHEST)


def _number(word: str, column: str, most: int) -> int | None:
    if word == "":
        return None
    if not (word.isascii() and word.isdigit()) or int(word) > most:
        raise ValueError(f"{column} is “{word}”; it is a whole number from 0 to {most}, or empty")
    return int(word)


def _moment(word: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        raise ValueError(f"filled_at is “{word}”; it is a date such as 2026-03-29 or 2026-03-29T18:30") from None
    whole_day = len(word) <= len("2026-03-29")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    if whole_day and moment.date() <= now.date():
        return min(moment.replace(hour=12), now)  # the middle of the day is the same date in every zone nearby
    if moment > now:
        raise ValueError(f"filled_at is {word}, which lies in the future")
    return moment


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)
