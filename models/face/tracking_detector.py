"""The cascade made cheap: faces are followed in small windows, and the rest of the picture is searched a slice at a time.

The cascade looks at windows of 24 pixels, so a face is searched in the picture that shows it 24 to 48 pixels wide: half the
working size for small faces, a quarter, an eighth ... for larger ones. What such a coarse slice finds counts only when a
denser search around it confirms it.
"""

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import cv2

from core.readings import Box
from models.face.detector import SCALE_STEP, Detection, Picture, load_cascade, overlap, scaled_box, score_of, working_picture

WINDOW_PX = 24
"""The side of the cascade's own window."""


class Slice(NamedTuple):
    """A share of the full search: the face's least and largest side in the picture halved `halvings` times, and which rows of it."""

    halvings: int
    least_px: int
    most_px: int
    top: float = 0.0
    bottom: float = 1.0


SLICES: tuple[tuple[Slice, ...], ...] = (
    (Slice(2, 24, 47), Slice(3, 24, 47), Slice(4, 24, 400)),
    (Slice(1, 36, 47),),
    (Slice(1, 28, 35),),
    (Slice(1, 24, 27, bottom=0.55),),
    (Slice(1, 24, 27, top=0.45),),
)
"""The full search in parts of about equal cost, large faces first: somebody at a desk is found in the first frame."""

COARSE_NEIGHBOURS = 1
"""For a coarse slice: it only proposes."""

SURE = score_of(6)
"""A coarse slice has a quarter of the plain search's positions: with more hits than the plain search asks for, it needs no second look.
A new face below it must be met again in the next frame before it is told."""

COARSE_ZOOMS = (1.0, 0.93)
"""Alternate cycles show the picture a little smaller, so that a face that falls between two sizes is met by the next."""


class Reach(NamedTuple):
    """How a face is searched around a box.

    The face is shown `face_px` wide (more is denser and dearer), with `margin` (share of the box) on each side; its side may be
    `least` to `most` times the box's, and more than `neighbours` overlapping hits make it a face. `cost` is in milliseconds, about.
    """

    face_px: int
    margin: float
    least: float
    most: float
    neighbours: int
    cost: float


NEAR = Reach(face_px=48, margin=0.15, least=0.9, most=1.12, neighbours=2, cost=1.0)
WIDE = Reach(face_px=64, margin=0.3, least=0.75, most=1.35, neighbours=4, cost=4.0)
"""For a face that moved, or hardly is one: as dense as the plain search."""
CONFIRM = WIDE._replace(neighbours=5)
"""For a proposal: it must be what the plain search would call a face."""

SLICE_COST = 4.0
FRAME_BUDGET = 11.0
"""Milliseconds, about, that one frame may cost; what does not fit waits for the next frame."""

MOST_MISSES = 5
"""Frames in which a face may be missing before it counts as gone (0.17 s at 30 a second)."""

MOST_WINDOWS = 3
"""Faces that are followed in one frame; with more, the largest always, and the others in turn (they keep their box in between)."""

FRAMES_A_SLICE = 4
"""While all is quiet one slice is searched in this many frames: a newcomer is seen within half a second."""

SAME_FACE = 0.4
"""Two boxes that share this much of the smaller one show the same face (a chin within a face is no second face)."""


