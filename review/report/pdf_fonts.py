"""The fonts of a PDF: DejaVu Sans Condensed, which comes with the program, and a font of the system for East Asian letters.

DejaVu has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and many signs. Only the letters that are used are embedded.
"""

import sys
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

PLAIN, BOLD, OTHER = "Report", "Report-Bold", "Report-Other"
FOLDER = Path(__file__).resolve().parent.parent / "fonts"
MISSING = "\N{WHITE SQUARE}"
"""Stands for a letter that no font here has."""

_OF_THE_SYSTEM = {
    "linux": (
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/truetype/arphic/uming.ttc",
    ),
    "darwin": ("/System/Library/Fonts/Supplemental/Arial Unicode.ttf", "/Library/Fonts/Arial Unicode.ttf"),
    "win32": ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/malgun.ttf", "C:/Windows/Fonts/msgothic.ttc"),
}
"""TrueType fonts with East Asian letters, the one with the most first; reportlab does not embed OpenType's other outlines."""


@cache
def fonts() -> dict[str, TTFont]:
    """All that are here, by name, known to reportlab."""
    found = {PLAIN: _font(PLAIN, FOLDER / "DejaVuSansCondensed.ttf"), BOLD: _font(BOLD, FOLDER / "DejaVuSansCondensed-Bold.ttf")}
    other = next(filter(None, map(_other, _OF_THE_SYSTEM.get(sys.platform, ()))), None)
    if other is not None:
        found[OTHER] = other
    for font in found.values():
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return found


def by_font(words: str, font: str = PLAIN) -> Iterator[tuple[str, str]]:
    """(font, words) for each stretch of `words` that one font has; a letter that none has is MISSING."""
    known = fonts()

    def font_of(letter: str) -> str | None:
        return next((name for name in (font, OTHER) if name in known and ord(letter) in known[name].face.charToGlyph), None)

    for name, letters in groupby(words, font_of):
        run = "".join(letters)
        yield (name, run) if name else (font, MISSING * len(run))


def width_of(words: str, size: float, font: str = PLAIN) -> float:
    """In points."""
    return sum(pdfmetrics.stringWidth(run, name, size) for name, run in by_font(words, font))


def _font(name: str, path: Path) -> TTFont:
    return TTFont(name, str(path), shapable=False)


def _other(path: str) -> TTFont | None:
    """The font, where it is here and can be embedded."""
    try:
        return _font(OTHER, Path(path)) if Path(path).is_file() else None
    except (TTFError, OSError):
        return None
