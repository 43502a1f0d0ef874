"""Words as reportlab's paragraphs take them: each letter in a font that has it, each line in its reading order."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from xml.sax.saxutils import escape

from arabic_reshaper import reshape
from bidi.algorithm import get_display

from review.report.document import Document, Piece, Tone, Words, pieces
from review.report.pdf_fonts import BOLD, PLAIN, by_font, has_font
from review.report.pdf_shaping import width_of
from review.report.pdf_style import MUTED

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, marks of direction, halves of letters: they would turn the words of a page around, or show as a box."""
_JOINERS = frozenset({"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"})
"""Unseen as well, but letters beside them have another shape."""


def markup(words: Words, width: float, size: float, *, bold: bool = False) -> str:
    """A paragraph's content. Words that run from right to left are cut into lines of `width` (points) here: reportlab cannot turn them."""
    return "".join(_piece(piece, width, size, BOLD if bold else PLAIN) for piece in pieces(words))


def plain(words: Words) -> str:
    """The words alone."""
    return "".join(piece if isinstance(piece, str) else piece.words for piece in pieces(words))


def visual(words: str) -> str:
    """One line in the order in which it is seen, with Arabic letters as they join.

    Each word is joined alone: the reshaper loses its place in a line after a joiner of another script.
    """
    if not _runs_left(words):
        return words
    return str(get_display(" ".join(reshape(word) if _runs_left(word) else word for word in words.split(" "))))


def cleaned(words: str) -> str:
    """Words without what cannot be seen; a break of a line is a space."""
    return "".join(" " if letter in "\n\r\t" else letter for letter in words if letter in "\n\r\t" or _is_seen(letter))


def undrawn(document: Document) -> str:
    """The letters of a document that no font here has, each once, in their order."""
    letters = dict.fromkeys(letter for words in _words_in(document) for letter in cleaned(words))
    return "".join(letter for letter in letters if not has_font(letter))


def _words_in(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _words_in(getattr(part, field.name))
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from _words_in(inner)


def _is_seen(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN


def _runs_left(words: str) -> bool:
    return any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words)


def _piece(piece: Piece, width: float, size: float, font: str) -> str:
    words, tone = (piece, None) if isinstance(piece, str) else (piece.words, piece.tone)
    words = cleaned(words)
    font = BOLD if tone is Tone.STRONG else font
    lines = [visual(line) for line in _lines(words, width, size, font)] if _runs_left(words) else [words]
    inside = "<br/>".join("".join(_run(run, name, font) for name, run in by_font(line, font)) for line in lines)
    if tone is Tone.MUTED:
        return f'<font color="{MUTED}">{inside}</font>'
    return f'<font name="{font}">{inside}</font>' if tone is Tone.STRONG else inside


def _run(words: str, name: str, font: str) -> str:
    return escape(words) if name == font else f'<font name="{name}">{escape(words)}</font>'


def _lines(words: str, width: float, size: float, font: str) -> list[str]:
    """The words cut into lines that fit."""
    return _folded(words.split(" "), lambda line: width_of(line, size, font) <= width)


def _folded(words: list[str], fits: Callable[[str], bool]) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
