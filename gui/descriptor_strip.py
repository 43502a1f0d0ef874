"""How somebody speaks: five numbers, each with its unit and its course."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.readings import VoiceReading
from gui import wording
from gui.history import History
from gui.theme import GAP_PX, LIGHT, Theme

MOST_READINGS = 6000
LEAST_SPAN: dict[str, float] = {"speech_level": 12, "pitch_hz": 40, "pitch_sd_semitones": 2, "speech_rate_hz": 2, "pause_share": 40}
"""A course is drawn at least this tall in its unit, so that noise does not look like a change."""
READING_GAP_S = 20.0


class DescriptorCell(QWidget):
    """One descriptor: its name, the newest value with its unit, and a small line of the window's course."""

    def __init__(self, field: str, name: str, unit: str, meaning: str) -> None:
        super().__init__()
        self._theme: Theme = LIGHT
        self._field, self._name, self._unit = field, name, unit
        self._value = float("nan")
        self._course = QPolygonF()
        self._history = History(1, MOST_READINGS, gap_s=READING_GAP_S)
        self.setFixedHeight(34)
        self.setMinimumWidth(84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{name} ({unit}): {meaning}")
        self.setAccessibleName(f"{name} of the voice")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two lines."""
        return QSize(110, 34)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def add(self, reading: VoiceReading) -> None:
        """Take a reading in; a value that was not measured leaves the last one, a silence does not erase it."""
        value = wording.descriptor(reading, self._field)
        if not np.isnan(value):
            self._value = value
            self._history.add(reading.at, [value])
            self.setAccessibleDescription(self.text)

    @property
    def text(self) -> str:
        """The value with its unit."""
        return f"{wording.descriptor_text(self._value)} {self._unit}"

    def refresh(self, seconds: float, now: float) -> None:
        """Lay the course of the window out anew."""
        times, rows = self._history.window(now - seconds, now, 120)
        values = rows[:, 0]
        known = ~np.isnan(values)
        self._course = QPolygonF()
        if known.any():
            middle = (values[known].max() + values[known].min()) / 2
            span = max(LEAST_SPAN[self._field], np.ptp(values[known]))
            left, width = 2.0, self.width() - 10.0
            for at, value in zip(times[known], values[known], strict=True):
                x = left + max(0.0, 1 + (at - now) / seconds) * width
                self._course.append(QPointF(x, 26 - (value - middle) / span * 12))
        self.update()

    def clear_history(self) -> None:
        """Forget everything."""
        self._history.clear()
        self._value = float("nan")
        self._course = QPolygonF()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the name, the value and the course."""
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        row = QRectF(2, 0, self.width() - 10, 16)
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(QColor(self._theme.dim if np.isnan(self._value) else self._theme.text))
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text)
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        painter.drawPolyline(self._course)


class DescriptorStrip(QWidget):
    """The five descriptors side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = {field: DescriptorCell(field, name, unit, meaning) for field, name, unit, meaning in wording.DESCRIPTORS}
        grid = QGridLayout(self)
        grid.setContentsMargins(GAP_PX, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_PX)
        for column, cell in enumerate(self.cells.values()):
            grid.addWidget(cell, 0, column)
        self.moved = QLabel()
        self.moved.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.moved.setToolTip("Which sides of the voice moved the class that it resembled most, and by how much (log-odds).")
        self.moved.setAccessibleName("what moved the voice's class")
        grid.addWidget(self.moved, 1, 0, 1, len(self.cells))

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        for cell in self.cells.values():
            cell.set_theme(theme)

    def add(self, reading: VoiceReading) -> None:
        """Take a reading in."""
        for cell in self.cells.values():
            cell.add(reading)
        if reading.top is not None:
            self.moved.setText(wording.moved(reading))

    def refresh(self, seconds: float, now: float) -> None:
        """Lay the courses of the window out anew."""
        for cell in self.cells.values():
            cell.refresh(seconds, now)

    def clear_history(self) -> None:
        """Forget everything."""
        for cell in self.cells.values():
            cell.clear_history()
        self.moved.clear()
