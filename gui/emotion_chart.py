"""The charts of the lanes: face as lines, voice as steps over the stretch of speech, text as points, the index with its band."""

import math
from collections import deque
from collections.abc import Collection

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from core.labels import EMOTIONS, Emotion
from core.readings import FaceReading, FusionScore, Reading
from core.session import Mark
from core.usual import Usual
from gui.history import History
from gui.lane_plot import LONGEST_WINDOW_S, Band, LanePlot, MomentPlot, Trace
from gui.theme import LINE_STYLES, SYMBOLS, Theme, emotion_pen

DRAWN_RATE_HZ = 10
"""Lines are kept and drawn at this rate: twice the detail costs twice the time and is not seen."""
FACE_GAP_S = 1.0
SCORE_GAP_S = 2.5
MOST_SEGMENTS = 3000
MOST_ENTRIES = 1000
MOST_NAMES = 24
USUAL_ALPHA = 40
"""Of what is usual for the person, of 255."""

NAME_PX, NAME_STEPS = 14, 3
"""Names of marks that are closer than a letter is wide stand below one another."""
MARK_LETTERS = {"event": "E", "note": "N"}
PROBABILITY_TICKS = ((0.0, "0"), (0.5, "0.5"), (1.0, "1"))
INDEX_TICKS = ((0.0, "0"), (50.0, "50"), (100.0, "100"))


def row_of(probabilities: dict[Emotion, float]) -> list[float]:
    """Values in the order of EMOTIONS, NaN for a class that the model does not know."""
    return [probabilities.get(emotion, np.nan) for emotion in EMOTIONS]


