"""The timeline of a session: all lanes over one axis of time, with what holds at the play-head beside each lane's name."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from core.labels import MODALITIES, Emotion, Modality
from core.readings import TextReading
from core.session import Judgement, Mark, Note
from gui import wording
from gui.chart_stack import Legend
from gui.elided_label import ElidedLabel
from gui.series_painter import MEAN_PX
from gui.theme import GAP_PX, Theme
from gui.timeline_lane import LaneCanvas
from gui.timeline_lanes import EmotionLane, IndexLane, SeriesLane, SpeakingLane
from gui.timeline_ruler import TimelineRuler
from gui.timeline_words import WordsLane, marked, written
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
BAR_UNITS = 10
"""Of the scroll bar, a second: it counts in whole numbers."""

FIRST_DESCRIPTOR = "pitch_sd_semitones"


class LaneHead(QWidget):
    """A lane's name, a choice where there is one, and what holds at the play-head."""

    def __init__(self, name: str, choice: QComboBox | None = None) -> None:
        super().__init__()
        self._name = name
        self.title = QLabel(name)
        self.title.setObjectName("lane")
        self.words = ElidedLabel()
        self.words.setObjectName("dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.title)
        if choice is not None:
            row.addWidget(choice)
        row.addWidget(self.words, 1)

    def say(self, words: str) -> None:
        """What holds; whole in the tooltip."""
        self.words.setText(words)
        self.words.setToolTip(words)

    def choose(self, on: bool) -> None:
        """Whether this is the lane that keys speak of."""
        self.title.setText(f"▸ {self._name}" if on else self._name)


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
        self.descriptor = self._descriptor_choice()
        self.heads = {
            "events": LaneHead("Marks and notes"),
            "index": LaneHead("Index"),
            "face": LaneHead("Face"),
            "voice": LaneHead("Voice"),
            "speaking": LaneHead("Speaking", self.descriptor),
            "text": LaneHead("Text"),
        }
        self.below_index = QVBoxLayout()
        self.legend = Legend()
        self.ruler = TimelineRuler()
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.about = QLabel()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.choose_lane(None)

    @property
    def lanes(self) -> dict[str, LaneCanvas]:
        """By their names, from the top."""
        canvases = (self.events, self.index, self.face, self.voice, self.speaking, self.text)
        return dict(zip(self.heads, canvases, strict=True))

    @property
    def span(self) -> Span:
        """The part of the session that is shown."""
        return self._span

    # What it is given

    def show_session(self, data: TimelineData, marks: Sequence[Mark], notes: Sequence[Note], entries: Sequence[TextReading]) -> None:
        """Draw a session; the same one again keeps what part of it is shown."""
        same = self._data is not None and self._data.session.info.id == data.session.info.id
        self._data = data
        for lane in (self.index, self.face, self.voice, self.speaking):
            lane.show_data(data)
        for key, canvas in zip(LANES, (self.index, self.face, self.voice, self.text), strict=True):
            canvas.set_shades(data.gaps[key], data.absences[key] if canvas is not self.text else ())
        self.speaking.set_shades(data.gaps[Modality.VOICE], ())
        labels = marked(marks, notes)
        self.events.show_labels(labels)
        self.text.show_labels(written(entries))
        self._stops = [label.at for label in labels]
        for canvas in self.lanes.values():
            canvas.set_moments(self._stops)
        self._choose_descriptor()
        if not same:
            self.show_span(whole_span(data.seconds))
        else:
            self.show_span(self._span)

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
        for canvas in self.lanes.values():
            canvas.set_play_head(at)

    def say(self, words: Mapping[str, str]) -> None:
        """What holds at the play-head, lane by lane."""
        for name, head in self.heads.items():
            head.say(words.get(name, ""))
            self.lanes[name].setAccessibleDescription(words.get(name, ""))
        self.setAccessibleDescription(". ".join(f"{name}: {said}" for name, said in words.items() if said))

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for canvas in self.lanes.values():
            canvas.set_theme(theme)
        self.ruler.set_theme(theme)
        self.legend.set_theme(theme)

    def show_span(self, span: Span) -> None:
        """Show this part of the session."""
        changed = span != self._span
        self._span = span
        for canvas in self.lanes.values():
            canvas.set_span(span)
        self.ruler.set_span(span)
        self._place_bar()
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

    def _descriptor_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setObjectName("low")
        choice.setAccessibleName("What the timeline of speaking shows")
        for one in DESCRIPTORS:
            choice.addItem(f"{one.name} ({one.unit})", one.field)
        choice.setCurrentIndex(choice.findData(FIRST_DESCRIPTOR))
        return choice

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
                column.addLayout(self.below_index)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self.about.setObjectName("statistic")
        self.about.setAccessibleName("How the lines are drawn")
        self.bar.setAccessibleName("Which part of the session is shown")
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2, 2, 2, 2)
        outer.setSpacing(2)
        outer.addWidget(self.legend)
        outer.addWidget(self._scroll, 1)
        for widget in (self.ruler, self.bar, self.about):
            outer.addWidget(widget)

    def _connect(self) -> None:
        for canvas in self.lanes.values():
            canvas.sought.connect(self._seek)
        self.legend.changed.connect(self._show_emotions)
        self.descriptor.currentIndexChanged.connect(self._choose_descriptor)
        self.bar.valueChanged.connect(self._bar_moved)

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
    def _choose_descriptor(self) -> None:
        one = next(one for one in DESCRIPTORS if one.field == self.descriptor.currentData())
        self.speaking.choose(one.field, *self.descriptor_range(one.field), one.decimals)

    def descriptor_range(self, field: str) -> tuple[float, float]:
        """What was measured of a descriptor, from the lowest to the highest."""
        values = self._data.session.lanes[Modality.VOICE].descriptors.get(field) if self._data else None
        known = np.empty(0) if values is None else values[np.isfinite(values)]
        return (float(known.min()), float(known.max())) if len(known) and np.ptp(known) > 0 else (0.0, 1.0)

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

    def _place_bar(self) -> None:
        self.bar.blockSignals(True)
        self.bar.setPageStep(max(1, round(self._span.seconds * BAR_UNITS)))
        self.bar.setSingleStep(max(1, round(self._span.seconds * BAR_UNITS / 20)))
        self.bar.setRange(0, max(0, round((self._span.whole - self._span.seconds) * BAR_UNITS)))
        self.bar.setValue(round(self._span.start * BAR_UNITS))
        self.bar.blockSignals(False)

    @Slot(int)
    def _bar_moved(self, value: int) -> None:
        self.show_span(self._span.moved(value / BAR_UNITS - self._span.start))

    def _tell_pixels(self) -> None:
        binned = any(isinstance(lane, SeriesLane) and lane.binned for lane in self.lanes.values())
        self.about.setText(wording.pixel_words(self.face.place.pixel_s, MEAN_PX, binned=binned))
