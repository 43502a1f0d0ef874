"""Letters that join or change places (Devanagari, Thai): HarfBuzz sets them, and reportlab draws what it set.

reportlab itself shapes a whole word in the font of its first letter; here each stretch of a word is shaped in its own.
"""

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import ShapedStr, makeShapedFragWord, shapeStr
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph
from reportlab.platypus.paragraph import _getFragWords

from review.report.pdf_fonts import PLAIN, by_font, is_shaped

Word = list
"""reportlab's: its width, then (how a stretch is set, the stretch) for each."""


class ShapedParagraph(Paragraph):
    """A paragraph whose words may be of any script."""

    frags: list

    def __init__(self, text: str | None, *arguments: object, **named: object) -> None:
        super().__init__(text, *arguments, **named)
        if any(is_shaped(getattr(part, "fontName", "")) for part in self.frags):
            self.frags = [_shaped_word(word) for word in _getFragWords(self.frags)]


def width_of(words: str, size: float, font: str = PLAIN) -> float:
    """In points."""
    return sum(_width(_shaped(run, name, size), name, size) for name, run in by_font(words, font))


def write_line(canvas: Canvas, x: float, y: float, words: str, size: float, font: str = PLAIN) -> None:
    """Write words from `x` on, each letter in a font that has it."""
    for name, run in by_font(words, font):
        seen = _shaped(run, name, size)
        canvas.setFont(name, size)
        canvas.drawString(x, y, seen)
        x += _width(seen, name, size)


def _shaped_word(word: Word) -> Word:
    if not any(is_shaped(part.fontName) for part, _ in word[1:]):
        return word
    parts = [(part, _shaped(words, part.fontName, part.fontSize)) for part, words in word[1:]]
    width = sum(_width(words, part.fontName, part.fontSize) for part, words in parts)
    return makeShapedFragWord(word)([width, *parts])


def _shaped(words: str, font: str, size: float) -> str:
    return shapeStr(words, font, size) if is_shaped(font) and words else words


def _width(words: str, font: str, size: float) -> float:
    if isinstance(words, ShapedStr):
        return sum(one.x_advance for one in words.__shapeData__) * size / 1000
    return float(stringWidth(words, font, size))
