"""What moves in the drawn face: jaw, eyes, brows, mouth and folds, drawn into a copy of the head for each frame."""

from functools import lru_cache

import cv2
import numpy as np

from capture.demonstration_head import CHIN_Y, HEAD_HEIGHT, HEAD_MIDDLE, HEAD_WIDTH, head_at_rest, on_canvas
from capture.demonstration_looks import Expression, Look
from capture.drawing import (
    Colour,
    Layer,
    Mask,
    Picture,
    Points,
    area,
    between,
    ellipse,
    fill,
    lay,
    line,
    paint,
    points,
    shade,
    stain,
    stroke_outline,
)

EYE_X, EYE_Y, EYE_HALF_WIDTH = 80.0, 390.0, 41.0
MOUTH_Y, MOUTH_HALF_WIDTH = 582.0, 66.0
JAW_FROM_Y, JAW_DROP = 545, 34
TEETH: Colour = (226, 232, 238)
TONGUE: Colour = (84, 72, 158)
DARK_OF_MOUTH: Colour = (38, 30, 62)


def head_with(look: Look, expression: Expression) -> Layer:
    """The head with this expression."""
    skin, cover = (_with_jaw(plane, expression.mouth_open) for plane in head_at_rest(look))
    _folds(skin, look, expression)
    for side in (-1, 1):
        _eye(skin, look, expression, side)
        _brow(skin, look, expression, side)
    _mouth(skin, look, expression)
    return skin, cover


def _with_jaw(head: Picture, mouth_open: float) -> Picture:
    """The lower face drawn longer by an open mouth; the lower edge stays, so that hair does not grow."""
    drop = round(JAW_DROP * min(max(mouth_open, 0.0), 1.0))
    longer = head.copy()
    if drop:
        chin = CHIN_Y + 6
        cv2.resize(head[JAW_FROM_Y:chin], (HEAD_WIDTH, chin + drop - JAW_FROM_Y), dst=longer[JAW_FROM_Y : chin + drop])
        cv2.resize(head[chin:], (HEAD_WIDTH, HEAD_HEIGHT - chin - drop), dst=longer[chin + drop :])
    return longer


def _eye(skin: Picture, look: Look, expression: Expression, side: int) -> None:
    """The opening of the lids, what is seen through it, and the lids' edges."""
    across = np.linspace(-1, 1, 17)
    x = side * EYE_X + EYE_HALF_WIDTH * across
    arch = (1 - across**2) ** 0.75
    open_ = max(expression.eye_open, 0.0)
    middle = EYE_Y + 4 * (1 - min(open_, 1.0)) - 3 * side * across
    upper = middle - 21 * open_ * arch + 3 * side * expression.brow_inner * across
    lower = np.maximum(middle + (12 * min(open_, 1.25) ** 0.8 - 7 * expression.cheek * min(open_, 1)) * arch, upper)
    _put_eyeball(skin, look, on_canvas(between(x, upper, lower)), side)
    fill(skin, on_canvas(between(x, upper - 1.5 - 4.5 * arch, upper + 2.5)), shade(look.skin, 0.19, 0.19, 0.22))
    line(skin, on_canvas(points(x, lower + 0.5))[2:-2], shade(look.skin, 0.58), 2)
    if open_ > 0.3:
        line(skin, on_canvas(points(x, upper - 9 - 8 * min(open_, 1.3) * arch))[2:-2], shade(look.skin, 0.62), 2)


def _put_eyeball(skin: Picture, look: Look, opening: Points, side: int) -> None:
    ball, (left, top) = _eyeball(look, side)
    there = skin[top : top + ball.shape[0], left : left + ball.shape[1]]
    lay(ball, area(ball.shape[:2], opening - (left, top)), there)


@lru_cache(maxsize=8)
def _eyeball(look: Look, side: int) -> tuple[Picture, tuple[int, int]]:
    """The white, the iris and its light, and where their upper left corner is on the canvas."""
    half_width, half_height = int(EYE_HALF_WIDTH) + 4, 44
    y, x = np.mgrid[-half_height:half_height, -half_width:half_width].astype(np.float32)
    lids_shadow = 1 - 0.22 * np.clip(np.abs(x) / half_width, 0, 1) ** 2 - 0.22 * np.exp(-(((y + 18) / 10) ** 2))
    ball = np.asarray(lids_shadow[..., None] * np.array((232, 234, 238)), np.float32)
    paint(ball, _disc(x, y + 1, 19), np.array(look.iris) * 0.55)
    paint(ball, _disc(x, y + 1, 16.5), np.array(look.iris) * (1.05 + 0.012 * y[..., None]))
    paint(ball, _disc(x, y + 1, 8.5), (14, 12, 12))
    paint(ball, _disc(x + 6, y + 8, 4.7), (252, 252, 252))
    return np.clip(ball, 0, 255).astype(np.uint8), (int(HEAD_MIDDLE + side * EYE_X) - half_width, int(EYE_Y) - half_height)


def _disc(x: Mask, y: Mask, radius: float) -> Mask:
    return np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)


