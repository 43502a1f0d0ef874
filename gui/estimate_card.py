"""What the user's own learned fusion estimates of a questionnaire, apart from the index; without one, a line that says so."""

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from core.estimate import Estimate
from review.estimate_words import TITLE, about, above, made_by, shortly, total
from review.estimates import KeptEstimates


class EstimateCard(QFrame):
    """Keeps a session's estimates and shows the newest in two lines, less than the index has; where there is none, why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(TITLE)
        self.number, self.line = QLabel(), QLabel()
        self.number.setObjectName("lane")
        self.line.setObjectName("statistic")
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for label in (self.number, self.line):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._column.addWidget(label)
        self._ended = False
        self.begin(KeptEstimates())

    def begin(self, kept: KeptEstimates) -> None:
        """A session begins, or a stored one is shown with all of its estimates."""
        self.kept, self._ended = kept, False
        self._show(kept.newest)

    def add(self, estimates: Sequence[Estimate]) -> None:
        """Take in what came."""
        if estimates:
            self.kept.add(estimates)
            self._show(self.kept.newest)

    def show_end(self) -> None:
        """The session is over: what is shown is its last moment and not the present."""
        self._ended = True
        self._show(self.kept.newest)

    def _show(self, estimate: Estimate | None) -> None:
        self._frame(estimate is not None)
        self.number.setVisible(estimate is not None)
        if estimate is None:
            self.line.setText(f"{TITLE}: {shortly(self.kept.none_because)}")
        else:
            end = " at the session's end" if self._ended else ""
            self.number.setText(f"Estimated PHQ-8{end}: {total(estimate)}; {above(estimate)}")
            self.line.setText(made_by(estimate))
        whole = about(self.kept, estimate)
        self.setToolTip(f"<qt>{html.escape(whole)}</qt>")
        self.setAccessibleDescription(whole if estimate is None else f"{self.number.text()}. {whole}")

    def _frame(self, framed: bool) -> None:
        """A card for an estimate; a line needs none."""
        name = "card" if framed else "plain"
        if self.objectName() != name:
            self.setObjectName(name)
            self.style().unpolish(self)
            self.style().polish(self)
            self._column.setContentsMargins(*((12, 6, 12, 6) if framed else (12, 0, 12, 0)))
