"""How well a face can be read: its size, light, contrast and sharpness, and how much of it lies in the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.readings import Absence, Box
from core.settings import FaceSettings
from models.face.detector import overlap
from models.face.inputs import crop_rectangle

WORTH_A_WORD = 0.6
"""Below this quality the reason is named."""


@dataclass(frozen=True, slots=True)
class Quality:
    """0..1, the reason when it is low, and why the face is not read at all (None: it is)."""

    value: float
    reason: str | None = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of a face: its side in pixels, share within the picture, and of its crop (grey, 0..255) mean, SD and sharpness."""

    side_px: int
    inside: float
    light: float
    contrast: float
    sharpness: float


def measure(crop: NDArray[np.uint8], box: Box, width: int, height: int) -> Measures:
    """The measures of a face at `box` in a picture of `width` times `height`, given its crop at the network's size."""
    mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(crop))
    return Measures(max(box.width, box.height), inside_share(box, width, height), mean, spread, sharpness(crop))


def judge(measures: Measures, settings: FaceSettings) -> Quality:
    """The worst of the measures decides."""
    cut_off = 1 - measures.inside
    parts = (
        (_rise(measures.side_px, settings.least_face_px, settings.good_face_px), "the face is small", Absence.TOO_SMALL),
        (_rise(measures.light, settings.least_light, settings.good_light), "the face is dark", Absence.TOO_DARK),
        (_rise(measures.contrast, settings.least_contrast, settings.good_contrast), "the face shows little contrast", Absence.TOO_DARK),
        (_rise(measures.sharpness, settings.least_sharpness, settings.good_sharpness), "the face is blurred", Absence.TOO_BLURRED),
        (_rise(-cut_off, -settings.most_cut_off, 0.0), "the face is cut off by the picture's edge", Absence.FACE_CUT_OFF),
    )
    value, reason, absence = min(parts, key=lambda part: part[0])
    return Quality(max(0.0, value), reason if value < WORTH_A_WORD else None, absence if value < 0 else None)


def inside_share(box: Box, width: int, height: int) -> float:
    """How much of the square that is cut out around `box` lies within the picture, 0..1."""
    left, top, side = crop_rectangle(box)
    return overlap(Box(left, top, side, side), Box(0, 0, width, height)) / (side * side)


def sharpness(crop: NDArray[np.uint8]) -> float:
    """The variance of the Laplacian (Pech-Pacheco et al. 2000) over the variance of grey, so that light does not count as sharpness."""
    edges, grey = (float(cv2.meanStdDev(picture)[1][0, 0]) ** 2 for picture in (cv2.Laplacian(crop, cv2.CV_32F), crop))
    return edges / max(grey, 1.0)


def is_dark(image: NDArray[np.uint8], settings: FaceSettings) -> bool:
    """Whether a whole picture (BGR or grey) is too dark for anybody to be found in it."""
    return float(image[::8, ::8].mean()) < settings.dark_picture_light


def _rise(value: float, least: float, good: float) -> float:
    """Below 0 under `least`, 0.3 at it, and from there straight to 1 at `good`."""
    if value < least:
        return -1.0
    return 0.3 + 0.7 * min(1.0, (value - least) / (good - least)) if good > least else 1.0
