"""Where the network looked, painted over the face while it is switched on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from core.class_map_picture import class_map_picture
from core.labels import Emotion
from core.readings import ClassMap, FaceReading
from gui import wording

SIDE_PX = 48
"""The picture that the painter stretches over the face: the map's own bell is wider than one of its pixels."""

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class ClassMapOverlay:
    """Keeps the map of the newest reading, and its picture only while it is switched on."""

    def __init__(self) -> None:
        self._on = False
        self._map: ClassMap | None = None
        self._picture: QImage | None = None
        self._words = ""

    @property
    def words(self) -> str:
        """What is said beside the map, or why there is none; empty when it is switched off."""
        return self._words if self._on else ""

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self._on

    @property
    def class_map(self) -> ClassMap | None:
        """What there is to show, switched on or not."""
        return self._map

    def switch(self, on: bool) -> None:
        """Show what there is, or hide it."""
        self._on = on

    def take(self, reading: FaceReading | None, label: Emotion | None) -> None:
        """Take the map for the expression that is shown, of the newest reading."""
        self._map = reading.class_maps.get(label) if reading and label else None
        self._picture = None
        self._words = wording.class_map_words(reading, self._map)

    def paint(self, painter: QPainter, square: QRectF, picture: QRectF) -> None:
        """Paint the map over the square that the network saw, as far as it lies within the picture."""
        if not self._on or self._map is None:
            return
        if self._picture is None:
            pixels = class_map_picture(self._map, SIDE_PX)
            self._picture = QImage(pixels.tobytes(), SIDE_PX, SIDE_PX, SIDE_PX * 4, QImage.Format.Format_RGBA8888).copy()
        painter.save()
        painter.setClipRect(picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(square, self._picture)
        painter.restore()

    def paint_words(self, painter: QPainter, whole: QRectF) -> None:
        """Say at the top of the view what the map is, and what it is not."""
        if not self.words:
            return
        font = QFont(painter.font())
        font.setPixelSize(11)
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        room = whole.adjusted(4, 3, -4, 0)
        words = _broken_at_the_dash(self.words)
        needed = painter.boundingRect(room, flags, words)
        painter.fillRect(QRectF(whole.left(), whole.top(), whole.width(), needed.height() + 6), QColor(15, 17, 22, 190))
        painter.setPen(QColor("white"))
        painter.drawText(room, flags, words)


def _broken_at_the_dash(words: str) -> str:
    """Where a second line is needed it begins with the second thought."""
    first, dash, second = words.partition(" – ")
    return f"{first}{dash.rstrip()} {second.replace(' ', NO_BREAK_SPACE)}" if dash else words
