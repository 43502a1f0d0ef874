"""Plots over months and years: one measure with its baseline, and one questionnaire with its published lines."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.theme import LIGHT, Theme
from review.questionnaire import FORMS
from review.trend_series import FormLine, day_points, round_ticks, trend_line, value_range
from review.trends import Trend

AXIS_PX = 44
LEAST_PX = 60
EDGE = 0.07
"""Share of a value axis that is kept free above and below, so that no mark is cut."""
FAR = 1e4
"""Beyond every value axis."""

TOTAL_PX = 15
"""Room for one total beside a questionnaire."""

NAME_PX = 10
TICK_PX = 70
"""Room for one date below a chart."""

_DOTS: dict[int, list[float]] = {5: [6, 4], 6: [2, 4], 4: [2, 4]}
"""Dashes of a published line by its points, beside its words."""


class DatePlot(pg.PlotWidget):
    """A plot whose x are days; nothing can be dragged, and it takes no focus."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._theme: Theme = LIGHT
        self._first = 0.0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(LEAST_PX)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setAntialiasing(True)
        item = self.getPlotItem()
        item.hideAxis("bottom")
        item.getAxis("left").setWidth(AXIS_PX)
        item.getAxis("left").setStyle(tickLength=0, tickTextOffset=6)
        item.setContentsMargins(0, 2, 0, 2)
        self._box = item.getViewBox()
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.setZValue(10)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)
        self._dates = pg.PlotCurveItem(connect="pairs")
        self._dates.setZValue(-20)
        self.addItem(self._dates, ignoreBounds=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be: a plot takes what room there is."""
        return QSize(400, self.minimumHeight())

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
        self._cursor.setPen(pg.mkPen(theme.text, width=1, style=Qt.PenStyle.DotLine))

    def show_page(self, first: date, last: date, ticks: Sequence[float]) -> None:
        """The days that are shown, with a faint line at each date that is written below."""
        self._first = float(first.toordinal())
        self._box.setXRange(first.toordinal(), last.toordinal(), padding=0)
        x = np.repeat(np.array(ticks, float), 2)
        self._dates.setData(x, np.tile([-FAR, FAR], len(ticks)), pen=pg.mkPen(self._theme.line, width=1))

    def show_cursor(self, x: float | None) -> None:
        """Where the keyboard points to; None: nowhere."""
        self._cursor.setVisible(x is not None)
        if x is not None:
            self._cursor.setPos(x)

    def _set_values(self, low: float, high: float, decimals: int) -> None:
        self._box.setYRange(low, high, padding=EDGE)
        ticks = round_ticks(low, high)
        self.getPlotItem().getAxis("left").setTicks([[(tick, f"{tick:.{decimals}f}") for tick in ticks]])


class TrendPlot(DatePlot):
    """One measure: its days as faint dots, its periods as a line with intervals, its baseline as a band, its limits dotted."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._trend: Trend | None = None
        self._band = pg.LinearRegionItem(orientation="horizontal", movable=False)
        self._usual = pg.InfiniteLine(angle=0)
        self._limits = (pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=0))
        self._days = pg.ScatterPlotItem(size=4, pxMode=True)
        self._bars = pg.ErrorBarItem(beam=0.0)
        self._line = pg.PlotDataItem(connect="finite", antialias=True)
        self._points = pg.ScatterPlotItem(size=8, pxMode=True)
        self._marks = pg.ScatterPlotItem(size=12, pxMode=True)
        for z, item in enumerate((self._band, self._usual, *self._limits, self._days, self._bars, self._line, self._points, self._marks)):
            item.setZValue(z - 10)
            self.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        if self._trend is not None:
            self.show_trend(self._trend)

    def show_trend(self, trend: Trend) -> None:
        """Draw it."""
        self._trend = trend
        self._set_values(*value_range(trend), trend.measure.decimals)
        self._draw_usual(trend)
        self._draw_days(trend)
        self._draw_periods(trend)

    def _draw_usual(self, trend: Trend) -> None:
        usual, accent = trend.usual, QColor(self._theme.accent)
        for item in (self._band, self._usual, *self._limits):
            item.setVisible(usual is not None)
        if usual is None:
            return
        accent.setAlpha(40)
        self._band.setBrush(accent)
        for edge in self._band.lines:
            edge.setPen(pg.mkPen(None))
        self._band.setRegion((usual.centre - usual.spread, usual.centre + usual.spread))
        accent.setAlpha(150)
        self._usual.setPen(pg.mkPen(accent, width=1))
        self._usual.setPos(usual.centre)
        for sign, line in zip((1, -1), self._limits, strict=True):
            line.setVisible(bool(np.isfinite(trend.limit)))
            line.setPen(pg.mkPen(self._theme.dim, width=1, style=Qt.PenStyle.DotLine))
            line.setPos(usual.centre + sign * (trend.limit if np.isfinite(trend.limit) else 0.0))

    def _draw_days(self, trend: Trend) -> None:
        faint = QColor(self._theme.dim)
        faint.setAlpha(110)
        self._days.setData(*day_points(trend), pen=pg.mkPen(None), brush=pg.mkBrush(faint))

    def _draw_periods(self, trend: Trend) -> None:
        theme, line = self._theme, trend_line(trend)
        known = np.isfinite(line.y)
        pen = pg.mkPen(theme.accent, width=1)
        self._line.setData(line.x, line.y, pen=pen)
        sure = known & line.sure
        self._bars.setData(x=line.x[sure], y=line.y[sure], top=(line.high - line.y)[sure], bottom=(line.y - line.low)[sure], pen=pen)
        fills = [pg.mkBrush(theme.accent if is_sure else theme.card) for is_sure in line.sure[known]]
        self._points.setData(line.x[known], line.y[known], pen=pen, brush=fills)
        marked = known & (line.change != 0)
        symbols = ["t1" if change > 0 else "t" for change in line.change[marked]]
        ink = pg.mkPen(theme.text, width=1)
        self._marks.setData(line.x[marked], line.y[marked], symbol=symbols, pen=ink, brush=pg.mkBrush(theme.text))


