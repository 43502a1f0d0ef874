"""The person of the demonstration at rest: head, hair, neck and shoulders, painted once with their shading.

The head is painted at twice its size on a canvas of its own; x counts from its middle line until `on_canvas`.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.demonstration_looks import HairStyle, Look
from capture.drawing import Layer, Mask, Picture, Points, area, ellipse, mirrored, paint, points, smooth

HEAD_WIDTH, HEAD_HEIGHT, HEAD_MIDDLE = 544, 792, 272
CHIN_Y = 690


def on_canvas(outline: Points) -> Points:
    """From the head's middle line to the canvas."""
    return outline + np.array([HEAD_MIDDLE, 0.0])


@lru_cache(maxsize=4)
def head_at_rest(look: Look) -> Layer:
    """Skin, ears, nose and hair with their shading, without eyes, brows and mouth; the colours are already times the cover."""
    shape = (HEAD_HEIGHT, HEAD_WIDTH)
    canvas = np.zeros((*shape, 3), np.float32)
    skin, ear_x = np.array(look.skin, np.float32), 184 * look.face_width
    face = area(shape, on_canvas(_face_outline(look)))
    front = area(shape, on_canvas(_hair_before(look)), 1.2)
    beside = area(shape, on_canvas(_hair_beside(look))) if look.hair_style is HairStyle.LONG else np.zeros(shape, np.float32)
    ears = np.maximum(*(area(shape, on_canvas(ellipse(x, 425, 26, 54))) for x in (-ear_x, ear_x)))
    paint(canvas, ears, skin * (0.84, 0.84, 0.93))
    for x in (-ear_x - 6, ear_x + 6):
        paint(canvas, 0.55 * ears * area(shape, on_canvas(ellipse(x, 428, 9, 24)), 4), skin * (0.55, 0.55, 0.66))
    paint(canvas, face, _face_shaded(look, face, front))
    hair = _hair_shaded(look)
    paint(canvas, front, hair)
    paint(canvas, beside * (1 - face) * (1 - front), 0.85 * hair)
    cover = np.max([beside, ears, face, front], axis=0)
    return np.clip(canvas, 0, 255).astype(np.uint8), (255 * cover).astype(np.uint8)


@lru_cache(maxsize=4)
def neck_and_shoulders(look: Look, width: int, height: int) -> tuple[Picture, Mask]:
    """As (BGR, cover 0..1), in the picture's size; painted at twice the size."""
    unit, shape = 2 * height / 480, (2 * height, 2 * width)
    canvas = np.zeros((*shape, 3), np.float32)

    def spread(outline: Points, soft: float = 0.0) -> Mask:
        return area(shape, outline * unit + np.array([width, 0.0]), soft * unit)

    skin, clothes = np.array(look.skin, np.float32), np.array(look.clothes, np.float32)
    cloth = spread(smooth(mirrored([-64, -160, -244, -292, -306], [392, 412, 438, 486, 540])))
    fold = spread(points([-310, -140, 0, 140, 310, 310, -310], [470, 430, 470, 430, 470, 520, 520]), 24)
    collar = spread(smooth(points([-84, -56, 0, 56, 84, 50, -50], [404, 436, 462, 436, 404, 398, 398])))
    neck = spread(smooth(points([-54, -52, -56, -74, 0, 74, 56, 52, 54], [300, 350, 392, 408, 446, 408, 392, 350, 300])))
    shadow = spread(points([-80, 80, 66, 0, -66], [290, 290, 372, 392, 372]), 9)
    paint(canvas, cloth, clothes * 1.06)
    paint(canvas, cloth * fold * 0.35, clothes * 0.72)
    paint(canvas, collar, clothes * 0.80)
    paint(canvas, neck, skin * 0.90)
    paint(canvas, neck * shadow * 0.75, skin * (0.60, 0.58, 0.64))
    cover = np.max([cloth, neck, collar], axis=0)
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    cover_small = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA)
    return np.clip(small, 0, 255).astype(np.uint8), np.asarray(cover_small, np.float32)


def _face_outline(look: Look) -> Points:
    w, j = look.face_width, look.jaw_width
    cheek = 170 * w * (0.6 + 0.4 * j)
    x = [30 * w, 92 * w, 160 * w, 184 * w, 184 * w, cheek, 144 * j, 92 * j, 36]
    return smooth(mirrored(x, [132, 150, 220, 320, 430, 530, 608, 666, 690]))


