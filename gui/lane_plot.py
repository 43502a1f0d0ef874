"""The bare plot that every chart of the window is made from."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from core.session import Mark
from gui.history import Floats
from gui.theme import LIGHT, Theme

AXIS_PX = 34
"""Every chart keeps this much for its numbers, so that all time axes lie under one another."""
LONGEST_WINDOW_S = 1800.0


class LanePlot(pg.PlotWidget):
    """Values over the seconds before now: x runs from -window to 0, so that neither axis is ever laid out again.

    Items are fixed; subclasses give them new data. Nothing can be dragged, and the plot takes no focus.
    """

    def __init__(self, low: float, high: float, ticks: Sequence[tuple[float, str]], name: str, least_height: int) -> None:
        super().__init__(background=None)
        self._theme: Theme = LIGHT
        self._low, self._high = low, high
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(least_height)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        item = self.getPlotItem()
        item.hideAxis("bottom")
        item.getAxis("left").setWidth(AXIS_PX)
        item.getAxis("left").setTicks([list(ticks)])
        item.getAxis("left").setStyle(tickLength=0, tickTextOffset=6)
        item.setContentsMargins(0, 2, 0, 2)
        self._box = item.getViewBox()
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self._box.setBorder(None)
        self._box.setYRange(low, high, padding=0)
        self._rules = [pg.InfiniteLine(pos=value, angle=0) for value, _ in ticks]
        for rule in self._rules:
            self.addItem(rule, ignoreBounds=True)
        self._marks = Trace()
        self.addItem(self._marks, ignoreBounds=True)
        self.seconds = 60.0
        self.set_seconds(60.0)

    def set_seconds(self, seconds: float) -> None:
        """How much of the past is shown."""
        self.seconds = seconds
        self._box.setXRange(-seconds, 0, padding=0)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self._theme = theme
        self.setBackground(theme.card)
        axis = self.getPlotItem().getAxis("left")
        axis.setPen(pg.mkPen(None))
        axis.setTextPen(theme.dim)
        font = self.font()
        font.setPixelSize(10)
        axis.setStyle(tickFont=font)
        for rule in self._rules:
            rule.setPen(pg.mkPen(theme.line, width=1))
        self._marks.set_pen(pg.mkPen(theme.dim, width=1, style=Qt.PenStyle.DashLine))

    @property
    def points(self) -> int:
        """How many points a line may have: two a pixel show no more than one."""
        return max(120, min(800, self.width()))

    def show_marks(self, marks: Sequence[Mark], now: float) -> None:
        """Draw a vertical line at each mark in the window."""
        times = [mark.at - now for mark in marks if mark.at >= now - self.seconds]
        self._marks.set_data(np.repeat(np.array(times), 3), np.tile([self._low, self._high, np.nan], len(times)))


class _Fixed(pg.GraphicsObject):
    """An item whose bounds are the whole plot, always: pyqtgraph's own curve looks for its bounds at every change (4 % of a core)."""

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The longest window, and the highest scale of any lane."""
        return QRectF(-LONGEST_WINDOW_S, -5.0, LONGEST_WINDOW_S, 110.0)


class Trace(_Fixed):
    """A line that breaks where its values are NaN."""

    def __init__(self) -> None:
        super().__init__()
        self._pen = pg.mkPen(None)
        self._pieces: list[QPolygonF] = []
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)

    def set_pen(self, pen: QPen) -> None:
        """The colour and dashes; its width is to be 1."""
        self._pen = pen
        self.update()

    def set_data(self, x: Floats, y: Floats) -> None:
        """The points, in the order of x."""
        self.x, self.y = x, y
        self._pieces = [pg.functions.arrayToQPolygonF(x[part], y[part]) for part in unbroken(y)]
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the pieces."""
        painter.setPen(self._pen)
        for piece in self._pieces:
            painter.drawPolyline(piece)


class Band(_Fixed):
    """The area between two lines, broken where they are NaN."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[QPolygonF] = []
        self._colour = QColor()

    def set_colour(self, colour: QColor) -> None:
        """The colour of the area."""
        self._colour = colour
        self.update()

    def set_data(self, x: Floats, low: Floats, high: Floats) -> None:
        """The two lines, at the same x."""
        self._pieces = [_area(x[part], low[part], high[part]) for part in unbroken(low)]
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the pieces."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        for piece in self._pieces:
            painter.drawPolygon(piece)


class MomentPlot(LanePlot):
    """A plot whose moments can be chosen: `clicked` carries the session time of a click, and a line stands at the moment that is shown."""

    clicked = Signal(float)

    def __init__(self, low: float, high: float, ticks: Sequence[tuple[float, str]], name: str, least_height: int) -> None:
        super().__init__(low, high, ticks, name, least_height)
        self._cursor = Trace()
        self._cursor.setZValue(2)
        self._moment = np.nan
        self._now = 0.0
        self.addItem(self._cursor, ignoreBounds=True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        self._cursor.set_pen(pg.mkPen(theme.text, width=1))

    def show_moment(self, at: float) -> None:
        """Draw a line at a moment; NaN: at none."""
        self._moment = at
        self._draw_cursor()

    def refresh(self, now: float) -> None:
        """The window ends at `now` seconds."""
        self._now = now
        if not np.isnan(self._moment):
            self._draw_cursor()

    def _draw_cursor(self) -> None:
        hidden = np.isnan(self._moment)
        self._cursor.set_data(np.full(2, self._moment - self._now), np.array([np.nan] * 2 if hidden else [self._low, self._high]))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the time that was clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit(self.time_at(event.position()))

    def time_at(self, position: QPointF) -> float:
        """The session time at a place of the widget."""
        return float(self._box.mapSceneToView(self.mapToScene(position.toPoint())).x()) + self._now


def unbroken(values: Floats) -> list[slice]:
    """The stretches without NaN."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ~np.isnan(values), [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[0::2], edges[1::2], strict=True)]


def _area(x: Floats, low: Floats, high: Floats) -> QPolygonF:
    return pg.functions.arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1])))
