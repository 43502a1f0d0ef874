"""The reasons of the index in a window of their own, moment by moment, beside a session that may run on."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.theme import GAP_PX
from gui.why_panel import WhyPanel
from review.estimate_words import about, estimate_rows, explained
from review.estimates import KeptEstimates
from review.why import NO_REASONS, KeptScores


class WhyDialog(QDialog):
    """Shows a moment of `kept` scores with the estimate that held, and steps from one to the next.

    `moment_shown` carries it (NaN: none, the dialog was closed).
    """

    moment_shown = Signal(float)

    def __init__(self, kept: KeptScores, estimates: KeptEstimates, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Why this value")
        self.setModal(False)
        self._kept = kept
        self._estimates = estimates
        self._at = 0.0
        self.panel = WhyPanel()
        self.earlier = QPushButton("Earlier")
        self.later = QPushButton("Later")
        self.newest = QPushButton("Newest")
        self.close_button = QPushButton("Close")
        self.earlier.setToolTip("The moment before (Alt+Left)")
        self.later.setToolTip("The moment after (Alt+Right)")
        self.newest.setToolTip("The newest moment (Alt+End)")
        for button, keys, act in (
            (self.earlier, "Alt+Left", self._step_back),
            (self.later, "Alt+Right", self._step_on),
            (self.newest, "Alt+End", self.show_newest),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)  # a button's own would be pressed slowly, to be seen
            button.clicked.connect(act)
            button.setAccessibleDescription(button.toolTip())
        for button in (self.earlier, self.later, self.newest, self.close_button):
            button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.panel.moment_chosen.connect(self.show_moment)
        self.finished.connect(self._tell_closed)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        for button in (self.earlier, self.later, self.newest):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.addWidget(self.panel, 1)
        column.addLayout(row)
        self.resize(680, 520)

    @Slot(float)
    def show_moment(self, at: float, steps: int = 0) -> None:
        """The reasons of the score that holds at `at` seconds, or of one some steps away."""
        moment = self._kept.moment(at, steps)
        if moment is None:
            self.panel.say(NO_REASONS)
            return
        self._at = moment
        self._show()
        self.moment_shown.emit(moment)

    def _show(self) -> None:
        estimate = self._estimates.at(self._at)
        said = about(self._estimates, None) if estimate is None else explained(estimate)  # the notes of its card are rows
        self.panel.show_estimate(estimate_rows(estimate, self._estimates.notes), said)
        self.panel.show_why(self._at, self._kept.why(self._at), self._kept.remark(self._at))

    def take_estimates(self, estimates: KeptEstimates) -> None:
        """They came after the dialog."""
        self._estimates = estimates
        if self.isVisible():
            self._show()

    @Slot()
    def show_newest(self) -> None:
        """The reasons of the newest score."""
        self.show_moment(float("inf"))

    @Slot()
    def _step_back(self) -> None:
        self.show_moment(self._at, -1)

    @Slot()
    def _step_on(self) -> None:
        self.show_moment(self._at, 1)

    @Slot()
    def _tell_closed(self) -> None:
        self.moment_shown.emit(float("nan"))

    def open_at(self, at: float) -> None:
        """Show a moment and come to the front, with the keyboard in the reasons."""
        self.show_moment(at)
        self.show()
        self.raise_()
        self.activateWindow()
        self.panel.tree.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
