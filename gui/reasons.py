"""The reasons of what a running or a stored session shows: kept beside the charts, opened by a click, a button or a key."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from core.readings import FusionScore
from core.settings import FusionSettings
from gui.chart_stack import ChartStack
from gui.why_dialog import WhyDialog
from review.estimates import KeptEstimates
from review.why import KeptScores


class Reasons(QObject):
    """Keeps the scores of the charts' longest window; the dialog is made when it is first wanted."""

    def __init__(self, charts: ChartStack, parent: QWidget) -> None:
        super().__init__(parent)
        self._charts = charts
        self._kept, self._estimates = KeptScores(FusionSettings()), KeptEstimates()
        self._window = parent
        self.dialog: WhyDialog | None = None
        charts.moment_chosen.connect(self.open_at)

    def begin(self, kept: KeptScores, estimates: KeptEstimates) -> None:
        """A session begins, or a stored one is shown: empty keepers, or those that hold its scores and estimates."""
        self._kept, self._estimates = kept, estimates
        self.close()

    def add(self, scores: Sequence[FusionScore]) -> None:
        """Take newer scores in."""
        self._kept.add(scores)

    @Slot(float)
    def open_at(self, at: float) -> None:
        """The reasons of the score that holds at `at` seconds."""
        if self.dialog is None:
            self.dialog = WhyDialog(self._kept, self._estimates, self._window)
            self.dialog.moment_shown.connect(self._charts.show_moment)
        self.dialog.open_at(at)

    @Slot()
    def open_newest(self) -> None:
        """The reasons of the newest score."""
        self.open_at(float("inf"))

    def close(self) -> None:
        """Put the dialog away with the session that it spoke of."""
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None
