"""What an estimate of a questionnaire rests on, over a session's time: its attention over the lanes and over each lane's segments."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from core.estimate import Estimate
from core.labels import MODALITIES, Modality
from gui.series_painter import Place
from gui.timeline_lane import LaneCanvas
from review.estimate_words import TITLE

ROWS = ("All", *(modality.capitalize() for modality in MODALITIES))
"""From the top: the lanes beside one another, then each lane's segments."""

BAR_SHARE = 0.86
"""Of a row's height that the largest weight takes."""

LEAST_SHARE = 0.1
"""That a segment was there at all is seen."""

ABOUT = (
    f"{TITLE}: what it rests on, and no measurement. First row: how much each lane counted in the estimate that held then, from below "
    f"{', '.join(MODALITIES)}; what is left stands for lanes that were not there. Other rows: how much each ten seconds counted within "
    "their lane in the last estimate, as the height of a bar; the largest of each lane fills its row."
)


class AttentionLane(LaneCanvas):
    """Rows of bars in the lanes' colours."""

    def __init__(self, least_px: int) -> None:
        ticks = [(_middle(row), name) for row, name in enumerate(ROWS)]
        super().__init__("Timeline of what the estimate rests on", 0.0, float(len(ROWS)), ticks, least_px)
        self._estimates: Sequence[Estimate] = ()
        self.setMaximumHeight(least_px)
        self.setToolTip(f"<qt>{ABOUT}</qt>")

    def show_estimates(self, estimates: Sequence[Estimate]) -> None:
        """Draw these, in the order of time."""
        self._estimates = estimates
        self.draw_anew()

    def paint_series(self, painter: QPainter, place: Place) -> None:
        """Only what can be seen."""
        if not self._estimates:
            return
        for starts, ends, estimate in self._held():
            if starts <= place.span.end and ends >= place.span.start:
                self._paint_lanes(painter, place, starts, ends, estimate)
        for row, modality in enumerate(MODALITIES, 1):
            self._paint_segments(painter, place, row, modality)

    def _held(self) -> Iterator[tuple[float, float, Estimate]]:
        """From when to when each estimate held."""
        ends = [*(one.at for one in self._estimates), self.span.whole]
        yield from ((start, end, one) for (start, end), one in zip(pairwise(ends), self._estimates, strict=True))

    def _paint_lanes(self, painter: QPainter, place: Place, starts: float, ends: float, estimate: Estimate) -> None:
        bottom = _middle(0) - BAR_SHARE / 2
        for modality in MODALITIES:
            top = bottom + BAR_SHARE * estimate.weights.get(modality, 0.0)
            painter.fillRect(_rect(place, starts, ends, bottom, top), self._colour(modality))
            bottom = top

    def _paint_segments(self, painter: QPainter, place: Place, row: int, modality: Modality) -> None:
        segments = self._estimates[-1].segments.get(modality, ())
        largest = max((one.weight for one in segments), default=0.0)
        for one in segments:
            if one.starts_s <= place.span.end and one.ends_s >= place.span.start and largest > 0.0:
                half = BAR_SHARE / 2 * max(LEAST_SHARE, one.weight / largest)
                painter.fillRect(_rect(place, one.starts_s, one.ends_s, _middle(row) - half, _middle(row) + half), self._colour(modality))

    def _colour(self, modality: Modality) -> QColor:
        return self.theme.lane(modality)


def _middle(row: int) -> float:
    """Where a row lies on the canvas's scale."""
    return len(ROWS) - row - 0.5


def _rect(place: Place, starts: float, ends: float, low: float, high: float) -> QRectF:
    """A pixel is left between neighbours where there is room."""
    left, right = place.x_of(starts), place.x_of(ends)
    return QRectF(left, place.y_of(high), max(1.0, right - left - 1.0), place.y_of(low) - place.y_of(high))
