import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from core.labels import EMOTIONS, Modality
from core.session import Mark, Note, SessionResults
from review.exports.summary_html import summary_html, write_summary_html
from review.report.html_parts import escape
from review.report.model_figures import figure_rows
from review.report.numbers import clock_time, percent
from review.report.session_report import local_start
from tests.fixtures.sessions import FORMULA, cards, empty_session, info, session

VOID = {"meta", "br", "hr", "img", "link", "input", "path", "rect"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in order, every id is there once."""

    def __init__(self, words: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(words)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return re.sub(r"[\s\N{NO-BREAK SPACE}]+", " ", " ".join(self.text))


@pytest.fixture(scope="module")
def results() -> SessionResults:
    return session(300.0)


@pytest.fixture(scope="module")
def written(results) -> str:
    return summary_html(results, cards())


@pytest.fixture(scope="module")
def page(written) -> Page:
    return Page(written)


def test_the_page_is_well_formed_and_its_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {name for _, attributes in page.elements for name in (attributes.get("aria-labelledby") or "").split()}
    assert named <= set(ids)


def test_nothing_is_fetched_and_nothing_runs(page, written):
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on") or name in {"href", "src", "style"}]
    assert "@import" not in written
    assert set(re.findall(r"url\(([^)]*)\)", written)) == {"#hatch"}


def test_words_of_a_person_are_text_and_stay_in_their_own_direction(page, results):
    notes = [note.text for note in results.notes]
    shown = page.words
    assert "<script>alert('x')</script> & “Größe” – grüße, 睡眠" in shown
    assert FORMULA in shown
    assert "Visit 3 – “Ä. <Müller>”" in shown
    assert len(page.all("bdi")) > len(notes)


def test_every_chart_has_a_title_and_a_description(page):
    charts = [attributes for attributes in page.all("svg") if attributes["class"] == "chart"]
    assert len(charts) == 5
    for chart in charts:
        assert chart["role"] == "img"
        assert len((chart["aria-labelledby"] or "").split()) == 2
    assert len(page.all("table")) == len(page.all("caption")) > 8


def test_every_emotion_is_named_in_words_beside_its_colour(page):
    labels = [attributes for attributes in page.all("g") if (attributes.get("class") or "").startswith("row c-")]
    assert len(labels) == 1 + 3 + 7 + 7 + 6 + 7
    assert all(emotion.capitalize() in page.words for emotion in EMOTIONS)


def test_it_says_what_it_is_not(page):
    assert "It is not a diagnosis" in page.words
    assert "an expression is not a feeling" in page.words
    assert "not in PHQ points and not a probability of illness" in page.words
    assert "most often resembled" in page.words
    assert not re.search(r"(patient|person|she|he) is (sad|depressed|angry)", page.words)


def test_gaps_and_absences_are_drawn_and_say_why(page):
    kinds = [attributes["class"] for attributes in page.all("rect")]
    assert kinds.count("gap") == 1
    assert kinds.count("absent") >= 4
    assert "2:45 to 3:00: the camera “Webcam 0” was unplugged & came back" in page.words
    assert "two people" in page.words


def test_a_line_does_not_run_through_a_gap(written):
    left, right = (124 + share * 630 for share in (0.555, 0.595))
    face = written[written.index('id="face-chart-title"') : written.index('id="voice-chart-title"')]
    for line in re.findall(r'class="line" d="([^"]*)"', face):
        for run in line.split("M")[1:]:
            xs = [float(point.split(",")[0]) for point in run.replace("h.01", "").split()]
            assert not any(before < left and after > right for before, after in pairwise(xs))


def test_models_stand_beside_the_trivial_baseline(page):
    assert "face-first" in page.words
    assert "a" * 64 in page.words
    assert re.search(r"accuracy 0\.612 0\.247", page.words)
    assert "Not for use outside research." in page.words


def test_a_card_of_another_file_than_the_sessions_own_is_said():
    other = {Modality.FACE: {**cards()[Modality.FACE], "sha256": "0" * 64}}
    assert "Some figures below are of another file" in Page(summary_html(session(20.0), other)).words
    assert "Some figures below are of another file" not in Page(summary_html(session(20.0), cards())).words


def test_only_settings_that_differ_are_listed(page):
    assert "face.rate_hz 15.0 30.0 1/s" in page.words
    assert "camera_width_px" not in page.words
    plain = replace(session(20.0), info=replace(info(20.0), settings={}))
    assert "All settings had their defaults." in Page(summary_html(plain, cards())).words


def test_a_session_without_evidence_says_so_and_gives_no_number():
    for results in (empty_session(), session(20.0)):
        words = Page(summary_html(results, {})).words
        assert "not enough evidence" in words
        assert "nan" not in words.lower().split()
        assert "None" not in words


def test_no_coordinate_is_missing(written):
    assert not re.search(r'="[^"]*\b(nan|inf|None)\b[^"]*"', written)


def test_an_hour_at_thirty_readings_a_second_stays_small(tmp_path):
    write_summary_html(tmp_path / "summary.html", session(3600.0), cards())
    assert (tmp_path / "summary.html").stat().st_size < 1_500_000
    Page((tmp_path / "summary.html").read_text(encoding="utf-8"))


def test_many_notes_are_cut_and_the_page_says_so():
    results = replace(session(20.0), notes=[Note(index / 100, "x") for index in range(1000)], marks=[Mark(1.0, "event")])
    assert "the first 200 of 1001" in Page(summary_html(results, {})).words


def test_letters_that_html_forbids_are_replaced():
    assert escape("a\x00b\x1bc\ud800<") == "a\ufffdb\ufffdc\ufffd&lt;"


def test_times_and_shares_read_well():
    assert [clock_time(seconds) for seconds in (0, 75.4, 3675)] == ["0:00", "1:15", "1:01:15"]
    shown = [percent(share).replace("\N{NO-BREAK SPACE}", " ") for share in (0, 0.001, 0.123, 0.999, 1)]
    assert shown == ["0 %", "< 1 %", "12 %", "> 99 %", "100 %"]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "2026-03-02 10:30 (Europe/Berlin)"),
        ("+05:30", "2026-03-02 15:00 (+05:30)"),
        ("UTC+02:00", "2026-03-02 11:30 (UTC+02:00)"),
        ("Nowhere/Land", "2026-03-02 09:30 (UTC)"),
        ("", "2026-03-02 09:30 (UTC)"),
        ("../../etc/passwd", "2026-03-02 09:30 (UTC)"),
    ],
)
def test_the_start_is_told_in_the_sessions_own_zone(zone, shown):
    assert local_start(replace(info(10.0), zone=zone)) == shown


def test_figures_meet_their_baseline_however_a_card_names_it():
    paired = [("accuracy", "0.612", "0.247")]
    assert figure_rows({"accuracy": {"model": 0.612, "baseline": 0.247}}) == paired
    assert figure_rows({"accuracy": 0.612, "majority_accuracy": 0.247}) == paired
    assert figure_rows({"accuracy": 0.612, "majority_baseline": {"accuracy": 0.247}}) == paired
    assert figure_rows({"model": {"accuracy": 0.612}, "baseline": {"accuracy": 0.247}}) == paired
    assert figure_rows({"confusion": [[1, 2], [3, 4]], "examples": 12}) == [("examples", "12", "")]
