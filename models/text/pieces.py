"""The one place where a text becomes numbers for an encoder: windows of word pieces, each piece with the token that it belongs to."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.text.inputs import TOKEN, normalised
from models.text.wordpieces import WordPieces

INPUT_KIND = "text-wordpieces-and-words-v1"
"""Changes whenever the numbers change: a checkpoint made for another kind is refused."""

EMOJI = re.compile(r"[\u2600-\u27BF\U0001F300-\U0001FAFF]")
"""BERT's vocabulary knows none: each is read as its Unicode name ("loudly crying face")."""

NO_TOKEN = ""
"""Of what is shown to nobody as a word: single marks of punctuation, and an encoder's marks of start and end."""

SKIN_TONES = range(0x1F3FB, 0x1F400)
"""They change no emotion, and are left out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The number of a word piece and the token of the text that it is part of."""

    number: int
    token: str


def input_description(length: int) -> dict[str, object]:
    """What goes into the model, for a checkpoint's card."""
    return {
        "kind": INPUT_KIND,
        "text": "NFKC, curly apostrophes made straight, lower case; an emoji by its Unicode name, a repeated one once",
        "pieces": "WordPiece of BERT uncased, 30522 pieces",
        "window": f"{length} pieces with the marks of start and end; a longer text in several, averaged by length",
    }


def pieces(vocabulary: WordPieces, text: str) -> list[Piece]:
    """All pieces of a text in their order, without the marks of start and end."""
    return [Piece(number, token) for token, spoken in _segments(text) for number in vocabulary.ids(spoken)]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text as an encoder reads it: its numbers with the marks of start and end, and which piece is the first."""

    first: int
    numbers: list[int]


def windows(numbers: Sequence[int], vocabulary: WordPieces, length: int, most: int) -> list[Window]:
    """The pieces cut into as few windows of nearly equal size as fit `length` with both marks; at most `most`, spread over the text."""
    count = max(1, -(-len(numbers) // (length - 2)))
    edges = [round(n * len(numbers) / count) for n in range(count + 1)]
    chosen = range(count) if count <= most else [round(n * (count - 1) / (most - 1)) for n in range(most)]
    return [Window(edges[n], [vocabulary.start, *numbers[edges[n] : edges[n + 1]], vocabulary.end]) for n in chosen]


def _segments(text: str) -> Iterator[tuple[str, str]]:
    """(token, how it is read) of all tokens and of what stands between them; an emoji that is repeated is read once.

    A comma or another single mark is of no token (""), two or more together are one, such as ":(".
    """
    whole, at, before = normalised(text), 0, ""
    for match in TOKEN.finditer(whole):
        between = whole[at : match.start()].strip()
        if between:
            yield _token_between(between), between
        token, at = match.group(), match.end()
        if not (EMOJI.fullmatch(token) and token == before and not between):
            yield token, _read(token)
        before = token
    if rest := whole[at:].strip():
        yield _token_between(rest), rest


def _token_between(marks: str) -> str:
    return marks if len(marks) > 1 else NO_TOKEN


def _read(token: str) -> str:
    if not EMOJI.fullmatch(token):
        return token
    return "" if ord(token) in SKIN_TONES else unicodedata.name(token, "").lower()
