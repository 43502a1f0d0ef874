"""Outlines, soft areas and strokes: what a picture is drawn with. Points are (N, 2) arrays of x, y in px; colours are BGR."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Points = NDArray[np.float64]
Picture = NDArray[np.uint8]
Mask = NDArray[np.floating]
"""0..1, (height, width)."""
Layer = tuple[Picture, Picture]
"""What is laid over a picture: BGR and its cover, 0..255."""

SUBPIXEL_BITS = 4


def points(x: Sequence[float] | Points, y: Sequence[float] | Points) -> Points:
    """Corner points from their x and their y."""
    return np.column_stack([x, y]).astype(float)


def mirrored(x: Sequence[float], y: Sequence[float]) -> Points:
    """The points, then their mirror images (x negated) on the way back."""
    half = points(x, y)
    return np.concatenate([half, half[::-1] * (-1, 1)])


def smooth(corners: Points, steps: int = 8) -> Points:
    """A closed Catmull-Rom curve through the corners."""
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    before, here, after, beyond = (np.roll(corners, k, axis=0)[:, None] for k in (1, 0, -1, -2))
    curve = here + 0.5 * t * (
        after - before + t * (2 * before - 5 * here + 4 * after - beyond + t * (3 * (here - after) + beyond - before))
    )
    return curve.reshape(-1, 2)


def ellipse(x: float, y: float, half_width: float, half_height: float) -> Points:
    """The outline of an ellipse around (x, y)."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.column_stack([x + half_width * np.cos(angle), y + half_height * np.sin(angle)])


def between(x: Points, upper: Points, lower: Points) -> Points:
    """The outline of what lies between two curves over the same x."""
    return np.concatenate([np.column_stack([x, upper]), np.column_stack([x, lower])[::-1]])


def stroke_outline(path: Points, thickness: float) -> Points:
    """The outline of a stroke along a path, thickest in its middle."""
    half = 0.5 * thickness * np.sin(np.linspace(0, np.pi, len(path)))[:, None]
    direction = np.gradient(path, axis=0)
    normal = np.column_stack([-direction[:, 1], direction[:, 0]]) / np.hypot(*direction.T)[:, None]
    return np.concatenate([path + half * normal, (path - half * normal)[::-1]])


def shade(colour: Colour, blue: float, green: float | None = None, red: float | None = None) -> Colour:
    """A colour times a factor (or one factor for each part)."""
    factors = (blue, blue if green is None else green, blue if red is None else red)
    dark = [min(255, round(part * factor)) for part, factor in zip(colour, factors, strict=True)]
    return dark[0], dark[1], dark[2]


STRIP_ROWS = 64
"""Rows painted at once."""


def area(shape: tuple[int, int], outline: Points, soft: float = 0.0) -> Mask:
    """The inside of an outline as 0..1 (height, width), its edge blurred by `soft` px."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [fixed(outline)], (255,), cv2.LINE_AA, SUBPIXEL_BITS)
    inside = mask.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), soft), np.float32) if soft else inside


def paint(canvas: NDArray[np.float32], mask: Mask, colour: NDArray[np.floating] | Colour) -> None:
    """Lay a colour (or a picture of colours) over a float canvas, as far as the mask says; in strips, for memory's sake."""
    colours = np.broadcast_to(np.asarray(colour, np.float32), canvas.shape)
    for top in range(0, len(canvas), STRIP_ROWS):
        strip = slice(top, top + STRIP_ROWS)
        canvas[strip] += np.asarray(mask[strip], np.float32)[..., None] * (colours[strip] - canvas[strip])


def fill(picture: Picture, outline: Points, colour: Colour) -> None:
    """A filled outline with a smooth edge."""
    cv2.fillPoly(picture, [fixed(outline)], colour, cv2.LINE_AA, SUBPIXEL_BITS)


def line(picture: Picture, path: Points, colour: Colour, thickness: int) -> None:
    """An open line."""
    cv2.polylines(picture, [fixed(path)], False, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def stain(picture: Picture, outline: Points, colour: Colour, strength: float, blur: int) -> None:
    """An area with a soft edge (a box blur of `blur` px), laid over the picture with `strength` 0..1."""
    left, top = np.maximum(np.floor(outline.min(axis=0)).astype(int) - blur, 0)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + blur
    there = picture[top:bottom, left:right]
    mask = np.zeros(there.shape[:2], np.uint8)
    cv2.fillPoly(mask, [fixed(outline - (left, top))], (round(255 * min(max(strength, 0.0), 1.0)),), cv2.LINE_AA, SUBPIXEL_BITS)
    lay(np.full_like(there, colour), cv2.blur(mask, (blur, blur)).astype(np.float32) / np.float32(255), there)


def lay(over: Picture, cover: Mask, under: Picture) -> None:
    """Lay a picture over another one, in place; `cover` 0..1 says how much of it is seen."""
    under[:] = cv2.blendLinear(over, under, cover, 1 - cover)


def fixed(corners: Points) -> NDArray[np.int32]:
    """Points in the fixed-point form that OpenCV draws between pixels with."""
    return np.round(corners * 2**SUBPIXEL_BITS).astype(np.int32)
