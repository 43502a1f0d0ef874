"""A drawing in a PDF, as vectors."""

import io
from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from core.readings import ClassMap
from review.report.class_maps import Stroke, outline, png
from review.report.drawing import Areas, Box, Drawing, Group, Label, Lines, Points, Shape
from review.report.pdf_fonts import BOLD, PLAIN
from review.report.pdf_shaping import width_of, write_line
from review.report.pdf_style import BOLD_LABELS, COLOURS, FILL_COLOURS, FILLS, INK, LABELS, MUTED, SHADE, SMALL_LABEL, STROKES
from review.report.pdf_words import cleaned, visual

HATCH_STEP = 5.0


class Chart(Flowable):
    """A drawing as wide as the text."""

    def __init__(self, drawing: Drawing, width: float) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = width / drawing.width
        self.width, self.height = width, drawing.height * self._scale

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its size in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it, with y downwards as in the drawing."""
        self.canv.saveState()
        self.canv.translate(0, self.height)
        self.canv.scale(self._scale, self._scale)
        _draw_all(self.canv, self._drawing.shapes, INK)
        self.canv.restoreState()


class Map(Flowable):
    """Where the network looked, on the drawn outline of a head."""

    def __init__(self, class_map: ClassMap, side: float) -> None:
        super().__init__()
        self._picture = png(class_map)
        self._side = side

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """A square."""
        return self._side, self._side

    def draw(self) -> None:
        """The dark ground, the map, the outline."""
        canvas, side = self.canv, self._side
        canvas.setFillColor(HexColor("#2b3138"))
        canvas.rect(0, 0, side, side, stroke=0, fill=1)
        canvas.drawImage(ImageReader(io.BytesIO(self._picture)), 0, 0, side, side, mask="auto")
        canvas.saveState()
        canvas.translate(0, side)
        canvas.scale(side / 100, -side / 100)
        canvas.setStrokeColor(HexColor("#c3cad2"))
        canvas.setLineWidth(1)
        _outline(canvas)
        canvas.restoreState()


def hatch(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Fill a rectangle with slanted lines; y is its lower edge."""
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(x, y, width, height)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.setStrokeColor(HexColor(MUTED))
    canvas.setLineWidth(0.6)
    at = x - height
    while at < x + width:
        canvas.line(at, y, at + height, y + height)
        at += HATCH_STEP
    canvas.restoreState()


def _draw_all(canvas: Canvas, shapes: Sequence[Shape], colour: str) -> None:
    for shape in shapes:
        _draw(canvas, shape, colour)


def _draw(canvas: Canvas, shape: Shape, colour: str) -> None:
    match shape:
        case Group():
            _draw_all(canvas, shape.shapes, COLOURS.get(shape.colour, colour))
        case Lines():
            _stroke(canvas, shape, colour)
        case Areas():
            _fill(canvas, shape, colour)
        case Box():
            _box(canvas, shape)
        case Label():
            _label(canvas, shape)


def _stroke(canvas: Canvas, lines: Lines, colour: str) -> None:
    style = STROKES[lines.kind]
    canvas.saveState()
    canvas.setStrokeColor(HexColor(style.colour or colour))
    canvas.setStrokeAlpha(style.alpha)
    canvas.setLineWidth(style.width)
    canvas.setLineCap(1 if style.round and not style.dash else 0)
    canvas.setLineJoin(1)
    canvas.setDash(*([list(style.dash), 0] if style.dash else []))
    path = canvas.beginPath()
    for run in lines.runs:
        _trace(path, run)
        if len(run) == 1:
            path.lineTo(float(run[0][0]) + 0.01, -float(run[0][1]))
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def _fill(canvas: Canvas, areas: Areas, colour: str) -> None:
    canvas.saveState()
    canvas.setFillColor(HexColor(FILL_COLOURS.get(areas.kind, colour)))
    canvas.setFillAlpha(FILLS[areas.kind])
    path = canvas.beginPath()
    for area in areas.outlines:
        _trace(path, area)
        path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _trace(path: object, points: Points) -> None:
    for number, (x, y) in enumerate(points):
        (path.moveTo if number == 0 else path.lineTo)(float(x), -float(y))  # type: ignore[attr-defined]


def _box(canvas: Canvas, box: Box) -> None:
    if box.kind == "gap":
        hatch(canvas, box.x, -box.y - box.height, box.width, box.height)
        return
    canvas.setFillColor(HexColor(SHADE))
    canvas.rect(box.x, -box.y - box.height, box.width, box.height, stroke=0, fill=1)


def _label(canvas: Canvas, label: Label) -> None:
    size, colour = LABELS.get(label.kind, SMALL_LABEL)
    font = BOLD if label.kind in BOLD_LABELS else PLAIN
    words = visual(cleaned(label.words))
    x = label.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * width_of(words, size, font)
    canvas.setFillColor(HexColor(colour))
    write_line(canvas, x, -label.y, words, size, font)


def _outline(canvas: Canvas) -> None:
    path = canvas.beginPath()
    draw = {Stroke.MOVE: path.moveTo, Stroke.LINE: path.lineTo, Stroke.CURVE: path.curveTo}
    for stroke, points in outline():
        draw[stroke](*points)
    canvas.drawPath(path, stroke=1, fill=0)
