"""The tables of the summary page."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.labels import EMOTIONS, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, TextReading
from core.session import BASELINE, SessionInfo, SessionResults
from core.settings import Settings
from review.exports.html_parts import Markup, clock_time, escape, paragraph, percent, said, signed, table
from review.exports.model_figures import figure_rows
from review.exports.summary_words import (
    MOST_ROWS,
    NONE,
    NOTHING,
    amount_words,
    left_out,
    length_words,
    measured_words,
    middle_words,
    range_words,
)
from review.exports.svg_chart import Event
from review.shares import Share
from review.summary import DESCRIPTORS, IndexSummary, LaneSummary, SessionSummary

WORDS_ONLY = 99
"""`numbers_from` of a table without numbers."""


def index_table(index: IndexSummary) -> Markup:
    """The index in its own points, and how often there was none."""
    rows: list[tuple[str, object]] = [("Median and quartiles", middle_words(index.middle, 0))]
    if index.middle is not None:
        rows.append(("Lowest and highest", f"{index.lowest:.0f} and {index.highest:.0f}"))
        rows.append(("Width of the band, median", f"{index.band_width:.0f}" if index.band_width is not None else NOTHING))
    rows.append(("Moments with a number", f"{percent(index.measured_share)} of {index.moments}"))
    rows += [(f"No number: {why}", f"{count} ({percent(count / index.moments)})") for why, count in index.abstained_because.items()]
    return table("The index in numbers, in its own points (0–100)", ("Measure", "Value"), rows)


def voice_table(summary: SessionSummary) -> Markup:
    """Medians of the voice descriptors."""
    middles = [(one, summary.voice[one.field]) for one in DESCRIPTORS]
    rows = [(one.name, one.unit, middle_words(middle, one.decimals), str(middle.count) if middle else NOTHING) for one, middle in middles]
    caption = "Voice in numbers: median and quartiles over the stretches of speech"
    return table(caption, ("Measure", "Unit", "Median (quartiles)", "Stretches"), rows, numbers_from=2)


def text_table(entries: Sequence[TextReading]) -> Markup:
    """What was written, what it resembled, and why."""
    rows = [(clock_time(entry.at), said(entry.text), _resembled(entry), _moved(entry)) for entry in entries[:MOST_ROWS]]
    caption = "Entries, what they most resembled, and the words that moved it most" + left_out(len(entries))
    return table(caption, ("Time", "Words", "Resembled", "Moved by"), rows, numbers_from=WORDS_ONLY)


def shares_table(lanes: Sequence[LaneSummary]) -> Markup:
    """How often each expression was the strongest, lane by lane."""
    rows: list[Sequence[object]] = [
        (emotion.capitalize(), *(_share((lane.expressions or {}).get(emotion), lane) for lane in lanes)) for emotion in EMOTIONS
    ]
    rows.append(("Effective observations", *(_evidence(lane) for lane in lanes)))
    caption = "Share of the measured time in which each expression was the strongest, with its 95 % interval"
    return table(caption, ("Resembled most", *(lane.modality.capitalize() for lane in lanes)), rows)


def events_table(events: Sequence[Event]) -> Markup:
    """Marks and notes in the order of time."""
    rows = [(clock_time(event.at), event.flag, said(event.words)) for event in events[:MOST_ROWS]]
    caption = "Moments that a person marked or wrote about; the flags stand above the charts" + left_out(len(events))
    return table(caption, ("Time", "Flag", "Words"), rows, numbers_from=WORDS_ONLY)


def coverage_table(lanes: Sequence[LaneSummary]) -> Markup:
    """How much each lane measured, how well, and why not."""
    rows = [
        (
            lane.modality.capitalize(),
            measured_words(lane),
            "; ".join(f"{why} {amount_words(amount, lane)}" for why, amount in lane.absent_s.items()) or NOTHING,
            length_words(lane.gap_s) if lane.gap_s else NOTHING,
            str(lane.dropped),
            _quality(lane),
        )
        for lane in lanes
    ]
    caption = "What each lane could measure, and why not; quality is the median from 0 to 1"
    return table(caption, ("Lane", "Measured", "Absent because", "Gaps", "Items lost", "Quality"), rows, numbers_from=WORDS_ONLY)


def gaps_table(results: SessionResults) -> Markup:
    """Each gap and why it was."""
    rows = [
        (gap.modality.capitalize(), f"{clock_time(gap.starts_at)}–{clock_time(gap.ends_at)}", said(gap.why))
        for gap in results.gaps[:MOST_ROWS]
    ]
    return table("Gaps, and why" + left_out(len(results.gaps)), ("Lane", "When", "Why"), rows, numbers_from=WORDS_ONLY)


def model_part(lane: Modality, card: Mapping[str, Any]) -> Markup:
    """One model: its name and hash, its data and limits, and its figures beside the trivial baseline."""
    rows = [(name, model or NOTHING, baseline or NOTHING) for name, model, baseline in figure_rows(card.get("figures") or {})]
    made = table("Measured on data that the model had not seen", ("Figure", "This model", "Trivial baseline"), rows)
    data = [str(one.get("name", one)) if isinstance(one, Mapping) else str(one) for one in card.get("data") or ()]
    notes = "".join(f"<li>{said(str(note))}</li>" for note in card.get("notes") or ())
    parts = (
        f"<h3>{escape(lane.capitalize())}: {said(str(card.get('name', 'unnamed')))}</h3>",
        f'<p class="small">sha256 <code>{escape(card.get("sha256", "unknown"))}</code></p>',
        paragraph(f"Trained on: {', '.join(data)}.") if data else "",
        f"<ul>{notes}</ul>" if notes else "",
        made or paragraph("No figures came with this model.", "small"),
    )
    return Markup("\n".join(part for part in parts if part))


def settings_table(info: SessionInfo) -> Markup:
    """The settings of the session that differ from their defaults; empty when none does."""
    known = {name: (str(value), one.metadata["unit"]) for name, one, value in Settings().names()} | {BASELINE: ("people in general", "")}
    rows = [
        (Markup(f"<code>{escape(name)}</code>"), _in_words(value), *known.get(name, ("unknown to this version", "")))
        for name, value in sorted(info.settings.items())
        if known.get(name, ("", ""))[0] != str(value)
    ]
    caption = "Settings that differed from their defaults; all others had them"
    return table(caption, ("Setting", "Session", "Default", "Unit"), rows, numbers_from=WORDS_ONLY)


def _in_words(value: object) -> str:
    """A setting's value; what has parts, part by part."""
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None) if isinstance(value, Mapping) else str(value)


