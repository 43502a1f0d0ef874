"""All probabilities of one reading in one thin bar."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.labels import EMOTIONS, Emotion
from gui.theme import LIGHT, Theme


class DistributionBar(QWidget):
    """Seven stretches side by side, each as long as its class is probable; grey when the reading is faint."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._values: Mapping[Emotion, float] = {}
        self._faint = False
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A thin line."""
        return QSize(120, 6)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_values(self, values: Mapping[Emotion, float], *, faint: bool) -> None:
        """Take the newest probabilities; empty when there are none."""
        self._values, self._faint = values, faint
        words = ", ".join(f"{emotion} {values[emotion]:.2f}" for emotion in EMOTIONS if emotion in values)
        self.setToolTip(words or "no probabilities")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the stretches."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.line))
        if self._faint:
            painter.setOpacity(0.35)
        left = 0.0
        for emotion in EMOTIONS:
            width = self._values.get(emotion, 0.0) * self.width()
            if width >= 1:
                painter.fillRect(QRectF(left, 0, max(1.0, width - 1), self.height()), QColor(self._theme.emotions[emotion]))
            left += width
