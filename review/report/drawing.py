"""A chart as shapes, which SVG and PDF draw alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2): x to the right and y downwards, in the drawing's own units."""

LETTER = 5.3
"""Width of a letter of a small label, on average."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Strokes, each through points of its own; one with a single point is a dot. `kind` names how they are drawn."""

    kind: str
    runs: Sequence[Points]


@dataclass(frozen=True, slots=True)
class Areas:
    """Filled outlines."""

    kind: str
    outlines: Sequence[Points]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `tip` is said of it where a pointer can ask."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Words; `anchor` is "start", "middle" or "end"."""

    kind: str
    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together: a row in a colour by its name, or a mark with its tip."""

    kind: str
    shapes: Sequence["Shape"]
    colour: str = ""
    tip: str = ""


Shape = Lines | Areas | Box | Label | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart of `width` by `height`; `name` is unique in a document. `title` and `description` are for who cannot see it."""

    name: str
    title: str
    description: str
    width: float
    height: float
    shapes: Sequence[Shape]


def segment(x0: float, y0: float, x1: float, y1: float) -> Points:
    """A straight stroke."""
    return np.array([(x0, y0), (x1, y1)])
