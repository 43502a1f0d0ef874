"""The blocks of a document as reportlab's flowables."""

from collections.abc import Iterator

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer
from reportlab.platypus import Table as Grid

from core.class_map_picture import class_map_caption
from review.report.document import (
    Block,
    Bullets,
    Card,
    Cards,
    ChartKey,
    ClassMaps,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Section,
    Table,
    Words,
)
from review.report.pdf_drawing import Chart, Map, hatch
from review.report.pdf_fonts import BOLD, PLAIN
from review.report.pdf_shaping import ShapedParagraph as Text
from review.report.pdf_shaping import width_of
from review.report.pdf_style import ACCENT, FAINT, INK, MUTED, RULE, SAFETY, SHADE
from review.report.pdf_words import cleaned, markup, plain

CELL_PAD = 4.0
MAPS_A_ROW = 6
LEAST_COLUMN = 34.0
"""Points: narrower columns break words of a few letters."""


def paragraph_style(
    name: str, size: float, *, bold: bool = False, colour: str = INK, before: float = 0, after: float = 0
) -> ParagraphStyle:
    """A kind of paragraph; sizes in points."""
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.36,
        textColor=HexColor(colour),
        bulletFontName=PLAIN,
        spaceBefore=before,
        spaceAfter=after,
        allowWidows=0,
        allowOrphans=0,
    )


SECTION = paragraph_style("section", 12.5, bold=True, before=14, after=5)
HEADING = paragraph_style("heading", 9.5, bold=True, before=8, after=2)
BODY = paragraph_style("body", 9, after=5)
SMALL = paragraph_style("small", 7.6, colour=MUTED, after=6)
FACT_NAME = paragraph_style("fact-name", 7.6, colour=MUTED, after=1)
CELL = paragraph_style("cell", 8)
HEAD = paragraph_style("head", 7.6, bold=True, colour=MUTED)
CAPTION = paragraph_style("caption", 7.8, colour=MUTED, before=4, after=2)
CARD_NUMBER = paragraph_style("card-number", 14, bold=True)
CARD_NONE = paragraph_style("card-none", 10, bold=True, colour=MUTED)
STRONG = paragraph_style("strong", 9, bold=True, after=4)


