"""The times under the lanes of a timeline."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import wording
from gui.lane_plot import AXIS_PX
from gui.theme import LIGHT, Theme
from review.time_span import Span, ticks, whole_span

LABEL_PX = 70


class TimelineRuler(QWidget):
    """Times since the session began, at round seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._span = whole_span(0.0)
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Time since the session began")

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def set_span(self, span: Span) -> None:
        """The part of the session that is shown."""
        self._span = span
        self.setAccessibleDescription(f"{wording.clock(span.start)} to {wording.clock(span.end)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Write the times."""
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.dim))
        width = self.width() - AXIS_PX - 1
        times, step = ticks(self._span, max(1, width // LABEL_PX))
        for at in times:
            x = AXIS_PX + (at - self._span.start) / self._span.seconds * width
            left = min(max(AXIS_PX, x - LABEL_PX / 2), self.width() - LABEL_PX)
            align = Qt.AlignmentFlag.AlignLeft if left == AXIS_PX else Qt.AlignmentFlag.AlignCenter
            align = Qt.AlignmentFlag.AlignRight if left == self.width() - LABEL_PX else align
            painter.drawText(QRectF(left, 0, LABEL_PX, 16), align | Qt.AlignmentFlag.AlignVCenter, wording.fine_clock(at, step))
