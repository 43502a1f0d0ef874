"""The lanes of a timeline that hold words: what was written, and what somebody marked or noted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from core.labels import Emotion
from core.readings import TextReading
from core.session import Mark, Note
from gui import wording
from gui.emotion_chart import MARK_LETTERS
from gui.series_painter import Place
from gui.timeline_lane import LaneCanvas

ROOM_PX = 26.0
"""Less than this between two entries holds no word."""

LINE_PX = 14.0
LONGEST_PX = 420.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a moment (s), with a sign before them; `emotion` gives the sign its colour."""

    at: float
    sign: str
    words: str
    emotion: Emotion | None = None


def marked(marks: Sequence[Mark], notes: Sequence[Note]) -> list[Label]:
    """Marks and notes in the order of time."""
    labels = [Label(mark.at, MARK_LETTERS.get(mark.name, mark.name), "") for mark in marks]
    labels += [Label(note.at, MARK_LETTERS["note"], note.text) for note in notes]
    return sorted(labels, key=lambda one: one.at)


def written(entries: Sequence[TextReading]) -> list[Label]:
    """Entries of text with what they resembled."""
    return [Label(entry.at, "●" if entry.top else "○", f"{_resembled(entry)}: “{entry.text}”", entry.top) for entry in entries]


class WordsLane(LaneCanvas):
    """Signs at their moments, each with as many words as there is room before the next, in two lines."""

    def __init__(self, name: str, least_px: int) -> None:
        super().__init__(name, 0.0, 1.0, (), least_px)
        self._labels: Sequence[Label] = ()
        self.setMaximumHeight(least_px)

    def show_labels(self, labels: Sequence[Label]) -> None:
        """Draw these, in the order of time."""
        self._labels = labels
        self.draw_anew()

    def paint_over(self, painter: QPainter, place: Place) -> None:
        """The signs, and the words that fit."""
        lines = max(1, int((self.height() - 4) // LINE_PX))
        taken = [-1e9] * lines
        seen = [one for one in self._labels if place.span.start - place.pixel_s * LONGEST_PX <= one.at <= place.span.end]
        for number, label in enumerate(seen):
            line = number % lines
            x = place.x_of(label.at)
            following = next((place.x_of(one.at) for one in seen[number + lines :: lines]), place.rect.right())
            if x >= taken[line]:
                taken[line] = self._paint_label(painter, label, QPointF(x, 2 + line * LINE_PX), min(following - x, LONGEST_PX))

    def _paint_label(self, painter: QPainter, label: Label, at: QPointF, room: float) -> float:
        """Paint one; gives where it ends."""
        painter.setFont(self.small_font())
        painter.setPen(QColor(self.theme.emotions[label.emotion] if label.emotion else self.theme.text))
        width = painter.fontMetrics().horizontalAdvance(label.sign) + 3.0
        painter.drawText(QRectF(at.x() + 2, at.y(), width + 2, LINE_PX), Qt.AlignmentFlag.AlignVCenter, label.sign)
        if not label.words or room < width + ROOM_PX:
            return at.x() + width
        painter.setPen(QColor(self.theme.text))
        words = painter.fontMetrics().elidedText(" ".join(label.words.split()), Qt.TextElideMode.ElideRight, int(room - width - 6))
        painter.drawText(QRectF(at.x() + 2 + width, at.y(), room - width, LINE_PX), Qt.AlignmentFlag.AlignVCenter, words)
        return at.x() + width + painter.fontMetrics().horizontalAdvance(words)


def _resembled(entry: TextReading) -> str:
    return wording.lane_state(entry, entry.top).removeprefix("Words resemble ")
