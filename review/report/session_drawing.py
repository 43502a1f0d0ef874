"""Charts of a session: rows of curves over one time axis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from review.chart_series import Band, Curves, Floats, Shade, Stretches, decimate_min_max, mean_per_pixel
from review.report.drawing import LETTER, Areas, Box, Drawing, Group, Label, Lines, Points, Shape, segment
from review.report.numbers import clock_time, signed

WIDTH, LEFT, RIGHT = 760, 124, 6
PLOT = WIDTH - LEFT - RIGHT
STRIP, AXIS, BETWEEN_ROWS = 13, 18, 7
TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400)
MOST_TICKS = 8
MANY_STRETCHES = PLOT // 4


@dataclass(frozen=True, slots=True)
class Event:
    """A mark or note: where it is in seconds, the short flag on the chart, and its words."""

    at: float
    flag: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """One row: its label, its scale from `low` to `high`, and what is drawn on it.

    `colour` names a style of the page ("anger", "face", "index"). `line` is drawn as the mean of each pixel over the faint lowest and
    highest values; `band` lies behind it; `stretches` are drawn as bars in height of their value, one without length as a dot on a stem.
    """

    label: str
    unit: str
    colour: str
    low: float
    high: float
    height: int
    line: tuple[Floats, Floats] | None = None
    band: Band | None = None
    stretches: Stretches | None = None
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """The session's seconds on the width of the plot, with the events that every chart shows."""

    seconds: float
    events: Sequence[Event] = ()

    def x(self, at: float) -> float:
        """The place of a moment, in the chart's own units."""
        return LEFT + min(max(at, 0.0), self.seconds) / self.seconds * PLOT


def rows_of(curves: Curves, *, unit: str, low: float, high: float, height: int, filled: bool = True) -> list[ChartRow]:
    """A row for each curve, labelled and coloured by its key."""
    return [
        ChartRow(
            label=name.capitalize(), unit=unit, colour=name, low=low, high=high, height=height, line=(curves.times, values), filled=filled
        )
        for name, values in curves.values.items()
    ]


def session_drawing(
    name: str, title: str, description: str, rows: Sequence[ChartRow], axis: TimeAxis, shades: Sequence[Shade], gaps: Sequence[Shade] = ()
) -> Drawing:
    """The chart; `name` is unique in its document. `shades` are light, `gaps` hatched, each labelled with why."""
    tops, bottom = _tops(rows)
    letters = {why: letter for letter, why in shade_key([*shades, *gaps], axis)}
    shapes: list[Shape] = []
    for kind, stretches in (("absent", shades), ("gap", gaps)):
        for shade in _drawable(stretches, axis):
            shapes += _shade(shade, axis, bottom, kind, letters)
    shapes += _time_axis(axis, bottom)
    shapes += [_row(row, top, axis) for row, top in zip(rows, tops, strict=True)]
    shapes += _events(axis, bottom)
    return Drawing(name=name, title=title, description=description, width=WIDTH, height=bottom + AXIS, shapes=shapes)


def shade_key(shades: Sequence[Shade], axis: TimeAxis) -> list[tuple[str, str]]:
    """(letter, why) for each reason that the chart shades, in the order of time; the letters stand on the chart where words do not fit."""
    reasons = list(dict.fromkeys(shade.why for shade in _drawable(shades, axis)))
    return list(zip(ascii_lowercase, reasons, strict=False))


def _tops(rows: Sequence[ChartRow]) -> tuple[list[int], int]:
    tops, y = [], 2 * STRIP + 2
    for row in rows:
        tops.append(y)
        y += row.height + BETWEEN_ROWS
    return tops, y - BETWEEN_ROWS + 2


def _row(row: ChartRow, top: int, axis: TimeAxis) -> Group:
    base, right = top + row.height, WIDTH - RIGHT
    middle = top + row.height / 2 + (-2 if row.unit else 4)
    unit = [Label("unit", 0, middle + 12, row.unit)] if row.unit else []
    return Group(
        "row",
        [
            Lines("scale", [segment(LEFT, top, right, top), segment(LEFT, base, right, base)]),
            Label("label", 0, middle, row.label),
            *unit,
            Label("tick", LEFT - 5, top + 7, signed(f"{row.high:g}"), "end"),
            Label("tick", LEFT - 5, base + 1, signed(f"{row.low:g}"), "end"),
            *_drawn(row, top, axis),
        ],
        row.colour,
    )


