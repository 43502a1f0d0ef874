"""A drawing as an SVG element, coloured by the page's own style sheet; no script, nothing fetched."""

from collections.abc import Iterable

from review.report.drawing import Areas, Box, Drawing, Group, Label, Lines, Points, Shape
from review.report.html_parts import escape

_ANCHORS = {"middle": " mid", "end": " end", "start": ""}


def svg(drawing: Drawing) -> str:
    """The element; its ids begin with the drawing's name."""
    name = drawing.name
    opening = (
        f'<svg class="chart" viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(drawing.title)}</title><desc id="{name}-desc">{escape(drawing.description)}</desc>'
    )
    return "\n".join((opening, *map(_shape, drawing.shapes), "</svg>"))


def _shape(shape: Shape) -> str:
    match shape:
        case Lines():
            return f'<path class="{shape.kind}" d="{_strokes(shape.runs)}"/>'
        case Areas():
            return f'<path class="{shape.kind}" d="{"".join(f"M{_points(one)}Z" for one in shape.outlines)}"/>'
        case Box():
            box = f'<rect class="{shape.kind}" x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"/>'
            return f"<g><title>{escape(shape.tip)}</title>{box}</g>" if shape.tip else box
        case Label():
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}"'
            return f'<text class="{shape.kind}{_ANCHORS[shape.anchor]}" {place}>{escape(shape.words)}</text>'
        case Group():
            tip = f"<title>{escape(shape.tip)}</title>" if shape.tip else ""
            colour = f" c-{shape.colour}" if shape.colour else ""
            return f'<g class="{shape.kind}{colour}">{tip}{"".join(map(_shape, shape.shapes))}</g>'


def _strokes(runs: Iterable[Points]) -> str:
    return "".join(f"M{_points(run)}" + ("h.01" if len(run) == 1 else "") for run in runs)


def _points(points: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
