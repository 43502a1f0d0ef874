"""A session's summary as plain lines for a terminal or a pipe."""

from collections.abc import Iterator

from core.readings import NOT_ENOUGH_EVIDENCE
from review.summary import IndexSummary, LaneSummary, SessionSummary

DISCLAIMER = "Expressions are not feelings, and none of this is a diagnosis: it supports a professional's judgement."


def summary_lines(summary: SessionSummary) -> Iterator[str]:
    """What was measured, lane by lane, then the index, then what it is not."""
    yield f"Session of {summary.seconds:.0f} s"
    for lane in summary.lanes.values():
        if lane.took_part:
            yield _lane_line(lane)
            yield from _expression_lines(lane)
    yield _index_line(summary.index)
    yield DISCLAIMER


def _lane_line(lane: LaneSummary) -> str:
    reasons = ", ".join(f"{reason} {amount:.0f} {lane.unit}" for reason, amount in lane.absent_s.items() if amount >= 0.5)
    lost = f"; dropped {lane.dropped}" if lane.dropped else ""
    return f"  {lane.modality}: measured {lane.measured_s:.0f} {lane.unit} of it{f' ({reasons})' if reasons else ''}{lost}"


def _expression_lines(lane: LaneSummary) -> Iterator[str]:
    if lane.expressions is None:
        yield f"    {NOT_ENOUGH_EVIDENCE} for shares"
        return
    for emotion, share in sorted(lane.expressions.items(), key=lambda pair: -pair[1].share):
        if share.share >= 0.05:
            yield f"    resembled {emotion} {share.share:.0%} of the time ({share.low:.0%} to {share.high:.0%})"


def _index_line(index: IndexSummary) -> str:
    if index.middle is None:
        return f"  index: {NOT_ENOUGH_EVIDENCE}"
    return (
        f"  index: median {index.middle.median:.0f} of 100, from {index.lowest:.0f} to {index.highest:.0f}, "
        f"measured {index.measured_share:.0%} of the time"
    )
