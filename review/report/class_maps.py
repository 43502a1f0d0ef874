"""What a mark kept of where the face's network looked: on a drawn outline, never on a person's picture."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

import cv2

from core.class_map_picture import class_map_picture
from core.readings import ClassMap
from core.session import Mark
from review.report.document import ClassMaps
from review.report.numbers import clock_time

SIDE_PX = 48
MOST_MAPS = 24
"""More would fill pages; the exported session has them all."""

OUTLINE = "M50 6C24 6 14 26 16 50C18 76 34 97 50 97C66 97 82 76 84 50C86 26 76 6 50 6M25 39H42M58 39H75M50 44V60M37 77H63"
"""Head, eyes, nose and mouth where they usually lie in a square of 100 around a face that looks ahead; drawn, of nobody."""


class Stroke(Enum):
    """How a pen goes on."""

    MOVE = "move"
    LINE = "line"
    CURVE = "curve"


EXPLAINED = (
    "The class activation map of one picture (Zhou et al. 2016): what at each place spoke for the named expression rather than for the "
    "others; the lighter and yellower, the more. It is coarse, as every place of the map sees much of the face, and says nothing of the "
    "reason for an expression. The outline is drawn; no picture of the person is on this page."
)


def class_maps(marks: Sequence[Mark]) -> ClassMaps | None:
    """The kept maps of the marks beside one another; None when there is none."""
    kept = [(mark, mark.class_map) for mark in marks if mark.class_map]
    if not kept:
        return None
    more = f" The first {MOST_MAPS} of {len(kept)} are shown; the exported session has all." if len(kept) > MOST_MAPS else ""
    return ClassMaps([(class_map, f"{clock_time(mark.at)}, mark “{mark.name}”") for mark, class_map in kept[:MOST_MAPS]], EXPLAINED + more)


def outline() -> Iterator[tuple[Stroke, tuple[float, ...]]]:
    """OUTLINE stroke by stroke, with absolute points: where a move or a line ends, or the two handles and the end of a curve."""
    x = y = 0.0
    for letter, written in re.findall(r"([MCHV])([^MCHV]*)", OUTLINE):
        numbers = [float(number) for number in written.split()]
        if letter == "C":
            for start in range(0, len(numbers), 6):
                yield Stroke.CURVE, tuple(numbers[start : start + 6])
            x, y = numbers[-2:]
            continue
        x, y = {"M": (numbers[0], numbers[-1]), "H": (numbers[0], y), "V": (x, numbers[0])}[letter]
        yield (Stroke.MOVE if letter == "M" else Stroke.LINE), (x, y)


def png(class_map: ClassMap) -> bytes:
    """The map's colours as a small picture."""
    picture = cv2.cvtColor(class_map_picture(class_map, SIDE_PX), cv2.COLOR_RGBA2BGRA)
    return bytes(cv2.imencode(".png", picture)[1].tobytes())