def _resembled(entry: TextReading) -> object:
    if entry.top is None:
        return Markup(f'<span class="none">{escape(entry.absent_because or NOT_ENOUGH_EVIDENCE)}</span>')
    return f"{entry.top} {entry.probabilities[entry.top]:.2f}"


def _moved(entry: TextReading) -> object:
    return Markup(", ".join(f"{said(word)} {signed(f'{weight:+.2f}')}" for word, weight in entry.contributions[:3])) or NOTHING


def _share(share: Share | None, lane: LaneSummary) -> object:
    if lane.expressions is None:
        return NONE
    return Markup(f'{escape(percent(share.share))} <span class="range">({range_words(share)})</span>') if share else NOTHING


def _evidence(lane: LaneSummary) -> object:
    """The smallest effective number behind the lane's shares, and of how many blocks."""
    if not lane.expressions:
        return NOTHING
    shares = lane.expressions.values()
    return f"at least {min(share.effective_n for share in shares):.0f} in {max(share.blocks for share in shares)} blocks"


def _quality(lane: LaneSummary) -> object:
    if lane.quality is None or lane.poor_share is None:
        return NOTHING
    poor = f"; {percent(lane.poor_share)} poor" if lane.poor_share else ""
    why = f" ({', '.join(list(lane.quality_reasons)[:3])})" if lane.quality_reasons else ""
    return f"{lane.quality:.2f}{poor}{why}"
