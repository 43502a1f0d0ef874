"""The lanes of a timeline: face, voice, how somebody speaks, and the index."""

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.settings import REVIEW_DEFAULTS
from core.tracks import DESCRIPTORS
from core.usual import Usual
from gui.chart_stack import USUAL
from gui.emotion_chart import INDEX_TICKS, PROBABILITY_TICKS, USUAL_ALPHA
from gui.series_painter import BAND_ALPHA, Floats, Place, band_path, paint_band, paint_columns, paint_line, running_means, steps_path
from gui.theme import emotion_pen
from gui.timeline_lane import LaneCanvas
from review.pyramid import Pixels, Pyramid
from review.timeline_data import PIECE_S, QUALITY, TimelineData

READINGS_A_PIXEL = 1.5
"""With more of them a pixel shows their lowest, mean and highest; with fewer every one is drawn."""
FAINT_BAND_ALPHA = 28
"""Of seven bands over one another, of 255."""

WASHED_OUT = 0.65
"""How much of a stretch of low quality is."""


class SeriesLane(LaneCanvas):
    """A lane with a series; `binned` says whether a pixel stands for several readings now."""

    _series: Pyramid | None = None
    _pixels: tuple[Place, Pixels, Floats] | None = None

    @property
    def binned(self) -> bool:
        """Whether a pixel shows more than one reading."""
        return self._series is not None and self.place.pixel_s > READINGS_A_PIXEL * self._series.usual_step_s

    def pixels(self, place: Place) -> Pixels:
        """What the pixels show; kept while the same part is shown."""
        return self._seen(place)[0]

    def _seen(self, place: Place) -> tuple[Pixels, Floats]:
        """The pixels, and the running means of their columns."""
        assert self._series is not None
        if self._pixels is None or self._pixels[0] != place:
            pixels = self._series.pixels(place.first, place.pixel_s, place.columns)
            self._pixels = place, pixels, running_means(pixels)
        return self._pixels[1:]

    def paint_means(self, painter: QPainter, place: Place, column: int, pen: QPen) -> None:
        """One column's running mean."""
        pixels, means = self._seen(place)
        painter.setPen(pen)
        paint_line(painter, place, pixels.middles, means[:, column])

    def coverage(self, place: Place) -> Floats | None:
        """The share of the readings of each pixel that could measure."""
        if self._series is None:
            return None
        pixels = self.pixels(place)
        shares = np.divide(pixels.measured.max(axis=1), pixels.readings, out=np.zeros(len(pixels.readings)), where=pixels.readings > 0)
        return np.minimum(shares, 1.0)

    def _take(self, series: Pyramid) -> None:
        self._series, self._pixels = series, None
        self.draw_anew()


class EmotionLane(SeriesLane):
    """Probabilities of one lane, a line a class; what is of low quality is washed out."""

    def __init__(self, modality: Modality, least_px: int) -> None:
        super().__init__(f"Timeline of the {modality}", -0.02, 1.04, PROBABILITY_TICKS, least_px)
        self._modality = modality
        self._shown: Collection[Emotion] = EMOTIONS
        self._data: TimelineData | None = None

    def show_data(self, data: TimelineData) -> None:
        """Draw this session."""
        self._data = data
        self._take(data.lanes[self._modality])

    def show_emotions(self, shown: Collection[Emotion]) -> None:
        """Hide the lines of all other classes."""
        self._shown = shown
        self.draw_anew()

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """Bands with means, steps of speech, or lines."""
        if self._series is None or self._data is None:
            return
        wanted = [(number, emotion_pen(self.theme, emotion)) for number, emotion in enumerate(EMOTIONS) if emotion in self._shown]
        if self._modality is Modality.VOICE and place.pixel_s < PIECE_S:
            paint = self._paint_steps
        elif self.binned:
            for number, pen in wanted:
                paint_band(painter, place, self.pixels(place), number, pen.color(), FAINT_BAND_ALPHA)
            paint = self.paint_means
        else:
            paint = self._paint_lines
        for number, pen in wanted:
            paint(painter, place, number, pen)
        self._wash_out(painter, place)

    def _paint_steps(self, painter: QPainter, place: Place, column: int, pen: QPen) -> None:
        assert self._data is not None
        track = self._data.session.lanes[self._modality]
        seen = (track.covers[:, 1] >= place.span.start) & (track.covers[:, 0] <= place.span.end)
        painter.setPen(pen)
        painter.drawPath(steps_path(place, track.covers[seen], track.shown[seen, column]))

    def _paint_lines(self, painter: QPainter, place: Place, column: int, pen: QPen) -> None:
        assert self._series is not None
        times, values = self._series.readings(place.span.start, place.span.end)
        holes = np.flatnonzero(np.diff(times) > REVIEW_DEFAULTS.longest_step_s) + 1
        painter.setPen(pen)
        paint_line(painter, place, np.insert(times, holes, times[holes]), np.insert(values[:, column], holes, np.nan))

    def _wash_out(self, painter: QPainter, place: Place) -> None:
        poor = self.pixels(place).mean[:, QUALITY] < REVIEW_DEFAULTS.low_quality
        if poor.any():
            paint_columns(painter, place, QRectF(self.rect()), QColor(self.theme.card), np.where(poor, WASHED_OUT, 0.0))


