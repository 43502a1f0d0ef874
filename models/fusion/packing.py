"""The lanes of a session as the one array that the fusion network takes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

INPUT_KIND = "fusion-segments-v1"
"""What a checkpoint's card must say: another arrangement of the numbers is another kind."""

Numbers = NDArray[np.float32]


class LaneShape(NamedTuple):
    """A lane of the network: its name, what its vectors are (models/fusion/inputs.py) and how long they are."""

    name: str
    kind: str
    width: int


class Layout(NamedTuple):
    """What stands where: of each lane, side by side, its vectors, their qualities, and 1 where there is a segment.

    A session that has more than `segments` in a lane is read by its newest ones.
    """

    lanes: tuple[LaneShape, ...]
    segments: int

    @property
    def width(self) -> int:
        """Of the whole array (segments, width)."""
        return sum(lane.width + 2 for lane in self.lanes)

    def columns(self, number: int) -> slice:
        """Where the vectors of a lane are; its quality and its mask are the two columns after them."""
        first = sum(lane.width + 2 for lane in self.lanes[:number])
        return slice(first, first + self.lanes[number].width)

    def masks(self, arrays: Numbers) -> Numbers:
        """Which segments are there, (..., lanes, segments), of packed arrays (..., segments, width)."""
        stops = [self.columns(number).stop + 1 for number in range(len(self.lanes))]
        return np.moveaxis(arrays[..., stops], -1, -2)


def packed(lanes: Mapping[str, tuple[Numbers, Numbers]], layout: Layout) -> Numbers:
    """Vectors (n, d) and qualities (n,) by lane's name, as (segments, width); 0 where there is nothing. A lane may be missing."""
    array = np.zeros((layout.segments, layout.width), np.float32)
    for number, lane in enumerate(layout.lanes):
        vectors, qualities = (values[-layout.segments :] for values in lanes.get(lane.name, (array[:0, :0], array[:0, 0])))
        place = layout.columns(number)
        if len(vectors):
            array[: len(vectors), place] = vectors
            array[: len(vectors), place.stop] = qualities
            array[: len(vectors), place.stop + 1] = 1.0
    return array


def without_lanes(arrays: Numbers, layout: Layout, names: Sequence[str]) -> Numbers:
    """Packed arrays (..., segments, width) as if these lanes had never been there."""
    left = arrays.copy()
    for number, lane in enumerate(layout.lanes):
        if lane.name in names:
            place = layout.columns(number)
            left[..., place.start : place.stop + 2] = 0.0
    return left
