"""Charts of a period: a measure, a questionnaire and the number of sessions over the same dates, from the series that the window draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from review.report.drawing import Areas, Drawing, Group, Label, Lines, Points, Shape, segment
from review.report.numbers import signed
from review.report.session_drawing import LEFT, PLOT, RIGHT, WIDTH, runs_of
from review.trend_series import Floats, FormLine, date_ticks, day_points, round_ticks, trend_line, value_range
from review.trends import Bin, Trend

TOP, AXIS = 8, 18
TREND_HEIGHT, FORM_HEIGHT, STRIP_HEIGHT = 112, 92, 26
MOST_DATES = 13
EDGE = 0.06
"""Share of a value axis that is kept free above and below."""
ROUND, MARK = 3.4, 4.5
DASHED_POINTS = 5


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report: from `first` to the day before `end`."""

    first: date
    end: date

    def x(self, day: float) -> float:
        """The place of a day (`date.toordinal`)."""
        return LEFT + (day - self.first.toordinal()) / (self.end - self.first).days * PLOT

    def holds(self, day: float) -> bool:
        """Whether a day lies in it."""
        return self.first.toordinal() <= day <= self.end.toordinal()


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values on the height of a plot."""

    low: float
    high: float
    height: float

    def y(self, value: float) -> float:
        spare = EDGE * (self.high - self.low)
        share = (value - self.low + spare) / (self.high - self.low + 2 * spare)
        return TOP + self.height * (1 - min(max(share, 0.0), 1.0))


def trend_drawing(name: str, trend: Trend, span: Span, colour: str, words: str) -> Drawing:
    """A measure: its days as faint dots, its periods as a line with intervals, its baseline as a band, its limits dotted."""
    scale = _Scale(*value_range(trend), TREND_HEIGHT)
    ticks = [(tick, signed(f"{tick:.{trend.measure.decimals}f}")) for tick in round_ticks(scale.low, scale.high)]
    unit = trend.measure.unit or ("0–100" if trend.measure.high == 100 else "0–1" if trend.measure.high == 1 else "")
    shapes = [*_frame(span, scale.height), *_values(scale, ticks), *_named(trend.measure.name, unit, scale.height)]
    shapes.append(Group("row", [*_usual(trend, scale), *_days(trend, span, scale), *_periods(trend, span, scale)], colour))
    return _drawing(name, f"Trend of {trend.measure.name}", words, scale.height, shapes)


def form_drawing(name: str, line: FormLine, title: str, span: Span, words: str) -> Drawing:
    """The totals of a questionnaire, with its bands and both published lines around the first total."""
    scale = _Scale(0, line.highest, FORM_HEIGHT)
    ticks = [(float(band.least), str(band.least)) for band in line.bands]
    rules = [Lines("grid", [_level(scale, band.least) for band in line.bands[1:]])]
    rules += [Lines("median" if change.points == DASHED_POINTS else "limit", [_level(scale, total)]) for total, change in line.lines]
    inside = np.array([span.holds(x) for x in line.points_x], bool)
    shapes: list[Shape] = [*_frame(span, scale.height), *_values(scale, ticks), *_named(title, "total", scale.height), *rules]
    points: list[Shape] = [Lines("line", _strokes(span, scale, line.x, line.y))]
    for x, y, estimated in zip(line.points_x[inside], line.points_y[inside], line.estimated[inside], strict=True):
        points += _square(span.x(x), scale.y(y), hollow=bool(estimated))
    return _drawing(name, f"{title} over the period", words, scale.height, [*shapes, Group("row", points, "form")])


def strip_drawing(name: str, bins: Sequence[Bin], span: Span, words: str) -> Drawing:
    """How many sessions each period has: those that count filled, all of them as an outline."""
    most = max((one.sessions for one in bins), default=1)
    scale = _Scale(0, most, STRIP_HEIGHT)
    floor = TOP + STRIP_HEIGHT
    outlines, filled = [], []
    for one in bins:
        left, right = (span.x(one.middle + side * 0.35 * (one.end - one.start).days) for side in (-1, 1))
        left, right = max(left, LEFT), min(right, WIDTH - RIGHT)
        if one.sessions and right > left:
            outlines.append(_rectangle(left, scale.y(one.sessions), right, floor))
            if one.good:
                filled.append(_rectangle(left, scale.y(one.good), right, floor))
    shapes: list[Shape] = [*_frame(span, STRIP_HEIGHT), *_values(scale, [(0, "0"), (float(most), str(most))], grid=False)]
    shapes += _named("Sessions", "", STRIP_HEIGHT)
    bars = Group("row", [Areas("band", filled), Lines("hollow", [np.vstack((one, one[:1])) for one in outlines])], "descriptor")
    return _drawing(name, "Number of sessions", words, STRIP_HEIGHT, [*shapes, bars])


def _drawing(name: str, title: str, words: str, height: float, shapes: Sequence[Shape]) -> Drawing:
    return Drawing(name=name, title=title, description=words, width=WIDTH, height=TOP + height + AXIS, shapes=shapes)


def _frame(span: Span, height: float) -> list[Shape]:
    """Dates below, with a faint line at each."""
    floor = TOP + height
    ticks = date_ticks(span.first, span.end, MOST_DATES)
    edges = Lines("scale", [segment(LEFT, TOP, WIDTH - RIGHT, TOP), segment(LEFT, floor, WIDTH - RIGHT, floor)])
    dates = Lines("grid", [segment(span.x(day), TOP, span.x(day), floor) for day, _ in ticks])
    return [edges, dates, *(Label("tick", span.x(day) + 2, floor + 13, words) for day, words in ticks if span.x(day) < WIDTH - 34)]


def _values(scale: _Scale, ticks: Sequence[tuple[float, str]], *, grid: bool = True) -> list[Shape]:
    labels: list[Shape] = [Label("tick", LEFT - 5, scale.y(value) + 3, words, "end") for value, words in ticks]
    return [Lines("grid", [_level(scale, value) for value, _ in ticks]), *labels] if grid else labels


def _named(name: str, unit: str, height: float) -> list[Shape]:
    """The measure's name at the left, in lines that fit beside the numbers."""
    lines = _folded(name)
    top = TOP + height / 2 - 6 * (len(lines) - 1)
    labels: list[Shape] = [Label("label", 0, top + 12 * number, line) for number, line in enumerate(lines)]
    return [*labels, Label("unit", 0, top + 12 * len(lines), unit)] if unit else labels


