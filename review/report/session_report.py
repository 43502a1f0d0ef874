"""The report of one session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.labels import MODALITIES, Modality
from core.person import Person
from core.questionnaire import Filled
from core.readings import NOT_ENOUGH_EVIDENCE
from core.session import SessionInfo
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.version import VERSION
from review.person_usual import PersonUsual
from review.report.class_maps import class_maps
from review.report.document import Block, Bullets, Card, Cards, Cover, Document, Notice, Paragraph, Section, Words, said, section
from review.report.filing import Filing, filed_facts
from review.report.forms_section import forms_section, safety_notices
from review.report.material import Material
from review.report.numbers import clock_time, percent
from review.report.session_charts import KEY, face_figure, index_figure, sound_figure, text_figure, voice_figure
from review.report.session_drawing import Event, TimeAxis
from review.report.session_tables import (
    coverage_table,
    events_table,
    gaps_table,
    index_table,
    judgements_table,
    model_blocks,
    settings_table,
    shares_table,
    text_table,
    usual_blocks,
    voice_table,
)
from review.report.session_words import measured_words, range_words
from review.session_values import values_of_tracks
from review.summary import IndexSummary, LaneSummary, SessionSummary, summarise_tracks
from review.usual_words import usual_sections

NOTICE = (
    "This report supports a professional’s judgement. It is not a diagnosis and must not stand alone: read it beside the conversation, the "
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the numbers of a session: whose it is, the forms of that day, how it is filed, what is usual for the person."""

    person: Person | None = None
    forms: Sequence[Filled] = ()
    filing: Filing | None = None
    usual: PersonUsual | None = None


def session_report(
    session: Material, cards: Mapping[Modality, Mapping[str, Any]], beside: Beside, settings: ReviewSettings = REVIEW_DEFAULTS
) -> Document:
    """The document; `cards` hold each lane's model (name, sha256, figures, data, notes)."""
    summary = summarise_tracks(session.tracks, settings)
    axis = TimeAxis(seconds=summary.seconds or 1.0, events=_events(session))
    title = session.info.title or f"Session {session.info.id}"
    took_part = [lane for lane in summary.lanes.values() if lane.took_part]
    sections = [
        section("glance", "At a glance", _glance(summary)),
        section("index", "Depressive-affect index", KEY, index_figure(session, summary, axis), index_table(summary.index)),
        *([_usual(session, beside.usual, settings)] if beside.usual else []),
        *_lanes(session, summary, axis, settings),
        *_shares(took_part, summary.method),
        *_said(session, axis),
        *([forms_section(beside.forms)] if beside.forms else []),
        *(
            [section("coverage", "What was measured, and how well", coverage_table(took_part), gaps_table(session.tracks.gaps))]
            if took_part
            else []
        ),
        *_models(session.info, cards),
        _settings(session.info),
        section("limits", "Limits", Bullets(LIMITS)),
    ]
    running = f"Session {session.info.id}" + (f" · {beside.person.pseudonym}" if beside.person else "")
    return Document(title, running, _cover(session.info, title, summary, beside), sections, _footer(session))


def _cover(info: SessionInfo, title: str, summary: SessionSummary, beside: Beside) -> Cover:
    facts: list[tuple[str, Words]] = [
        *((("Person", said(beside.person.pseudonym)),) if beside.person else ()),
        ("When", local_start(info)),
        ("Length", clock_time(summary.seconds)),
        ("Made from", "a recording" if info.recorded else "a live session"),
        *((lane.capitalize(), said(label)) for lane, label in info.sources.items()),
        ("Session", str(info.id)),
    ]
    words = [NOTICE] + (["This session was cut off and recovered; what was stored until then is here."] if info.recovered else [])
    filed = filed_facts(beside.filing) if beside.filing else ()
    notices = [*safety_notices(beside.forms, beside.filing), Notice(words)]
    return Cover("Affectograph · session report", said(title), facts, notices, filed, signature=beside.filing is not None)


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


def _glance(summary: SessionSummary) -> Cards:
    return Cards([_index_card(summary.index), *(_lane_card(lane) for lane in summary.lanes.values())])


def _index_card(index: IndexSummary) -> Card:
    measured = f"measured {percent(index.measured_share)} of the moments"
    if index.middle is None:
        return _card("Depressive-affect index", None, measured)
    reach = f"from {index.lowest:.0f} to {index.highest:.0f} on a scale of 0–100; {measured}"
    return _card("Depressive-affect index, median", f"{index.middle.median:.0f}", reach)


