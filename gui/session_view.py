"""What a running session looks like, live or recorded: picture and present state on one side, charts on the other."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.labels import MODALITIES, Modality
from core.readings import ClassMap, FaceReading, TextReading
from core.session import BASELINE, Mark, SessionResults
from core.settings import DisplaySettings, FusionSettings
from gui import wording
from gui.beside_usual import BesideUsual
from gui.chart_stack import WINDOWS_S, ChartStack
from gui.estimate_card import EstimateCard
from gui.index_card import IndexCard
from gui.keys import Key
from gui.level_meter import LevelMeter
from gui.now_card import NowCard
from gui.reasons import Reasons
from gui.statistics_line import StatisticsLine
from gui.theme import GAP_PX, Theme
from gui.video_view import LEAST_PICTURE_PX, PICTURE_PX, VideoView
from monitor.board import Taken
from monitor.lane import OwnFusion
from review.estimates import KeptEstimates
from review.why import KeptScores

NARROW_PX = 860
"""Below this width the two sides become two tabs."""

TABS_PX = 64
LEAST_CARD_PX = 216
"""Holds the smallest picture and what stands below it."""

UNLIMITED_PX = 16_777_215
"""Qt's own word for no limit."""

MOST_TICKS_A_DRAWING = 30
LEAST_TICKS_A_DRAWING = 3
"""The charts are drawn at every third look at the board (ten times a second); a long window, where that moves nothing, more seldom."""


