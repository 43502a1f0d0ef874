"""Two sessions side by side, line by line, and what may be said of their difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from review.summary_rows import NOTHING, Figure, Row, Section

CAUTION = (
    "A difference within the intervals is not a change. Beyond them, two sessions may still differ by light, camera or topic: the "
    "intervals do not cover the models’ own errors, and two sessions are no trend (People, Trend)."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of both sessions: what each has, and the difference in words ("" where there is none to tell)."""

    name: str
    first: str
    second: str
    difference: str


@dataclass(frozen=True, slots=True)
class PairSection:
    """Lines of both sessions that belong together."""

    title: str
    about: str
    pairs: Sequence[Pair]


def compared(first: Sequence[Section], second: Sequence[Section]) -> list[PairSection]:
    """The sections of two sessions, the lines of both in the order of the first; what only one has stands beside a dash."""
    return [PairSection(one.title, one.about, tuple(_pairs(one.rows, other.rows))) for one, other in zip(first, second, strict=True)]


def _pairs(first: Sequence[Row], second: Sequence[Row]) -> Iterator[Pair]:
    mine, theirs = {row.key: row for row in first}, {row.key: row for row in second}
    for key in dict.fromkeys([*mine, *theirs]):
        one, other = mine.get(key), theirs.get(key)
        named = one or other
        assert named is not None
        yield Pair(named.name, one.words if one else NOTHING, other.words if other else NOTHING, _difference(one, other))


def _difference(one: Row | None, other: Row | None) -> str:
    if one is None or other is None or one.figure is None or other.figure is None:
        return ""
    return difference_in_words(one.figure, other.figure)


def difference_in_words(first: Figure, second: Figure) -> str:
    """+12 points, within the 95 % intervals: no change."""
    moved = f"{second.value - first.value:+.{first.decimals}f}".replace("-", "\N{MINUS SIGN}")
    words = f"{moved} {first.step}".rstrip()
    if first.low <= second.high and second.low <= first.high:
        return f"{words}, within the {first.spread}: no change"
    return f"{words}, beyond the {first.spread}"
