"""How loud the microphone is."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import LIGHT, Theme
from monitor.board import SoundLevel

QUIETEST_DBFS = -60.0
"""The left end of the meter: rooms are louder than this."""


class LevelMeter(QWidget):
    """A bar for the level (RMS) and a line for the peak, from -60 to 0 dBFS; it says when sound is clipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._level: SoundLevel | None = None
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Microphone level")
        self.setToolTip("Microphone level, -60 to 0 dBFS: bar RMS, line peak.")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A thin line."""
        return QSize(120, 8)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_level(self, level: SoundLevel | None) -> None:
        """Take the newest level; None: no microphone."""
        if level is None and self._level is None:
            return
        self._level = level
        self.update()

    @property
    def clipped(self) -> bool:
        """Whether the newest sound was too loud to be recorded whole."""
        return self._level is not None and self._level.clipped

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the track, the bar and the peak."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self._level is None:
            return
        painter.setBrush(QColor(self._theme.failure if self._level.clipped else self._theme.accent))
        painter.drawRoundedRect(QRectF(0, 0, share(self._level.rms_dbfs) * self.width(), self.height()), 4, 4)
        peak = share(self._level.peak_dbfs) * self.width()
        painter.fillRect(QRectF(max(0.0, peak - 2), 0, 2, self.height()), QColor(self._theme.text))


def share(dbfs: float) -> float:
    """Where a level lies between the two ends of the meter, 0..1."""
    return 0.0 if math.isnan(dbfs) else min(1.0, max(0.0, 1.0 - dbfs / QUIETEST_DBFS))
