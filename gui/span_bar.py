"""Which part of a session is shown, as a scroll bar."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollBar, QWidget

from review.time_span import Span, whole_span

UNITS = 10
"""Of the bar, a second: it counts in whole numbers."""

STEPS_A_PAGE = 20


class SpanBar(QScrollBar):
    """`moved` carries the part that somebody wants to see."""

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._span = whole_span(0.0)
        self.setAccessibleName("Which part of the session is shown")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.valueChanged.connect(self._move)

    def show_span(self, span: Span) -> None:
        """Stand where the part that is shown stands."""
        self._span = span
        self.blockSignals(True)
        self.setPageStep(max(1, round(span.seconds * UNITS)))
        self.setSingleStep(max(1, round(span.seconds * UNITS / STEPS_A_PAGE)))
        self.setRange(0, max(0, round((span.whole - span.seconds) * UNITS)))
        self.setValue(round(span.start * UNITS))
        self.blockSignals(False)

    @Slot(int)
    def _move(self, value: int) -> None:
        self.moved.emit(self._span.moved(value / UNITS - self._span.start))
