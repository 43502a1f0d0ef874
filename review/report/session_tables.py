"""The tables of a session's report."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.labels import EMOTIONS, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, Gap, TextReading
from core.session import BASELINE, Judgement, SessionInfo
from core.settings import Settings
from review import summary_rows
from review.report.document import Block, Bullets, Heading, Paragraph, Piece, Run, Table, Tone, Words, muted, said
from review.report.model_figures import figure_rows
from review.report.numbers import clock_time, percent, signed
from review.report.session_drawing import Event
from review.report.session_words import (
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
from review.shares import Share
from review.summary import DESCRIPTORS, IndexSummary, LaneSummary, SessionSummary

WORDS_ONLY = 99
"""`numbers_from` of a table without numbers."""


def index_table(index: IndexSummary) -> Table:
    """The index in its own points, and how often there was none."""
    rows: list[tuple[str, Words]] = [("Median and quartiles", middle_words(index.middle, 0))]
    if index.middle is not None:
        rows.append(("Lowest and highest", f"{index.lowest:.0f} and {index.highest:.0f}"))
        rows.append(("Width of the band, median", f"{index.band_width:.0f}" if index.band_width is not None else NOTHING))
    rows.append(("Moments with a number", f"{percent(index.measured_share)} of {index.moments}"))
    rows += [(f"No number: {why}", f"{count} ({percent(count / index.moments)})") for why, count in index.abstained_because.items()]
    return Table("The index in numbers, in its own points (0–100)", ("Measure", "Value"), rows)


def usual_blocks(part: summary_rows.Section, caption: str) -> list[Block]:
    """Measures beside what is usual for the person, and how usual is told."""
    table = Table(caption, ("Measure", "Value"), [(row.name, row.words) for row in part.rows])
    return [table, Paragraph(part.about, small=True)] if part.rows else [Paragraph(part.about, small=True)]


def voice_table(summary: SessionSummary) -> Table:
    """Medians of the voice descriptors."""
    middles = [(one, summary.voice[one.field]) for one in DESCRIPTORS]
    rows = [(one.name, one.unit, middle_words(middle, one.decimals), str(middle.count) if middle else NOTHING) for one, middle in middles]
    caption = "Voice in numbers: median and quartiles over the stretches of speech"
    return Table(caption, ("Measure", "Unit", "Median (quartiles)", "Stretches"), rows, numbers_from=2)


def text_table(entries: Sequence[TextReading]) -> Table:
    """What was written, what it resembled, and why."""
    rows = [(clock_time(entry.at), said(entry.text), _resembled(entry), _moved(entry)) for entry in entries[:MOST_ROWS]]
    caption = "Entries, what they most resembled, and the words that moved it most" + left_out(len(entries))
    return Table(caption, ("Time", "Words", "Resembled", "Moved by"), rows, numbers_from=WORDS_ONLY)


def shares_table(lanes: Sequence[LaneSummary]) -> Table:
    """How often each expression was the strongest, lane by lane."""
    rows: list[Sequence[Words]] = [
        (emotion.capitalize(), *(_share((lane.expressions or {}).get(emotion), lane) for lane in lanes)) for emotion in EMOTIONS
    ]
    rows.append(("Effective observations", *(_evidence(lane) for lane in lanes)))
    caption = "Share of the measured time in which each expression was the strongest, with its 95 % interval"
    return Table(caption, ("Resembled most", *(lane.modality.capitalize() for lane in lanes)), rows)


def events_table(events: Sequence[Event]) -> Table:
    """Marks and notes in the order of time."""
    rows = [(clock_time(event.at), event.flag, said(event.words)) for event in events[:MOST_ROWS]]
    caption = "Moments that a person marked or wrote about; the flags stand above the charts" + left_out(len(events))
    return Table(caption, ("Time", "Flag", "Words"), rows, numbers_from=WORDS_ONLY)


def judgements_table(judgements: Sequence[Judgement]) -> Table | None:
    """What a clinician said of moments; None where nothing was said."""
    if not judgements:
        return None
    rows = [
        (clock_time(one.at), (one.modality or "index").capitalize(), f"{one.verdict}s", said(one.note) if one.note else NOTHING)
        for one in judgements[:MOST_ROWS]
    ]
    caption = "Moments of which a professional said whether they agree with what was measured" + left_out(len(judgements))
    return Table(caption, ("Time", "Lane", "Says", "Words"), rows, numbers_from=WORDS_ONLY)


def coverage_table(lanes: Sequence[LaneSummary]) -> Table:
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
    return Table(caption, ("Lane", "Measured", "Absent because", "Gaps", "Items lost", "Quality"), rows, numbers_from=WORDS_ONLY)


def gaps_table(gaps: Sequence[Gap]) -> Table:
    """Each gap and why it was."""
    rows = [
        (gap.modality.capitalize(), f"{clock_time(gap.starts_at)}–{clock_time(gap.ends_at)}", said(gap.why)) for gap in gaps[:MOST_ROWS]
    ]
    return Table("Gaps, and why" + left_out(len(gaps)), ("Lane", "When", "Why"), rows, numbers_from=WORDS_ONLY)


def model_blocks(lane: Modality, card: Mapping[str, Any]) -> list[Block]:
    """One model: its name and hash, its data and limits, and its figures beside the trivial baseline."""
    rows = [(name, model or NOTHING, baseline or NOTHING) for name, model, baseline in figure_rows(card.get("figures") or {})]
    data = [str(one.get("name", one)) if isinstance(one, Mapping) else str(one) for one in card.get("data") or ()]
    notes = [said(str(note)) for note in card.get("notes") or ()]
    blocks: list[Block] = [
        Heading((f"{lane.capitalize()}: ", said(str(card.get("name", "unnamed"))))),
        Paragraph(("sha256 ", Run(str(card.get("sha256", "unknown")), Tone.CODE)), small=True),
    ]
    if data:
        blocks.append(Paragraph(f"Trained on: {', '.join(data)}."))
    if notes:
        blocks.append(Bullets(notes))
    if not rows:
        return [*blocks, Paragraph("No figures came with this model.", small=True)]
    caption = "Measured on data that the model had not seen"
    return [*blocks, Table(caption, ("Figure", "This model", "Trivial baseline"), rows, widths=(0.6, 0.2, 0.2))]


def settings_table(info: SessionInfo) -> Table:
    """The settings of the session that differ from their defaults; empty when none does."""
    known = {name: (str(value), one.metadata["unit"]) for name, one, value in Settings().names()} | {BASELINE: ("people in general", "")}
    rows = [
        (Run(name, Tone.CODE), _in_words(value), *known.get(name, ("unknown to this version", "")))
        for name, value in sorted(info.settings.items())
        if known.get(name, ("", ""))[0] != str(value)
    ]
    caption = "Settings that differed from their defaults; all others had them"
    return Table(caption, ("Setting", "Session", "Default", "Unit"), rows, numbers_from=WORDS_ONLY)


def _in_words(value: object) -> str:
    """A setting's value; what has parts, part by part."""
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None) if isinstance(value, Mapping) else str(value)


