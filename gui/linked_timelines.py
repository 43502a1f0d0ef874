"""Two timelines on the same axes: what one shows of time, classes and scales, the other shows as well."""

from PySide6.QtCore import QObject, Slot

from core.labels import Emotion
from gui.timeline import Timeline
from review.time_span import Span


class LinkedTimelines(QObject):
    """Their play-heads stay their own."""

    def __init__(self, first: Timeline, second: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._both = (first, second)
        self._on = False
        for timeline in self._both:
            timeline.span_changed.connect(self._show_span)
            timeline.descriptor.currentIndexChanged.connect(self._choose_descriptor)
            timeline.legend.changed.connect(self._show_emotions)

    def link(self, on: bool) -> None:
        """From now on; whatever they showed, they begin with the first one's."""
        self._on = on
        first, second = self._both
        for timeline in self._both:
            timeline.share_scales(self._both if on else (timeline,))
        if on:
            self._show_emotions(first.legend.shown())
            self._choose_descriptor(first.descriptor.currentIndex())
            second.show_span(first.span)

    @Slot(object)
    def _show_span(self, span: Span) -> None:
        if self._on:
            for timeline in self._both:
                timeline.show_span(span)

    @Slot(int)
    def _choose_descriptor(self, index: int) -> None:
        if self._on:
            for timeline in self._both:
                timeline.descriptor.setCurrentIndex(index)

    @Slot(object)
    def _show_emotions(self, shown: set[Emotion]) -> None:
        if self._on:
            for timeline in self._both:
                timeline.legend.choose(shown)
