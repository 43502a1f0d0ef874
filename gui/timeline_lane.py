"""One lane of a timeline: what all lanes draw and how they are pointed at."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.session import Judgement, Verdict
from gui.lane_plot import AXIS_PX
from gui.series_painter import Floats, Place, paint_columns
from gui.theme import LIGHT, Theme
from review.chart_series import Shade
from review.time_span import Span, whole_span

TILE_PX = 512
"""A lane is drawn in pieces that keep their place in time: who moves through it draws one new piece at a time."""

MOST_TILES = 16
EDGE_PX = 3.0
STRIP_PX = 3.0
LEAST_SHADE_PX = 3.0
WORDY_PX = 60.0
SIGN_PX = 16.0
SIGNS = {Verdict.AGREE: "✓", Verdict.DISAGREE: "✗"}


class Stretches:
    """Stretches in the order of time, of which those that can be seen are found at once."""

    def __init__(self, shades: Sequence[Shade]) -> None:
        self._shades = shades
        self._starts = np.array([shade.starts_at for shade in shades], float)
        self._ends = np.array([shade.ends_at for shade in shades], float)

    def seen(self, span: Span, least_s: float) -> list[Shade]:
        """Those within a span that last at least so long."""
        there = (self._ends >= span.start) & (self._starts <= span.end) & (self._ends - self._starts >= least_s)
        return [self._shades[index] for index in np.flatnonzero(there).tolist()]


class LaneCanvas(QWidget):
    """What does not move with the play-head is drawn in tiles, which are kept; a press or a drag seeks."""

    sought = Signal(float)
    width_changed = Signal(int)

    def __init__(self, name: str, low: float, high: float, ticks: Sequence[tuple[float, str]], least_px: int) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self.span = whole_span(0.0)
        self._low, self._high, self._ticks = low, high, ticks
        self._at = 0.0
        self._gaps = self._absences = Stretches(())
        self._moments: Sequence[float] = ()
        self._judgements: Sequence[Judgement] = ()
        self._tiles: dict[int, QPixmap] = {}
        self._drawn_for = (0.0, 0, 0.0)
        self._least_px = least_px
        self.setMinimumHeight(least_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be: a lane takes what room there is."""
        return QSize(400, self._least_px)

    # What it is given

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self.theme = theme
        self.draw_anew()

    def set_span(self, span: Span) -> None:
        """The part of the session that is shown."""
        self.span = span
        self.update()

    def set_shades(self, gaps: Sequence[Shade], absences: Sequence[Shade]) -> None:
        """The stretches in which the lane could not measure, and those in which it measured nothing."""
        self._gaps, self._absences = Stretches(gaps), Stretches(absences)
        self.draw_anew()

    def set_moments(self, moments: Sequence[float]) -> None:
        """Marks and notes, in seconds."""
        self._moments = moments
        self.draw_anew()

    def set_judgements(self, judgements: Sequence[Judgement]) -> None:
        """What was said of this lane."""
        self._judgements = judgements
        self.draw_anew()

    def set_play_head(self, at: float) -> None:
        """Move the play-head; only what it uncovers is painted."""
        before, self._at = self._head_x, at
        for x in {round(before), round(self._head_x)}:
            self.update(x - 2, 0, 5, self.height())

    def draw_anew(self) -> None:
        """Something else is to be shown."""
        self._tiles.clear()
        self.update()

    # What lanes draw of their own

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """Draw what the lane measured."""

    def coverage(self, place: Place) -> Floats | None:
        """Per pixel from the place's first the share of the readings that could measure; None: it is not told."""
        return None

    def paint_over(self, painter: QPainter, place: Place) -> None:
        """Draw what cannot be cut into tiles."""

    # Where things are

    @property
    def place(self) -> Place:
        """Where values lie in the widget."""
        return self._placed(QRectF(AXIS_PX, 0, max(1, self.width() - AXIS_PX - 1), 1), self.span)

    def seconds_at(self, x: float) -> float:
        """The moment at a place of the widget, as far as it is shown."""
        rect = self.place.rect
        seconds = self.span.start + (x - rect.left()) / rect.width() * self.span.seconds
        return min(max(self.span.start, seconds), self.span.end)

    @property
    def _head_x(self) -> float:
        return self.place.x_of(self._at)

    def _placed(self, columns: QRectF, span: Span) -> Place:
        height = max(1.0, self.height() - 2 * EDGE_PX - STRIP_PX)
        return Place(QRectF(columns.left(), EDGE_PX, columns.width(), height), span, self._low, self._high)

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What shares its axis is told."""
        super().resizeEvent(event)
        self.width_changed.emit(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The scale, the tiles that are seen, and the play-head over them."""
        painter, place = QPainter(self), self.place
        painter.fillRect(self.rect(), QColor(self.theme.card))
        self._paint_scale(painter, place)
        painter.setClipRect(QRectF(place.rect.left(), 0, place.rect.width(), self.height()))
        self._keep_fitting_tiles(place)
        tile_s = place.pixel_s * TILE_PX
        for number in range(int(self.span.start // tile_s), int(self.span.end // tile_s) + 1):
            painter.drawPixmap(QPointF(round(place.x_of(number * tile_s)), 0), self._tile(number, tile_s))
        self.paint_over(painter, place)
        if self.span.start <= self._at <= self.span.end:
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawLine(QPointF(self._head_x, 0), QPointF(self._head_x, self.height()))

    def _keep_fitting_tiles(self, place: Place) -> None:
        """Tiles of another zoom, height or screen do not fit."""
        pixel_s, height, ratio = place.pixel_s, self.height(), self.devicePixelRatioF()
        before_s, *before = self._drawn_for
        if before != [height, ratio] or abs(pixel_s - before_s) > 1e-9 * pixel_s:
            self._tiles.clear()
            self._drawn_for = (pixel_s, height, ratio)

    def _tile(self, number: int, tile_s: float) -> QPixmap:
        if number not in self._tiles:
            while len(self._tiles) >= MOST_TILES:
                del self._tiles[next(iter(self._tiles))]
            self._tiles[number] = self._drawn(Span(number * tile_s, (number + 1) * tile_s, self.span.whole))
        return self._tiles[number]

    def _drawn(self, span: Span) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(TILE_PX * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.card))
        place = self._placed(QRectF(0, 0, TILE_PX, 1), span)
        with QPainter(picture) as painter:  # a painter that outlives its picture ends the program
            painter.setPen(QColor(self.theme.line))
            for value, _ in self._ticks:
                painter.drawLine(QPointF(0, place.y_of(value)), QPointF(TILE_PX, place.y_of(value)))
            self._paint_shades(painter, place)
            self.paint_series(painter, place)
            self._paint_coverage(painter, place)
            self._paint_moments(painter, place)
            self._paint_judgements(painter, place)
        return picture

    def _paint_scale(self, painter: QPainter, place: Place) -> None:
        painter.setFont(self.small_font())
        painter.setPen(QColor(self.theme.dim))
        for value, words in self._ticks:
            top = min(max(0.0, place.y_of(value) - 7), self.height() - 14.0)
            painter.drawText(QRectF(0, top, AXIS_PX - 6, 14), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_shades(self, painter: QPainter, place: Place) -> None:
        faint, hatch = QColor(self.theme.line), QColor(self.theme.dim)
        faint.setAlpha(110)
        hatch.setAlpha(120)
        painter.setFont(self.small_font())
        for shade in self._absences.seen(place.span, place.pixel_s * LEAST_SHADE_PX):
            rect = self._rect_of(shade, place)
            painter.fillRect(rect, faint)
            self._paint_why(painter, rect, shade.why)
        for shade in self._gaps.seen(place.span, 0.0):
            rect = self._rect_of(shade, place)
            painter.fillRect(rect, QColor(self.theme.card))
            painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            self._paint_why(painter, rect, shade.why)

    def _paint_why(self, painter: QPainter, rect: QRectF, why: str) -> None:
        if rect.width() < WORDY_PX:
            return
        painter.setPen(QColor(self.theme.dim))
        room = rect.adjusted(4, 0, -4, 0)
        words = painter.fontMetrics().elidedText(why, Qt.TextElideMode.ElideRight, int(room.width()))
        needed = painter.boundingRect(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
        painter.fillRect(needed.adjusted(-2, 0, 2, 0), QColor(self.theme.card))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)

    def _paint_coverage(self, painter: QPainter, place: Place) -> None:
        shares = self.coverage(place)
        if shares is not None:
            strip = QRectF(0, self.height() - STRIP_PX, self.width(), STRIP_PX)
            paint_columns(painter, place, strip, QColor(self.theme.dim), np.where(shares > 0, 0.15 + 0.85 * shares, 0.0))

    def _paint_moments(self, painter: QPainter, place: Place) -> None:
        painter.setPen(QPen(QColor(self.theme.dim), 1, Qt.PenStyle.DashLine))
        for at in self._moments:
            if place.span.start <= at <= place.span.end:
                painter.drawLine(QPointF(place.x_of(at), 0), QPointF(place.x_of(at), self.height()))

    def _paint_judgements(self, painter: QPainter, place: Place) -> None:
        font = self.small_font()
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text))
        for one in self._judgements:
            rect = QRectF(place.x_of(one.at) - SIGN_PX / 2, 0, SIGN_PX, SIGN_PX)
            if rect.right() >= 0 and rect.left() <= TILE_PX:
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, SIGNS[one.verdict])

    def _rect_of(self, shade: Shade, place: Place) -> QRectF:
        left, right = place.x_of(shade.starts_at), place.x_of(shade.ends_at)
        return QRectF(left, 0, max(2.0, right - left), self.height() - STRIP_PX)

    def small_font(self) -> QFont:
        """The font of scales and short words."""
        font = self.font()
        font.setPixelSize(10)
        return font

    # Pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Seek there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.sought.emit(self.seconds_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on seeking while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.seconds_at(event.position().x()))
