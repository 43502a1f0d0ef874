"""What is said of a value beside what is usual for its person."""

from collections.abc import Collection, Iterator

from core.calendar import Period, name_of
from core.labels import Modality
from core.reference_speakers import REFERENCES, index_reference
from core.session_values import INDEX, SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.statistics import RECENT
from core.usual import DIFFERENT_RATE, Place, Usual, place_of
from review.measures import MEASURES, Measure
from review.person_usual import Drift, PersonUsual
from review.summary_rows import Row, Section
from review.trends import is_good

METHOD = (
    "Usual is where a day of this person is expected: the median of the first days with a good session, and so many of their spreads "
    f"(1.4826 MAD) to each side that of the days of somebody who stays as before {DIFFERENT_RATE:.0%} lie outside, by a simulation. The "
    "session that is looked at is left out. Beyond it is not better or worse: light, camera, topic or a cold move it as well."
)
NOBODY = "Nobody is chosen: there is no usual to hold it against."
POPULATION_UNKNOWN = "What is usual in the population is not known."
"""Of an index with a face or words in it: no sample was measured."""


def usual_range(usual: Usual, measure: Measure) -> str:
    """28–36, or −34 to −27, within what the measure can be."""
    low = usual.low if measure.low is None else max(measure.low, usual.low)
    high = usual.high if measure.high is None else min(measure.high, usual.high)
    between = " to " if low < 0 else "–"
    return f"{measure.written(low)}{between}{measure.written(high)}".replace("-", "\N{MINUS SIGN}")


def index_usual(one: PersonUsual) -> str:
    """What is usual for the index, or what is missing until it can be said, with the calibration that stands in."""
    usual = one.index
    if usual is None:
        return " ".join(filter(None, (_missing(one), _calibrated(one))))
    so_far = "" if usual.count >= one.wanted else f" so far, {usual.count} of"
    days = f"{so_far} {one.wanted} days" if so_far else f", {usual.count} days"
    return f"Usual for {one.person}{days}: {usual_range(usual, MEASURES[INDEX])}."


def in_general(heard_from: Collection[Modality]) -> str:
    """What is known of people in general for an index of these lanes."""
    known = index_reference(heard_from)
    if known is None:
        return POPULATION_UNKNOWN
    return f"{known.speakers} speakers of neutral sentences, by voice alone: {known.low:.0f}–{known.high:.0f} (no norm)."


def session_place(place: Place, *, so_far: bool) -> str:
    """Such as: this session so far 41, higher than usual."""
    return f"This session{' so far' if so_far else ''} {place.value:.0f}: {place.standing}."


def beside_calibration(value: float, one: PersonUsual) -> str:
    """Before there is a usual: how far from the calibration; nothing where there is none, or a usual."""
    calibrated = one.calibration.signals.get(INDEX) if one.calibration and one.index is None else None
    if calibrated is None:
        return ""
    away = f"{value - calibrated.centre:+.0f}".replace("-", "\N{MINUS SIGN}")
    return f"This session {value:.0f}, {away} from the calibration."


def drifted(drift: Drift) -> str:
    """What is usual has moved."""
    return (
        f"What is usual has moved: the newest {RECENT} days have {drift.now:.0f}, the first had {drift.before:.0f} "
        f"(reliable, first told on {name_of(drift.since, Period.DAY)})."
    )


def usual_section(values: SessionValues, one: PersonUsual, settings: ReviewSettings = REVIEW_DEFAULTS) -> Section:
    """A session's compared measures beside what is usual for its person, and where that has moved."""
    return Section("Beside what is usual", METHOD, tuple(_rows(values, one, settings)))


def _rows(values: SessionValues, one: PersonUsual, settings: ReviewSettings) -> Iterator[Row]:
    if one.index is None:
        yield Row(key="usual.none", name=one.person, words=index_usual(one))
        yield Row(key="usual.population", name="Population", words=POPULATION_UNKNOWN)
    for key, measure in MEASURES.items():
        usual = one.signals.get(key)
        if measure.part is None or usual is None:
            continue
        name = "Index" if key == INDEX else measure.name
        yield Row(key=f"usual.{key}", name=name, words=_beside(values, measure, usual, settings))
        if drift := one.drifts.get(key):
            moved = f"{measure.written(drift.before)} → {measure.written(drift.now)}, since {name_of(drift.since, Period.DAY)}"
            yield Row(key=f"usual.{key}.moved", name=f"{name}: usual moved", words=moved)


def _beside(values: SessionValues, measure: Measure, usual: Usual, settings: ReviewSettings) -> str:
    known = f"usual {usual_range(usual, measure)}"
    if not is_good(values, measure, settings):
        return f"not enough measured, or too poorly; {known}"
    value = values.values[measure.key]
    reference = REFERENCES.get(measure.key) if measure.key != INDEX else None
    general = f"; speakers {measure.written(reference.low)}–{measure.written(reference.high)}" if reference else ""
    return f"{measure.written(value)}, {place_of(value, usual).standing} ({known}{general})"


def _missing(one: PersonUsual) -> str:
    days = "1 more day" if one.missing == 1 else f"{one.missing} more days"
    return f"What is usual for {one.person} is not known yet: {days} with a good session."


def _calibrated(one: PersonUsual) -> str:
    calibrated = one.calibration.signals.get(INDEX) if one.calibration else None
    if one.calibration is None or calibrated is None:
        return ""
    return f"Calibration of {name_of(one.calibration.made_utc.date(), Period.DAY)}: {calibrated.centre:.0f}."
