"""The time axis under all charts."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import wording
from gui.lane_plot import AXIS_PX
from gui.theme import LIGHT, Theme

STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600)
LABEL_PX = 70


class TimeRuler(QWidget):
    """Session times at round seconds, painted by hand: a plot's own axis would be laid out anew with every step of time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._seconds = 60.0
        self._now = 0.0
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Time since the session began")

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_window(self, seconds: float, now: float) -> None:
        """The window that ends at `now`."""
        self._seconds, self._now = seconds, now
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the labels."""
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.dim))
        width = self.width() - AXIS_PX
        step = tick_step(self._seconds, width)
        tick = max(0, -int(-(self._now - self._seconds) // step)) * step
        while tick <= self._now:
            x = AXIS_PX + (tick - self._now + self._seconds) / self._seconds * width
            if AXIS_PX + 12 <= x <= self.width() - 16:
                painter.drawText(QRectF(x - LABEL_PX / 2, 0, LABEL_PX, 16), Qt.AlignmentFlag.AlignCenter, wording.clock(tick))
            tick += step


def tick_step(seconds: float, width: float) -> int:
    """The smallest round step at which labels do not touch."""
    return next((step for step in STEPS_S if step / seconds * width >= LABEL_PX), STEPS_S[-1])
