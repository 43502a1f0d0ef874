"""summary.html: a session on one page that needs nothing else - no network, no script - and prints on A4."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.labels import MODALITIES, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, TextReading
from core.session import SessionInfo, SessionResults
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.version import VERSION
from review.exports.class_map_figure import class_map_figure
from review.exports.html_parts import Markup, cell, clock_time, escape, paragraph, percent, said, section
from review.exports.summary_figures import HATCH, LEGEND, face_figure, index_figure, sound_figure, text_figure, voice_figure
from review.exports.summary_style import CSS
from review.exports.summary_tables import (
    coverage_table,
    events_table,
    gaps_table,
    index_table,
    model_part,
    settings_table,
    shares_table,
    text_table,
    voice_table,
)
from review.exports.summary_words import measured_words, range_words
from review.exports.svg_chart import Event, TimeAxis
from review.exports.whole_file import whole_file
from review.summary import IndexSummary, LaneSummary, SessionSummary, summarise

SUMMARY_FILE = "summary.html"
Cards = Mapping[Modality, Mapping[str, Any]]

NOTICE = (
    "This page supports a professional’s judgement. It is not a diagnosis and must not stand alone: read it beside the conversation, the "
    "questionnaire and your own notes. “Resembled sadness” means that face, voice or words looked or sounded like examples that people "
    "had labelled so; an expression is not a feeling (Barrett et al. 2019)."
)
LIMITS = (
    "The depressive-affect index runs from 0 to 100. It is not in PHQ points and not a probability of illness; its band says how "
    "uncertain the number itself is.",
    "The models learned from other people, other cameras and other rooms. They err more often for some ages, skin tones, languages, "
    "glasses, beards and head poses; their own figures above say how often they err on data of their kind.",
    "Medication, pain, tiredness, a cold, culture and the setting change expression and voice without any change of mood.",
    "Where nothing could be measured there is a gap, never a zero and never “neutral”. A small measured share makes every other "
    "number weaker.",
    "One session says little. Compare a person with that person’s own earlier sessions, not with others.",
)


def write_summary_html(path: Path, results: SessionResults, cards: Cards, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """Write the page of a session; `cards` hold each lane's model (name, sha256, figures, data, notes). Raises OutputUnwritable."""
    with whole_file(path) as stream:
        stream.write(summary_html(results, cards, settings))


def summary_html(results: SessionResults, cards: Cards, settings: ReviewSettings = REVIEW_DEFAULTS) -> str:
    """The page as text."""
    summary = summarise(results, settings)
    axis = TimeAxis(seconds=summary.seconds or 1.0, events=_events(results))
    title = results.info.title or f"Session {results.info.id}"
    sections = (
        _header(results.info, title, summary),
        _glance(summary),
        section("index", "Depressive-affect index", LEGEND, index_figure(results, summary, axis), index_table(summary.index)),
        *_lanes(results, summary, axis, settings),
        _shares(summary),
        section("marks", "Marks and notes", events_table(axis.events), class_map_figure(results.marks)) if axis.events else "",
        _coverage(results, summary),
        _models(results.info, cards),
        section("settings", "Settings", settings_table(results.info) or paragraph("All settings had their defaults.")),
        section("limits", "Limits", f"<ul>{''.join(f'<li>{escape(limit)}</li>' for limit in LIMITS)}</ul>"),
        _footer(results),
    )
    body = "\n".join(part for part in sections if part)
    head = (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – Affectograph</title>\n<style>{CSS}</style>"
    )
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{HATCH}\n<main>\n{body}\n</main>\n</body>\n</html>\n'


def _header(info: SessionInfo, title: str, summary: SessionSummary) -> str:
    facts: list[tuple[str, str]] = [
        ("When", local_start(info)),
        ("Length", clock_time(summary.seconds)),
        ("Made from", "a recording" if info.recorded else "a live session"),
        *((lane.capitalize(), said(label)) for lane, label in info.sources.items()),
        ("Session", str(info.id)),
    ]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{cell(fact)}</dd></div>" for name, fact in facts)
    recovered = paragraph("This session was cut off and recovered; what was stored until then is here.") if info.recovered else ""
    eyebrow = paragraph("Affectograph · session report", "eyebrow")
    return (
        f'<header>\n{eyebrow}\n<h1>{said(title)}</h1>\n<dl class="facts">{listed}</dl>\n</header>\n'
        f'<div class="notice" role="note">{paragraph(NOTICE)}{recovered}</div>'
    )


def local_start(info: SessionInfo) -> str:
    """The start in the session's own zone (a name or an offset); in UTC, and saying so, where this machine does not know the zone."""
    start = info.started_utc.astimezone(UTC)
    try:
        return f"{start.astimezone(ZoneInfo(info.zone)):%Y-%m-%d %H:%M} ({info.zone})"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    try:
        offset = datetime.strptime(info.zone.removeprefix("UTC"), "%z").tzinfo
        return f"{start.astimezone(offset):%Y-%m-%d %H:%M} ({info.zone})"
    except ValueError:
        return f"{start:%Y-%m-%d %H:%M} (UTC)"


