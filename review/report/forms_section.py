"""Questionnaires in a report: totals, bands, changes against the published lines, and what item 9 said."""

from collections.abc import Sequence

from core.questionnaire import Filled
from review.questionnaire import FORMS, MISSING_RULE, changes_explained
from review.questionnaire_history import HistoryRow, history
from review.report.document import Block, Notice, Paragraph, Run, Section, Table, Tone, Words, section
from review.report.filing import Filing
from review.report.numbers import signed
from review.report.session_words import NOTHING

SAFETY_WHAT = "Item 9 of the PHQ-9 was answered above 0 on {days}: thoughts of being better off dead, or of self-harm, were reported."
SAFETY_DO = "Speak with the person about it; ask about plans, means and protection. The form is no estimate of risk."


def forms_section(forms: Sequence[Filled], everything: Sequence[Filled] = ()) -> Section:
    """The forms, the newest first; changes are against all that came before (`everything`), also outside the report."""
    shown = {id(one) for one in forms}
    rows = [row for row in history(everything or forms) if id(row.filled) in shown]
    kinds = list(dict.fromkeys(row.filled.kind for row in rows))
    blocks: list[Block] = [
        Table(
            "Questionnaires as the person filled them in; no model adds to them",
            ("Filled in", "Form", "Total", "Since the last", "Since the first", "Item 9"),
            [_row(row) for row in rows],
            numbers_from=99,
            widths=(0.19, 0.09, 0.24, 0.19, 0.17, 0.12),
        ),
        *(Paragraph(changes_explained(FORMS[kind]), small=True) for kind in kinds if FORMS[kind].changes),
        Paragraph(MISSING_RULE, small=True),
    ]
    return section("forms", "Questionnaires", *blocks)


def safety_notices(forms: Sequence[Filled], filing: Filing | None) -> list[Notice]:
    """What must be read first, where item 9 was answered above 0 in a form that holds."""
    days = [row.date for row in history(forms) if row.safety.startswith("Item 9: ") and not row.corrected]
    if not days:
        return []
    words: list[Words] = [Run(SAFETY_WHAT.format(days="; ".join(reversed(days))), Tone.STRONG), SAFETY_DO]
    return [Notice([*words, filing.contacts] if filing and filing.contacts else words, safety=True)]


def _row(row: HistoryRow) -> tuple[Words, ...]:
    return (row.date, row.form, row.total, signed(row.since_last) or NOTHING, signed(row.since_first) or NOTHING, row.safety or NOTHING)