def _lane_card(lane: LaneSummary) -> Card:
    name = lane.modality.capitalize()
    if not lane.took_part:
        return _card(name, None, "did not take part", none="–")
    behind = f"measured {measured_words(lane)}" + (f", quality {lane.quality:.2f} of 1" if lane.quality is not None else "")
    if lane.expressions is None:
        return _card(name, None, behind)
    top, share = max(lane.expressions.items(), key=lambda one: one[1].share)
    of_what = "the entries" if lane.modality is Modality.TEXT else "that time"
    return _card(f"{name} most often resembled", top, f"{behind}; {percent(share.share)} ({range_words(share)}) of {of_what}")


def _card(what: str, number: str | None, rest: str, none: str = NOT_ENOUGH_EVIDENCE) -> Card:
    return Card(what, number, rest, none)


def _usual(session: Material, one: PersonUsual, settings: ReviewSettings) -> Section:
    first, *others = usual_sections(values_of_tracks(session.tracks, settings), one, settings)
    more = [block for part in others for block in usual_blocks(part, part.title)]
    return section("usual", first.title, *usual_blocks(first, "This session, and in brackets what is usual"), *more)


def _lanes(session: Material, summary: SessionSummary, axis: TimeAxis, settings: ReviewSettings) -> list[Section]:
    parts = []
    if summary.lanes[Modality.FACE].took_part:
        parts.append(section("face", "Face", face_figure(session, summary, axis, settings)))
    if summary.lanes[Modality.VOICE].took_part:
        figures = voice_figure(session, summary, axis), sound_figure(session, axis)
        parts.append(section("voice", "Voice", *figures, voice_table(summary)))
    if session.entries:
        parts.append(section("text", "Text", text_figure(session, summary, axis), text_table(session.entries)))
    return parts


def _shares(lanes: Sequence[LaneSummary], method: str) -> list[Section]:
    if not lanes:
        return []
    return [section("shares", "How often each expression was the strongest", shares_table(lanes), Paragraph(method, small=True))]


def _coverage(session: Material, lanes: Sequence[LaneSummary]) -> list[Section]:
    if not lanes:
        return []
    return [section("coverage", "What was measured, and how well", coverage_table(lanes), gaps_table(session.tracks.gaps))]


def _said(session: Material, axis: TimeAxis) -> list[Section]:
    if not axis.events and not session.judgements:
        return []
    judged = judgements_table(session.judgements)
    return [section("marks", "Marks and notes", events_table(axis.events), class_maps(session.marks), judged)]


def _events(session: Material) -> list[Event]:
    marks = [Event(mark.at, "E" if mark.name == "event" else mark.name, f"mark “{mark.name}”") for mark in session.marks]
    notes = [Event(note.at, f"n{number}", note.text) for number, note in enumerate(session.notes, 1)]
    return sorted([*marks, *notes], key=lambda event: event.at)


def _models(info: SessionInfo, cards: Mapping[Modality, Mapping[str, Any]]) -> list[Section]:
    lanes = [lane for lane in MODALITIES if lane in cards or lane in info.models]
    if not lanes:
        return []
    others = [lane for lane in lanes if _is_other_file(lane, info, cards)]
    warning = "; ".join(f"{lane}: the session used the file with sha256 {info.models[lane]['sha256']}" for lane in others)
    blocks: list[Block] = [Paragraph(f"Some figures below are of another file than the session’s own ({warning}).")] if others else []
    for lane in lanes:
        blocks += model_blocks(lane, {**info.models.get(lane, {}), **cards.get(lane, {})})
    return [Section("models", "Models, and how well they did where the answer was known", blocks)]


def _is_other_file(lane: Modality, info: SessionInfo, cards: Mapping[Modality, Mapping[str, Any]]) -> bool:
    used, described = info.models.get(lane, {}).get("sha256"), cards.get(lane, {}).get("sha256")
    return bool(used and described and used != described)


def _settings(info: SessionInfo) -> Section:
    table = settings_table(info)
    return section("settings", "Settings", table if table.rows else Paragraph("All settings had their defaults."))


def _footer(session: Material) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in session.info.versions.items()) or "versions unknown"
    fusions = ", ".join(session.fusions) or "none"
    return f"Measured with {versions}; fusion {fusions}. Written by Affectograph {VERSION}. The exported tables hold every number."