class FormPlot(DatePlot):
    """The totals of one questionnaire on their own axis, with its bands and both published lines around the first total."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Chart of the questionnaire", parent)
        self._shown: FormLine | None = None
        self._line = pg.PlotDataItem(connect="finite", antialias=True)
        self._points = pg.ScatterPlotItem(size=8, pxMode=True, symbol="s")
        self._rules: list[pg.InfiniteLine] = []
        self._name = pg.TextItem()
        for item in (self._line, self._points, self._name):
            self.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        if self._shown is not None:
            self.show_forms(self._shown)

    def show_forms(self, line: FormLine) -> None:
        """Draw them."""
        self._shown = line
        self._box.setYRange(0, line.highest, padding=EDGE)
        self._write_totals()
        self._name_lines(line)
        for rule in self._rules:
            self.removeItem(rule)
        self._rules = [self._band_line(band.least) for band in line.bands[1:]]
        self._rules += [self._change_line(total, change.points) for total, change in line.lines]
        pen = pg.mkPen(self._theme.text, width=1)
        self._line.setData(line.x, line.y, pen=pen)
        fills = [pg.mkBrush(self._theme.card if estimated else self._theme.text) for estimated in line.estimated]
        self._points.setData(line.points_x, line.points_y, pen=pen, brush=fills)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As many totals are written as there is room for."""
        super().resizeEvent(event)
        self._write_totals()

    def show_page(self, first: date, last: date, ticks: Sequence[float]) -> None:
        """What the lines are stands at the beginning, where the form is that they are counted from."""
        super().show_page(first, last, ticks)
        self._name.setPos(self._first, self._name.y())

    def _write_totals(self) -> None:
        if getattr(self, "_shown", None) is None:  # Qt resizes while it is being made
            return
        assert self._shown is not None
        totals = [band.least for band in self._shown.bands]
        room = self.height() / (len(totals) + 1)
        self.getPlotItem().getAxis("left").setTicks([[(total, str(total)) for total in (totals if room >= TOTAL_PX else totals[::2])]])

    def _name_lines(self, line: FormLine) -> None:
        """What the lines are, with their sources: below the lower ones or above the upper ones, where there is more room."""
        font = self.font()
        font.setPixelSize(NAME_PX)
        totals = [total for total, _ in line.lines]
        below = bool(totals) and min(totals) > line.highest - max(totals)
        words = ", ".join(f"±{change.points} ({change.source.partition(',')[0]})" for change in FORMS[line.kind].changes)
        self._name.setText(f"{words} from the first" if totals else "", color=self._theme.dim)
        self._name.setFont(font)
        self._name.setAnchor((0.0, 0.0) if below else (0.0, 1.0))
        self._name.setPos(self._first, (min(totals) if below else max(totals)) if totals else 0.0)

    def _band_line(self, total: float) -> pg.InfiniteLine:
        return self._rule(total, pg.mkPen(self._theme.line, width=1), -15)

    def _change_line(self, total: float, points: int) -> pg.InfiniteLine:
        pen = pg.mkPen(self._theme.accent, width=1)
        pen.setDashPattern(_DOTS[points])
        return self._rule(total, pen, -5)

    def _rule(self, total: float, pen: object, z: int) -> pg.InfiniteLine:
        rule = pg.InfiniteLine(pos=total, angle=0, pen=pen)
        rule.setZValue(z)
        self.addItem(rule, ignoreBounds=True)
        return rule


class SessionStrip(DatePlot):
    """How many sessions each period has: those that count filled, all of them as an outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Number of sessions", parent)
        self.setFixedHeight(30)
        self._trend: Trend | None = None
        self._all = pg.BarGraphItem(x=[], height=[], width=1)
        self._good = pg.BarGraphItem(x=[], height=[], width=1)
        for item in (self._all, self._good):
            self.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        if self._trend is not None:
            self.show_trend(self._trend)

    def show_trend(self, trend: Trend) -> None:
        """Draw the number of sessions of its periods."""
        self._trend = trend
        bins = [one for one in trend.bins if one.sessions]
        x = [one.middle for one in bins]
        widths = [0.7 * (one.end - one.start).days for one in bins]
        most = max((one.sessions for one in bins), default=1)
        self._all.setOpts(x=x, width=widths, height=[one.sessions for one in bins], pen=pg.mkPen(self._theme.dim), brush=pg.mkBrush(None))
        good = QColor(self._theme.dim)
        good.setAlpha(150)
        self._good.setOpts(x=x, width=widths, height=[one.good for one in bins], pen=pg.mkPen(None), brush=pg.mkBrush(good))
        self._box.setYRange(0, most * 1.15, padding=0)
        self.getPlotItem().getAxis("left").setTicks([[(0, "0"), (most, str(most))]])
