"""The cascade made cheap: faces are followed in small windows, and the plain search is spread over frames.

The plain search shows the cascade the picture at many sizes and tries every position of each. Here it is interlaced: a pass
tries every second column and row at all sizes, a part of the sizes in each frame; the next three passes try the positions between
them. Wherever a pass meets anything, all positions there are tried at once, so that after a few frames the answer is the
plain search's own (docs/decisions/0007-the-search-is-spread.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log
from typing import NamedTuple

import cv2

from core.readings import Box
from models.face.detector import (
    FULL_NEIGHBOURS,
    SCALE_STEP,
    Detection,
    Picture,
    load_cascade,
    overlap,
    scaled_box,
    score_of,
    working_picture,
)

WINDOW_PX = 24
"""The side of the cascade's own window."""

GROUPING = 0.2
"""How unlike the hits of one face may be; what detectMultiScale uses (OpenCV, objdetect/src/cascadedetect.cpp)."""

PHASES = ((0, 0), (1, 1), (1, 0), (0, 1))
"""Left and top pixels that a pass leaves out. Without them OpenCV tries every second position of a picture that it need not reduce."""

SURE = FULL_NEIGHBOURS + 1
"""Hits that make a face for the plain search; a pass that meets as many among a quarter of its positions needs no closer look."""


class Part(NamedTuple):
    """Sizes (powers of SCALE_STEP by which the picture is reduced) that one frame searches, and about how many milliseconds that costs."""

    steps: tuple[int, ...]
    cost: float


class Reach(NamedTuple):
    """How a face is searched closely: sizes up to `steps` smaller and larger, `margin` (share of the box) to each side.

    It must be what the plain search would call a face. `cost` is in milliseconds, about.
    """

    steps: int
    margin: float
    cost: float


NEAR_PX = 32
"""A followed face is shown this wide for the quick look: below 48 OpenCV tries every second position only."""
NEAR_MARGIN = 0.15
"""Share of the box that it may have moved to each side since."""
NEAR_LEAST, NEAR_MOST = 0.9, 1.12
"""By how much it may have shrunk or grown since."""
NEAR_NEIGHBOURS = 2
"""More hits than these make it a face: among a quarter of the positions half of what the plain search asks for is already twice as much."""
NEAR_COST = 1.0
"""Milliseconds, about."""

CLOSE = Reach(steps=1, margin=0.15, cost=1.5)
"""For a face that the quick look did not find."""
WIDE = Reach(steps=3, margin=0.3, cost=4.0)
"""For a face that moved."""
CONFIRM = Reach(steps=2, margin=0.2, cost=2.5)
"""For a proposal."""

MS_A_POSITION = 0.0005
"""On a picture full of detail; half of that on most."""
POSITIONS_A_PART = 14_000
"""As many as the smallest faces' size has in a picture of 640x480."""

FRAME_BUDGET = 13.0
"""Milliseconds, about, that one frame may cost; what does not fit waits for the next frame."""

MOST_MISSES = 5
"""Frames in which a face may be missing before it counts as gone (0.17 s at 30 a second)."""

MOST_WINDOWS = 3
"""Faces that are followed in one frame; with more, the largest always, and the others in turn (they keep their box in between)."""

MOST_PROPOSALS = 20
"""That wait for a closer look; older ones are forgotten."""

EAGER_PASSES = 2
"""After something changed so many passes are made at once."""

FRAMES_A_PART = 5
"""While all is quiet one part is searched in this many frames: every size comes once a second, and with it a newcomer."""

SAME_FACE = 0.4
"""Two boxes that share this much of the smaller one show the same face (a chin within a face is no second face)."""

MUCH_LARGER = 2.0
"""Times the area."""


