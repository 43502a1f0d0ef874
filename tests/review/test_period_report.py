import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import starmap

import pytest
from fhir.resources.R4B.bundle import Bundle
from pypdf import PdfReader

from bench.sample_year import PERSONAS, forms_of, sessions_of
from core.calendar import Period
from core.person import Person, Use
from core.session_values import SessionValues
from review.exports.fhir import period_bundle
from review.exports.period_files import SESSION_COLUMNS, write_period_json, write_period_tables
from review.report.filing import Filing
from review.report.html_writer import html_page
from review.report.paper import Paper
from review.report.pdf_writer import write_pdf
from review.report.period_material import PeriodMaterial
from review.report.period_report import period_report
from review.session_values import session_values
from tests.review.test_summary_html import Page

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
FILING = Filing(NOW, "care", "9-0123456789ab", "In danger now: 112")
PERSON = Person(1, PERSONAS[0].name, 1978, "female")


def numbered(number: int, results) -> tuple:
    return replace(results.info, id=number), session_values(replace(results, info=replace(results.info, id=number)))


@pytest.fixture(scope="module")
def year() -> PeriodMaterial:
    persona = replace(PERSONAS[0], minutes=0.7)
    made = list(starmap(numbered, enumerate(sessions_of(persona), 1)))
    return PeriodMaterial(
        person=PERSON,
        values=[values for _, values in made],
        infos=[info for info, _ in made],
        forms=[replace(form, id=number) for number, form in enumerate(forms_of(persona), 1)],
        first=date(2025, 4, 1),
        last=date(2026, 3, 31),
        by=Period.MONTH,
        now=NOW,
    )


def page_of(material: PeriodMaterial) -> Page:
    return Page("".join(html_page(period_report(material, {}, FILING))))


def value(number: int, started: datetime, index: float = 40.0, zone: str = "Europe/Berlin") -> SessionValues:
    measured, quality = {"index": 200.0}, {"index": 0.9}
    return SessionValues(session=number, started_utc=started, zone=zone, values={"index": index}, measured=measured, quality=quality)


def material(values, first: date, last: date, by: Period = Period.DAY) -> PeriodMaterial:
    return PeriodMaterial(person=Person(2, "x"), values=values, infos=[], forms=[], first=first, last=last, by=by, now=NOW)


def test_the_page_is_well_formed_and_holds_every_part(year):
    page = page_of(year)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for part in ("At a glance", "Questionnaires", "Sessions", "What was measured, and how well", "Models", "Limits", "9-0123456789ab"):
        assert part in page.words
    assert PERSON.pseudonym in page.words
    assert "Reliable change, first told on" in page.words
    assert "±5 clinically important (Löwe et al. 2004" in page.words
    assert "±6 reliable (NHS Talking Therapies" in page.words
    assert "It is not a diagnosis" in page.words


def test_there_is_a_chart_for_each_compared_measure_the_sessions_and_the_forms(year):
    charts = [attributes for attributes in page_of(year).all("svg") if attributes["class"] == "chart"]
    assert len(charts) == 9 + 1 + 2


def test_it_is_a_pdf_on_both_papers(year):
    for paper in Paper:
        stream = BytesIO()
        write_pdf(stream, period_report(year, {}, FILING), paper)
        read = PdfReader(stream, strict=True)
        assert "Item 9" in read.pages[0].extract_text()
        assert len(read.pages) >= 5


def test_a_month_without_sessions_is_a_gap_and_never_a_zero(year):
    autumn = replace(year, values=[one for one in year.values if one.started.month != 11], infos=[])
    rows = page_of(autumn).words
    assert "November 2025 – – 0 of 0 –" in rows


def test_a_person_without_anything_has_a_report_that_says_so():
    words = page_of(material([], date(2026, 1, 1), date(2026, 1, 31))).words
    assert "not enough sessions" in words.lower()
    assert "There was no session in the period." in words
    assert "nan" not in words.lower().split()