class IndexLane(SeriesLane):
    """The index with its band of uncertainty."""

    def __init__(self, least_px: int) -> None:
        super().__init__("Timeline of the index", -2.0, 102.0, INDEX_TICKS, least_px)
        self._usual: Usual | None = None

    def show_data(self, data: TimelineData) -> None:
        """Draw this session."""
        self._take(data.index)

    def show_usual(self, usual: Usual | None) -> None:
        """What is usual for the person, behind all; None: it is not known."""
        self._usual = usual
        self.setToolTip("" if usual is None else USUAL.capitalize())
        self.draw_anew()

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """The band, and the value in it."""
        if self._series is None:
            return
        if self._usual is not None:
            self._paint_usual(painter, place, self._usual)
        pen, soft = QPen(QColor(self.theme.accent), 1), QColor(self.theme.accent)
        soft.setAlpha(BAND_ALPHA)
        pixels = self.pixels(place)
        painter.setPen(QPen(soft, 1))
        painter.drawPath(band_path(place, *self._band(place, pixels)))
        if self.binned:
            self.paint_means(painter, place, 0, pen)
        else:
            painter.setPen(pen)
            times, values = self._series.readings(place.span.start, place.span.end)
            paint_line(painter, place, times, values[:, 0])

    def _paint_usual(self, painter: QPainter, place: Place, usual: Usual) -> None:
        grey = QColor(self.theme.dim)
        edges = [place.y_of(min(max(value, 0.0), 100.0)) for value in (usual.high, usual.low)]
        painter.setPen(QPen(grey, 1, Qt.PenStyle.DotLine))
        for y in edges:
            painter.drawLine(QPointF(place.rect.left(), y), QPointF(place.rect.right(), y))
        grey.setAlpha(USUAL_ALPHA)
        painter.fillRect(QRectF(QPointF(place.rect.left(), edges[0]), QPointF(place.rect.right(), edges[1])), grey)

    def _band(self, place: Place, pixels: Pixels) -> tuple[Floats, Floats, Floats]:
        """Per pixel the band; between two scores that lie apart, the one between theirs."""
        if self.binned:
            return pixels.middles, pixels.low[:, 1], pixels.high[:, 2]
        assert self._series is not None
        times, values = self._series.readings(place.span.start, place.span.end)
        if len(times) < 2:
            return times, values[:, 1], values[:, 2]
        at = place.first + (np.arange(place.columns) + 0.5) * place.pixel_s
        at = at[(at >= times[0]) & (at <= times[-1])]
        return at, np.interp(at, times, values[:, 1]), np.interp(at, times, values[:, 2])


class WeightsLane(SeriesLane):
    """How much each lane weighed in the index, one on top of the other from the face up: together they are all."""

    def __init__(self, least_px: int) -> None:
        super().__init__("Timeline of the lanes' weights", 0.0, 1.0, (), least_px)
        self.setMaximumHeight(least_px)
        self.setToolTip("How much each lane weighs in the index, from below: " + ", ".join(MODALITIES))

    def show_data(self, data: TimelineData) -> None:
        """Draw this session."""
        self._take(data.weights)

    def coverage(self, place: Place) -> Floats | None:
        """The index's own lane tells it."""
        return None

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """An upright line a pixel and lane; where a score holds for several pixels, the one of the pixel before goes on."""
        if self._series is None:
            return
        pixels = self.pixels(place)
        tops = np.cumsum(_carried(pixels.mean, most=self._series.usual_step_s / place.pixel_s + 1), axis=1)
        bottom = np.zeros(len(tops))
        for lane, top in zip(MODALITIES, tops.T, strict=True):
            painter.setPen(QPen(self.theme.lane(lane), 1))
            painter.drawPath(band_path(place, pixels.middles, np.where(top > bottom, bottom, np.nan), top))
            bottom = top


def _carried(values: Floats, most: float) -> Floats:
    """Rows (N, columns) of NaN filled with the one before, at most `most` on end."""
    known = ~np.isnan(values[:, 0])
    index = np.arange(len(values))
    last = np.maximum.accumulate(np.where(known, index, -1))
    return np.where(((last >= 0) & (index - last <= most))[:, np.newaxis], values[last], np.nan)


class SpeakingLane(SeriesLane):
    """One descriptor of the voice, chosen; its axis holds all that was measured of it."""

    def __init__(self, least_px: int) -> None:
        super().__init__("Timeline of how somebody speaks", 0.0, 1.0, (), least_px)
        self._descriptor = 0
        self._data: TimelineData | None = None

    def show_data(self, data: TimelineData) -> None:
        """Draw this session."""
        self._data = data
        self._take(data.speaking)

    def choose(self, field: str, low: float, high: float, decimals: int) -> None:
        """Draw another descriptor, on an axis from `low` to `high`."""
        self._descriptor = DESCRIPTORS.index(field)
        edge = 0.08 * (high - low)
        self._low, self._high = low - edge, high + edge
        self._ticks = [(value, f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}")) for value in (low, high)]
        self.draw_anew()

    def coverage(self, place: Place) -> Floats | None:
        """The voice's own lane tells it."""
        return None

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """Steps of speech, or pixels."""
        if self._data is None:
            return
        pen = QPen(QColor(self.theme.accent), 1)
        if place.pixel_s >= PIECE_S:
            paint_band(painter, place, self.pixels(place), self._descriptor, pen.color())
            self.paint_means(painter, place, self._descriptor, pen)
            return
        track = self._data.session.lanes[Modality.VOICE]
        values = track.descriptors.get(DESCRIPTORS[self._descriptor])
        if values is not None:
            painter.setPen(pen)
            painter.drawPath(steps_path(place, track.covers, values))
