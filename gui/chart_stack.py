"""All charts over one time axis, with their legend and the choice of the time window."""

from collections import deque
from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import FaceReading, FusionScore, Reading, VoiceReading
from core.session import Mark
from core.usual import Usual
from gui import wording
from gui.descriptor_strip import DescriptorStrip
from gui.emotion_chart import FaceChart, IndexChart, TextChart, VoiceChart
from gui.theme import GAP_PX, Theme, emotion_pen
from gui.time_ruler import TimeRuler
from gui.weights_chart import ORDER, WeightsChart

WINDOWS_S = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
MOST_MARKS = 300
USUAL = "grey: usual for this person's sessions"
WORDY_PX = 600


class Legend(QWidget):
    """One button a class, with its colour and line; pressed: shown."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[Emotion, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for emotion in EMOTIONS:
            button = QToolButton()
            button.setText(emotion.capitalize())
            button.setCheckable(True)
            button.setChecked(True)
            button.setObjectName("chip")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(18, 10))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"Show or hide {emotion}")
            button.setAccessibleName(f"Show {emotion} in the charts")
            button.toggled.connect(self._tell)
            self._buttons[emotion] = button
            row.addWidget(button)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Three letters where there is no room for words; the tooltip has them whole."""
        super().resizeEvent(event)
        short = event.size().width() < WORDY_PX
        for emotion, button in self._buttons.items():
            button.setText(emotion.capitalize()[:3] if short else emotion.capitalize())

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for emotion, button in self._buttons.items():
            button.setIcon(_line_sample(theme, emotion, self.devicePixelRatioF()))

    def shown(self) -> set[Emotion]:
        """The classes that are shown."""
        return {emotion for emotion, button in self._buttons.items() if button.isChecked()}

    def choose(self, shown: Collection[Emotion]) -> None:
        """Show these, and no others."""
        for emotion, button in self._buttons.items():
            button.setChecked(emotion in shown)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.shown())


