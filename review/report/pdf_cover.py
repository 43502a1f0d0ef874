"""The cover of a report as reportlab's flowables: what it is, whose, and what it is filed by."""

from collections.abc import Iterator, Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer
from reportlab.platypus import Table as Grid

from review.report.document import Cover, Words
from review.report.pdf_blocks import FACT_NAME, SMALL, Anchor, notice_box, padding, paragraph_style, rule, text
from review.report.pdf_style import INK, MUTED, RULE

EYEBROW = paragraph_style("eyebrow", 8.5, colour=MUTED, after=3)
FACT = paragraph_style("fact", 9)
TITLE = paragraph_style("title", 20, bold=True, after=10)


def cover_of(cover: Cover, width: float) -> Iterator[Flowable]:
    """The first page."""
    yield Anchor("cover", "Cover")
    yield text(cover.kind.upper(), EYEBROW, width)
    yield text(cover.title, TITLE, width)
    yield rule(width, 1.4, INK)
    yield Spacer(0, 10)
    yield _facts(cover.facts, width)
    yield Spacer(0, 10)
    for notice in cover.notices:
        yield notice_box(notice, width)
        yield Spacer(0, 8)


def filed_of(cover: Cover, width: float) -> Iterator[Flowable]:
    """What the cover is filed by, and where who has read it signs."""
    yield rule(width, 0.5, RULE)
    yield Spacer(0, 8)
    yield _facts(cover.filed, width, columns=2)
    if cover.signature:
        yield Spacer(0, 20 * mm)
        yield _signature(width)


def _facts(facts: Sequence[tuple[str, Words]], width: float, columns: int = 3) -> Flowable:
    """Names above their facts, some beside one another."""
    column = width / columns
    cells = [[text(name, FACT_NAME, column), text(fact, FACT, column - 8)] for name, fact in facts]
    cells += [[] for _ in range(-len(cells) % columns)]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    return Grid(rows, [column] * columns, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *padding(0, 8, 3, 7)])


def _signature(width: float) -> Flowable:
    """Where who has read it signs."""
    names = ("Read by", "Date", "Signature")
    column = width / len(names)
    lines = [("LINEABOVE", (2 * index, 0), (2 * index, 0), 0.6, HexColor(INK)) for index in range(len(names))]
    cells, widths = [], []
    for name in names:
        cells += [text(name, SMALL, column), ""]
        widths += [column - 16, 16]
    return Grid([cells], widths, style=[*lines, *padding(0, 0, 2, 0)])
