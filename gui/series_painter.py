"""Draws series into a rectangle: every reading where there is room, else lowest to highest of each pixel with the mean in it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from gui.lane_plot import unbroken
from review.pyramid import Pixels
from review.time_span import Span

BAND_ALPHA = 70
MEAN_PX = 9
"""The line among the bands is the mean of so many pixels: that of one is as restless as the band."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Place:
    """Where seconds and values lie: `rect` shows `span` and `low` to `high`."""

    rect: QRectF
    span: Span
    low: float
    high: float

    def x(self, seconds: Floats) -> NDArray[np.float64]:
        """Pixels from the left."""
        return np.asarray(self.rect.left() + (seconds - self.span.start) / self.span.seconds * self.rect.width(), float)

    def x_of(self, seconds: float) -> float:
        """Of one moment."""
        return self.rect.left() + (seconds - self.span.start) / self.span.seconds * self.rect.width()

    def y(self, values: Floats) -> NDArray[np.float64]:
        """Pixels from the top."""
        return np.asarray(self.rect.bottom() - (values - self.low) / (self.high - self.low) * self.rect.height(), float)

    def y_of(self, value: float) -> float:
        """Of one value."""
        return self.rect.bottom() - (value - self.low) / (self.high - self.low) * self.rect.height()

    @property
    def pixel_s(self) -> float:
        """Seconds of one pixel."""
        return self.span.seconds / max(1.0, self.rect.width())

    @property
    def first(self) -> float:
        """Where the first pixel begins: pixels keep their place in time, and begin so early that the running mean reaches the edge."""
        return (math.floor(self.span.start / self.pixel_s + 0.5) - MEAN_PX // 2) * self.pixel_s

    @property
    def columns(self) -> int:
        """How many pixels there are, with those beyond both edges."""
        return math.ceil(self.rect.width()) + 1 + 2 * (MEAN_PX // 2)


def paint_line(painter: QPainter, place: Place, times: Floats, values: Floats) -> None:
    """A line that breaks where values are NaN."""
    x, y = place.x(times), place.y(values)
    for piece in unbroken(y):
        painter.drawPolyline(arrayToQPolygonF(x[piece], y[piece]))


def steps_path(place: Place, covers: Floats, values: Floats) -> QPainterPath:
    """A level (N,) from the start to the end of each stretch (N, 2)."""
    known = ~np.isnan(values)
    x = place.x(covers[known]).ravel()
    return arrayToQPath(x, place.y(np.repeat(values[known], 2)), connect="pairs", finiteCheck=False)


def band_path(place: Place, times: Floats, low: Floats, high: Floats) -> QPainterPath:
    """An upright line a pixel, from the lowest to the highest."""
    known = ~np.isnan(low)
    y = np.column_stack((low[known], high[known])).ravel()
    return arrayToQPath(np.repeat(place.x(times[known]), 2), place.y(y), connect="pairs", finiteCheck=False)


def paint_band(painter: QPainter, place: Place, pixels: Pixels, column: int, colour: QColor, alpha: int = BAND_ALPHA) -> None:
    """One column of a series from the lowest to the highest of each pixel."""
    soft = QColor(colour)
    soft.setAlpha(alpha)
    painter.setPen(QPen(soft, 1))
    painter.drawPath(band_path(place, pixels.middles, pixels.low[:, column], pixels.high[:, column]))


def running_means(pixels: Pixels) -> Floats:
    """The means of MEAN_PX neighbours (P, columns), each by how much was measured; NaN where a pixel holds nothing."""
    edges = ((MEAN_PX // 2 + 1, MEAN_PX // 2), (0, 0))
    known = pixels.measured > 0
    total, count = (
        np.cumsum(np.pad(values, edges), axis=0, dtype=float)
        for values in (np.where(known, pixels.mean, 0.0) * pixels.measured, pixels.measured)
    )
    total, count = total[MEAN_PX:] - total[:-MEAN_PX], count[MEAN_PX:] - count[:-MEAN_PX]
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=known & (count > 0.5))


def paint_columns(painter: QPainter, place: Place, rect: QRectF, colour: QColor, strength: Floats) -> None:
    """A colour over the whole height of `rect`, as strong (0..1) as said for each pixel (N,)."""
    alphas = np.round(255 * np.clip(np.nan_to_num(strength), 0, 1)).astype(np.uint32)
    pixels = np.ascontiguousarray(alphas << 24 | (colour.rgb() & 0xFFFFFF))
    image = QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_ARGB32)
    left = place.x_of(place.first)
    painter.drawImage(QRectF(left, rect.top(), len(pixels), rect.height()), image)
