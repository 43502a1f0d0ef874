import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from bench.sample_year import PERSONAS, forms_of
from core.labels import Emotion
from core.person import Person
from core.readings import ClassMap
from core.session import Mark, Note
from review.report.document import Document
from review.report.filing import Filing
from review.report.material import material_of_results
from review.report.paper import Paper
from review.report.pdf_blocks import BODY
from review.report.pdf_fonts import MISSING, OTHER, SCRIPTS, by_font, fonts
from review.report.pdf_shaping import ShapedParagraph, width_of
from review.report.pdf_words import cleaned, markup, visual
from review.report.pdf_writer import write_pdf
from review.report.session_report import Beside, session_report
from tests.fixtures.sessions import FORMULA, cards, empty_session, session

FILING = Filing(datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "care", "152-8c1f0e2ab3d4", "In danger now: 112")
LETTERS = "Änne Þórsdóttir Ζωή Жук Հայ ქარ 睡眠 안녕 שלום عولم 😀"
NAMES = {
    "Devanagari": "क्षत्रिय",
    "Bengali": "রবীন্দ্রনাথ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ",
    "Gujarati": "કૃષ્ણ",
    "Oriya": "ଓଡ଼ିଆ",
    "Tamil": "ஸ்ரீ",
    "Telugu": "కృష్ణ",
    "Kannada": "ಕೃಷ್ಣ",
    "Malayalam": "ക്രിസ്തു",
    "Sinhala": "ශ්\u200dරී",
    "Thai": "น้ำทิพย์",
    "Lao": "ນ້ຳ",
    "Myanmar": "ကျော်",
    "Ethiopic": "አማርኛ",
    "Khmer": "ស្រី",
}
SELF_HARM = [form for form in forms_of(PERSONAS[0]) if form.kind == "phq9" and form.answers[-1]]


def pdf(document: Document, paper: Paper = Paper.A4) -> PdfReader:
    stream = io.BytesIO()
    write_pdf(stream, document, paper)
    return PdfReader(io.BytesIO(stream.getvalue()), strict=True)


def words(read: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def report(results=None, person: Person | None = None, forms=()) -> Document:
    return session_report(material_of_results(results or session(120.0)), cards(), Beside(person=person, forms=forms, filing=FILING))


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (595.28, 841.89)), (Paper.LETTER, (612.0, 792.0))])
def test_pages_have_the_size_of_their_paper_and_are_numbered(paper, size):
    read = pdf(report(), paper)
    assert len(read.pages) >= 5
    for number, page in enumerate(read.pages, 1):
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.1)
        text = page.extract_text()
        assert f"Page {number} of {len(read.pages)}" in text
        assert "not a diagnosis" in text


def test_it_holds_what_a_clinician_files():
    text = words(pdf(report(person=Person(1, "Anna 7"), forms=SELF_HARM)))
    for part in (
        "Anna 7",
        "152-8c1f0e2ab3d4",
        "At a glance",
        "Depressive-affect index",
        "Questionnaires",
        "What was measured, and how well",
        "Models, and how well they did",
        "Limits",
        "Signature",
        "It is not a diagnosis",
    ):
        assert part in text


def test_item_nine_is_read_first_and_says_whom_to_call():
    first = " ".join(pdf(report(forms=SELF_HARM)).pages[0].extract_text().split())
    assert "Item 9 of the PHQ-9 was answered above 0" in first
    assert "In danger now: 112" in first
    assert first.index("Item 9") < first.index("supports a professional")
    assert "Item 9" not in pdf(report()).pages[0].extract_text()


def test_every_font_is_embedded():
    for page in pdf(report(person=Person(1, LETTERS))).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/FontDescriptor"]
            assert "/FontFile2" in descriptor, font.get_object()["/BaseFont"]


def test_the_outline_leads_to_every_section():
    document = report()
    titles = [entry.title for entry in pdf(document).outline]
    assert titles == ["Cover", *(part.title for part in document.sections)]


def test_charts_are_vectors_and_no_pictures_unless_a_mark_kept_a_map():
    def images(read: PdfReader) -> int:
        return sum(len(page.images) for page in read.pages)

    assert images(pdf(report())) == 0
    class_map = ClassMap(Emotion.SADNESS, ((0, 255), (9, 0)))
    assert images(pdf(report(replace(session(60.0), marks=[Mark(1.0, "event", class_map)])))) == 1


