"""The picture with what was seen in it."""

import math
import time

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.labels import Emotion
from core.media import Frame
from core.readings import Box, FaceReading
from gui.class_map_overlay import ClassMapOverlay
from gui.theme import LIGHT, Theme
from models.face.inputs import crop_rectangle

LATE_S = 0.7
"""A live picture older than this is dimmed and said to be late: no camera gives fewer than two a second. Beyond the camera's
own limit (capture.camera_read_timeout_ms) it is lost, and the picture goes."""

PICTURE_PX, LEAST_PICTURE_PX = 150, 118
"""What a picture takes unless it is told otherwise, and the least in which a face is seen."""

LABEL_EDGE_PX = 14


class VideoView(QWidget):
    """Shows the newest frame, the box of the face and a label beside it; paints only when something new is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._frame: Frame | None = None
        self._image: QImage | None = None
        self._pixels: np.ndarray | None = None
        self._size = (1, 1)
        self._box: Box | None = None
        self._others: tuple[Box, ...] = ()
        self._label = ""
        self._faint = False
        self._message = ""
        self.class_map = ClassMapOverlay()
        self._still = False
        self._came_at = math.inf
        self._late = False
        self._wanted_px = PICTURE_PX
        self.setMinimumSize(200, LEAST_PICTURE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The least that is useful: the rest of the column takes what it needs first, the picture gets the remainder."""
        return QSize(200, self._wanted_px)

    def want_height(self, height_px: int) -> None:
        """So much the picture takes before what is beside or below it; no less than LEAST_PICTURE_PX."""
        self._wanted_px = height_px
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    @property
    def message(self) -> str:
        """What is said in place of a picture."""
        return self._message

    def show_frame(self, frame: Frame) -> None:
        """Take the newest frame. Its pixels are kept, not copied: a frame is never written to."""
        self._came_at, self._late = time.monotonic(), False
        self._frame = frame
        self._message = ""
        self.update()

    def _take_in(self, frame: Frame) -> None:
        """Make the frame an image, in painting, so that frames that are never seen cost nothing."""
        height, width = frame.image.shape[:2]
        ratio = self.devicePixelRatioF()
        step = max(1, min(int(width / max(1.0, self.width() * ratio)), int(height / max(1.0, self.height() * ratio))))
        self._pixels = np.ascontiguousarray(frame.image[::step, ::step])
        rows, columns = self._pixels.shape[:2]
        self._image = QImage(self._pixels.data, columns, rows, self._pixels.strides[0], QImage.Format.Format_BGR888)
        self._size = (width, height)

    def dim_when_late(self, now: float) -> None:
        """Called again and again while a picture should be live, with the time of `time.monotonic`."""
        late = not self._message and now - self._came_at > LATE_S
        if late != self._late:
            self._late = late
            self.update()

    @property
    def late(self) -> bool:
        """Whether the picture that is seen is no longer the present."""
        return self._late

    def show_face(self, reading: FaceReading | None, label: str, *, faint: bool, shown: Emotion | None = None) -> None:
        """The box and the words of the newest face reading; `shown` is the class that they name."""
        self.class_map.take(reading, shown)
        self._box = reading.box if reading else None
        self._others = reading.others if reading else ()
        self._label, self._faint = label, faint

    def switch_class_map(self, on: bool) -> None:
        """Show or hide where the network looked."""
        self.class_map.switch(on)
        self.update()

    def show_message(self, message: str) -> None:
        """No picture: say why. The last picture is not left standing."""
        self._frame = self._image = self._pixels = self._box = None
        self._others, self._late = (), False
        self._message = message
        self.setAccessibleDescription(message)
        self.update()

    def set_still(self, still: bool) -> None:
        """A paused picture is dimmed, so that nobody takes it for live."""
        if still != self._still:
            self._still = still
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture, then what was seen in it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.window))
        if self._frame is not None:
            self._take_in(self._frame)
            self._frame = None
        if self._image is None:
            self._paint_message(painter)
            return
        target = self._target()
        painter.drawImage(target, self._image)
        if self._still or self._late:
            painter.fillRect(target, QColor(0, 0, 0, 110))
        if self._late:
            self._paint_late(painter, target)
        else:
            self._paint_boxes(painter, target)
            self.class_map.paint_words(painter, QRectF(self.rect()))

    def _target(self) -> QRectF:
        scale = min(self.width() / self._size[0], self.height() / self._size[1])
        width, height = self._size[0] * scale, self._size[1] * scale
        return QRectF(round((self.width() - width) / 2), round((self.height() - height) / 2), round(width), round(height))

    def _paint_message(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.card))
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(self.rect().adjusted(16, 16, -16, -16), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)

    def _paint_late(self, painter: QPainter, target: QRectF) -> None:
        painter.setPen(QColor("white"))
        painter.drawText(target, Qt.AlignmentFlag.AlignCenter, "Waiting for the camera …")

    def _paint_boxes(self, painter: QPainter, target: QRectF) -> None:
        scale = target.width() / self._size[0]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for other in self._others:
            painter.setPen(QPen(QColor(255, 255, 255, 150), 1, Qt.PenStyle.DashLine))
            painter.drawRect(_placed(other, target, scale))
        if self._box is None:
            return
        left, top, side = crop_rectangle(self._box)
        self.class_map.paint(painter, _placed(Box(left, top, side, side), target, scale), target)
        rect = _placed(self._box, target, scale)
        painter.setPen(QPen(QColor(0, 0, 0, 90), 3))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(190, 190, 190) if self._faint else QColor("white"), 1))
        painter.drawRect(rect)
        if self._label:
            self._paint_label(painter, rect, target)

    def _paint_label(self, painter: QPainter, rect: QRectF, target: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        words = painter.fontMetrics().elidedText(self._label, Qt.TextElideMode.ElideRight, self.width() - LABEL_EDGE_PX)
        width = painter.fontMetrics().horizontalAdvance(words) + LABEL_EDGE_PX
        room = target if width <= target.width() else QRectF(self.rect())  # a narrow picture: the words may stand beside it
        left = min(max(room.left(), rect.left()), room.right() - width)
        top = rect.bottom() + 4 if rect.bottom() + 26 < target.bottom() else max(target.top(), rect.bottom() - 26)
        pill = QRectF(left, top, width, 20)
        painter.fillRect(pill, QColor(15, 17, 22, 190))
        painter.setPen(QColor(190, 190, 190) if self._faint else QColor("white"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


def _placed(box: Box, target: QRectF, scale: float) -> QRectF:
    return QRectF(
        target.topLeft() + QPointF(box.x * scale, box.y * scale),
        target.topLeft() + QPointF((box.x + box.width) * scale, (box.y + box.height) * scale),
    )
