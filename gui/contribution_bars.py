"""What each lane adds to the index."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.labels import MODALITIES, Modality
from core.readings import FusionScore
from gui.theme import LIGHT, Theme

ROW_PX = 20
NAME_PX = 46
VALUE_PX = 44


def starts(contributions: dict[Modality, float]) -> dict[Modality, float]:
    """Where each lane's bar begins, so that each continues where the one above ends and the last ends at the index."""
    begun, reached = {}, 0.0
    for modality in MODALITIES:
        begun[modality] = reached
        reached += contributions.get(modality, 0.0)
    return begun


def in_whole_numbers(contributions: Mapping[Modality, float], value: float) -> dict[Modality, int]:
    """Contributions without decimals that the index does not deserve, whose sum is the index as it is written (largest remainder)."""
    whole = {modality: math.floor(part) for modality, part in contributions.items()}
    missing = round(value) - sum(whole.values())
    for modality in sorted(whole, key=lambda m: whole[m] - contributions[m])[: max(0, missing)]:
        whole[modality] += 1
    return whole


class ContributionBars(QWidget):
    """One row a lane on the scale 0..100; each bar continues where the one above ended, so that together they make the index."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._score: FusionScore | None = None
        self._whole: dict[Modality, int] = {}
        self.setFixedHeight(ROW_PX * len(MODALITIES))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Contributions to the index")
        self.setToolTip("What each lane adds to the index. The three together are the index.")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Three rows."""
        return QSize(260, ROW_PX * len(MODALITIES))

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_score(self, score: FusionScore | None) -> None:
        """Take the newest score."""
        self._score = score
        self._whole = in_whole_numbers(score.contributions, score.value) if score and score.value is not None else {}
        self.setAccessibleDescription(", ".join(f"{m} {v}" for m, v in self._whole.items()) or "no contributions")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the rows."""
        painter = QPainter(self)
        contributions = dict(self._score.contributions) if self._score and self._score.value is not None else {}
        begun = starts(contributions)
        for row, modality in enumerate(MODALITIES):
            self._paint_row(painter, row * ROW_PX, modality, contributions.get(modality), begun[modality])

    def _paint_row(self, painter: QPainter, top: int, modality: Modality, value: float | None, start: float) -> None:
        width = self.width() - NAME_PX - VALUE_PX
        painter.setPen(QColor(self._theme.text if value is not None else self._theme.dim))
        painter.drawText(QRectF(0, top, NAME_PX, ROW_PX), Qt.AlignmentFlag.AlignVCenter, modality.capitalize())
        words = "–" if value is None else f"{self._whole[modality]:+d}"
        painter.drawText(
            QRectF(self.width() - VALUE_PX, top, VALUE_PX, ROW_PX), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words
        )
        track = QRectF(NAME_PX, top + ROW_PX / 2 - 4, width, 8)
        painter.fillRect(track, QColor(self._theme.line))
        if value is not None:
            low, high = sorted((start, start + value))
            bar = QRectF(NAME_PX + low / 100 * width, track.top(), max(1.0, (high - low) / 100 * width), 8)
            painter.fillRect(bar, self._theme.lane(modality))
