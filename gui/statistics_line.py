"""How the lanes keep up: one small line."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from core.labels import MODALITIES, Modality
from gui import wording
from gui.theme import GAP_PX
from monitor.board import LaneStatistics


class StatisticsLine(QWidget):
    """Rate, drops and latency of each lane; the tooltip says what the figures mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {modality: QLabel() for modality in MODALITIES}
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(GAP_PX * 3)
        for modality, label in self._labels.items():
            label.setObjectName("statistic")
            label.setAccessibleName(f"How the {modality} lane keeps up")
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            label.hide()
            row.addWidget(label)
        row.addStretch(1)

    def show_statistics(self, statistics: Mapping[Modality, LaneStatistics]) -> None:
        """Take the newest figures."""
        for modality, figures in statistics.items():
            label = self._labels[modality]
            label.setText(wording.statistic(modality, figures))
            label.setToolTip(wording.statistic_explained(modality, figures))
            label.show()

    def forget(self, modality: Modality) -> None:
        """A lane is lost: its last figures are no longer true."""
        self._labels[modality].hide()

    def clear(self) -> None:
        """Nothing runs."""
        for label in self._labels.values():
            label.hide()
