"""What is said about a trend, and about one of its points."""

import math
from datetime import date

from core.calendar import Period, name_of
from core.questionnaire import Kind
from core.statistics import CARRY_OVER, MOST_LOOKS, NOMINAL_RATE, RECENT, needed
from review.questionnaire import BORROWED, FORMS
from review.trends import CONFIDENCE, Bin, Trend

SOURCE = "reliable change (Jacobson and Truax 1991), with the person's own error from session to session"
METHOD = (
    "A day counts once, as the median of its good sessions. A point is the mean of the days in its period, its bar the "
    f"{CONFIDENCE:.0%} interval (Student's t over days); it is hollow where too few days give none. The band is the baseline: median ± "
    "1.4826 MAD of the first good days, or of the days marked as baseline once they are as many. A mark says that the median of the "
    f"last {RECENT} good days is further from it than the limit of "
    f"{SOURCE}. The limits come from a simulation: of persons who stay as they are, at most {NOMINAL_RATE:.0%} get any mark on this page "
    f"within {MOST_LOOKS} comparisons, as long as neighbouring days correlate by at most {CARRY_OVER}. The price is that smaller changes "
    "are missed: of lasting shifts by four times the person's usual variation nine in ten are found in the index within half a year of "
    "weekly visits, six in ten in another measure. A mark says that a measurement moved: not that the person is better or worse."
)


LEGEND = (
    "● mean of a period, with its 95% interval   ○ too few days for one   • a day   ▬ usual (baseline)   ┈ limits   ▲ ▼ reliable change"
)


def standing(one: Trend) -> str:
    """Where the measure stands."""
    have, need = one.compared, needed(one.baseline_days)
    if one.usual is None:
        more = f", a comparison {RECENT} more" if one.measure.part else ""
        return f"Not enough sessions: a baseline takes {one.baseline_days} days with a good session{more}; there {_are(have)}."
    usual = f"Usual {one.measure.written(one.usual.centre)} ± {_finely(one.usual.spread, one)}{_unit(one)}."
    if one.measure.part is None:
        return f"{usual} Not compared: only measures named beforehand are."
    if have < need:
        return f"{usual} Not enough sessions for a comparison: it takes {need} days with a good session; there {_are(have)}."
    if math.isnan(one.limit):
        return f"{usual} The baseline is more than {MOST_LOOKS} days with sessions old: a newer one is due."
    return f"{usual} {_comparison(one)}"


def lines_in_words(kind: Kind) -> str:
    """What the dashed lines of a questionnaire are."""
    words = "; ".join(
        f"{'dashed' if line.points == 5 else 'dotted'} ±{line.points} {line.name} ({line.source})" for line in FORMS[kind].changes
    )
    return f"Lines around the first total: {words}." + (f" {BORROWED}" if kind is Kind.PHQ8 else "")


def bin_in_words(one: Bin, trend: Trend) -> str:
    """March 2026: 52 (45–59); 4 of 5 sessions good, quality 0.81."""
    name = name_of(one.start, trend.period)
    name = name[0].upper() + name[1:]
    if not one.sessions:
        return f"{name}: no session."
    good = f"{one.good} of {one.sessions} session{'' if one.sessions == 1 else 's'} good, quality {one.quality:.2f}"
    if math.isnan(one.value):
        return f"{name}: not enough evidence; {good}."
    written = trend.measure.written
    spread = "" if math.isnan(one.low) else f" ({written(one.low)}–{written(one.high)})"
    change = {0: "", 1: ", reliably above the baseline", -1: ", reliably below the baseline"}[one.change]
    return f"{name}: {written(one.value)}{_unit(trend)}{spread}{change}; {good}."


def _comparison(one: Trend) -> str:
    assert one.usual is not None
    distance = f"{one.recent - one.usual.centre:+.{one.measure.decimals}f}"
    limit = f"limit ±{one.measure.written(one.limit)}"
    if one.shifts and one.shifts[-1].lasts:
        return f"Reliable change, first told on {_date(one.shifts[-1].day)}: now {distance}, {limit}."
    past = f" There was one, first told on {_date(one.shifts[-1].day)}." if one.shifts else ""
    return f"No reliable change now: {distance}, {limit}.{past}"


def _finely(spread: float, trend: Trend) -> str:
    """A spread with as many decimals as its first digit needs, at most two more than the value."""
    decimals = trend.measure.decimals
    while decimals < trend.measure.decimals + 2 and 0 < spread < 0.95 * 10**-decimals:
        decimals += 1
    return f"{spread:.{decimals}f}"


def _unit(trend: Trend) -> str:
    return f" {trend.measure.unit}" if trend.measure.unit else ""


def _date(day: date) -> str:
    return name_of(day, Period.DAY)


def _are(count: int) -> str:
    return {0: "are none", 1: "is 1"}.get(count, f"are {count}")
