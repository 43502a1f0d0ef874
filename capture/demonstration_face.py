"""The drawn face of the demonstration: a person's looks, an expression and a pose become a picture; pure, with cached layers.

The head is painted once at twice its size (`demonstration_head.py`); a frame copies it, draws eyes, brows and mouth into it
(`demonstration_features.py`) and sets it, moved and made smaller, on the background.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.demonstration_features import head_with
from capture.demonstration_head import CHIN_Y, HEAD_HEIGHT, HEAD_MIDDLE, HEAD_WIDTH, neck_and_shoulders
from capture.demonstration_looks import Expression, Look
from capture.drawing import Layer, Picture, lay

HEAD_TOP_PX = 10
"""Where the head's canvas begins in a picture of 480 lines."""
HEAD_SCALE = 0.5


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is: shifts in px of a picture of 480 lines, tilt in degrees, `away` 0 (here) to 1 (out of the picture)."""

    right_px: float = 0.0
    down_px: float = 0.0
    tilt_deg: float = 0.0
    away: float = 0.0


def draw_face(look: Look, expression: Expression, pose: Pose, width: int, height: int) -> Picture:
    """The person before a calm wall: BGR uint8 (height, width, 3), a new array each time."""
    if pose.away >= 1:
        return _wall(look, width, height).copy()
    shift = round(pose.away * _way_out_px(width, height))
    picture = _with_body(look, width, height, shift)
    _set_head(picture, head_with(look, expression), pose, shift)
    return picture


def face_middle(pose: Pose, width: int, height: int) -> tuple[float, float]:
    """Where the middle of the face (between eyes and mouth) is in the picture, px."""
    x, y = _placing(pose, width, height, round(pose.away * _way_out_px(width, height))) @ (HEAD_MIDDLE, 470.0, 1.0)
    return float(x), float(y)


def _way_out_px(width: int, height: int) -> float:
    return width / 2 + 0.70 * height


def _with_body(look: Look, width: int, height: int, shift: int) -> Picture:
    if shift == 0:
        return _standing(look, width, height).copy()
    picture = _wall(look, width, height).copy()
    body, cover = neck_and_shoulders(look, width, height)
    shown = width - shift
    if shown > 0:
        lay(body[:, :shown], cover[:, :shown], picture[:, shift:])
    return picture


def _placing(pose: Pose, width: int, height: int, shift: int) -> NDArray[np.float64]:
    """The 2x3 matrix from the head's canvas to the picture: turned about the neck, made smaller, moved."""
    unit = height / 480
    scale = HEAD_SCALE * unit
    turn = np.deg2rad(pose.tilt_deg)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    neck = np.array([HEAD_MIDDLE, CHIN_Y + 10.0])
    neck_in_picture = np.array([width / 2 + shift, HEAD_TOP_PX * unit + neck[1] * scale]) + unit * np.array([pose.right_px, pose.down_px])
    return np.column_stack([matrix, neck_in_picture - matrix @ neck])


def _set_head(picture: Picture, head: Layer, pose: Pose, shift: int) -> None:
    """Blend the head into the picture at its place."""
    height, width = picture.shape[:2]
    placing = _placing(pose, width, height, shift)
    corners = placing @ np.array([[0, HEAD_WIDTH, 0, HEAD_WIDTH], [0, 0, HEAD_HEIGHT, HEAD_HEIGHT], [1, 1, 1, 1]])
    left, top = np.maximum(np.floor(corners.min(axis=1)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=1)).astype(int), (width, height))
    if right <= left or bottom <= top:
        return
    placing[:, 2] -= (left, top)
    skin, cover = (cv2.warpAffine(plane, placing, (int(right - left), int(bottom - top))) for plane in head)
    there = picture[top:bottom, left:right]
    seen_through = cv2.cvtColor(cv2.bitwise_not(cover), cv2.COLOR_GRAY2BGR)
    there[:] = cv2.add(skin, cv2.multiply(there, seen_through, scale=1 / 255))


@lru_cache(maxsize=4)
def _wall(look: Look, width: int, height: int) -> Picture:
    """A wall with soft light from the upper left and a window's glow."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    light = 1.02 - 0.20 * x - 0.14 * y + 0.10 * np.exp(-(((x - 0.2) / 0.25) ** 2 + ((y - 0.25) / 0.35) ** 2))
    grain = np.random.default_rng(7).normal(0, 0.5, (height, width, 1))
    return np.clip(light[..., None] * np.array(look.wall) + grain, 0, 255).astype(np.uint8)


@lru_cache(maxsize=4)
def _standing(look: Look, width: int, height: int) -> Picture:
    picture = _wall(look, width, height).copy()
    body, cover = neck_and_shoulders(look, width, height)
    lay(body, cover, picture)
    return picture