def _glance(summary: SessionSummary) -> str:
    cards = [_index_card(summary.index), *(_lane_card(lane) for lane in summary.lanes.values())]
    return section("glance", "At a glance", f'<ul class="cards">{"".join(cards)}</ul>')


def _index_card(index: IndexSummary) -> str:
    measured = f"measured {percent(index.measured_share)} of the moments"
    if index.middle is None:
        return _card("Depressive-affect index", None, measured)
    reach = f"from {index.lowest:.0f} to {index.highest:.0f} on a scale of 0–100; {measured}"
    return _card("Depressive-affect index, median", f"{index.middle.median:.0f}", reach)


def _lane_card(lane: LaneSummary) -> str:
    name = lane.modality.capitalize()
    if not lane.took_part:
        return _card(name, None, "did not take part", none="–")
    behind = f"measured {measured_words(lane)}" + (f", quality {lane.quality:.2f} of 1" if lane.quality is not None else "")
    if lane.expressions is None:
        return _card(name, None, behind)
    top, share = max(lane.expressions.items(), key=lambda one: one[1].share)
    of_what = "the entries" if lane.modality is Modality.TEXT else "that time"
    return _card(f"{name} most often resembled", top, f"{behind}; {percent(share.share)} ({range_words(share)}) of {of_what}")


def _card(what: str, number: str | None, rest: str, none: str = NOT_ENOUGH_EVIDENCE) -> str:
    shown = f'<span class="number">{escape(number)}</span>' if number else f'<span class="number none">{escape(none)}</span>'
    return f'<li><span class="what">{escape(what)}</span>{shown}<span class="rest">{escape(rest)}</span></li>'


def _lanes(results: SessionResults, summary: SessionSummary, axis: TimeAxis, settings: ReviewSettings) -> list[Markup]:
    parts = []
    if summary.lanes[Modality.FACE].took_part:
        parts.append(section("face", "Face", face_figure(results, summary, axis, settings)))
    if summary.lanes[Modality.VOICE].took_part:
        figures = voice_figure(results, summary, axis), sound_figure(results, axis)
        parts.append(section("voice", "Voice", *figures, voice_table(summary)))
    entries = [reading for reading in results.readings if isinstance(reading, TextReading)]
    if entries:
        parts.append(section("text", "Text", text_figure(results, summary, axis), text_table(entries)))
    return parts


def _took_part(summary: SessionSummary) -> Sequence[LaneSummary]:
    return [lane for lane in summary.lanes.values() if lane.took_part]


def _shares(summary: SessionSummary) -> str:
    lanes = _took_part(summary)
    title = "How often each expression was the strongest"
    return section("shares", title, shares_table(lanes), paragraph(summary.method, "small")) if lanes else ""


def _coverage(results: SessionResults, summary: SessionSummary) -> str:
    lanes = _took_part(summary)
    return section("coverage", "What was measured, and how well", coverage_table(lanes), gaps_table(results)) if lanes else ""


def _events(results: SessionResults) -> list[Event]:
    marks = [Event(mark.at, "E" if mark.name == "event" else mark.name, f"mark “{mark.name}”") for mark in results.marks]
    notes = [Event(note.at, f"n{number}", note.text) for number, note in enumerate(results.notes, 1)]
    return sorted([*marks, *notes], key=lambda event: event.at)


def _models(info: SessionInfo, cards: Cards) -> str:
    lanes = [lane for lane in MODALITIES if lane in cards or lane in info.models]
    others = [lane for lane in lanes if _is_other_file(lane, info, cards)]
    warning = "; ".join(f"{lane}: the session used the file with sha256 {info.models[lane]['sha256']}" for lane in others)
    said_first = paragraph(f"Some figures below are of another file than the session’s own ({warning}).") if others else ""
    parts = [model_part(lane, {**info.models.get(lane, {}), **cards.get(lane, {})}) for lane in lanes]
    return section("models", "Models, and how well they did where the answer was known", said_first, *parts) if lanes else ""


def _is_other_file(lane: Modality, info: SessionInfo, cards: Cards) -> bool:
    used, described = info.models.get(lane, {}).get("sha256"), cards.get(lane, {}).get("sha256")
    return bool(used and described and used != described)


def _footer(results: SessionResults) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results.info.versions.items()) or "versions unknown"
    fusions = ", ".join(sorted({score.fusion for score in results.scores})) or "none"
    return (
        f"<footer>Measured with {escape(versions)}; fusion {escape(fusions)}. Page written by Affectograph {VERSION}. "
        "The files readings.csv, scores.csv and session.json beside this page hold every number.</footer>"
    )