class EmotionLines(LanePlot):
    """One line a class over a history of rows in the order of EMOTIONS."""

    def __init__(self, name: str, least_height: int, history: History) -> None:
        super().__init__(-0.02, 1.04, PROBABILITY_TICKS, name, least_height)
        self._history = history
        self._curves = {emotion: Trace() for emotion in EMOTIONS}
        for curve in self._curves.values():
            self.addItem(curve, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        for emotion, curve in self._curves.items():
            curve.set_pen(emotion_pen(theme, emotion))
            curve.setZValue(0 if LINE_STYLES[emotion] else 1)

    def show_emotions(self, shown: Collection[Emotion]) -> None:
        """Hide the lines of all other classes."""
        for emotion, curve in self._curves.items():
            curve.setVisible(emotion in shown)

    def refresh(self, now: float) -> None:
        """Draw the window that ends at `now` seconds."""
        times, rows = self._history.window(now - self.seconds, now, self.points)
        x = times - now
        for column, curve in enumerate(self._curves.values()):
            if curve.isVisible():
                curve.set_data(x, rows[:, column])

    def clear_history(self) -> None:
        """Forget everything."""
        self._history.clear()


class FaceChart(EmotionLines):
    """Smoothed probabilities of the face; a gap where there was none."""

    def __init__(self) -> None:
        rows = int(LONGEST_WINDOW_S * DRAWN_RATE_HZ)
        super().__init__("Chart of the face", 84, History(len(EMOTIONS), rows, least_step_s=0.9 / DRAWN_RATE_HZ, gap_s=FACE_GAP_S))

    def add(self, reading: FaceReading) -> None:
        """Take a reading in."""
        values = reading.smoothed or reading.probabilities
        if reading.absent_because is not None or not values:
            self._history.add_gap(reading.at)
        else:
            self._history.add(reading.at, row_of(dict(values)))


class VoiceChart(EmotionLines):
    """Each stretch of speech as a level from its beginning to its end."""

    def __init__(self) -> None:
        super().__init__("Chart of the voice", 72, History(len(EMOTIONS), 3 * MOST_SEGMENTS))

    def add(self, reading: Reading) -> None:
        """Take a reading in."""
        if reading.absent_because is not None or not reading.probabilities:
            return
        row = row_of(dict(reading.probabilities))
        start, end = reading.covers
        self._history.add(start, row)
        self._history.add(max(end, start + 0.1), row)
        self._history.add_gap(max(end, start + 0.1))


class TextChart(LanePlot):
    """Each entry as one point a class, at the moment of the entry."""

    def __init__(self) -> None:
        super().__init__(-0.08, 1.1, ((0.0, "0"), (1.0, "1")), "Chart of the text", 48)
        self._entries: deque[tuple[float, list[float]]] = deque(maxlen=MOST_ENTRIES)
        self._points = {emotion: pg.ScatterPlotItem(size=8, pxMode=True, symbol=SYMBOLS[emotion]) for emotion in EMOTIONS}
        for points in self._points.values():
            self.addItem(points, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        for emotion, points in self._points.items():
            points.setPen(pg.mkPen(theme.emotions[emotion]))
            points.setBrush(pg.mkBrush(theme.emotions[emotion]))

    def show_emotions(self, shown: Collection[Emotion]) -> None:
        """Hide the points of all other classes."""
        for emotion, points in self._points.items():
            points.setVisible(emotion in shown)

    def add(self, reading: Reading) -> None:
        """Take a reading in."""
        if reading.probabilities:
            self._entries.append((reading.at, row_of(dict(reading.probabilities))))

    def refresh(self, now: float) -> None:
        """Draw the window that ends at `now` seconds."""
        entries = [entry for entry in self._entries if now - self.seconds <= entry[0] <= now]
        x = np.array([at - now for at, _ in entries])
        values = np.array([row for _, row in entries]).reshape(-1, len(EMOTIONS))
        for column, points in enumerate(self._points.values()):
            if len(x) or len(points.data):
                known = ~np.isnan(values[:, column])
                points.setData(x[known], values[known, column])

    def clear_history(self) -> None:
        """Forget everything."""
        self._entries.clear()


class IndexChart(MomentPlot):
    """The index with its band; a gap where there was not enough evidence."""

    def __init__(self) -> None:
        super().__init__(-2.0, 102.0, INDEX_TICKS, "Chart of the index", 84)
        self._history = History(3, int(LONGEST_WINDOW_S * DRAWN_RATE_HZ), least_step_s=0.9 / DRAWN_RATE_HZ, gap_s=SCORE_GAP_S)
        self._usual, self._edges = Band(), Trace()
        for item in (self._usual, self._edges):
            self.addItem(item, ignoreBounds=True)
        self._band = Band()
        self._curve = Trace()
        self.addItem(self._band, ignoreBounds=True)
        self.addItem(self._curve, ignoreBounds=True)
        self.setToolTip("The index with its band of uncertainty. Click: why this value (W).")
        self._names = [pg.TextItem(anchor=(0.0, 0.0)) for _ in range(MOST_NAMES)]
        for label in self._names:
            self.addItem(label, ignoreBounds=True)
            label.hide()

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        self._edges.set_pen(pg.mkPen(theme.dim, width=1, style=Qt.PenStyle.DotLine))
        grey = pg.mkColor(theme.dim)
        grey.setAlpha(USUAL_ALPHA)
        self._usual.set_colour(grey)
        self._curve.set_pen(pg.mkPen(theme.accent, width=1))
        soft = pg.mkColor(theme.accent)
        soft.setAlpha(55)
        self._band.set_colour(soft)
        for label in self._names:
            label.setColor(theme.text)

    def add(self, score: FusionScore) -> None:
        """Take a score in."""
        if score.value is None:
            self._history.add_gap(score.at)
        else:
            low, high = score.interval or (score.value, score.value)
            self._history.add(score.at, [score.value, low, high])

    def refresh(self, now: float) -> None:
        """Draw the window that ends at `now` seconds."""
        super().refresh(now)
        times, rows = self._history.window(now - self.seconds, now, self.points)
        x = times - now
        self._curve.set_data(x, rows[:, 0])
        self._band.set_data(x, rows[:, 1], rows[:, 2])

    def show_usual(self, usual: Usual | None) -> None:
        """What is usual for the person, behind all; None: it is not known."""
        x = np.array([-LONGEST_WINDOW_S, 0.0])
        low, high = (np.nan, np.nan) if usual is None else (max(0.0, usual.low), min(100.0, usual.high))
        self._usual.set_data(x, np.full(2, low), np.full(2, high))
        self._edges.set_data(np.array([*x, np.nan, *x]), np.array([low, low, np.nan, high, high]))

    def name_marks(self, marks: Collection[Mark], now: float) -> None:
        """Write the names of the newest marks in the window at the top."""
        newest = [mark for mark in marks if mark.at >= now - self.seconds][-MOST_NAMES:]
        apart = self.seconds * NAME_PX / max(1, self.width())
        line = 104.0 * NAME_PX / max(1, self.height())
        before, step = -math.inf, 0
        for number, label in enumerate(self._names):
            label.setVisible(number < len(newest))
            if number < len(newest):
                mark = newest[number]
                step = (step + 1) % NAME_STEPS if mark.at - before < apart else 0
                before = mark.at
                label.setText(MARK_LETTERS.get(mark.name, mark.name))
                label.setPos(mark.at - now, 100.0 - step * line)

    def clear_history(self) -> None:
        """Forget everything."""
        self._history.clear()