class _Pyramid:
    """The working picture, and its halves, quarters ... made when they are first asked for."""

    def __init__(self, grey: Picture) -> None:
        self._levels = [grey]

    def level(self, halvings: int) -> Picture:
        """The picture halved so many times, but never below one pixel."""
        while len(self._levels) <= halvings:
            last = self._levels[-1]
            size = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            self._levels.append(cv2.resize(last, size, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
        return self._levels[halvings]


@dataclass(slots=True)
class _Followed:
    """A face that is followed: its box in the working picture, and how long ago it was searched and seen."""

    box: Box
    score: float
    misses: int = 0
    waited: int = 0


class TrackingDetector:
    """Finds what the plain cascade finds for a twentieth of its cost; frames of one source, in order."""

    def __init__(self, cascade: str, smallest_px: int) -> None:
        self._cascade = load_cascade(cascade)
        self._smallest_px = smallest_px
        self._followed: list[_Followed] = []
        self._next_slice = 0
        self._eager = len(SLICES)
        self._quiet_frames = 0
        self._left = FRAME_BUDGET

    def find(self, image: Picture) -> list[Detection]:
        """The faces of this frame."""
        grey, reduced = working_picture(image)
        pyramid = _Pyramid(grey)
        self._left = FRAME_BUDGET
        self._follow(pyramid)
        for _ in range(self._slices_due()):
            if self._left >= SLICE_COST:
                self._search_slice(pyramid, max(1, round(self._smallest_px / reduced)))
        seen = (face for face in self._followed if face.misses == 0)
        return [Detection(_enlarged(face.box, reduced), face.score) for face in seen]

    def _follow(self, pyramid: _Pyramid) -> None:
        """Look for the faces whose turn it is around where they were."""
        for face in self._followed:
            face.waited += 1
        for face in self._in_turn()[:MOST_WINDOWS]:
            face.waited = 0
            found = self._around(pyramid, face.box, NEAR) or self._around(pyramid, face.box, WIDE)
            if found is None:
                face.misses += 1
            else:
                face.box, face.score, face.misses = found.box, found.score, 0
        kept = _without_doubles([face for face in self._followed if face.misses <= MOST_MISSES])
        if len(kept) < len(self._followed):
            self._eager = len(SLICES)
        self._followed = kept

    def _in_turn(self) -> list[_Followed]:
        """The largest face, then those that waited longest."""
        by_size = sorted(self._followed, key=lambda face: -face.box.area)
        return by_size[:1] + sorted(by_size[1:], key=lambda face: -face.waited)

    def _slices_due(self) -> int:
        """Two while nobody is there, one when something has just changed, else one now and then."""
        if not self._followed:
            return 2
        if self._eager > 0:
            return 1
        self._quiet_frames = (self._quiet_frames + 1) % FRAMES_A_SLICE
        return int(self._quiet_frames == 0)

    def _search_slice(self, pyramid: _Pyramid, smallest_px: int) -> None:
        """Search the next slice and follow what is confirmed in it."""
        zoom = COARSE_ZOOMS[self._next_slice // len(SLICES)]
        proposals: list[Detection] = []
        for part in SLICES[self._next_slice % len(SLICES)]:
            proposals += self._proposals(pyramid, part, zoom, smallest_px)
        self._left -= SLICE_COST
        self._next_slice = (self._next_slice + 1) % (len(SLICES) * len(COARSE_ZOOMS))
        self._eager -= 1
        for proposal in sorted(proposals, key=lambda one: -one.score):
            if self._is_followed(proposal.box):
                continue
            found = proposal if proposal.score >= SURE else self._around(pyramid, proposal.box, CONFIRM)
            if found is not None and not self._is_followed(found.box):
                self._followed.append(_Followed(found.box, found.score, misses=int(found.score < SURE)))
                self._eager = len(SLICES)

    def _proposals(self, pyramid: _Pyramid, part: Slice, zoom: float, smallest_px: int) -> list[Detection]:
        small, reduced = pyramid.level(part.halvings), 2**part.halvings / zoom
        if zoom != 1.0:
            small = cv2.resize(small, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
        first = round(part.top * small.shape[0])
        small = small[first : round(part.bottom * small.shape[0])]
        least = max(part.least_px, int(smallest_px / reduced))
        if min(small.shape) < least or least > part.most_px:
            return []
        boxes, neighbours = self._cascade.detectMultiScale2(
            small, SCALE_STEP, COARSE_NEIGHBOURS, minSize=(least, least), maxSize=(part.most_px, part.most_px)
        )
        found = [
            Detection(scaled_box((x, y + first, width, height), reduced), score_of(int(n)))
            for (x, y, width, height), n in zip(boxes, neighbours, strict=True)
        ]
        return [one for one in found if not self._is_followed(one.box)]

    def _around(self, pyramid: _Pyramid, box: Box, reach: Reach) -> Detection | None:
        """The surest face around `box`; None when there is none, or when this frame can bear no further search."""
        if self._left < reach.cost:
            return None
        self._left -= reach.cost
        halvings = max(0, (box.width // reach.face_px).bit_length() - 1)
        level, reduced = pyramid.level(halvings), 2**halvings
        margin = box.width * reach.margin
        left, top = max(0, round((box.x - margin) / reduced)), max(0, round((box.y - margin) / reduced))
        right, bottom = round((box.x + box.width + margin) / reduced), round((box.y + box.height + margin) / reduced)
        window = level[top:bottom, left:right]
        if window.size == 0:
            return None
        scale = reach.face_px * reduced / box.width
        size = (max(1, round(window.shape[1] * scale)), max(1, round(window.shape[0] * scale)))
        window = cv2.resize(window, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
        least, most = max(WINDOW_PX, int(reach.face_px * reach.least)), ceil(reach.face_px * reach.most)
        boxes, neighbours = self._cascade.detectMultiScale2(
            window, SCALE_STEP, reach.neighbours, minSize=(least, least), maxSize=(most, most)
        )
        if len(boxes) == 0:
            return None
        surest = max(range(len(boxes)), key=lambda i: int(neighbours[i]))
        inside = scaled_box(boxes[surest], reduced / scale)
        return Detection(
            Box(inside.x + left * reduced, inside.y + top * reduced, inside.width, inside.height), score_of(int(neighbours[surest]))
        )

    def _is_followed(self, box: Box) -> bool:
        return any(same_face(box, face.box) for face in self._followed)


def same_face(a: Box, b: Box) -> bool:
    """Whether two boxes show one face."""
    return overlap(a, b) > SAME_FACE * min(a.area, b.area)


def _without_doubles(faces: list[_Followed]) -> list[_Followed]:
    """Of faces that slid onto one another, the surer."""
    kept: list[_Followed] = []
    for face in sorted(faces, key=lambda face: (face.misses, -face.score)):
        if not any(same_face(face.box, other.box) for other in kept):
            kept.append(face)
    return kept


def _enlarged(box: Box, factor: float) -> Box:
    if factor == 1.0:
        return box
    return Box(round(box.x * factor), round(box.y * factor), max(1, round(box.width * factor)), max(1, round(box.height * factor)))
