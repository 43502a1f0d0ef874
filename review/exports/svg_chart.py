"""Charts as inline SVG: rows of curves over one time axis, coloured by the page's own style sheet. Pure text, no script."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from review.chart_series import Band, Curves, Floats, Shade, Stretches, decimate_min_max, mean_per_pixel
from review.exports.html_parts import clock_time, escape, signed

WIDTH, LEFT, RIGHT = 760, 124, 6
PLOT = WIDTH - LEFT - RIGHT
STRIP, AXIS, BETWEEN_ROWS = 13, 18, 7
LETTER_PX = 5.3
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


def svg_chart(
    name: str, title: str, description: str, rows: Sequence[ChartRow], axis: TimeAxis, shades: Sequence[Shade], gaps: Sequence[Shade] = ()
) -> str:
    """The chart as an SVG element; `name` makes its ids unique in the page. `shades` are light, `gaps` hatched, each labelled with why."""
    tops, bottom = _tops(rows)
    letters = {why: letter for letter, why in shade_key([*shades, *gaps], axis)}
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {bottom + AXIS}" role="img" aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>',
        *(_shade(shade, axis, bottom, "absent", letters) for shade in _drawable(shades, axis)),
        *(_shade(shade, axis, bottom, "gap", letters) for shade in _drawable(gaps, axis)),
        _time_axis(axis, bottom),
        *(_row(row, top, axis) for row, top in zip(rows, tops, strict=True)),
        _events(axis, bottom),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


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


def _row(row: ChartRow, top: int, axis: TimeAxis) -> str:
    base = top + row.height
    unit = f'<tspan class="unit" x="0" dy="12">{escape(row.unit)}</tspan>' if row.unit else ""
    middle = top + row.height / 2 + (-2 if row.unit else 4)
    return "".join(
        (
            f'<g class="row c-{row.colour}">',
            f'<path class="scale" d="M{LEFT} {top}H{WIDTH - RIGHT}M{LEFT} {base}H{WIDTH - RIGHT}"/>',
            f'<text class="label" x="0" y="{middle:.0f}">{escape(row.label)}{unit}</text>',
            f'<text class="tick end" x="{LEFT - 5}" y="{top + 7}">{signed(f"{row.high:g}")}</text>',
            f'<text class="tick end" x="{LEFT - 5}" y="{base + 1}">{signed(f"{row.low:g}")}</text>',
            *_drawn(row, top, axis),
            "</g>",
        )
    )


def _drawn(row: ChartRow, top: int, axis: TimeAxis) -> Iterable[str]:
    if row.band is not None:
        times, low = mean_per_pixel(row.band.times, row.band.low, PLOT)
        _, high = mean_per_pixel(row.band.times, row.band.high, PLOT)
        yield f'<path class="band" d="{_area(row, top, axis, times, low, high)}"/>'
    if row.line is not None and len(row.line[0]):
        times, values = row.line
        many = len(times) > PLOT
        mean_times, means = mean_per_pixel(times, values, PLOT)
        if row.filled:
            yield f'<path class="under" d="{_area(row, top, axis, mean_times, np.where(np.isnan(means), np.nan, row.low), means)}"/>'
        if many:
            yield f'<path class="extremes" d="{_path(row, top, axis, *decimate_min_max(times, values, PLOT // 2))}"/>'
        yield f'<path class="line" d="{_path(row, top, axis, mean_times, means)}"/>'
    if row.stretches is not None and len(row.stretches.values):
        kind = "stretch dense" if len(row.stretches.values) > MANY_STRETCHES else "stretch"
        lasting = row.stretches.ends > row.stretches.starts
        yield f'<path class="{kind}" d="{_bars(row, top, axis, row.stretches, lasting)}"/>'
        yield f'<path class="stem" d="{_stems(row, top, axis, row.stretches, ~lasting)}"/>'
        yield f'<path class="dot" d="{_bars(row, top, axis, row.stretches, ~lasting)}"/>'


def _ys(row: ChartRow, top: int, values: Floats) -> Floats:
    share = (np.clip(values, row.low, row.high) - row.low) / (row.high - row.low)
    return top + row.height * (1 - share)


def _xs(axis: TimeAxis, times: Floats) -> Floats:
    return LEFT + np.clip(times / axis.seconds, 0, 1) * PLOT


def _runs(values: Floats) -> Iterable[slice]:
    """The stretches of `values` without NaN."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ~np.isnan(values), [False])).astype(int)))
    return (slice(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True))


