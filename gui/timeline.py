"""The timeline of a session: all lanes over one axis of time, with what holds at the play-head beside each lane's name."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.labels import MODALITIES, Emotion, Modality
from core.readings import TextReading
from core.session import Judgement, Mark, Note
from core.tracks import Floats
from core.usual import Usual
from gui import wording
from gui.chart_stack import Legend
from gui.lane_head import LaneHead, descriptor_choice
from gui.series_painter import MEAN_PX
from gui.span_bar import SpanBar
from gui.theme import Theme
from gui.timeline_attention import AttentionLane
from gui.timeline_lane import LaneCanvas
from gui.timeline_lanes import EmotionLane, IndexLane, SeriesLane, SpeakingLane, WeightsLane
from gui.timeline_ruler import TimelineRuler
from gui.timeline_words import WordsLane, marked, written
from review.estimates import KeptEstimates
from review.moments import next_of, previous_of
from review.summary import DESCRIPTORS
from review.time_span import Span, whole_span
from review.timeline_data import TimelineData

Lane = Modality | None
"""What can be judged: a lane, or the index."""

LANES: tuple[Lane, ...] = (None, *MODALITIES)
ZOOM = 1.25
PAGE_SHARE = 0.9
WHEEL_STEP = 120
FINE_SPAN_S = 20.0


class Timeline(QWidget):
    """Arrows, clicks and drags seek; Up and Down choose a lane; + and - zoom. It is given what it shows."""

    sought = Signal(float)
    span_changed = Signal(object)
    lane_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._span = whole_span(0.0)
        self._at = 0.0
        self._stops: Sequence[float] = ()
        self._data: TimelineData | None = None
        self.lane: Lane = None
        self.events = WordsLane("Marks and notes", 18)
        self.text = WordsLane("Timeline of the text", 34)
        self.index = IndexLane(64)
        self.face = EmotionLane(Modality.FACE, 72)
        self.voice = EmotionLane(Modality.VOICE, 60)
        self.speaking = SpeakingLane(40)
        self.descriptor = descriptor_choice()
        self.heads = {
            "events": LaneHead("Marks and notes"),
            "index": LaneHead("Index"),
            "face": LaneHead("Face"),
            "voice": LaneHead("Voice"),
            "speaking": LaneHead("Speaking", self.descriptor),
            "text": LaneHead("Text"),
            "estimate": LaneHead("Estimate"),
        }
        self.attention = AttentionLane(62)
        self.weights = WeightsLane(16)
        self._scales: Sequence[Timeline] = (self,)
        self.legend = Legend()
        self.ruler = TimelineRuler()
        self.bar = SpanBar()
        self.about = QLabel()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.choose_lane(None)
        self.show_estimates(KeptEstimates())

    @property
    def lanes(self) -> dict[str, LaneCanvas]:
        """By their names, from the top."""
        canvases = (self.events, self.index, self.face, self.voice, self.speaking, self.text, self.attention)
        return dict(zip(self.heads, canvases, strict=True))

    @property
    def _canvases(self) -> list[LaneCanvas]:
        """All that moves with time."""
        return [*self.lanes.values(), self.weights]

    @property
    def span(self) -> Span:
        """The part of the session that is shown."""
        return self._span

    # What it is given

    def show_session(
        self, data: TimelineData, marks: Sequence[Mark], notes: Sequence[Note], entries: Sequence[TextReading], axis_s: float
    ) -> None:
        """Draw a session on an axis of at least `axis_s` seconds; the same one again keeps what part of it is shown."""
        same = self._data is not None and self._data.session.info.id == data.session.info.id
        self._data = data
        for lane in (self.index, self.weights, self.face, self.voice, self.speaking):
            lane.show_data(data)
        for key, canvas in zip(LANES, (self.index, self.face, self.voice, self.text), strict=True):
            canvas.set_shades(data.gaps[key], data.absences[key] if canvas is not self.text else ())
        self.speaking.set_shades(data.gaps[Modality.VOICE], ())
        labels = marked(marks, notes)
        self.events.show_labels(labels)
        self.text.show_labels(written(entries))
        self._stops = [label.at for label in labels]
        for canvas in self._canvases:
            canvas.set_moments(self._stops)
        self.choose_descriptor()
        whole = whole_span(max(axis_s, data.seconds))
        self.show_span(self._span if same and self._span.whole == whole.whole else whole)

    def show_usual(self, usual: Usual | None) -> None:
        """Draw what is usual for the person behind the index; None: it is not known."""
        self.index.show_usual(usual)

    def show_estimates(self, kept: KeptEstimates) -> None:
        """Draw what the estimates of a questionnaire rest on; without any, there is no such lane."""
        self.attention.show_estimates(kept.all)
        for part in (self.heads["estimate"], self.attention):
            part.setVisible(bool(kept.all))

    def show_judgements(self, judgements: Sequence[Judgement]) -> None:
        """What was said of moments."""
        for key, canvas in zip(LANES, (self.index, self.face, self.voice, self.text), strict=True):
            canvas.set_judgements([one for one in judgements if one.modality is key])

    def show_play_head(self, at: float) -> None:
        """Move the play-head, and turn the page where it leaves the part that is shown."""
        self._at = at
        held = self._span.holding(at)
        if held != self._span:
            self.show_span(held)
        for canvas in self._canvases:
            canvas.set_play_head(at)

    def say(self, words: Mapping[str, str]) -> None:
        """What holds at the play-head, lane by lane."""
        for name, head in self.heads.items():
            head.say(words.get(name, ""))
            self.lanes[name].setAccessibleDescription(words.get(name, ""))
        self.setAccessibleDescription(". ".join(f"{name}: {said}" for name, said in words.items() if said))

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for canvas in self._canvases:
            canvas.set_theme(theme)
        self.ruler.set_theme(theme)
        self.legend.set_theme(theme)

    @Slot(object)
    def show_span(self, span: Span) -> None:
        """Show this part of the session."""
        changed = span != self._span
        self._span = span
        for canvas in self._canvases:
            canvas.set_span(span)
        self.ruler.set_span(span)
        self.bar.show_span(span)
        self._tell_pixels()
        if changed:
            self.span_changed.emit(span)

    def choose_lane(self, lane: Lane) -> None:
        """The lane that keys speak of."""
        self.lane = lane
        for key, name in zip(LANES, ("index", *MODALITIES), strict=True):
            self.heads[name].choose(key is lane)
        self.lane_chosen.emit(lane)

    # Building

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        shares = {"index": 4, "face": 4, "voice": 3, "speaking": 2}
        for name, canvas in self.lanes.items():
            column.addWidget(self.heads[name])
            column.addWidget(canvas, shares.get(name, 0))
            if name == "index":
                column.addWidget(self.weights)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self.about.setObjectName("statistic")
        self.about.setAccessibleName("How the lines are drawn")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2, 2, 2, 2)
        outer.setSpacing(2)
        outer.addWidget(self.legend)
        outer.addWidget(self._scroll, 1)
        for widget in (self.ruler, self.bar, self.about):
            outer.addWidget(widget)

    def _connect(self) -> None:
        for canvas in self._canvases:
            canvas.sought.connect(self._seek)
        self.index.width_changed.connect(self._fit)
        self.legend.changed.connect(self._show_emotions)
        self.descriptor.currentIndexChanged.connect(self.choose_descriptor)
        self.bar.moved.connect(self.show_span)

    # Moving through time

    @Slot(float)
    def _seek(self, at: float) -> None:
        self.setFocus()
        self.sought.emit(at)

    @Slot(object)
    def _show_emotions(self, shown: Collection[Emotion]) -> None:
        for lane in (self.face, self.voice):
            lane.show_emotions(shown)

    @Slot()
    def choose_descriptor(self) -> None:
        """Draw the chosen descriptor on an axis that holds all that was measured of it, in every session that shares it."""
        one = next(one for one in DESCRIPTORS if one.field == self.descriptor.currentData())
        known = np.concatenate([timeline.measured_of(one.field) for timeline in self._scales])
        low, high = (float(known.min()), float(known.max())) if len(known) and np.ptp(known) > 0 else (0.0, 1.0)
        self.speaking.choose(one.field, low, high, one.decimals)

    def share_scales(self, timelines: Sequence["Timeline"]) -> None:
        """Draw what has no scale of its own on one that holds what all of these measured."""
        self._scales = timelines
        self.choose_descriptor()

    def measured_of(self, field: str) -> Floats:
        """All that was measured of a descriptor (N,)."""
        values = self._data.session.lanes[Modality.VOICE].descriptors.get(field) if self._data else None
        return np.empty(0) if values is None else values[np.isfinite(values)]

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Show `factor` times as much; the play-head, or the moment `about`, stays in its place."""
        anchor = self._at if about is None else about
        self.show_span(self._span.zoomed(factor, min(max(self._span.start, anchor), self._span.end)))

    def show_all(self) -> None:
        """Show the whole session."""
        self.show_span(whole_span(self._span.whole))

    def seek_stop(self, *, later: bool) -> None:
        """Seek the next mark or note, or the one before."""
        at = next_of(self._stops, self._at) if later else previous_of(self._stops, self._at)
        if at is not None:
            self.sought.emit(at)

    @property
    def step_s(self) -> float:
        """What an arrow moves the play-head by."""
        return 1.0 if self._span.seconds > FINE_SPAN_S else 0.1

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, pages, zoom."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._arrow(later=key is Qt.Key.Key_Right, modifiers=modifiers)
            return
        acts = {
            Qt.Key.Key_Home: lambda: self.sought.emit(0.0),
            Qt.Key.Key_End: lambda: self.sought.emit(self._span.whole),
            Qt.Key.Key_PageUp: lambda: self.show_span(self._span.moved(-PAGE_SHARE * self._span.seconds)),
            Qt.Key.Key_PageDown: lambda: self.show_span(self._span.moved(PAGE_SHARE * self._span.seconds)),
            Qt.Key.Key_Plus: lambda: self.zoom(1 / ZOOM),
            Qt.Key.Key_Equal: lambda: self.zoom(1 / ZOOM),
            Qt.Key.Key_Minus: lambda: self.zoom(ZOOM),
            Qt.Key.Key_0: self.show_all,
            Qt.Key.Key_Up: lambda: self._choose_beside(-1),
            Qt.Key.Key_Down: lambda: self._choose_beside(1),
        }
        act = None if modifiers & Qt.KeyboardModifier.ControlModifier else acts.get(key)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _arrow(self, *, later: bool, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.seek_stop(later=later)
            return
        step = self.step_s * (10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        self.sought.emit(min(max(0.0, self._at + (step if later else -step)), self._span.whole))

    def _choose_beside(self, by: int) -> None:
        self.choose_lane(LANES[min(max(0, LANES.index(self.lane) + by), len(LANES) - 1)])

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl zooms about the pointer, Shift or a sideways wheel moves; else the lanes scroll."""
        across, along = event.angleDelta().x(), event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and along:
            self.zoom(ZOOM ** (-along / WHEEL_STEP), self._seconds_at(event.position()))
        elif across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.show_span(self._span.moved(-(across or along) / WHEEL_STEP * self._span.seconds / 10))
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def _seconds_at(self, position: QPointF) -> float:
        return self.index.seconds_at(self.index.mapFrom(self, position.toPoint()).x())

    @Slot(int)
    def _fit(self, width: int) -> None:
        """The times lie under the lanes, which a scroll bar makes narrower; a pixel is another stretch of time."""
        self.ruler.setMaximumWidth(width)
        self._tell_pixels()

    def _tell_pixels(self) -> None:
        binned = any(isinstance(lane, SeriesLane) and lane.binned for lane in self.lanes.values())
        words = wording.pixel_words(self.face.place.pixel_s, MEAN_PX, binned=binned)
        self.about.setText(words)
        self.about.setToolTip(words)
