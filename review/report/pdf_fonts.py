"""The fonts of a PDF: those that come with the program, and a font of the system for East Asian letters.

DejaVu Sans Condensed has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and many signs; Noto Sans has the scripts of `SCRIPTS`,
whose letters `pdf_shaping.py` joins. Only the letters that are used are embedded.
"""

import sys
import unicodedata
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

SCRIPTS = (
    ("Devanagari", 0x0900, 0x097F),
    ("Bengali", 0x0980, 0x09FF),
    ("Gurmukhi", 0x0A00, 0x0A7F),
    ("Gujarati", 0x0A80, 0x0AFF),
    ("Oriya", 0x0B00, 0x0B7F),
    ("Tamil", 0x0B80, 0x0BFF),
    ("Telugu", 0x0C00, 0x0C7F),
    ("Kannada", 0x0C80, 0x0CFF),
    ("Malayalam", 0x0D00, 0x0D7F),
    ("Sinhala", 0x0D80, 0x0DFF),
    ("Thai", 0x0E00, 0x0E7F),
    ("Lao", 0x0E80, 0x0EFF),
    ("Myanmar", 0x1000, 0x109F),
    ("Ethiopic", 0x1200, 0x139F),
    ("Khmer", 0x1780, 0x17FF),
)
"""Scripts with a font of their own, and their blocks in Unicode."""

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
    """Those for any words, by name, known to reportlab."""
    found = {PLAIN: _font(PLAIN, FOLDER / "DejaVuSansCondensed.ttf"), BOLD: _font(BOLD, FOLDER / "DejaVuSansCondensed-Bold.ttf")}
    other = next(filter(None, map(_other, _OF_THE_SYSTEM.get(sys.platform, ()))), None)
    if other is not None:
        found[OTHER] = other
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return found


def is_shaped(name: str) -> bool:
    """Whether letters of this font join or change places."""
    return name.startswith("Script-")


def by_font(words: str, font: str = PLAIN) -> Iterator[tuple[str, str]]:
    """(font, words) for each stretch of `words` that one font has; a letter that none has is MISSING."""
    for name, letters in groupby(_with_fonts(words, font), lambda one: one[0]):
        run = "".join(letter for _, letter in letters)
        yield (name, run) if name else (font, MISSING * len(run))


def has_font(letter: str) -> bool:
    """Whether a letter can be drawn."""
    return _font_of(letter, PLAIN) is not None


def _with_fonts(words: str, font: str) -> Iterator[tuple[str | None, str]]:
    """Each letter with its font. What is set above, below or between letters is drawn with them, as long as their font has it."""
    name: str | None = None
    for letter in words:
        if not (name and is_shaped(name) and _joins(letter) and _has(name, letter)):
            name = _font_of(letter, font)
        yield name, letter


def _font_of(letter: str, font: str) -> str | None:
    return next((one for one in (_script_of(letter), font, OTHER) if one and _has(one, letter)), None)


def _joins(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Mc", "Cf"}


def _script_of(letter: str) -> str | None:
    return next((f"Script-{name}" for name, first, last in SCRIPTS if first <= ord(letter) <= last), None)


def _has(name: str, letter: str) -> bool:
    font = _of_script(name) if is_shaped(name) else fonts().get(name)
    return font is not None and ord(letter) in font.face.charToGlyph


@cache
def _of_script(name: str) -> TTFont:
    """Read when a word needs it."""
    return _font(name, FOLDER / f"NotoSans{name.removeprefix('Script-')}.ttf", shaped=True)


def _font(name: str, path: Path, *, shaped: bool = False) -> TTFont:
    font = TTFont(name, str(path), shapable=shaped)
    pdfmetrics.registerFont(font)
    return font


def _other(path: str) -> TTFont | None:
    """The font, where it is here and can be embedded."""
    try:
        return _font(OTHER, Path(path)) if Path(path).is_file() else None
    except (TTFError, OSError):
        return None
