"""A period as tables and as one JSON file: a row for each session, with one value per measure, and the questionnaires."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.labels import EMOTIONS, MODALITIES
from core.session_values import INDEX, SessionValues
from review.exports.columns import Column, cell_text
from review.exports.data_json import ABSENT
from review.exports.whole_file import whole_file
from review.measures import MEASURES
from review.questionnaire import score_of
from review.questionnaire_csv import COLUMNS as FORM_COLUMNS
from review.questionnaire_csv import write_table
from review.report.period_material import PeriodMaterial

SCHEMA = "affectograph-period-1"
SESSIONS_FILE, FORMS_FILE, DICTIONARY_FILE = "sessions.csv", "questionnaires.csv", "data_dictionary.csv"
_SOURCES = (INDEX, *MODALITIES)


def _measured(source: str) -> Column[SessionValues]:
    unit = "entries" if source == "text" else "s"
    return Column(
        f"measured_{source}", unit, f"How much of the {source} was measured. Empty when nothing was.", lambda one: one.measured.get(source)
    )


def _quality(source: str) -> Column[SessionValues]:
    meaning = "share of the moments that have a number" if source == INDEX else "median quality of the readings"
    return Column(f"quality_{source}", "0..1", f"Of the {source}: {meaning}.", lambda one: one.quality.get(source))


def _value(key: str) -> Column[SessionValues]:
    measure = MEASURES[key]
    kind = "Mean probability" if key.rpartition(".")[2] in set(EMOTIONS) else "Median"
    unit = measure.unit or ("0..100" if key == INDEX else "0..1")
    return Column(key, unit, f"{kind} over the session. {measure.name}.", lambda one: one.values.get(key))


SESSION_COLUMNS: tuple[Column[SessionValues], ...] = (
    Column("session", "", "Number of the session.", lambda one: one.session),
    Column(
        "began", "", "By the clock of its place, with the distance from UTC (ISO 8601).", lambda one: one.started.isoformat("T", "seconds")
    ),
    Column("zone", "", "Name of the place's zone, or its distance from UTC.", lambda one: one.zone),
    Column("use", "", "baseline or excluded, where somebody said so.", lambda one: one.use and one.use.value),
    *map(_value, MEASURES),
    *map(_measured, _SOURCES),
    *map(_quality, _SOURCES),
)
ITEM = "Answer, 0 to 3; empty: left out, or the form has no such item."
_FORM_MEANINGS = {
    "person": "The pseudonym.",
    "kind": "phq9, phq8 or gad7.",
    "version": "Of the words, with their language.",
    "filled_at": "When it was filled in (ISO 8601).",
    "difficulty": "The question after the items, 0 to 3.",
    "total": "By the rule of the form; empty when too many items are missing.",
}


def write_period_tables(folder: Path, material: PeriodMaterial) -> list[Path]:
    """Sessions, questionnaires and what their columns mean, into a folder that is there; their paths, or OutputUnwritable."""
    sessions, forms, dictionary = (folder / name for name in (SESSIONS_FILE, FORMS_FILE, DICTIONARY_FILE))
    with whole_file(sessions, newline="") as stream:
        table = csv.writer(stream)
        table.writerow([column.name for column in SESSION_COLUMNS])
        table.writerows([cell_text(column.cell(one)) for column in SESSION_COLUMNS] for one in material.sessions)
    write_table(forms, [(material.person.pseudonym, form) for form in material.period_forms])
    with whole_file(dictionary, newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("file", "column", "unit", "meaning"))
        table.writerows(period_dictionary_rows())
    return [sessions, forms, dictionary]


def write_period_json(path: Path, material: PeriodMaterial) -> None:
    """The same in one file; raises OutputUnwritable."""
    content = {
        "schema": SCHEMA,
        "absent": ABSENT,
        "person": material.person.pseudonym,
        "first": material.first.isoformat(),
        "last": material.last.isoformat(),
        "dictionary": [dict(zip(("table", "name", "unit", "meaning"), row, strict=True)) for row in period_dictionary_rows()],
        "sessions": [_named(SESSION_COLUMNS, one) for one in material.sessions],
        "questionnaires": [
            {
                "kind": form.kind,
                "version": form.version,
                "filled_at": form.filled_at.isoformat(),
                "answers": form.answers,
                "difficulty": form.difficulty,
                "total": score_of(form).total,
            }
            for form in material.period_forms
        ],
    }
    with whole_file(path) as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1, allow_nan=False)
        stream.write("\n")


def _named(columns: Iterable[Column[SessionValues]], one: SessionValues) -> dict[str, Any]:
    cells = {column.name: column.cell(one) for column in columns}
    return {name: cell for name, cell in cells.items() if cell is not None}


def period_dictionary_rows() -> list[tuple[str, str, str, str]]:
    """File, column, unit and meaning of every column of the tables of a period."""
    forms = [(FORMS_FILE, name, "", _FORM_MEANINGS.get(name, ITEM)) for name in FORM_COLUMNS]
    return [*((SESSIONS_FILE, column.name, column.unit, column.meaning) for column in SESSION_COLUMNS), *forms]