def _folded(name: str, most: int = 16) -> list[str]:
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _usual(trend: Trend, scale: _Scale) -> list[Shape]:
    usual = trend.usual
    if usual is None:
        return []
    low, high = scale.y(usual.centre - usual.spread), scale.y(usual.centre + usual.spread)
    shapes: list[Shape] = [Areas("usual", [_rectangle(LEFT, high, WIDTH - RIGHT, low)]), Lines("median", [_level(scale, usual.centre)])]
    if np.isfinite(trend.limit):
        shapes.append(Lines("limit", [_level(scale, usual.centre + sign * trend.limit) for sign in (1, -1)]))
    return shapes


def _days(trend: Trend, span: Span, scale: _Scale) -> list[Shape]:
    x, y = day_points(trend)
    dots = [np.array([(span.x(day), scale.y(value))]) for day, value in zip(x, y, strict=True) if span.holds(day)]
    return [Lines("day", dots)] if dots else []


def _periods(trend: Trend, span: Span, scale: _Scale) -> list[Shape]:
    line = trend_line(trend)
    inside = np.array([span.holds(x) for x in line.x], bool) & np.isfinite(line.y)
    shapes: list[Shape] = [Lines("line", _strokes(span, scale, line.x, line.y))]
    sure = inside & line.sure
    whiskers = [
        segment(span.x(x), scale.y(low), span.x(x), scale.y(high))
        for x, low, high in zip(line.x[sure], line.low[sure], line.high[sure], strict=True)
    ]
    shapes.append(Lines("whisker", whiskers))
    for x, y, is_sure, change in zip(line.x[inside], line.y[inside], line.sure[inside], line.change[inside], strict=True):
        shapes += _triangle(span.x(x), scale.y(y), up=change > 0) if change else _circle(span.x(x), scale.y(y), hollow=not is_sure)
    return shapes


def _strokes(span: Span, scale: _Scale, xs: Floats, ys: Floats) -> list[Points]:
    """The line through the points that lie in the span."""
    inside = np.array([span.holds(x) or np.isnan(x) for x in xs], bool)
    values = np.where(inside, ys, np.nan)
    points = np.array([(span.x(x), scale.y(y) if np.isfinite(y) else np.nan) for x, y in zip(xs, values, strict=True)]).reshape(-1, 2)
    return [points[run] for run in runs_of(values) if run.stop - run.start > 1]


def _circle(x: float, y: float, *, hollow: bool) -> list[Shape]:
    turns = np.linspace(0, 2 * np.pi, 17)
    return _mark(np.column_stack((x + ROUND * np.cos(turns), y + ROUND * np.sin(turns))), hollow=hollow)


def _square(x: float, y: float, *, hollow: bool) -> list[Shape]:
    half = ROUND * 0.9
    corners = np.array([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half), (x - half, y - half)])
    return _mark(corners, hollow=hollow)


def _triangle(x: float, y: float, *, up: bool) -> list[Shape]:
    """A reliable change: above or below the baseline."""
    tip = -MARK if up else MARK
    corners = np.array([(x, y + 1.2 * tip), (x + MARK, y - tip), (x - MARK, y - tip), (x, y + 1.2 * tip)])
    return [Areas("mark", [corners])]


def _mark(outline: Points, *, hollow: bool) -> list[Shape]:
    return [Areas("paper" if hollow else "solid", [outline]), Lines("hollow", [outline])]


def _rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _level(scale: _Scale, value: float) -> Points:
    return segment(LEFT, scale.y(value), WIDTH - RIGHT, scale.y(value))
