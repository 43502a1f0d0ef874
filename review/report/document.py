"""What a report says, whatever it is written as: HTML and PDF are made from the same blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.readings import ClassMap
from review.report.drawing import Drawing


class Tone(StrEnum):
    """How a run of words is set."""

    MUTED = "muted"
    STRONG = "strong"
    CODE = "code"
    SAID = "said"
    """Words of a person: a change of writing direction inside them stays inside."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one tone."""

    words: str
    tone: Tone


Piece = str | Run
Words = Piece | Sequence[Piece]


def pieces(words: Words) -> Sequence[Piece]:
    """The pieces of `words`."""
    return (words,) if isinstance(words, str | Run) else words


def said(words: str) -> Run:
    """Words of a person."""
    return Run(words, Tone.SAID)


def muted(words: str) -> Run:
    """What stands back."""
    return Run(words, Tone.MUTED)


@dataclass(frozen=True, slots=True)
class Heading:
    """Below the title of a section."""

    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`small` for methods and footnotes."""

    words: Words
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that is read first; `safety` for item 9 of a PHQ-9 alone."""

    paragraphs: Sequence[Words]
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One number at a glance: what it is, the number (None: there is none, and `none` says so), and what stands behind it."""

    what: str
    number: str | None
    rest: str
    none: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Numbers beside one another."""

    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` and `rows` of the same length; cells from `numbers_from` on are numbers. `widths` are shares of the line, where given."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Words]]
    numbers_from: int = 1
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the words below it."""

    drawing: Drawing
    caption: Words


@dataclass(frozen=True, slots=True)
class ChartKey:
    """How the charts of a session are read: what grey and what hatching mean, and the rest."""

    absent: str
    gap: str
    rest: str


@dataclass(frozen=True, slots=True)
class ClassMaps:
    """Where the face's network looked, each with its moment in words; on a drawn outline, never on a person's picture."""

    maps: Sequence[tuple[ClassMap, str]]
    caption: str


Block = Heading | Paragraph | Bullets | Notice | Cards | Table | Figure | ChartKey | ClassMaps


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part. `name` is unique in the document."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands first: what the document is, of whom and of when, and what must be read before anything else."""

    kind: str
    title: Words
    facts: Sequence[tuple[str, Words]]
    notices: Sequence[Notice]
    filed: Sequence[tuple[str, Words]] = ()
    """What a clinic files it by: checkpoint of the audit log, purpose, who made it when."""

    signature: bool = False
    """Lines for a name, a date and a signature."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `running` stands on each printed page; `footer` at the end."""

    title: str
    running: str
    cover: Cover
    sections: Sequence[Section]
    footer: str


def section(name: str, title: str, *blocks: Block | None) -> Section:
    """A section of those blocks that are there."""
    return Section(name, title, [block for block in blocks if block is not None])
