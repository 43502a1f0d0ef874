"""A person's forms as a table: totals, bands, and every change against the published lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.calendar import Period, name_of
from core.questionnaire import Filled, Kind
from review.questionnaire import FORMS, change_briefly, lacks_safety_item, needs_safety_panel, score_in_words, score_of


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One form in words. `corrected` when a later row takes its place; `safety` is empty, or what item 9 said."""

    filled: Filled
    date: str
    form: str
    total: str
    since_last: str
    since_first: str
    safety: str
    corrected: bool


def history(forms: Sequence[Filled]) -> list[HistoryRow]:
    """The newest first; each form is compared with those of its kind that hold and have a total."""
    corrected = {one.replaces for one in forms if one.replaces is not None}
    before: dict[str, list[int]] = {}
    rows = []
    for one in sorted(forms, key=lambda one: (one.filled_at, one.id or 0)):
        total, is_corrected = score_of(one).total, one.id is not None and one.id in corrected
        earlier = before.setdefault(one.kind, [])
        rows.append(_row(one, total, earlier, is_corrected))
        if total is not None and not is_corrected:
            earlier.append(total)
    return rows[::-1]


def newest_needs_safety_panel(forms: Sequence[Filled]) -> bool:
    """Whether the newest PHQ-9 that holds has item 9 above 0."""
    newest = next((row.filled for row in history(forms) if row.filled.kind is Kind.PHQ9 and not row.corrected), None)
    return newest is not None and needs_safety_panel(newest.kind, newest.answers)


def _row(one: Filled, total: int | None, earlier: Sequence[int], corrected: bool) -> HistoryRow:
    form = FORMS[one.kind]
    compared = bool(earlier) and not corrected
    return HistoryRow(
        filled=one,
        date=f"{name_of(one.filled_at.date(), Period.DAY)}, {one.filled_at:%H:%M}",
        form=form.name,
        total=("Corrected. " if corrected else "") + score_in_words(form, score_of(one)),
        since_last="" if total is None or not compared else change_briefly(form, earlier[-1], total),
        since_first="" if total is None or not compared else change_briefly(form, earlier[0], total),
        safety=_safety(one),
        corrected=corrected,
    )


def _safety(one: Filled) -> str:
    if needs_safety_panel(one.kind, one.answers):
        return f"Item 9: {one.answers[-1]}"
    return "Item 9 left out" if lacks_safety_item(one.kind, one.answers) else ""