class _Levels:
    """The working picture at the sizes in which the plain search shows it to the cascade, made when they are first asked for."""

    def __init__(self, grey: Picture) -> None:
        self._levels: dict[int, Picture] = {}
        self.grey = grey

    def at(self, step: int) -> Picture:
        """The picture reduced by SCALE_STEP**step; never below one pixel."""
        if step not in self._levels:
            size = (max(1, round(side / SCALE_STEP**step)) for side in self.grey.shape[::-1])
            self._levels[step] = cv2.resize(self.grey, tuple(size), interpolation=cv2.INTER_LINEAR_EXACT)  # type: ignore[assignment]
        return self._levels[step]


@dataclass(slots=True)
class _Followed:
    """A face that is followed: its box in the working picture, and how long ago it was searched and seen."""

    box: Box
    score: float
    misses: int = 0
    waited: int = 0


class TrackingDetector:
    """Finds what the plain cascade finds for a thirtieth of its cost; frames of one source, in order."""

    def __init__(self, cascade: str, smallest_px: int) -> None:
        self._cascade = load_cascade(cascade)
        self._smallest_px = smallest_px
        self._followed: list[_Followed] = []
        self._proposed: list[Box] = []
        self._next_part = 0
        self._eager_parts = 0
        self._parts_in_eager_passes = 0
        self._quiet_frames = 0
        self._left = FRAME_BUDGET
        self._put_off = False

    def find(self, image: Picture) -> list[Detection]:
        """The faces of this frame."""
        grey, reduced = working_picture(image)
        levels = _Levels(grey)
        least_px = max(1, round(self._smallest_px / reduced))
        parts = parts_of(grey.shape[0], grey.shape[1], least_px)
        self._parts_in_eager_passes = EAGER_PASSES * len(parts)
        turn, place = divmod(self._next_part, max(1, len(parts)))
        part = parts[place] if parts and self._is_due() else None
        reserved = part.cost if part and self._put_off else 0.0
        self._left = FRAME_BUDGET - reserved
        self._follow(levels, least_px)
        self._confirm(levels, least_px)
        self._left += reserved
        if part:
            self._put_off = part.cost > self._left
            if not self._put_off:
                self._search(levels, part, PHASES[turn % len(PHASES)])
                self._eager_parts -= 1
                self._confirm(levels, least_px)
        seen = (face for face in self._followed if face.misses == 0)
        return [Detection(_enlarged(face.box, reduced), face.score) for face in seen]

    def _follow(self, levels: _Levels, least_px: int) -> None:
        """Look for the faces whose turn it is around where they were."""
        for face in self._followed:
            face.waited += 1
        for face in self._in_turn()[:MOST_WINDOWS]:
            found = self._near(levels, face.box, least_px) or self._around(levels, face.box, CLOSE, least_px)
            may_go_on = self._left >= WIDE.cost
            found = found or self._around(levels, face.box, WIDE, least_px)
            if found is not None:
                face.box, face.score, face.misses, face.waited = found.box, found.score, 0, 0
            elif may_go_on:
                face.misses, face.waited = face.misses + 1, 0
        kept = _without_doubles([face for face in self._followed if face.misses <= MOST_MISSES])
        if len(kept) < len(self._followed):
            self._eager_parts = self._parts_in_eager_passes
        self._followed = kept

    def _in_turn(self) -> list[_Followed]:
        """The largest face, then those that waited longest."""
        by_size = sorted(self._followed, key=lambda face: -face.box.area)
        return by_size[:1] + sorted(by_size[1:], key=lambda face: -face.waited)

    def _is_due(self) -> bool:
        """Whether a part is searched in this frame: always while nobody is there or something has just changed, else now and then."""
        if not self._followed or self._eager_parts > 0:
            return True
        self._quiet_frames = (self._quiet_frames + 1) % FRAMES_A_PART
        return self._quiet_frames == 0

    def _search(self, levels: _Levels, part: Part, phase: tuple[int, int]) -> None:
        """Search a part: what it meets often enough is a face, anything else a proposal."""
        self._left -= part.cost
        self._next_part += 1
        hits = [hit for step in part.steps for hit in self._hits(levels.at(step), step, phase)]
        for found in sorted(_grouped(hits, 0), key=lambda one: -one.score):
            if self._is_followed(found.box):
                continue
            if found.score >= score_of(SURE):
                self._add(found)
            else:
                self._proposed = [*self._proposed[1 - MOST_PROPOSALS :], found.box]

    def _hits(self, level: Picture, step: int, phase: tuple[int, int]) -> list[Box]:
        """Every second position of `level` at which the cascade sees a face, in pixels of the working picture."""
        left, top = phase
        inside = level[top:, left:]
        if min(inside.shape) < WINDOW_PX:
            return []
        boxes, _ = self._cascade.detectMultiScale2(inside, 2.0, 0, minSize=(WINDOW_PX,) * 2, maxSize=(WINDOW_PX,) * 2)
        return [_window(x + left, y + top, step) for x, y, _, _ in boxes]

    def _confirm(self, levels: _Levels, least_px: int) -> None:
        """Look closely at the proposals, as many as this frame can bear."""
        while self._proposed and self._left >= CONFIRM.cost:
            box = self._proposed.pop(0)
            found = None if self._is_followed(box) else self._around(levels, box, CONFIRM, least_px)
            if found is not None and not self._is_followed(found.box):
                self._add(found)

    def _add(self, found: Detection) -> None:
        self._followed = [face for face in self._followed if not same_face(face.box, found.box)]
        self._followed.append(_Followed(found.box, found.score))
        self._eager_parts = self._parts_in_eager_passes

    def _near(self, levels: _Levels, box: Box, least_px: int) -> Detection | None:
        """The face that was at `box`, by a quick look at every second position; None when it is not surely there."""
        if self._left < NEAR_COST:
            return None
        self._left -= NEAR_COST
        step = max(0, round(log(box.width / NEAR_PX, SCALE_STEP)))
        level, reduced = levels.at(step), SCALE_STEP**step
        margin = box.width * NEAR_MARGIN
        left, top = max(0, round((box.x - margin) / reduced)), max(0, round((box.y - margin) / reduced))
        right, bottom = round((box.x + box.width + margin) / reduced), round((box.y + box.height + margin) / reduced)
        window = level[top:bottom, left:right]
        side = box.width / reduced
        least, most = max(WINDOW_PX, ceil(least_px / reduced), int(side * NEAR_LEAST)), round(side * NEAR_MOST)
        if min(window.shape) < least:
            return None
        boxes, neighbours = self._cascade.detectMultiScale2(
            window, SCALE_STEP, NEAR_NEIGHBOURS, minSize=(least, least), maxSize=(most, most)
        )
        if len(boxes) == 0:
            return None
        surest = max(range(len(boxes)), key=lambda i: int(neighbours[i]))
        x, y, width, height = boxes[surest]
        return Detection(scaled_box((x + left, y + top, width, height), reduced), score_of(int(neighbours[surest])))

    def _around(self, levels: _Levels, box: Box, reach: Reach, least_px: int) -> Detection | None:
        """The surest face around `box` by all of the plain search's positions there; None also when this frame can bear no more."""
        if self._left < reach.cost:
            return None
        self._left -= reach.cost
        middle = round(log(box.width / WINDOW_PX, SCALE_STEP))
        least_step = ceil(log(max(1.0, (least_px - 0.5) / WINDOW_PX), SCALE_STEP))
        hits = []
        for step in range(max(least_step, middle - reach.steps), middle + reach.steps + 1):
            hits += self._all_hits(levels.at(step), step, box, reach.margin)
        return max((one for one in _grouped(hits, FULL_NEIGHBOURS) if same_face(one.box, box)), key=lambda one: one.score, default=None)

    def _all_hits(self, level: Picture, step: int, box: Box, margin: float) -> list[Box]:
        """All positions around `box` at which the cascade sees a face; of a picture shown twice as large OpenCV tries them all."""
        reduced, aside = SCALE_STEP**step, WINDOW_PX * margin
        middle_x, middle_y = (box.x + box.width / 2) / reduced, (box.y + box.height / 2) / reduced
        left, top = (max(0, int(middle - WINDOW_PX / 2 - aside)) for middle in (middle_x, middle_y))
        right, bottom = (int(middle + WINDOW_PX / 2 + aside) + 2 for middle in (middle_x, middle_y))
        window = level[top:bottom, left:right]
        if min(window.shape) < WINDOW_PX:
            return []
        twice = cv2.resize(window, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
        boxes, _ = self._cascade.detectMultiScale2(twice, 2.0, 0, minSize=(2 * WINDOW_PX,) * 2, maxSize=(2 * WINDOW_PX,) * 2)
        return [_window(x // 2 + left, y // 2 + top, step) for x, y, _, _ in boxes]

    def _is_followed(self, box: Box) -> bool:
        """Whether `box` shows a followed face; a much larger box does not: what is followed then is a mouth or a collar within the face."""
        return any(same_face(box, face.box) and box.area < MUCH_LARGER * face.box.area for face in self._followed)


@lru_cache(maxsize=8)
def parts_of(height: int, width: int, least_px: int) -> tuple[Part, ...]:
    """One pass over a picture for faces of at least `least_px`, in parts of about equal cost, large faces first."""
    parts: list[Part] = []
    step = 0
    sizes: list[tuple[int, int]] = []
    while (side := round(WINDOW_PX * SCALE_STEP**step)) <= min(height, width):
        if side >= least_px:
            across, down = (round(whole / SCALE_STEP**step) - WINDOW_PX + 1 for whole in (width, height))
            sizes.append((step, across * down // 4))
        step += 1
    steps: tuple[int, ...] = ()
    positions = 0
    for step, some in reversed(sizes):
        if steps and positions + some > POSITIONS_A_PART:
            parts.append(Part(steps, positions * MS_A_POSITION))
            steps, positions = (), 0
        steps, positions = (*steps, step), positions + some
    return (*parts, Part(steps, positions * MS_A_POSITION)) if steps else ()


def same_face(a: Box, b: Box) -> bool:
    """Whether two boxes show one face."""
    return overlap(a, b) > SAME_FACE * min(a.area, b.area)


def _window(x: int, y: int, step: int) -> Box:
    """The cascade's window at a position of the picture reduced by SCALE_STEP**step, in pixels of the working picture."""
    reduced = SCALE_STEP**step
    side = round(WINDOW_PX * reduced)
    return Box(round(int(x) * reduced), round(int(y) * reduced), side, side)


def _grouped(hits: Sequence[Box], neighbours: int) -> list[Detection]:
    """Hits that overlap as one face each, where there are more than `neighbours`; as detectMultiScale groups them."""
    sides = [(box.x, box.y, box.width, box.height) for box in hits]
    if neighbours == 0:
        boxes, counts = cv2.groupRectangles(sides * 2, 1, GROUPING)  # OpenCV groups nothing when one hit is enough
        counts = [int(count) // 2 for count in counts]
    else:
        boxes, counts = cv2.groupRectangles(sides, neighbours, GROUPING)
    return [Detection(scaled_box(box, 1.0), score_of(int(count))) for box, count in zip(boxes, counts, strict=True)]


def _without_doubles(faces: list[_Followed]) -> list[_Followed]:
    """Of faces that slid onto one another, the surer."""
    kept: list[_Followed] = []
    for face in sorted(faces, key=lambda face: (face.misses, -face.score)):
        if not any(same_face(face.box, other.box) for other in kept):
            kept.append(face)
    return kept


def _enlarged(box: Box, factor: float) -> Box:
    return box if factor == 1.0 else scaled_box((box.x, box.y, box.width, box.height), factor)
