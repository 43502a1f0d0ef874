"""The tables of a period's report."""

import math
from collections.abc import Sequence

from core.calendar import name_of
from core.labels import MODALITIES, Modality
from core.person import Use
from core.session import SessionInfo
from core.session_values import INDEX, SessionValues
from core.settings import ReviewSettings
from review.measures import MEASURES
from review.report.document import Paragraph, Table, Words, said
from review.report.numbers import clock_time, percent
from review.report.period_material import PeriodMaterial
from review.report.session_tables import WORDS_ONLY
from review.report.session_words import NONE, NOTHING
from review.trends import Bin, Trend, is_good, misdated

MEASURED_SOURCES = (INDEX, *MODALITIES)


def bins_table(material: PeriodMaterial, one: Trend) -> Table | Paragraph:
    """The index, period by period."""
    bins = [held for held in one.bins if held.end > material.first and held.start <= material.last]
    if not bins:
        return Paragraph("No session of the period measured the index.")
    rows = [
        (_capital(name_of(held.start, material.by)), _value(held, one), _change(held), f"{held.good} of {held.sessions}", _quality(held))
        for held in bins
    ]
    caption = "Mean of the days with a good session, with its 95 % interval; a dash where there was none"
    return Table(caption, ("When", "Index", "Reliable change", "Good sessions", "Quality"), rows)


def _value(held: Bin, one: Trend) -> Words:
    if math.isnan(held.value):
        return NOTHING if not held.sessions else NONE
    written = one.measure.written
    return written(held.value) + ("" if math.isnan(held.low) else f" ({written(held.low)}–{written(held.high)})")


def _change(held: Bin) -> Words:
    return {1: "above the baseline", -1: "below the baseline"}.get(held.change, NOTHING)


def _quality(held: Bin) -> Words:
    return f"{held.quality:.2f}" if held.sessions else NOTHING


def sessions_table(material: PeriodMaterial, settings: ReviewSettings) -> Table | Paragraph:
    """Every session, and whether it counts."""
    values = {one.session: one for one in material.values}
    rows = [_session_row(info, values.get(info.id), settings) for info in material.infos]
    if not rows:
        return Paragraph("There was no session in the period.")
    heads = ("No.", "Began", "Length", "What", "Index", "Counts in the trend of the index")
    return Table("All sessions of the period", heads, rows, numbers_from=WORDS_ONLY, widths=(0.07, 0.2, 0.1, 0.28, 0.1, 0.25))


def _session_row(info: SessionInfo, one: SessionValues | None, settings: ReviewSettings) -> tuple[Words, ...]:
    measure = MEASURES[INDEX]
    if one is None:
        return str(info.id), f"{info.started_utc:%Y-%m-%d %H:%M} UTC", clock_time(info.seconds), said(info.title), NOTHING, "not ended"
    value: Words = measure.written(one.values[INDEX]) if INDEX in one.values else NONE
    marked = {Use.BASELINE: " (marked as baseline)", Use.EXCLUDED: " (left out by hand)", None: ""}[one.use]
    counts = ("yes" if is_good(one, measure, settings) else "no") + marked
    return str(info.id), f"{one.started:%Y-%m-%d %H:%M}", clock_time(info.seconds), said(info.title), value, counts


def misdated_words(material: PeriodMaterial) -> Paragraph | None:
    """Sessions of a clock that was wrong; None: there is none."""
    wrong = misdated(material.values, material.now)
    if not wrong:
        return None
    return Paragraph(f"Left out of the trend, because its date cannot be right: session {', '.join(map(str, wrong))}.", small=True)


def quality_table(material: PeriodMaterial, settings: ReviewSettings) -> Table | Paragraph:
    """How much of each lane was measured, and how well."""
    rows = [row for source in MEASURED_SOURCES if (row := _quality_row(source, material.sessions, settings))]
    if not rows:
        return Paragraph("Nothing was measured in the period.")
    caption = "Quality is the median from 0 to 1; of the index, the share of its moments that have a number"
    return Table(caption, ("Lane", "Sessions that measured it", "Measured in all", "Quality", "Below half of the best quality"), rows)


def _quality_row(source: str, sessions: Sequence[SessionValues], settings: ReviewSettings) -> tuple[Words, ...] | None:
    measured = [one for one in sessions if source in one.measured]
    if not measured:
        return None
    qualities = sorted(one.quality.get(source, 0.0) for one in measured)
    middle = qualities[len(qualities) // 2]
    poor = sum(quality < settings.low_quality for quality in qualities)
    amount = sum(one.measured[source] for one in measured)
    unit = f"{amount:.0f} entries" if source == Modality.TEXT else f"{clock_time(amount)} {'h' if amount >= 3600 else 'min'}"
    share = f"{poor} ({percent(poor / len(measured))})"
    return source.capitalize(), f"{len(measured)} of {len(sessions)}", unit, f"{middle:.2f}", share


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