def _path(row: ChartRow, top: int, axis: TimeAxis, times: Floats, values: Floats) -> str:
    xs, ys = _xs(axis, times), _ys(row, top, values)
    return "".join("M" + _points(xs[run], ys[run]) + ("h.01" if run.stop - run.start == 1 else "") for run in _runs(values))


def _area(row: ChartRow, top: int, axis: TimeAxis, times: Floats, low: Floats, high: Floats) -> str:
    xs, lows, highs = _xs(axis, times), _ys(row, top, low), _ys(row, top, high)
    return "".join("M" + _points(xs[run], highs[run]) + " " + _points(xs[run][::-1], lows[run][::-1]) + "Z" for run in _runs(low + high))


def _points(xs: Floats, ys: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))


def _bars(row: ChartRow, top: int, axis: TimeAxis, stretches: Stretches, which: NDArray[np.bool_]) -> str:
    starts, ends, ys = _xs(axis, stretches.starts[which]), _xs(axis, stretches.ends[which]), _ys(row, top, stretches.values[which])
    return "".join(f"M{start:.1f},{y:.1f}h{max(end - start, 0.01):.2f}" for start, end, y in zip(starts, ends, ys, strict=True))


def _stems(row: ChartRow, top: int, axis: TimeAxis, stretches: Stretches, which: NDArray[np.bool_]) -> str:
    xs, ys = _xs(axis, stretches.starts[which]), _ys(row, top, stretches.values[which])
    return "".join(f"M{x:.1f},{top + row.height}V{y:.1f}" for x, y in zip(xs, ys, strict=True))


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


def _shade(shade: Shade, axis: TimeAxis, bottom: int, kind: str, letters: Mapping[str, str]) -> str:
    left, right = axis.x(shade.starts_at), axis.x(shade.ends_at)
    tip = f"{clock_time(shade.starts_at)} to {clock_time(shade.ends_at)}: {shade.why}"
    letter = letters.get(shade.why, "")
    spelled = f"{letter} {shade.why}"
    words = spelled if right - left > len(spelled) * LETTER_PX + 4 else letter if right - left > LETTER_PX else ""
    label = f'<text class="why" x="{(left + right) / 2:.1f}" y="{STRIP + 10}">{escape(words)}</text>' if words else ""
    box = f'x="{left:.1f}" y="{STRIP}" width="{max(right - left, 1):.1f}" height="{bottom - STRIP}"'
    return f'<g><title>{escape(tip)}</title><rect class="{kind}" {box}/>{label}</g>'


def _time_axis(axis: TimeAxis, bottom: int) -> str:
    step = next((s for s in TICK_STEPS_S if axis.seconds / s <= MOST_TICKS), TICK_STEPS_S[-1])
    ticks = np.arange(0, axis.seconds + 1e-9, step)
    marks = "".join(f"M{axis.x(at):.1f} {2 * STRIP}V{bottom}" for at in ticks)
    labels = "".join(
        f'<text class="tick {"end" if axis.x(at) > WIDTH - 24 else "mid"}" x="{axis.x(at):.1f}" y="{bottom + 13}">{clock_time(at)}</text>'
        for at in ticks
    )
    return f'<path class="grid" d="{marks}"/>{labels}'


def _events(axis: TimeAxis, bottom: int) -> str:
    """A line for each event; a flag where the one before leaves room for it."""
    events = sorted(axis.events, key=lambda event: event.at)
    places = [axis.x(event.at) for event in events]
    room = [after - before > 14 for before, after in pairwise([-WIDTH, *places])]
    return "".join(
        f'<g class="event"><title>{escape(f"{clock_time(event.at)} {event.flag}: {event.words}")}</title>'
        f'<path d="M{x:.1f} {STRIP - 2}V{bottom}"/>'
        + (f'<text class="flag" x="{x:.1f}" y="{STRIP - 4}">{escape(event.flag)}</text>' if clear else "")
        + "</g>"
        for event, x, clear in zip(events, places, room, strict=True)
    )