def _brow(skin: Picture, look: Look, expression: Expression, side: int) -> None:
    along = np.linspace(0, 1, 13)  # from the inner end to the outer
    inner_x = 34 - 11 * expression.brow_pinch
    x = side * (inner_x + (136 - inner_x) * along)
    y = 340 - 16 * np.sin(np.pi * np.minimum(along * 0.82 + 0.05, 1)) + 5 * along
    y -= 30 * expression.brow_raise * (0.8 + 0.2 * np.sin(np.pi * along)) + 26 * expression.brow_inner * (1 - along) ** 1.6
    y += 8 * max(expression.brow_inner, 0.0) * along - 10 * max(-expression.brow_inner, 0.0) * along**2
    thick = look.brow_thickness * (4.0 + 7.0 * (1 - along) ** 0.7 * np.minimum(along * 6 + 0.55, 1))
    stain(skin, on_canvas(between(x, y - thick, y + 0.8 * thick)), shade(look.hair, 0.62), 0.9, 5)


def _folds(skin: Picture, look: Look, expression: Expression) -> None:
    """What a smile, corners drawn down, a frown and raised brows fold in the skin."""
    dark = shade(look.skin, 0.50, 0.52, 0.60)

    def fold(x: list[float], y: list[float], thickness: float, strength: float) -> None:
        if strength > 0.02:
            for side in (-1, 1):
                stain(skin, on_canvas(stroke_outline(points(x, y) * (side, 1), thickness)), dark, strength, 7)

    smile = 0.62 * max(0.8 * expression.cheek, expression.smile)
    fold([38, 60, 84, 96, 98], [506, 516, 540, 566, 588], 7, smile)
    fold([48, 80, 112], [418, 430, 424], 5, 0.4 * smile)
    fold([66, 78, 84], [588, 608, 630], 7, -0.5 * expression.smile)
    fold([13, 11, 14], [312, 334, 360], 5, 0.62 * expression.brow_pinch)
    forehead = 0.4 * (max(expression.brow_raise, 0.6 * expression.brow_inner) - 0.2)
    fold([0, 30, 60, 92], [262, 261, 259, 256], 5, forehead)
    fold([0, 28, 56, 84], [284, 283, 281, 278], 5, forehead)


def _mouth(skin: Picture, look: Look, expression: Expression) -> None:
    """Lips, and in an open mouth teeth and tongue."""
    across = np.linspace(-1, 1, 25)
    smile, open_ = max(expression.smile, 0.0), expression.mouth_open
    half_width = MOUTH_HALF_WIDTH * (1 + 0.38 * expression.mouth_width)
    x = half_width * across
    corner_y = -25 * expression.smile
    bow = MOUTH_Y + corner_y * (np.abs(across) ** 1.8 - 0.35)
    gap = open_ * np.clip(1 - across**2, 0, 1) ** (0.55 + 0.15 * smile)
    upper, lower = bow - 16 * (1 - 0.6 * smile) * gap, bow + 62 * gap
    full = (1 - 0.66 * expression.lip_press) * np.clip(1 - np.abs(across) ** 2.2, 0, 1)
    cupids_bow = 1 - 0.28 * np.exp(-((across / 0.13) ** 2))
    red = shade(look.skin, 0.66, 0.60, 0.86)
    edge = shade(red, 0.42)
    fill(skin, on_canvas(between(x, upper - (15 - 4 * smile) * full**0.8 * cupids_bow, upper + 0.5)), shade(red, 0.86))
    fill(skin, on_canvas(between(x, lower - 0.5, lower + (20 - 5 * smile) * full**0.7)), red)
    shine = 0.5 - 0.7 * expression.lip_press
    if shine > 0:
        stain(skin, on_canvas(between(0.5 * x, lower + 5, lower + 9)), shade(red, 1.25), shine, 7)
    if open_ > 0.02:
        _inside_of_mouth(skin, expression, x, upper, lower)
        line(skin, on_canvas(points(x, lower)), edge, 2)
    line(skin, on_canvas(points(x, upper)), edge, 3)
    for side in (-1, 1):
        stain(skin, on_canvas(ellipse(side * (half_width + 2), MOUTH_Y + 0.65 * corner_y, 7, 5)), edge, 0.5, 7)


def _inside_of_mouth(skin: Picture, expression: Expression, x: Points, upper: Points, lower: Points) -> None:
    gap = (lower - upper) / (lower - upper).max()
    open_ = expression.mouth_open
    fill(skin, on_canvas(between(x, upper, lower)), DARK_OF_MOUTH)
    if open_ > 0.5:
        tongue = np.clip(lower - 26 * open_ * gap, upper, lower)
        stain(skin, on_canvas(between(0.72 * x, tongue, lower)), TONGUE, 0.8, 7)
    teeth = np.minimum(upper + (9 * min(4 * open_, 1) + 14 * expression.teeth) * gap, lower - 2 * gap)
    fill(skin, on_canvas(between(0.93 * x, upper, np.maximum(teeth, upper))), TEETH)
