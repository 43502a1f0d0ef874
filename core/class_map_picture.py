"""A class map as colours: once for the window and for the page."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion
from core.readings import ClassMap

STRONGEST_ALPHA = 0.6
"""Opacity of the strongest evidence: the face stays to be seen below it. Where there is none, nothing covers the face."""

_VIRIDIS = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=np.float64)
"""Five colours along viridis (van der Walt and Smith 2015): even steps of lightness, also with every common colour vision."""

_BLUR_CELLS = 0.5
"""Width (SD) of the bell that carries each cell of the map into its neighbourhood: wide enough that no edge of a cell is seen."""


def class_map_caption(label: Emotion) -> str:
    """What is said, everywhere, beside such a picture."""
    if label is Emotion.NEUTRAL:
        return "Where the network looked for a neutral face – not where a face is neutral"
    return f"Where the network looked for {label} – not where {label} is"


def class_map_picture(class_map: ClassMap, side_px: int) -> NDArray[np.uint8]:
    """Red, green, blue and opacity, (side_px, side_px, 4), upscaled without edges: stronger evidence is yellower and covers more."""
    rows = np.array(class_map.rows, dtype=np.float64)
    down, across = (_bells(side_px, cells) for cells in rows.shape)
    return _colours()[(down @ rows @ across.T).astype(np.uint8)]


@lru_cache(maxsize=16)
def _bells(side_px: int, cells: int) -> NDArray[np.float64]:
    """The share (side_px, cells) of each cell in each pixel; rows sum to 1."""
    places = (np.arange(side_px) + 0.5) * cells / side_px
    shares = np.exp(-0.5 * ((places[:, np.newaxis] - np.arange(cells) - 0.5) / _BLUR_CELLS) ** 2)
    return shares / shares.sum(axis=1, keepdims=True)


@lru_cache(maxsize=1)
def _colours() -> NDArray[np.uint8]:
    """The colour (256, 4) of each level 0..255."""
    levels = np.linspace(0, 1, 256)
    parts = [np.interp(levels, np.linspace(0, 1, len(_VIRIDIS)), part) for part in _VIRIDIS.T]
    return np.stack([*parts, 255 * STRONGEST_ALPHA * levels], axis=1).astype(np.uint8)
