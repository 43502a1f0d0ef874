"""What is said of a value beside what is usual for its person."""

from collections.abc import Collection, Iterator

from core.calendar import Period, name_of
from core.calibration import Calibration
from core.labels import Modality
from core.reference_speakers import REFERENCES, index_reference
from core.session_values import INDEX, SessionValues
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.statistics import RECENT
from core.usual import DIFFERENT_RATE, Place, Standing, Usual, place_of
from review.measures import MEASURES, Measure
from review.person_usual import Drift, PersonUsual
from review.summary_rows import Row, Section
from review.trends import is_good

METHOD = (
    "Usual is where a day of this person is expected: the median of the first days with a good session, and so many of their spreads "
    f"(1.4826 MAD) to each side that of the days of somebody who stays as before {DIFFERENT_RATE:.0%} lie outside, by a simulation. The "
    "session that is looked at is left out. Beyond it is not better or worse: light, camera, topic or a cold move it as well."
)
MOVED = (
    f"The median of the newest {RECENT} days lies away from that of the first ones by more than chance and error explain: the reliable "
    "change of the trend, which has the day on which each was first told. Where it lasts, newer sessions can be marked "
    "as baseline (People, Sessions)."
)
GENERAL = (
    "Speakers of neutral sentences, four of five of whom lie in between: 30 actors of RAVDESS, EMO-DB and TESS, by their voice alone. They "
    "are no sample of a population, and this is no norm. Nothing is known of the index with a face or words in it."
)
SHORT = {Standing.AS_USUAL: "as usual", Standing.HIGHER: "higher", Standing.LOWER: "lower"}
NOBODY = "Nobody of an open record is chosen: there is no usual beside it."
POPULATION_UNKNOWN = "What is usual in the population is not known."
"""Of an index with a face or words in it: no sample was measured."""


def usual_range(usual: Usual, measure: Measure) -> str:
    """28–36, or −34 to −27, within what the measure can be."""
    low = usual.low if measure.low is None else max(measure.low, usual.low)
    high = usual.high if measure.high is None else min(measure.high, usual.high)
    between = " to " if low < 0 else "–"
    return f"{measure.written(low)}{between}{measure.written(high)}".replace("-", "\N{MINUS SIGN}")


def index_lines(one: PersonUsual | None, value: float | None, heard_from: Collection[Modality], *, so_far: bool) -> list[str]:
    """What stands under the index: the person's usual and the session beside it, or until there is one what is known in its place.

    `value` is the session's median (None: too short), `heard_from` the lanes of the index.
    """
    if one is None:
        return [NOBODY, in_general(heard_from)]
    if one.index is None:
        return [*filter(None, (index_usual(one), "" if value is None else beside_calibration(value, one), in_general(heard_from)))]
    place = [] if value is None else [session_place(place_of(value, one.index), so_far=so_far)]
    moved = [drifted(one.drifts[INDEX])] if INDEX in one.drifts else []
    return [index_usual(one), *place, *moved]


def index_usual(one: PersonUsual) -> str:
    """What is usual for the index, or what is missing until it can be said, with the calibration that stands in."""
    usual = one.index
    if usual is None:
        missing = f"What is usual for {one.person} is not known yet: it takes {_days(one.missing)} more with a good session."
        stands_in = one.calibration is not None and INDEX in one.calibration.signals
        return f"{missing} Calibration: {_calibrated(one.calibration)}." if stands_in and one.calibration else missing
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
    return f"Usual has moved: {drift.before:.0f} → {drift.now:.0f}, reliably since {name_of(drift.since, Period.DAY)}."


def usual_sections(values: SessionValues, one: PersonUsual, settings: ReviewSettings = REVIEW_DEFAULTS) -> list[Section]:
    """A session's compared measures beside what is usual for its person, where that has moved, and what is known of people in general."""
    moved = tuple(_moved(one))
    return [
        Section("Beside what is usual", f"In brackets what is usual. {METHOD}", tuple(_beside(values, one, settings))),
        *([Section("What is usual has moved", MOVED, moved)] if moved else []),
        Section("People in general", GENERAL, tuple(_general())),
    ]


def _beside(values: SessionValues, one: PersonUsual, settings: ReviewSettings) -> Iterator[Row]:
    if one.index is None:
        yield Row(key="usual.missing", name="Index: not known yet", words=f"it takes {_days(one.missing)} more")
    if one.index is None and one.calibration is not None and INDEX in one.calibration.signals:
        yield Row(key="usual.calibration", name="Index: calibration", words=_calibrated(one.calibration))
    for key, measure in MEASURES.items():
        usual = one.signals.get(key)
        if measure.part is not None and usual is not None:
            yield Row(key=f"usual.{key}", name=_name(measure), words=_place(values, measure, usual, settings))


def _moved(one: PersonUsual) -> Iterator[Row]:
    for key, drift in one.drifts.items():
        measure = MEASURES[key]
        since = f", {name_of(drift.since, Period.DAY)}" if key == INDEX else ""
        yield Row(key=f"moved.{key}", name=_name(measure), words=f"{measure.written(drift.before)} → {measure.written(drift.now)}{since}")


def _general() -> Iterator[Row]:
    yield Row(key="general.index", name="Index", words="not known")
    for key, reference in REFERENCES.items():
        measure = MEASURES[key]
        if measure.part is not None and key != INDEX:
            yield Row(key=f"general.{key}", name=measure.name, words=f"{measure.written(reference.low)}–{measure.written(reference.high)}")


def _place(values: SessionValues, measure: Measure, usual: Usual, settings: ReviewSettings) -> str:
    known = f"({usual_range(usual, measure)})"
    if not is_good(values, measure, settings):
        return f"too poor {known}"
    value = values.values[measure.key]
    return f"{measure.written(value)}, {SHORT[place_of(value, usual).standing]} {known}"


def _name(measure: Measure) -> str:
    return "Index" if measure.key == INDEX else measure.name


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _calibrated(calibration: Calibration) -> str:
    return f"{calibration.signals[INDEX].centre:.0f} on {name_of(calibration.made_utc.date(), Period.DAY)}"