class SessionView(QWidget):
    """Given what came from the board, it shows it; it is drawn only while it is seen."""

    def __init__(self, display: DisplaySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticks = 0
        self._newest = 0.0
        self.video = VideoView()
        self.level = LevelMeter()
        self.map_button = QToolButton()
        self.comparison = QLabel()
        self.now = NowCard(display)
        self.index = IndexCard()
        self.estimate = EstimateCard()
        self.charts = ChartStack()
        self.beside_usual = BesideUsual(self.index, self.charts)
        self.reasons = Reasons(self.charts, self)
        self.index.why_wanted.connect(self.reasons.open_newest)
        self.statistics = StatisticsLine()
        self.on_text: Callable[[TextReading], None] | None = None
        self._picture = QFrame()
        self._picture.setObjectName("card")
        self._cards = QVBoxLayout()
        self._present = self._present_side()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(GAP_PX)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._splitter, 1)
        column.addWidget(self._tabs, 1)
        column.addWidget(self.statistics)
        self._narrow: bool | None = None
        self._arrange(False)
        self.charts.set_window(display.chart_seconds)
        self.set_display(display)

    def _present_side(self) -> QScrollArea:
        inside = QVBoxLayout(self._picture)
        inside.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX)
        inside.setSpacing(6)
        inside.addWidget(self.video, 1)
        inside.addLayout(self._below_picture())
        self.comparison.setObjectName("statistic")
        self.comparison.setWordWrap(True)
        self.comparison.setAccessibleName("What the voice is compared with")
        inside.addWidget(self.comparison)
        self.compare_with(None)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(GAP_PX)
        self._cards.addWidget(self.now)
        numbers = QVBoxLayout()
        numbers.setSpacing(GAP_PX)
        numbers.addWidget(self.index)
        numbers.addWidget(self.estimate)
        self._cards.addLayout(numbers)
        inner = QWidget()
        inner.setObjectName("plain")
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom, inner)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(GAP_PX)
        self._sides.addWidget(self._picture, 1)
        self._sides.addLayout(self._cards, 0)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumWidth(300)
        scroll.setWidget(inner)
        return scroll

    def _below_picture(self) -> QHBoxLayout:
        button = self.map_button
        button.setText("Where it looked")
        button.setCheckable(True)
        button.setObjectName("switch")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(
            f"{Key.CLASS_MAP.meaning} ({Key.CLASS_MAP.written}). It is not where a feeling is,\n"
            "and it is coarse: every place of the map sees much of the face."
        )
        button.setAccessibleDescription(button.toolTip())
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.level, 1)
        row.addWidget(button)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two sides or two tabs, by the width."""
        super().resizeEvent(event)
        self._arrange(event.size().width() < NARROW_PX)
        self._picture.setMaximumHeight(max(LEAST_CARD_PX, event.size().height() - TABS_PX) if self._narrow else UNLIMITED_PX)

    def _arrange(self, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self._tabs.addTab(self._present, "Now")
            self._tabs.addTab(self.charts, "Charts")
        else:
            self._splitter.addWidget(self._present)
            self._splitter.addWidget(self.charts)
            self._splitter.setStretchFactor(0, 0)
            self._splitter.setStretchFactor(1, 1)
            self._splitter.setSizes([394, 846])
            self._present.show()
            self.charts.show()
        self._turn(QBoxLayout.Direction.LeftToRight if narrow else QBoxLayout.Direction.TopToBottom)
        self._tabs.setVisible(narrow)
        self._splitter.setVisible(not narrow)

    def _turn(self, direction: QBoxLayout.Direction) -> None:
        """Beside one another in a tab, the picture and the numbers share the width, and the index comes first."""
        beside = direction is QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(direction)
        # above the numbers it leaves them their room: a page of 1280 by 720 holds the index and the estimate whole
        self.video.want_height(PICTURE_PX if beside else LEAST_PICTURE_PX)
        self._sides.setStretchFactor(self._cards, 1 if beside else 0)
        self._sides.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop if beside else Qt.AlignmentFlag(0))
        self._cards.setDirection(QBoxLayout.Direction.BottomToTop if beside else QBoxLayout.Direction.TopToBottom)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        for widget in (self.video, self.level, self.now, self.index, self.charts):
            widget.set_theme(theme)

    def set_display(self, display: DisplaySettings) -> None:
        """How the labels and the picture are shown from now on; the time window of the charts stays."""
        self.now.set_display(display)
        self.video.switch_class_map(display.class_map)
        self.map_button.setChecked(display.class_map)

    @property
    def class_map(self) -> ClassMap | None:
        """Where the network looked for the class that is shown now, switched on or not."""
        return self.video.class_map.class_map

    def show_taken(self, taken: Taken, now: float | None) -> None:
        """Show what came since the last look; `now` is the right end of the charts (None: the newest that came)."""
        self._take_in(taken)
        if taken.frame is not None:
            self.video.show_frame(taken.frame)
        if taken.level is not None:
            self.level.show_level(taken.level)
        if taken.statistics:
            self.statistics.show_statistics(taken.statistics)
        if taken.scores:
            self.index.show_score(taken.scores[-1])
        self._ticks += 1
        if self._ticks % ticks_a_drawing(self.charts.seconds) == 0 and self.charts.isVisible():
            self.charts.refresh(self._newest if now is None else now)

    def _take_in(self, taken: Taken) -> None:
        self.charts.add_readings(taken.readings)
        self.charts.add_scores(taken.scores)
        self.reasons.add(taken.scores)
        self.beside_usual.add(taken.scores)
        self.estimate.add(taken.estimates)
        for modality in MODALITIES:
            readings = [reading for reading in taken.readings if reading.modality is modality]
            if not readings:
                continue
            reading = readings[-1]
            sentence, faint = self.now.lines[modality].show_readings(readings)
            self.charts.set_lane_state(modality, sentence if reading.absent_because is not None else "")
            if isinstance(reading, FaceReading):
                words = "" if reading.absent_because else sentence.removeprefix("Face ")
                self.video.show_face(reading, words, faint=faint, shown=self.now.lines[modality].label)
            elif isinstance(reading, TextReading) and self.on_text is not None:
                self.on_text(reading)
        times = [item.at for item in (*taken.readings[-1:], *taken.scores[-1:], taken.frame, taken.level) if item is not None]
        self._newest = max([self._newest, *times])

    def begin(self, fusion: FusionSettings, *, own: OwnFusion | None) -> None:
        """A session begins, whose scores are made with these settings; `own` estimates a questionnaire (None: nothing does)."""
        self.beside_usual.begin(fusion.step_s)
        self._keep(KeptScores(fusion), KeptEstimates.of_session(fusion.checkpoint, own.notes if own else None))

    def _keep(self, scores: KeptScores, estimates: KeptEstimates) -> None:
        self.reasons.begin(scores, estimates)
        self.estimate.begin(estimates)

    def compare_with(self, made_utc: datetime | None) -> None:
        """Say what the voice is compared with: the person's ordinary speech of that time, or people in general."""
        self.comparison.setText(wording.compared_with(made_utc))

    def show_results(self, results: SessionResults, kept: KeptScores, estimates: KeptEstimates) -> None:
        """Show a stored session as it looked at its end, with the reasons of its scores and what is estimated of it."""
        self.clear()
        self.show_whole(results.info.seconds)
        for modality in MODALITIES:
            self.close_lane(modality, "not in this recording")
        self.beside_usual.begin(kept.settings.step_s)
        self._take_in(Taken(readings=tuple(results.readings), scores=tuple(results.scores)))
        self.index.show_score(results.scores[-1] if results.scores else None)
        compared = results.info.settings.get(BASELINE)
        self.compare_with(datetime.fromisoformat(compared["made_utc"]) if compared else None)
        for mark in results.marks:
            self.add_mark(mark)
        self.video.show_message("Pictures are not stored")
        self._keep(kept, estimates)
        self.show_index_end()
        self.draw_now()

    def show_whole(self, seconds: float | None) -> None:
        """Choose the shortest time window that holds a recording of this length."""
        if seconds:
            self.charts.set_window(next((one for one in WINDOWS_S if one >= seconds), WINDOWS_S[-1]))

    @property
    def newest(self) -> float:
        """The session time of the newest thing that came."""
        return self._newest

    def show_end(self) -> None:
        """The session is over: nothing on the page may look like the present, beside a preview that goes on."""
        for modality in MODALITIES:
            self.now.lines[modality].say("session over")
        self.video.show_face(None, "", faint=True)
        self.show_index_end()

    def show_index_end(self) -> None:
        """What index and estimate show is their last moment, and the whole session is beside what is usual."""
        self.index.show_end()
        self.estimate.show_end()
        self.beside_usual.end()

    def draw_now(self) -> None:
        """Draw the charts up to the newest, such as after the end."""
        self.charts.refresh(self._newest)

    def add_mark(self, mark: Mark) -> None:
        """Draw a mark in the charts."""
        self.charts.add_mark(mark)

    def close_lane(self, modality: Modality, why: str) -> None:
        """A lane that is not there: say why, and give its room to the others."""
        self.silence_lane(modality, why)
        self.charts.set_lane_open(modality, False)

    def silence_lane(self, modality: Modality, why: str) -> None:
        """A lane says nothing: say why."""
        self.now.lines[modality].say(why)
        self.charts.set_lane_state(modality, why)
        if modality is Modality.FACE:
            self.video.show_face(None, "", faint=True)
        elif modality is Modality.VOICE:
            self.level.show_level(None)

    def clear(self) -> None:
        """Forget the session before."""
        self._newest = 0.0
        self.charts.clear()
        self._keep(KeptScores(FusionSettings()), KeptEstimates())
        self.index.show_score(None)
        self.beside_usual.begin(FusionSettings().step_s)
        self.statistics.clear()
        for modality in MODALITIES:
            self.silence_lane(modality, "nothing yet")


def ticks_a_drawing(seconds: float) -> int:
    """Looks at the board (30 a second) between two drawings of a window: about as many as move it by a pixel of 800."""
    return max(LEAST_TICKS_A_DRAWING, min(MOST_TICKS_A_DRAWING, round(seconds / 800 * 30)))