def _resembled(entry: TextReading) -> Words:
    if entry.top is None:
        return muted(entry.absent_because or NOT_ENOUGH_EVIDENCE)
    return f"{entry.top} {entry.probabilities[entry.top]:.2f}"


def _moved(entry: TextReading) -> Words:
    words: list[Piece] = []
    for word, weight in entry.contributions[:3]:
        words += [", "] if words else []
        words += [said(word), signed(f" {weight:+.2f}")]
    return words or NOTHING


def _share(share: Share | None, lane: LaneSummary) -> Words:
    if lane.expressions is None:
        return NONE
    return (f"{percent(share.share)} ", muted(f"({range_words(share)})")) if share else NOTHING


def _evidence(lane: LaneSummary) -> Words:
    """The smallest effective number behind the lane's shares, and of how many blocks."""
    if not lane.expressions:
        return NOTHING
    shares = lane.expressions.values()
    return f"at least {min(share.effective_n for share in shares):.0f} in {max(share.blocks for share in shares)} blocks"


def _quality(lane: LaneSummary) -> Words:
    if lane.quality is None or lane.poor_share is None:
        return NOTHING
    poor = f"; {percent(lane.poor_share)} poor" if lane.poor_share else ""
    why = f" ({', '.join(list(lane.quality_reasons)[:3])})" if lane.quality_reasons else ""
    return f"{lane.quality:.2f}{poor}{why}"
