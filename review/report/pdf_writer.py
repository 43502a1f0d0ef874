"""A document as PDF, with its charts as vectors and its letters embedded."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, FrameBreak, NextPageTemplate, PageBreak, PageTemplate

from review.report.document import Document
from review.report.paper import MARGIN_MM, Paper
from review.report.pdf_blocks import end_of, section_of
from review.report.pdf_cover import cover_of, filed_of
from review.report.pdf_fonts import MISSING, PLAIN, fonts
from review.report.pdf_shaping import width_of, write_line
from review.report.pdf_style import MUTED, RULE
from review.report.pdf_words import cleaned, undrawn, visual

RUNNING_PT = 7.5
FILED_MM = 62
"""At the foot of the cover: what it is filed by, and room for a signature."""
MOST_NAMED = 8
FOOT = "Supports a professional’s judgement; not a diagnosis."


def write_pdf(stream: BinaryIO, document: Document, paper: Paper = Paper.A4) -> None:
    """Write the document into a file that is open."""
    fonts()
    width, height = (side * mm for side in paper.size_mm)
    side, top = (margin * mm for margin in MARGIN_MM)
    floor, inner, room = top + 6 * mm, width - 2 * side, height - 2 * top - 12 * mm
    frame = Frame(side, floor, inner, room, 0, 0, 0, 0, id="text")
    first = Frame(side, floor + FILED_MM * mm, inner, room - FILED_MM * mm, 0, 0, 0, 0, id="first")
    filed = Frame(side, floor, inner, FILED_MM * mm, 0, 0, 0, 0, id="filed")
    template = BaseDocTemplate(
        stream,
        pagesize=(width, height),
        title=document.title,
        author="Affectograph",
        subject=document.cover.kind,
        lang="en",
        pageTemplates=[PageTemplate(id="cover", frames=[first, filed]), PageTemplate(id="page", frames=[frame])],
    )
    template.build(list(_story(document, inner)), canvasmaker=_numbered(document.running))


def _story(document: Document, width: float) -> Iterator[Flowable]:
    yield from cover_of(document.cover, width)
    yield NextPageTemplate("page")
    if document.cover.filed:
        yield FrameBreak()
        yield from filed_of(document.cover, width)
    yield PageBreak()
    for part in document.sections:
        yield from section_of(part, width)
    yield from end_of(_undrawn_in_words(document) + document.footer, width)


def _undrawn_in_words(document: Document) -> str:
    """What stands in this file for letters that no font has."""
    letters = undrawn(document)
    if not letters:
        return ""
    names = [f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in letters[:MOST_NAMED]]
    more = ["others"] if len(letters) > MOST_NAMED else []
    return f"{MISSING} stands for letters that no font on this machine has ({', '.join(names + more)}); the report as HTML keeps them. "


def _numbered(running: str) -> Callable[..., Canvas]:
    """A canvas that knows, when it writes a page, how many there are."""

    class Numbered(Canvas):
        def __init__(self, *arguments: object, **named: object) -> None:
            super().__init__(*arguments, **named | {"initialFontName": PLAIN})
            self._pages: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                _frame_page(self, running, number, len(self._pages))
                super().showPage()
            super().save()

    return Numbered


def _frame_page(canvas: Canvas, running: str, number: int, count: int) -> None:
    """What stands on every page: whose it is above, what it is not and the page's number below."""
    width, height = canvas._pagesize
    side, edge = (margin * mm for margin in MARGIN_MM)
    canvas.saveState()
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.5)
    canvas.setFillColor(HexColor(MUTED))
    if number > 1:
        canvas.line(side, height - edge - 2 * mm, width - side, height - edge - 2 * mm)
        _write(canvas, side, height - edge, "Affectograph")
        _write(canvas, width - side, height - edge, running, to_the_left=True)
    canvas.line(side, edge + 2.5 * mm, width - side, edge + 2.5 * mm)
    _write(canvas, side, edge - 1 * mm, FOOT)
    _write(canvas, width - side, edge - 1 * mm, f"Page {number} of {count}", to_the_left=True)
    canvas.restoreState()


def _write(canvas: Canvas, x: float, y: float, words: str, *, to_the_left: bool = False) -> None:
    seen = visual(cleaned(words))
    write_line(canvas, x - (width_of(seen, RUNNING_PT) if to_the_left else 0), y, seen, RUNNING_PT)
