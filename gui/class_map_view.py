"""Where the face's network looked at a mark, on a drawn outline: for sessions of which no picture was kept."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.class_map_picture import class_map_caption, class_map_picture
from core.readings import ClassMap
from gui.theme import LIGHT, Theme
from review.report.class_maps import Stroke, outline

SIDE_PX = 96
OUTLINE_UNITS = 100
"""The outline lies in a square of so many."""


class ClassMapView(QWidget):
    """A square; hidden while there is no map to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._map: ClassMap | None = None
        self._image = QImage()
        self._outline = _outline()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its only size."""
        return QSize(SIDE_PX, SIDE_PX)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_map(self, class_map: ClassMap | None) -> None:
        """Show a map; None: there is none."""
        if class_map is self._map:
            return
        self._map = class_map
        self.setVisible(class_map is not None)
        if class_map is not None:
            pixels = class_map_picture(class_map, SIDE_PX)
            self._image = QImage(pixels.tobytes(), SIDE_PX, SIDE_PX, SIDE_PX * 4, QImage.Format.Format_RGBA8888).copy()
            self.setAccessibleName(class_map_caption(class_map.label))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The map, and the outline over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.card))
        painter.drawImage(QRectF(self.rect()), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / OUTLINE_UNITS, self.height() / OUTLINE_UNITS)
        pen = QPen(QColor(self._theme.dim), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.strokePath(self._outline, pen)


def _outline() -> QPainterPath:
    path = QPainterPath()
    draw: dict[Stroke, Callable[..., None]] = {Stroke.MOVE: path.moveTo, Stroke.LINE: path.lineTo, Stroke.CURVE: path.cubicTo}
    for stroke, points in outline():
        draw[stroke](*points)
    return path
