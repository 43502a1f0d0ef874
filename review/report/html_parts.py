"""Small pieces of HTML, each escaped where words of people go in."""

import html
import re

from review.report.document import Piece, Tone, Words, pieces

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TONES = {
    Tone.MUTED: '<span class="muted">{}</span>',
    Tone.STRONG: "<b>{}</b>",
    Tone.CODE: "<code>{}</code>",
    Tone.SAID: "<bdi>{}</bdi>",
}


def escape(words: object) -> str:
    """Words for an HTML text or attribute; letters that HTML does not allow become the replacement sign."""
    return html.escape(_NOT_IN_HTML.sub("\N{REPLACEMENT CHARACTER}", str(words)), quote=True)


def inline(words: Words) -> str:
    """Words with their tones."""
    return "".join(map(_piece, pieces(words)))


def _piece(piece: Piece) -> str:
    return escape(piece) if isinstance(piece, str) else _TONES[piece.tone].format(escape(piece.words))
