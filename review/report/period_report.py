"""The report of one person over a period."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from core.calendar import Period, name_of
from core.labels import MODALITIES
from core.questionnaire import Kind
from core.session_values import INDEX
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from core.version import VERSION
from review.measures import MEASURES, Measure
from review.questionnaire import FORMS, change_briefly, score_in_words, score_of
from review.report.document import (
    Block,
    Bullets,
    Card,
    Cards,
    Cover,
    Document,
    Figure,
    Notice,
    Paragraph,
    Run,
    Section,
    Table,
    Tone,
    Words,
    said,
    section,
)
from review.report.filing import Filing, filed_facts
from review.report.forms_section import forms_section, safety_notices
from review.report.numbers import signed
from review.report.period_material import PeriodMaterial
from review.report.period_tables import bins_table, misdated_words, quality_table, sessions_table
from review.report.session_report import LIMITS, NOTICE
from review.report.session_tables import model_blocks
from review.report.trend_drawing import form_drawing, strip_drawing, trend_drawing
from review.trend_series import form_line
from review.trend_words import METHOD, lines_in_words, standing
from review.trends import Trend, trend

MEASURED_SOURCES = (INDEX, *MODALITIES)
ALONE = (
    "A period says more than a session, and no more than that measurements moved, or did not. Changes of light, camera, microphone, room, "
    "medication or model move them as well; the table of models says whether the model was the same throughout."
)


def period_report(
    material: PeriodMaterial, cards: Mapping[str, Mapping[str, Any]], filing: Filing, settings: ReviewSettings = REVIEW_DEFAULTS
) -> Document:
    """The document; `cards` are the models' by their sha256."""
    trends = {
        key: trend(material.values, measure, material.by, material.now, settings)
        for key, measure in MEASURES.items()
        if measure.part is not None
    }
    forms = material.period_forms
    sections = [
        section("glance", "At a glance", _glance(material, trends)),
        Section("trend", "Index, face, voice and words over the period", [*_figures(material, trends), Paragraph(METHOD, small=True)]),
        *_form_figures(material),
        section("periods", f"The index by {material.by}", bins_table(material, trends[INDEX])),
        *([forms_section(forms, material.forms)] if forms else []),
        section("sessions", "Sessions", sessions_table(material, settings), misdated_words(material)),
        section("quality", "What was measured, and how well", quality_table(material, settings)),
        *_models(material, cards),
        section("limits", "Limits", Bullets((*LIMITS[:-1], ALONE))),
    ]
    days = f"{name_of(material.first, Period.DAY)} to {name_of(material.last, Period.DAY)}"
    footer = f"Written by Affectograph {VERSION}. The exported tables hold every number."
    return Document(
        f"{material.person.pseudonym}, {days}", f"{material.person.pseudonym} · {days}", _cover(material, filing, days), sections, footer
    )


def _cover(material: PeriodMaterial, filing: Filing, days: str) -> Cover:
    person = material.person
    facts: list[tuple[str, Words]] = [
        ("Person", said(person.pseudonym)),
        *((("Born", str(person.year_of_birth)),) if person.year_of_birth else ()),
        *((("Sex", said(person.sex)),) if person.sex else ()),
        ("Period", days),
        ("Sessions", str(len(material.sessions))),
        ("Questionnaires", str(len(material.period_forms))),
        ("One point a", str(material.by)),
    ]
    notices = [*safety_notices(material.period_forms, filing), Notice([NOTICE])]
    return Cover("Affectograph · report of a period", said(person.pseudonym), facts, notices, filed_facts(filing), signature=True)


def _glance(material: PeriodMaterial, trends: Mapping[str, Trend]) -> Cards:
    sessions = material.sessions
    days = len({one.started.date() for one in sessions})
    count = Card("Sessions", str(len(sessions)) if sessions else None, f"on {days} days", none="none")
    return Cards([_trend_card(trends[INDEX]), count, *_form_cards(material)[:2]])


def _trend_card(one: Trend) -> Card:
    if one.usual is None:
        return Card("Depressive-affect index", None, standing(one), none="not enough sessions")
    return Card("Index, usual (median of the baseline)", one.measure.written(one.usual.centre), standing(one), none="")


def _form_cards(material: PeriodMaterial) -> list[Card]:
    """The newest total of each kind of form."""
    cards = []
    for kind, form in FORMS.items():
        line = form_line(material.period_forms, kind)
        if not line.forms:
            continue
        last, first = line.forms[-1], line.forms[0]
        total, before = score_of(last), score_of(first).total
        assert total.total is not None
        assert before is not None
        since = (
            f"; since {name_of(first.filled_at.date(), Period.DAY)} {signed(change_briefly(form, before, total.total))}"
            if last is not first
            else ""
        )
        rest = f"{score_in_words(form, total).partition(', ')[2]}, on {name_of(last.filled_at.date(), Period.DAY)}{since}"
        cards.append(Card(f"{form.name}, newest total of {form.highest}", str(total.total), rest, none=""))
    return cards or [Card("Questionnaires", None, "none was filled in within the period", none="none")]


def _figures(material: PeriodMaterial, trends: Mapping[str, Trend]) -> list[Block]:
    """A chart of every measure that is compared and was measured, then the number of sessions."""
    blocks: list[Block] = []
    for key, one in trends.items():
        if not any(material.holds(day.day) for day in one.days) and key != INDEX:
            continue
        words = standing(one)
        colour = "index" if key == INDEX else one.measure.source
        drawing = trend_drawing(f"trend-{key.replace('.', '-').replace('_', '-')}", one, material.span, colour, words)
        blocks.append(Figure(drawing, (Run(_title(one.measure), Tone.STRONG), f". {words}")))
    counted = max(trends.values(), key=lambda one: sum(held.sessions for held in one.bins))
    words = f"Sessions that measured something in each {material.by}: those that count filled, all of them as an outline."
    return [*blocks, Figure(strip_drawing("trend-sessions", counted.bins, material.span, words), words)]


def _title(measure: Measure) -> str:
    return f"{measure.name} ({measure.unit})" if measure.unit else measure.name


def _form_figures(material: PeriodMaterial) -> list[Section]:
    figures = []
    for kind in Kind:
        line = form_line(material.forms, kind)
        if any(material.holds(one.filled_at.date()) for one in line.forms):
            words = f"Totals of the {FORMS[kind].name}; hollow ones are estimated. {lines_in_words(kind)}"
            figures.append(Figure(form_drawing(f"form-{kind}", line, FORMS[kind].name, material.span, words), words))
    return [section("form-charts", "Questionnaires over the same dates", *figures)] if figures else []


def _models(material: PeriodMaterial, cards: Mapping[str, Mapping[str, Any]]) -> list[Section]:
    """Each model that a session of the period ran, and how many did."""
    used = Counter((lane, model["name"], model["sha256"]) for info in material.infos for lane, model in info.models.items())
    if not used:
        return []
    counts = [(lane.capitalize(), said(name), Run(sha[:16], Tone.CODE), str(count)) for (lane, name, sha), count in sorted(used.items())]
    caption = "Models of the sessions; numbers of different models cannot be compared"
    blocks: list[Block] = [Table(caption, ("Lane", "Model", "sha256 begins", "Sessions"), counts, numbers_from=3)]
    for (lane, name, sha), _ in sorted(used.items()):
        blocks += model_blocks(lane, {"name": name, "sha256": sha, **cards.get(sha, {})})
    return [Section("models", "Models, and how well they did where the answer was known", blocks)]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
