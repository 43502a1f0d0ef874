"""The weights of the lanes over time, one on top of the other: together they are all."""

import numpy as np
import pyqtgraph as pg

from core.labels import MODALITIES
from core.readings import FusionScore
from gui.emotion_chart import DRAWN_RATE_HZ, SCORE_GAP_S
from gui.history import History
from gui.lane_plot import LONGEST_WINDOW_S, Band, MomentPlot, Trace
from gui.theme import Theme

ORDER = "from below: " + ", ".join(MODALITIES)


class WeightsChart(MomentPlot):
    """Areas from the bottom in the order of MODALITIES; a gap where no lane was heard."""

    def __init__(self) -> None:
        super().__init__(-0.04, 1.12, ((0.0, "0"), (1.0, "1")), "Chart of the lanes' weights", 44)
        self._history = History(len(MODALITIES), int(LONGEST_WINDOW_S * DRAWN_RATE_HZ), least_step_s=0.9 / DRAWN_RATE_HZ, gap_s=SCORE_GAP_S)
        self._areas = {modality: Band() for modality in MODALITIES}
        self._edges = {modality: Trace() for modality in MODALITIES[:-1]}
        for item in (*self._areas.values(), *self._edges.values()):
            self.addItem(item, ignoreBounds=True)
        self.setToolTip(f"How much each lane weighs in the index, {ORDER}. Click: why this value.")

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        super().set_theme(theme)
        for modality, area in self._areas.items():
            area.set_colour(theme.lane(modality))
        for edge in self._edges.values():
            edge.set_pen(pg.mkPen(theme.card, width=1))

    def add(self, score: FusionScore) -> None:
        """Take a score in."""
        if not score.weights:
            self._history.add_gap(score.at)
            return
        self._history.add(score.at, list(np.cumsum([score.weights.get(modality, 0.0) for modality in MODALITIES])))
        self.setAccessibleDescription(", ".join(f"{modality} {weight:.2f}" for modality, weight in score.weights.items()))

    def refresh(self, now: float) -> None:
        """Draw the window that ends at `now` seconds."""
        super().refresh(now)
        times, rows = self._history.window(now - self.seconds, now, self.points)
        x, below = times - now, np.zeros(len(times))
        below[np.isnan(rows[:, 0])] = np.nan
        for column, modality in enumerate(MODALITIES):
            self._areas[modality].set_data(x, below, rows[:, column])
            if modality in self._edges:
                self._edges[modality].set_data(x, rows[:, column])
            below = rows[:, column]

    def clear_history(self) -> None:
        """Forget everything."""
        self._history.clear()
        self.setAccessibleDescription("")
