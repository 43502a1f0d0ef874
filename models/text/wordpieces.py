"""Words into the pieces that BERT's vocabulary holds (uncased WordPiece; Devlin et al. 2019, arXiv:1810.04805)."""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
CONTINUES = "##"
"""Before a piece that does not begin its word."""

LONGEST_WORD = 100
"""Characters; a longer word is unknown, as in the original."""

CJK = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip
"""Ranges of Chinese characters, each a word of its own."""


class WordPieces:
    """A vocabulary of one piece a line, its number the number of the line; raises ValueError when a special piece is missing."""

    def __init__(self, vocabulary: Path) -> None:
        self.numbers: Mapping[str, int] = {
            piece: n for n, piece in enumerate(vocabulary.read_text(encoding="utf-8").rstrip("\n").split("\n"))
        }
        missing = {PAD, UNKNOWN, START, END} - self.numbers.keys()
        if missing:
            raise ValueError(f"the vocabulary lacks {', '.join(sorted(missing))}")
        self.unknown, self.start, self.end = (self.numbers[piece] for piece in (UNKNOWN, START, END))

    def ids(self, text: str) -> list[int]:
        """The numbers of all pieces of a text, without START and END."""
        return [number for word in words(text) for number in self.word_ids(word)]

    def word_ids(self, word: str) -> list[int]:
        """The longest piece that the vocabulary holds, then the longest of the rest; UNKNOWN alone where nothing fits."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            mark = CONTINUES if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self.numbers), None)
            if end is None:
                return [self.unknown]
            found.append(self.numbers[mark + word[start:end]])
            start = end
        return found or [self.unknown]


def words(text: str) -> Iterator[str]:
    """Lower case without accents, cut at spaces; each mark of punctuation and each Chinese character a word of its own."""
    word = ""
    for character in unicodedata.normalize("NFD", _clean(text).lower()):
        if unicodedata.category(character) == "Mn":
            continue
        alone = _is_punctuation(character) or _is_cjk(character)
        if (alone or character == " ") and word:
            yield word
            word = ""
        if alone:
            yield character
        elif character != " ":
            word += character
    if word:
        yield word


def _clean(text: str) -> str:
    kept = (" " if _is_space(character) else character for character in text if not _is_control(character))
    return "".join(kept)


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Zs"


def _is_control(character: str) -> bool:
    return character not in "\t\n\r" and (character in "\0\ufffd" or unicodedata.category(character).startswith("C"))


def _is_punctuation(character: str) -> bool:
    return (character.isascii() and character.isprintable() and not character.isalnum() and character != " ") or unicodedata.category(
        character
    ).startswith("P")


def _is_cjk(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in CJK)