class Anchor(Flowable):
    """A place that the outline of the file leads to."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self._name, self._title = name, title

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """It takes no room."""
        return 0, 0

    def draw(self) -> None:
        """Note the place."""
        self.canv.bookmarkPage(self._name)
        self.canv.addOutlineEntry(self._title, self._name, level=0)


class Swatches(Flowable):
    """How grey and hatching are read."""

    def __init__(self, key: ChartKey) -> None:
        super().__init__()
        self._key = key

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """One line."""
        return width, 12

    def draw(self) -> None:
        """A sample and its words, twice."""
        canvas, x, size = self.canv, 0.0, SMALL.fontSize
        canvas.setFont(PLAIN, size)
        for kind, words in (("absent", self._key.absent), ("gap", self._key.gap)):
            if kind == "gap":
                hatch(canvas, x, 2, 18, 8)
            else:
                canvas.setFillColor(HexColor(SHADE))
                canvas.rect(x, 2, 18, 8, stroke=0, fill=1)
            canvas.setFillColor(HexColor(MUTED))
            canvas.drawString(x + 22, 3, words)
            x += 22 + width_of(words, size) + 16


def text(words: Words, style: ParagraphStyle, width: float) -> Text:
    """A paragraph."""
    return Text(markup(words, width, style.fontSize, bold=style.fontName == BOLD), style)


def section_of(part: Section, width: float) -> Iterator[Flowable]:
    """A section; its title never stands alone at the end of a page."""
    title = [Anchor(part.name, part.title), text(part.title, SECTION, width)]
    flowables = [flowable for block in part.blocks for flowable in _block(block, width)]
    if flowables and isinstance(flowables[0], KeepTogether):
        yield KeepTogether([*title, *flowables.pop(0)._content])
    else:
        yield CondPageBreak(38 * mm)
        yield from title
    yield from flowables


def end_of(footer: str, width: float) -> Iterator[Flowable]:
    """What the document ends with."""
    yield Spacer(0, 6)
    yield rule(width, 0.5, RULE)
    yield Spacer(0, 3)
    yield text(footer, SMALL, width)


def _block(block: Block, width: float) -> Iterator[Flowable]:
    match block:
        case Heading():
            yield CondPageBreak(24 * mm)
            yield text(block.words, HEADING, width)
        case Paragraph():
            yield text(block.words, SMALL if block.small else BODY, width)
        case Bullets():
            for item in block.items:
                style = ParagraphStyle("item", parent=BODY, leftIndent=10, bulletIndent=1, spaceAfter=3)
                yield Text(markup(item, width - 10, style.fontSize), style, bulletText="•")
        case Notice():
            yield notice_box(block, width)
            yield Spacer(0, 8)
        case Cards():
            yield _cards(block, width)
            yield Spacer(0, 6)
        case Table():
            yield from _table(block, width)
        case Figure():
            yield KeepTogether([Chart(block.drawing, width), text(block.caption, CAPTION, width), Spacer(0, 6)])
        case ChartKey():
            yield Swatches(block)
            yield text(block.rest, SMALL, width)
        case ClassMaps():
            yield from _maps(block, width)


def notice_box(notice: Notice, width: float) -> Flowable:
    """What is read first, with a bar at its side."""
    edge, bar = (SAFETY, 5) if notice.safety else (ACCENT, 3)
    inside = [text(words, BODY, width - 24) for words in notice.paragraphs]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(FAINT)),
        ("LINEBEFORE", (0, 0), (0, -1), bar, HexColor(edge)),
        *padding(12, 12, 7, 3),
    ]
    return Grid([[inside]], [width], style=style)


def _cards(cards: Cards, width: float) -> Flowable:
    count = len(cards.cards)
    column = width / count
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BOX", (0, 0), (-1, -1), 0.6, HexColor(RULE)),
        ("LINEAFTER", (0, 0), (-2, -1), 0.6, HexColor(RULE)),
        *padding(8, 6, 6, 6),
    ]
    return Grid([[_card(card, column - 14) for card in cards.cards]], [column] * count, style=style)


def _card(card: Card, width: float) -> list[Flowable]:
    number = text(card.number, CARD_NUMBER, width) if card.number else text(card.none, CARD_NONE, width)
    return [text(card.what, FACT_NAME, width), number, text(card.rest, FACT_NAME, width)]


def _table(block: Table, width: float) -> Iterator[Flowable]:
    if not block.rows:
        return
    widths = _widths(block, width)
    right = ParagraphStyle("number", parent=CELL, alignment=TA_RIGHT)
    head_right = ParagraphStyle("number-head", parent=HEAD, alignment=TA_RIGHT)

    def is_number(index: int) -> bool:
        return index >= block.numbers_from

    head = [text(words, head_right if is_number(i) else HEAD, widths[i] - CELL_PAD) for i, words in enumerate(block.heads)]
    rows = [[text(words, right if is_number(i) else CELL, widths[i] - CELL_PAD) for i, words in enumerate(row)] for row in block.rows]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HexColor(RULE)),
        *padding(0, CELL_PAD, 2, 2),
    ]
    yield CondPageBreak(24 * mm)
    yield text(block.caption, CAPTION, width)
    yield Grid([head, *rows], widths, repeatRows=1, style=style)
    yield Spacer(0, 8)


def _widths(block: Table, width: float) -> list[float]:
    """The shares that the table states, else what its words take, cut down to the line where they take more."""
    if block.widths:
        return [share * width for share in block.widths]
    columns = list(zip(block.heads, *(map(plain, row) for row in block.rows), strict=True))
    wanted = [max(width_of(cleaned(words), CELL.fontSize, BOLD) for words in column) + 2 * CELL_PAD for column in columns]
    longest = [
        max(max(width_of(word, CELL.fontSize, BOLD) for word in cleaned(words).split(" ")) for words in column) for column in columns
    ]
    least = [min(max(LEAST_COLUMN, one + 2 * CELL_PAD), width / 3) for one in longest]
    if sum(wanted) <= width:
        return [one + (width - sum(wanted)) * one / sum(wanted) for one in wanted]
    spare = max(0.0, width - sum(least))
    more = [max(0.0, one - low) for one, low in zip(wanted, least, strict=True)]
    widths = [low + spare * extra / (sum(more) or 1) for low, extra in zip(least, more, strict=True)]
    return [one * width / sum(widths) for one in widths]


def _maps(block: ClassMaps, width: float) -> Iterator[Flowable]:
    column = width / MAPS_A_ROW
    cells = [
        [Map(class_map, column - 10), Spacer(0, 2), text(f"{when}. {class_map_caption(class_map.label)}.", SMALL, column - 10)]
        for class_map, when in block.maps
    ]
    cells += [[] for _ in range(-len(cells) % MAPS_A_ROW)]
    rows = [cells[start : start + MAPS_A_ROW] for start in range(0, len(cells), MAPS_A_ROW)]
    yield Grid(rows, [column] * MAPS_A_ROW, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *padding(0, 10, 2, 2)])
    yield text(block.caption, SMALL, width)


def rule(width: float, thickness: float, colour: str) -> Flowable:
    """A line over the whole width."""
    return Grid([[""]], [width], [thickness], style=[("LINEABOVE", (0, 0), (-1, 0), thickness, HexColor(colour)), *padding(0, 0, 0, 0)])


def padding(left: float, right: float, top: float, bottom: float) -> list[tuple]:
    """The room around cells, and their font."""
    whole = ((0, 0), (-1, -1))
    return [
        ("FONTNAME", *whole, PLAIN),
        ("LEFTPADDING", *whole, left),
        ("RIGHTPADDING", *whole, right),
        ("TOPPADDING", *whole, top),
        ("BOTTOMPADDING", *whole, bottom),
    ]
