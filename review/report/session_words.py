"""Numbers of a session in words, as a report says them."""

from core.labels import Modality
from core.readings import NOT_ENOUGH_EVIDENCE
from review.report.document import Words, muted
from review.report.numbers import NO_BREAK, clock_time, percent, signed
from review.shares import Share
from review.summary import IndexSummary, LaneSummary, Middle

NONE = muted(NOT_ENOUGH_EVIDENCE)
NOTHING = muted("–")
MOST_ROWS = 200
"""Rows of a table in a report."""


def index_words(index: IndexSummary) -> str:
    """The index over the session in a sentence."""
    if index.middle is None:
        return f"There is {NOT_ENOUGH_EVIDENCE} for a summary."
    measured = f"measured {percent(index.measured_share)} of the moments"
    return f"Median {index.middle.median:.0f}, from {index.lowest:.0f} to {index.highest:.0f}; {measured}."


def lane_words(lane: LaneSummary) -> str:
    """What a lane resembled most often, in a sentence."""
    if lane.expressions is None:
        return f"There is {NOT_ENOUGH_EVIDENCE} for a summary; measured {measured_words(lane)}."
    shares = sorted(lane.expressions.items(), key=lambda one: -one[1].share)[:3]
    named = ", ".join(f"{emotion} ({percent(share.share)})" for emotion, share in shares)
    return f"Most often resembled {named}; measured {measured_words(lane)}."


def measured_words(lane: LaneSummary) -> str:
    """How much a lane measured."""
    if lane.modality is Modality.TEXT:
        return f"{lane.measured_s:.0f} of {lane.readings} entries"
    return f"{length_words(lane.measured_s)} ({percent(lane.measured_share)} of the session)"


def amount_words(amount: float, lane: LaneSummary) -> str:
    """Seconds of a lane, or its entries."""
    return f"{amount:.0f}" if lane.modality is Modality.TEXT else length_words(amount)


def length_words(seconds: float) -> str:
    """Such as 9.0 s, 4:33 min, 1:01:15 h."""
    if round(seconds) < 60:
        return f"{seconds:.1f}{NO_BREAK}s"
    return f"{clock_time(seconds)}{NO_BREAK}{'min' if round(seconds) < 3600 else 'h'}"


def range_words(share: Share) -> str:
    """The interval of a share."""
    return f"{share.low * 100:.0f}–{share.high * 100:.0f}{NO_BREAK}%"


def middle_words(middle: Middle | None, decimals: int) -> Words:
    """A median with its quartiles."""
    if middle is None:
        return NONE
    median, lower, upper = (signed(f"{value:.{decimals}f}") for value in (middle.median, middle.lower_quartile, middle.upper_quartile))
    return (f"{median} ", muted(f"({lower} to {upper})"))


def left_out(count: int) -> str:
    """What a caption adds when a table is cut."""
    return f" (the first {MOST_ROWS} of {count}; the exported tables hold all)" if count > MOST_ROWS else ""