def _drawn(row: ChartRow, top: int, axis: TimeAxis) -> Iterable[Shape]:
    if row.band is not None:
        times, low = mean_per_pixel(row.band.times, row.band.low, PLOT)
        _, high = mean_per_pixel(row.band.times, row.band.high, PLOT)
        yield Areas("band", _outlines(row, top, axis, times, low, high))
    if row.line is not None and len(row.line[0]):
        times, values = row.line
        mean_times, means = mean_per_pixel(times, values, PLOT)
        if row.filled:
            floor = np.where(np.isnan(means), np.nan, row.low)
            yield Areas("under", _outlines(row, top, axis, mean_times, floor, means))
        if len(times) > PLOT:
            yield Lines("extremes", _strokes(row, top, axis, *decimate_min_max(times, values, PLOT // 2)))
        yield Lines("line", _strokes(row, top, axis, mean_times, means))
    if row.stretches is not None and len(row.stretches.values):
        kind = "stretch dense" if len(row.stretches.values) > MANY_STRETCHES else "stretch"
        lasting = row.stretches.ends > row.stretches.starts
        yield Lines(kind, _bars(row, top, axis, row.stretches, lasting))
        yield Lines("stem", _stems(row, top, axis, row.stretches, ~lasting))
        yield Lines("dot", _bars(row, top, axis, row.stretches, ~lasting))


def _ys(row: ChartRow, top: int, values: Floats) -> Floats:
    share = (np.clip(values, row.low, row.high) - row.low) / (row.high - row.low)
    return top + row.height * (1 - share)


def _xs(axis: TimeAxis, times: Floats) -> Floats:
    return LEFT + np.clip(times / axis.seconds, 0, 1) * PLOT


def runs_of(values: Floats) -> Iterable[slice]:
    """The stretches of `values` without NaN."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ~np.isnan(values), [False])).astype(int)))
    return (slice(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True))


def _strokes(row: ChartRow, top: int, axis: TimeAxis, times: Floats, values: Floats) -> list[Points]:
    points = np.column_stack((_xs(axis, times), _ys(row, top, values)))
    return [points[run] for run in runs_of(values)]


def _outlines(row: ChartRow, top: int, axis: TimeAxis, times: Floats, low: Floats, high: Floats) -> list[Points]:
    xs, lows, highs = _xs(axis, times), _ys(row, top, low), _ys(row, top, high)
    upper, lower = np.column_stack((xs, highs)), np.column_stack((xs, lows))
    return [np.concatenate((upper[run], lower[run][::-1])) for run in runs_of(low + high)]


def _bars(row: ChartRow, top: int, axis: TimeAxis, stretches: Stretches, which: NDArray[np.bool_]) -> list[Points]:
    starts, ends, ys = _xs(axis, stretches.starts[which]), _xs(axis, stretches.ends[which]), _ys(row, top, stretches.values[which])
    return [segment(start, y, max(end, start + 0.01), y) for start, end, y in zip(starts, ends, ys, strict=True)]


def _stems(row: ChartRow, top: int, axis: TimeAxis, stretches: Stretches, which: NDArray[np.bool_]) -> list[Points]:
    xs, ys = _xs(axis, stretches.starts[which]), _ys(row, top, stretches.values[which])
    return [segment(x, top + row.height, x, y) for x, y in zip(xs, ys, strict=True)]


def _drawable(shades: Iterable[Shade], axis: TimeAxis) -> list[Shade]:
    """Shades for the chart: those of one reason with less than a pixel between them as one, and none too thin to see."""
    pixel = axis.seconds / PLOT
    joined: list[Shade] = []
    for shade in sorted(shades, key=lambda one: one.starts_at):
        if joined and joined[-1].why == shade.why and shade.starts_at - joined[-1].ends_at < pixel:
            joined[-1] = Shade(joined[-1].starts_at, max(joined[-1].ends_at, shade.ends_at), shade.why)
        else:
            joined.append(shade)
    return [shade for shade in joined if shade.ends_at - shade.starts_at >= pixel / 2]


def _shade(shade: Shade, axis: TimeAxis, bottom: int, kind: str, letters: Mapping[str, str]) -> list[Shape]:
    left, right = axis.x(shade.starts_at), axis.x(shade.ends_at)
    tip = f"{clock_time(shade.starts_at)} to {clock_time(shade.ends_at)}: {shade.why}"
    letter = letters.get(shade.why, "")
    spelled = f"{letter} {shade.why}"
    words = spelled if right - left > len(spelled) * LETTER + 4 else letter if right - left > LETTER else ""
    box = Box(kind, left, STRIP, max(right - left, 1), bottom - STRIP, tip)
    return [box, Label("why", (left + right) / 2, STRIP + 10, words, "middle")] if words else [box]


def _time_axis(axis: TimeAxis, bottom: int) -> list[Shape]:
    step = next((s for s in TICK_STEPS_S if axis.seconds / s <= MOST_TICKS), TICK_STEPS_S[-1])
    ticks = np.arange(0, axis.seconds + 1e-9, step)
    labels = [Label("tick", axis.x(at), bottom + 13, clock_time(at), "end" if axis.x(at) > WIDTH - 24 else "middle") for at in ticks]
    return [Lines("grid", [segment(axis.x(at), 2 * STRIP, axis.x(at), bottom) for at in ticks]), *labels]


def _events(axis: TimeAxis, bottom: int) -> list[Shape]:
    """A line for each event; a flag where the one before leaves room for it."""
    events = sorted(axis.events, key=lambda event: event.at)
    places = [axis.x(event.at) for event in events]
    room = [after - before > 14 for before, after in pairwise([-WIDTH, *places])]
    shapes: list[Shape] = []
    for event, x, clear in zip(events, places, room, strict=True):
        flag = [Label("flag", x, STRIP - 4, event.flag, "middle")] if clear else []
        line = Lines("event", [segment(x, STRIP - 2, x, bottom)])
        shapes.append(Group("events", [line, *flag], tip=f"{clock_time(event.at)} {event.flag}: {event.words}"))
    return shapes