def test_sessions_belong_to_the_day_of_their_place_in_a_leap_year_and_through_both_nights_of_the_clock():
    leap = value(1, datetime(2024, 2, 29, 22, 30, tzinfo=UTC))
    spring = value(2, datetime(2025, 3, 29, 23, 30, tzinfo=UTC))  # 0:30 on the 30th in Berlin
    first_half, second_half = value(3, datetime(2025, 10, 26, 0, 30, tzinfo=UTC)), value(4, datetime(2025, 10, 26, 1, 30, tzinfo=UTC))
    assert [one.session for one in material([leap], date(2024, 2, 29), date(2024, 2, 29)).sessions] == [1]
    assert material([leap], date(2024, 3, 1), date(2024, 3, 1)).sessions == []
    assert [one.session for one in material([spring], date(2025, 3, 30), date(2025, 3, 30)).sessions] == [2]
    autumn = material([first_half, second_half], date(2025, 10, 26), date(2025, 10, 26))
    assert [one.session for one in autumn.sessions] == [3, 4]
    assert "26 Oct 2025" in page_of(autumn).words
    assert "29 Feb 2024" in page_of(material([leap], date(2024, 2, 29), date(2024, 2, 29))).words


def test_a_session_of_a_clock_that_was_wrong_is_named():
    wrong = value(5, datetime(1970, 1, 1, tzinfo=UTC))
    right = [value(number, NOW - timedelta(days=number)) for number in range(1, 4)]
    words = page_of(material([wrong, *right], date(2026, 3, 1), date(2026, 4, 1))).words
    assert "because its date cannot be right: session 5" in words


def test_a_baseline_before_the_period_still_holds(year):
    late = replace(year, first=date(2026, 1, 1), infos=[info for info in year.infos if info.started_utc.year == 2026])
    words = page_of(late).words
    assert "Usual" in words
    assert "April 2025" not in words


def test_tables_of_a_period_hold_its_sessions_and_forms(year, tmp_path):
    marked = replace(year, values=[replace(year.values[0], use=Use.BASELINE), *year.values[1:]])
    write_period_tables(tmp_path, marked)
    with (tmp_path / "sessions.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    assert [int(row["session"]) for row in rows] == [one.session for one in year.values]
    assert rows[0]["use"] == "baseline"
    assert float(rows[0]["index"]) == pytest.approx(year.values[0].values["index"], abs=1e-6)
    assert datetime.fromisoformat(rows[0]["began"]) == year.values[0].started_utc
    with (tmp_path / "data_dictionary.csv").open(encoding="utf-8", newline="") as stream:
        explained = {(row["file"], row["column"]) for row in csv.DictReader(stream)}
    assert {("sessions.csv", column.name) for column in SESSION_COLUMNS} <= explained
    assert len((tmp_path / "questionnaires.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(year.period_forms)


def test_json_of_a_period_names_only_what_was_measured(year, tmp_path):
    write_period_json(tmp_path / "p.json", year)
    read = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    explained = {one["name"] for one in read["dictionary"] if one["table"] == "sessions.csv"}
    assert all(set(one) <= explained and None not in one.values() for one in read["sessions"])
    assert len(read["questionnaires"]) == len(year.period_forms)


def test_the_bundle_of_a_period_has_an_index_for_every_session_and_says_where_there_is_none(year):
    without = replace(year.values[0], values={}, quality={})
    made = period_bundle([without, *year.values[1:]], PERSON, year.forms)
    read = Bundle.model_validate_json(json.dumps(made))
    found = [entry.resource for entry in read.entry if entry.resource.get_resource_type() == "Observation"]
    indices = [one for one in found if one.code.coding[0].code == "depressive-affect-index"]
    assert len(indices) == len(year.values)
    assert indices[0].valueQuantity is None
    assert indices[0].dataAbsentReason.text == "not enough evidence"
    assert not any(entry.resource.get_resource_type() == "Condition" for entry in read.entry)
