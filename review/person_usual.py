"""What is usual for one person, of the sessions in the store: the same days and figures as the band of the trend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from core.calendar import is_plausible
from core.calibration import Calibration
from core.person import Use
from core.session_values import INDEX, SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.statistics import change_trace
from core.usual import FIRST_SAID, Usual, usual_of
from review.measures import MEASURES, Measure
from review.trends import Day, compared, good_days


@dataclass(frozen=True, slots=True)
class Drift:
    """What is usual has moved: the newest days' median lies reliably away from the first ones', as was first told on `since`."""

    since: date
    before: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUsual:
    """By signal what is usual, and where that has moved. `days` with a good index are there, of the `wanted` first ones.

    `session_s` is how long the index had a number in a session of these days (the median; 0 without a usual). `calibration` stands in
    until a usual is said; None: there is none.
    """

    person: str
    signals: Mapping[str, Usual] = field(default_factory=dict)
    drifts: Mapping[str, Drift] = field(default_factory=dict)
    days: int
    wanted: int
    session_s: float = 0.0
    calibration: Calibration | None = None

    @property
    def index(self) -> Usual | None:
        """What is usual for the index; None: there are not enough days."""
        return self.signals.get(INDEX)

    @property
    def missing(self) -> int:
        """How many days with a good session it takes until a usual is said."""
        return max(0, first_said(self.wanted) - self.days)


def person_usual(
    person: str,
    sessions: Sequence[SessionValues],
    now: datetime,
    settings: ReviewSettings = REVIEW_DEFAULTS,
    *,
    without: int | None = None,
    calibration: Calibration | None = None,
) -> PersonUsual:
    """What is usual for a person; the session `without` is left out, so that nothing is compared with itself.

    Sessions that measured too little or too poorly, were excluded by somebody, or whose date cannot be right do not count.
    """
    counted = [one for one in sessions if one.session != without and is_plausible(one.started, now)]
    marked = {one.session for one in counted if one.use is Use.BASELINE}
    signals: dict[str, Usual] = {}
    drifts: dict[str, Drift] = {}
    there = wanted = settings.baseline_days
    session_s = 0.0
    for key, measure in MEASURES.items():
        days, count = compared(good_days(counted, measure, settings), marked, settings.baseline_days)
        if key == INDEX:
            there, wanted = min(len(days), count), count
        first = days[:count]
        if len(first) < first_said(count):
            continue
        if key == INDEX:
            session_s = _usual_length(counted, first)
        signals[key] = usual_of([day.value for day in first], first[0].day, first[-1].day, measure.least)
        if drift := drift_of(days, count, measure):
            drifts[key] = drift
    return PersonUsual(
        person=person, signals=signals, drifts=drifts, days=there, wanted=wanted, session_s=session_s, calibration=calibration
    )


def _usual_length(sessions: Sequence[SessionValues], days: Sequence[Day]) -> float:
    """The median seconds with a number of the sessions of these days."""
    there = {session for day in days for session in day.sessions}
    return float(np.median([one.measured[INDEX] for one in sessions if one.session in there]))


def first_said(wanted: int) -> int:
    """From how many days on a usual is said that will be made of `wanted`."""
    return min(FIRST_SAID, wanted)


def drift_of(days: Sequence[Day], count: int, measure: Measure) -> Drift | None:
    """The reliable change that lasts, of a measure that is compared; None: there is none, or too few days to tell."""
    if measure.part is None or len(days) <= count:
        return None
    trace = change_trace(np.array([day.value for day in days]), count, part=measure.part, least=measure.least)
    side = trace.changed[-1]
    if not side:
        return None
    other = np.flatnonzero(trace.changed != side)
    first_told = int(other[-1]) + 1
    return Drift(days[first_told].day, float(trace.baseline.median), float(trace.recent[-1]))