def _line_sample(theme: Theme, emotion: Emotion, ratio: float) -> QIcon:
    pixmap = QPixmap(int(18 * ratio), int(10 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    pen = QPen(emotion_pen(theme, emotion))
    pen.setWidth(2)
    painter.setPen(pen)
    painter.drawLine(0, 5, 18, 5)
    painter.end()
    return QIcon(pixmap)


class ChartStack(QWidget):
    """Index, weights, face, voice, how somebody speaks, and text, one above the other; each takes only what belongs to it."""

    window_changed = Signal(float)
    moment_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: deque[Mark] = deque(maxlen=MOST_MARKS)
        self._seconds = WINDOWS_S[1]
        self._now = 0.0
        self.index = IndexChart()
        self.weights = WeightsChart()
        self.face = FaceChart()
        self.voice = VoiceChart()
        self.text = TextChart()
        self.descriptors = DescriptorStrip()
        self._ruler = TimeRuler()
        self._legend = Legend()
        self._legend.changed.connect(self._show_emotions)
        self._window = self._window_choice()
        self._states: dict[str, QLabel] = {}
        self._rows: dict[str, tuple[QWidget, QWidget]] = {}
        self._lay_out()
        for plot in (self.index, self.weights):
            plot.clicked.connect(self.moment_chosen)

    @property
    def _plots(self) -> tuple[IndexChart, WeightsChart, FaceChart, VoiceChart, TextChart]:
        return self.index, self.weights, self.face, self.voice, self.text

    def _window_choice(self) -> QComboBox:
        choice = QComboBox()
        for seconds in WINDOWS_S:
            choice.addItem(f"Last {wording.window_in_words(seconds)}", seconds)
        choice.setAccessibleName("Time window of the charts")
        choice.setToolTip("How much of the past the charts show")
        choice.currentIndexChanged.connect(self._choose_window)
        return choice

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._legend, 1)
        head.addWidget(self._window)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        for title, widget, share in (
            ("Index", self.index, 4),
            ("Weights", self.weights, 1),
            ("Face", self.face, 4),
            ("Voice", self.voice, 3),
            ("Speaking", self.descriptors, 0),
            ("Text", self.text, 2),
        ):
            self._add_row(grid, title, widget, share)
        grid.addWidget(self._ruler, grid.rowCount(), 0)
        inner = QWidget()
        inner.setObjectName("plain")
        inner.setLayout(grid)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        card = QFrame()
        card.setObjectName("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(GAP_PX, GAP_PX - 2, GAP_PX, GAP_PX - 2)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _add_row(self, grid: QGridLayout, title: str, widget: QWidget, share: int) -> None:
        name = QLabel(title)
        name.setObjectName("lane")
        state = QLabel()
        state.setObjectName("statistic")
        self._states[title] = state
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(4, 2, 4, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(name)
        row.addWidget(state, 1)
        at = grid.rowCount()
        grid.addWidget(head, at, 0)
        grid.addWidget(widget, at + 1, 0)
        policy = widget.sizePolicy()
        policy.setVerticalStretch(share)
        widget.setSizePolicy(policy)
        self._rows[title] = head, widget

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        for widget in (*self._plots, self.descriptors, self._ruler, self._legend):
            widget.set_theme(theme)

    def set_window(self, seconds: float) -> None:
        """Choose the time window that is nearest to `seconds`."""
        nearest = min(range(len(WINDOWS_S)), key=lambda i: abs(WINDOWS_S[i] - seconds))
        self._window.setCurrentIndex(nearest)
        self._choose_window(nearest)

    @Slot(int)
    def _choose_window(self, row: int) -> None:
        self._seconds = WINDOWS_S[row]
        for plot in self._plots:
            plot.set_seconds(self._seconds)
        self.refresh(self._now)
        self.window_changed.emit(self._seconds)

    @Slot(object)
    def _show_emotions(self, shown: set[Emotion]) -> None:
        for plot in (self.face, self.voice, self.text):
            plot.show_emotions(shown)
        self.refresh(self._now)

    @property
    def seconds(self) -> float:
        """The length of the time window."""
        return self._seconds

    def set_lane_open(self, modality: Modality, on: bool) -> None:
        """Whether a lane has a chart, or is one line until it has something to show; the voice has two."""
        self._rows[modality.capitalize()][1].setVisible(on)
        if modality is Modality.VOICE:
            for part in self._rows["Speaking"]:
                part.setVisible(on)

    def is_lane_open(self, modality: Modality) -> bool:
        """Whether a lane has its chart."""
        return not self._rows[modality.capitalize()][1].isHidden()

    def set_lane_state(self, modality: Modality, words: str) -> None:
        """A few words beside a lane's name, such as why there is nothing."""
        self._states[modality.capitalize()].setText(words)

    def show_usual(self, usual: Usual | None) -> None:
        """Draw what is usual for the person behind the index; None: it is not known."""
        self.index.show_usual(usual)
        self._states["Index"].setText("" if usual is None else USUAL)

    def add_readings(self, readings: Sequence[Reading]) -> None:
        """Take readings in."""
        for modality in {reading.modality for reading in readings if reading.probabilities}:
            if not self.is_lane_open(modality):
                self.set_lane_open(modality, True)
        for reading in readings:
            if isinstance(reading, FaceReading):
                self.face.add(reading)
            elif isinstance(reading, VoiceReading):
                self.voice.add(reading)
                self.descriptors.add(reading)
            else:
                self.text.add(reading)

    def add_scores(self, scores: Sequence[FusionScore]) -> None:
        """Take scores in."""
        for score in scores:
            self.index.add(score)
            self.weights.add(score)
        if scores:
            self._states["Weights"].setText(ORDER)

    def add_mark(self, mark: Mark) -> None:
        """Draw a mark in all charts."""
        self._marks.append(mark)

    def refresh(self, now: float) -> None:
        """Draw the window up to `now` seconds: it fills from the left, and once it is full it rolls."""
        self._now = now
        end = max(now, self._seconds)
        for plot in self._plots:
            plot.refresh(end)
            plot.show_marks(self._marks, end)
        self.index.name_marks(self._marks, end)
        self.descriptors.refresh(self._seconds, end)
        self._ruler.show_window(self._seconds, end)

    @Slot(float)
    def show_moment(self, at: float) -> None:
        """Draw a line at the moment that is explained; NaN: at none."""
        for plot in (self.index, self.weights):
            plot.show_moment(at)

    def clear(self) -> None:
        """Forget the session before."""
        self.show_moment(float("nan"))
        self._marks.clear()
        for modality in Modality:
            self.set_lane_open(modality, modality is not Modality.TEXT)
        for plot in self._plots:
            plot.clear_history()
        self.descriptors.clear_history()
        for name, state in self._states.items():
            if name != "Index":  # the person is the same
                state.clear()
        self.refresh(0.0)