def _hair_before(look: Look) -> Points:
    """The outline of the hair around the forehead: up the outside, back along the hairline. Temples follow the face's width."""
    outer_x, outer_y, inner_x, inner_y = {
        HairStyle.SHORT: (
            [-196, -204, -190, -120, 0, 120, 190, 204, 196],
            [392, 300, 178, 82, 56, 82, 178, 300, 392],
            [178, 168, 148, 70, 0, -70, -148, -168, -178],
            [384, 300, 232, 206, 214, 202, 232, 300, 384],
        ),
        HairStyle.SWEPT: (
            [-194, -206, -186, -110, 20, 140, 200, 210, 194],
            [376, 280, 160, 62, 34, 72, 170, 290, 386],
            [178, 170, 150, 60, -40, -104, -146, -168, -178],
            [370, 290, 226, 214, 190, 168, 222, 290, 368],
        ),
        HairStyle.LONG: (
            [-204, -222, -200, -116, 0, 116, 200, 222, 204],
            [470, 330, 160, 62, 40, 62, 160, 330, 470],
            [180, 172, 140, 66, 6, -60, -140, -172, -180],
            [462, 330, 238, 190, 160, 192, 238, 330, 462],
        ),
    }[look.hair_style]
    outline = points(outer_x + inner_x, outer_y + inner_y)
    outline[:, 0] *= np.where(np.abs(outline[:, 0]) > 130, look.face_width, 1.0)
    return smooth(outline)


def _hair_beside(look: Look) -> Points:
    """The outline of long hair that hangs beside the face."""
    x = [-150, -218 * look.face_width, -232, -244, -222, -150, -120, -140, -120]
    return smooth(mirrored(x, [120, 300, 520, 700, 776, 780, 700, 560, 300]))


def _hair_shaded(look: Look) -> NDArray[np.float32]:
    """The hair's colour over the whole head: strands, and a sheen across the top."""
    y, x = np.mgrid[0:HEAD_HEIGHT, 0:HEAD_WIDTH].astype(np.float32)
    x = x - HEAD_MIDDLE
    angle = np.arctan2(x, np.maximum(y - 20, 1))
    rng = np.random.default_rng(11)
    waves = sum(np.sin(angle * k + p) for k, p in zip(rng.uniform(40, 150, 9), rng.uniform(0, 6.28, 9), strict=True)) / 9
    radius = np.hypot(x + 40, y - 330)
    sheen = np.exp(-(((radius - 225) / 34) ** 2)) * np.exp(-(((x + 70) / 110) ** 2)) * (y < 330)
    edge = np.clip(1 - 0.0011 * np.abs(x + 60), 0.7, 1)
    light = (0.96 + 0.22 * waves) * edge
    return light[..., None] * np.array(look.hair, np.float32) + 46 * sheen[..., None] * (0.8 + 0.4 * waves[..., None])


def _face_shaded(look: Look, face: NDArray[np.float32], hair: NDArray[np.float32]) -> NDArray[np.float32]:
    """The skin's colour over the whole head, lit from the upper left."""
    y, x = np.mgrid[0:HEAD_HEIGHT, 0:HEAD_WIDTH].astype(np.float32)
    x = x - HEAD_MIDDLE
    depth = np.clip((cv2.GaussianBlur(face, (0, 0), 38) - 0.42) / 0.5, 0, 1)
    light = 0.66 + 0.36 * depth - 0.00022 * x

    def spot(cx: float, cy: float, sx: float, sy: float) -> NDArray[np.float32]:
        return np.exp(-0.5 * (((x - cx) / sx) ** 2 + ((y - cy) / sy) ** 2))

    light += 0.06 * spot(-30, 265, 100, 45) + 0.09 * spot(-3, 440, 11, 55) + 0.10 * spot(-4, 502, 15, 11) + 0.05 * spot(0, 664, 34, 14)
    light -= 0.16 * (spot(0, 535, 30, 7) + 0.7 * spot(0, 628, 46, 10)) + 0.07 * spot(27, 470, 12, 45) + 0.03 * spot(-27, 470, 10, 40)
    for side in (-1, 1):
        light -= 0.17 * spot(side * 74, 372, 46, 24) + 0.10 * spot(side * 34, 385, 16, 28) + 0.05 * spot(side * 78, 418, 44, 9)
        light += 0.06 * spot(side * 96 - 6, 470, 42, 28)
        light -= 0.42 * spot(side * 18, 522, 9, 4.5) + 0.18 * spot(side * 35, 511, 5, 13)
    light -= 0.20 * np.clip(cv2.GaussianBlur(hair, (0, 0), 16), 0, 0.6)
    shaded = light[..., None] * np.array(look.skin, np.float32)
    blush = sum(spot(side * 104, 490, 40, 30) for side in (-1, 1)) + 0.6 * spot(0, 505, 18, 14)
    return shaded + blush[..., None] * np.array((-8.0, -10.0, 2.0))