def test_a_session_without_evidence_is_a_report_that_says_so():
    text = words(pdf(report(empty_session())))
    assert "not enough evidence" in text
    assert "nan" not in text.lower().split()
    assert "None" not in text


def test_words_of_a_person_are_words():
    text = words(pdf(report()))
    assert FORMULA in text
    assert "<script>alert('x')</script> &" in text


def test_names_of_any_letters_are_there():
    if OTHER not in fonts():
        pytest.skip("no font with East Asian letters is installed (fonts-wqy-microhei)")
    read = pdf(report(person=Person(1, LETTERS)))
    text = read.pages[0].extract_text()
    for name in ("Änne Þórsdóttir", "Ζωή", "Жук", "Հայ", "ქარ", "睡眠", "안녕"):
        assert name in text
    assert MISSING not in text


def test_a_letter_that_no_font_has_is_a_square_and_no_failure():
    assert "".join(run for _, run in by_font("a\U000a0000b")) == f"a{MISSING}b"
    assert words(pdf(report(replace(session(30.0), notes=[Note(1.0, "𓀀 ཀ ok")])))).count("ok")


def test_every_script_with_a_font_is_tried():
    assert {name for name, _, _ in SCRIPTS} == set(NAMES)


@pytest.mark.parametrize(("script", "name"), NAMES.items())
def test_names_in_scripts_whose_letters_join_are_drawn_in_their_own_font(script, name):
    runs = list(by_font(name))
    assert {font for font, _ in runs} == {f"Script-{script}"}
    assert MISSING not in "".join(run for _, run in runs)


def test_letters_that_join_are_drawn_as_one():
    """क्ष is three characters and one letter; น้ำ has a tone above its vowel that takes no room."""
    assert width_of("क्ष", 10.0) < width_of("क", 10.0) + width_of("ष", 10.0)
    assert width_of("น้", 10.0) == pytest.approx(width_of("น", 10.0))


def test_a_word_of_two_scripts_has_each_part_in_its_own_font():
    (word,) = ShapedParagraph(markup("Anna-रमा", 400.0, 9.0), BODY).frags
    assert [part.fontName for part, _ in word[1:]] == ["Report", "Script-Devanagari"]
    assert word[1][1] == "Anna-"
    assert "Anna-" in words(pdf(report(person=Person(1, "Anna-रमा"))))


def test_a_long_name_in_a_script_that_joins_breaks_into_lines_within_its_room():
    paragraph = ShapedParagraph(markup("अनिलक्षत्रिय " * 40, 200.0, 9.0), BODY)
    _, height = paragraph.wrap(200.0, 1000.0)
    assert height > 5 * BODY.leading
    assert all(line.extraSpace >= 0 for line in paragraph.blPara.lines)
    assert len(paragraph.split(200.0, 4 * BODY.leading)) == 2


def test_letters_that_cannot_be_drawn_are_named_at_the_end():
    text = words(pdf(report(person=Person(1, "བོད"))))
    assert f"{MISSING} stands for letters that no font on this machine has (U+0F56 TIBETAN LETTER BA" in text
    assert "stands for letters" not in words(pdf(report(person=Person(1, "अनिल สมชาย"))))


def test_a_joiner_of_another_script_does_not_disturb_arabic():
    assert visual("ශ්\u200dරී سلام").endswith(visual("سلام"))
    assert visual("می\u200cخواهم") != visual("میخواهم")


def test_hebrew_and_arabic_are_seen_in_their_order_and_joined():
    assert visual("שלום") == "םולש"
    assert visual("abc") == "abc"
    assert visual("سلام") == "\ufee1\ufefc\ufeb3"


def test_long_words_from_right_to_left_break_into_lines_from_the_top():
    lines = markup("אחת שתים שלוש ארבע חמש", 40.0, 9.0).split("<br/>")
    assert len(lines) > 2
    assert "תחא" in lines[0]


def test_signs_that_turn_a_page_around_are_left_out():
    assert cleaned("a\u202eb\x00c\nd\u2066") == "abc d"


def test_a_very_long_word_stays_on_the_page():
    read = pdf(report(replace(session(30.0), notes=[Note(1.0, "x" * 3000)])))
    assert words(read).replace(" ", "").count("x" * 60)


def test_many_notes_run_over_pages():
    many = replace(session(30.0), notes=[Note(index / 10, f"note {index} " + "word " * 30) for index in range(150)])
    read = pdf(report(many))
    assert "note 149" in words(read)
