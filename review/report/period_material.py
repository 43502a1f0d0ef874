"""What a report of a period is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import Period
from core.person import Person
from core.questionnaire import Filled
from core.session import SessionInfo
from core.session_values import SessionValues
from review.report.trend_drawing import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodMaterial:
    """What is known of somebody.

    `values` and `forms` are all of the person's, for a baseline and a first total lie before most periods; `infos` are the sessions of
    the period. `first` and `last` are days; `now` (with its zone) tells dates that cannot be right.
    """

    person: Person
    values: Sequence[SessionValues]
    infos: Sequence[SessionInfo]
    forms: Sequence[Filled]
    first: date
    last: date
    by: Period
    now: datetime

    @property
    def span(self) -> Span:
        """The days of the report."""
        return Span(self.first, self.last + timedelta(days=1))

    def holds(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return self.first <= day <= self.last

    @property
    def sessions(self) -> list[SessionValues]:
        """Those of the period, by the date of their place."""
        return [one for one in self.values if self.holds(one.started.date())]

    @property
    def period_forms(self) -> list[Filled]:
        """Those that were filled in within the period."""
        return [one for one in self.forms if self.holds(one.filled_at.date())]
