"""A questionnaire as a person filled it in; its words and how it is scored are in `review.questionnaire`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Answers = tuple[int | None, ...]
"""0..3 per item in the form's order, None where it was left out."""


class Kind(StrEnum):
    """Which form; the value is its name in the store and in files."""

    PHQ9 = "phq9"
    PHQ8 = "phq8"
    GAD7 = "gad7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as a person filled it in; `replaces` is the number of the one that it corrects, `id` None while it is not stored."""

    kind: Kind
    version: str
    filled_at: datetime
    answers: Answers
    difficulty: int | None = None
    source: str = "window"
    id: int | None = None
    replaces: int | None = None
