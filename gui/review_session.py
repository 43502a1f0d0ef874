"""One stored session on the review page: timeline, picture, play bar and summary."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.failures import Failure
from core.labels import MODALITIES, Modality
from core.media import MediaKind
from core.session import Judgement, Verdict
from gui.background import Background
from gui.elided_label import ElidedLabel
from gui.moment_words import moment_words
from gui.review_bar import ReviewBar
from gui.review_list import heading
from gui.review_picture import ReviewPicture
from gui.review_record import Opened, Prepared, ReviewRecord
from gui.summary_table import SummaryTable
from gui.theme import GAP_PX, Theme
from gui.timeline import Timeline
from gui.why_dialog import WhyDialog
from review.estimate_words import above, estimate_section, total
from review.estimates import KeptEstimates
from review.moments import Moment, holding, judgement_of, score_at
from review.summary_rows import Section
from review.why import KeptScores

if TYPE_CHECKING:
    from monitor.review_player import ReviewPlayer

TICK_MS = 33
"""The play-head and the picture are drawn so often: as often as the live picture."""

READING = "being read …"
BEING_MADE = "being made from the session's readings …"
SIDE_PX = 404
"""Of picture and summary: a line of the summary is read without scrolling."""


class ReviewSession(QWidget):
    """`failed` carries a Failure. It is given the session; the store is reached through `record` on the background thread.

    What takes longer than anybody waits is done on the thread of `estimating`.
    """

    failed = Signal(object)

    def __init__(self, record: ReviewRecord, background: Background, estimating: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record, self._background, self._estimating = record, background, estimating
        self._opened: Opened | None = None
        self._player: ReviewPlayer | None = None
        self._judgements: Sequence[Judgement] = ()
        self._at = -1.0
        self._held: tuple[Mapping[Modality, float], float | None] = ({}, None)
        self._moment: Moment | None = None
        self._asking = False
        self._estimates = KeptEstimates()
        self.sections: Sequence[Section] = ()
        self._measured: Sequence[Section] = ()
        self.reasons: WhyDialog | None = None
        self.title, self.timeline, self.picture = ElidedLabel(align=Qt.AlignmentFlag.AlignLeft), Timeline(), ReviewPicture()
        self.bar, self.summary = ReviewBar(), SummaryTable()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._lay_out()
        self._connect()

    # What the page calls

    @property
    def opened(self) -> Opened | None:
        """The session that is shown."""
        return self._opened

    def show_session(self, shown: Prepared, axis_s: float = 0.0) -> None:
        """Show a session from its beginning, on an axis of at least `axis_s` seconds."""
        self.close_session()
        opened = shown.opened
        self._opened, self._judgements = opened, opened.judgements
        self._seconds, self._axis_s = shown.data.seconds, axis_s
        self.title.setText(heading(opened))
        self.title.setToolTip(heading(opened))
        self.take_lanes(shown)
        self.bar.show_sound(MediaKind.SOUND in opened.kept)
        self.picture.clear()
        self._player = self._record.player(opened, self._seconds)
        self._player.set_sound(self.bar.sound.isChecked())
        self._player.set_speed(float(self.bar.speed.currentData()))
        self._player.start()
        self._timer.start()
        self._tick()

    def take_lanes(self, shown: Prepared) -> None:
        """Draw what is there of the session that is shown; its lanes may come after the rest."""
        opened = shown.opened
        self._opened = opened
        self.timeline.show_session(shown.data, opened.marks, opened.notes, opened.entries, self._axis_s)
        self.timeline.show_judgements(self._judgements)
        self.timeline.show_usual(opened.usual.index if opened.usual else None)
        self.sections = shown.sections
        self._measured = (*shown.beside_usual, *self.sections)
        self._show_estimates(KeptEstimates(BEING_MADE))
        self._moment, self._at = None, -1.0
        if opened.lanes is None:
            self.timeline.say(dict.fromkeys(MODALITIES, READING))
        else:
            work = partial(self._record.estimates, opened.info.id, lambda: self._opened is opened)
            self._estimating.call(work, partial(self._take_estimates, opened), self.failed.emit)

    def _take_estimates(self, opened: Opened, kept: KeptEstimates) -> None:
        if self._opened is opened:
            self._show_estimates(kept)
            self._say_moment()

    def _show_estimates(self, kept: KeptEstimates) -> None:
        """What is estimated of the session, apart from what was measured."""
        self._estimates = kept
        self.timeline.show_estimates(kept)
        self.summary.show_one([*self._measured, *([estimate_section(kept)] if self.sections else [])])
        if self.reasons is not None:
            self.reasons.take_estimates(kept)

    def close_session(self) -> None:
        """Show nothing of a session any more, and let its threads end."""
        self._timer.stop()
        if self._player is not None:
            self._player.stop()
            self._background.call(self._player.join, lambda _: None, self.failed.emit)
        self._player = self._opened = self._moment = None
        if self.reasons is not None:
            self.reasons.close()
            self.reasons.deleteLater()
            self.reasons = None
        self._at, self._held = -1.0, ({}, None)
        self.sections, self._measured, self._estimates = (), (), KeptEstimates()
        self.summary.clear()

    def show_parts(self, *, compact: bool, timeline: bool, side: bool) -> None:
        """What there is room for; `compact`: beside another session, where nobody can write why."""
        self.timeline.setVisible(timeline)
        self.side.setVisible(side)
        self.bar.set_compact(compact or not (timeline and side))

    def take_picture_back(self) -> None:
        """The picture above the summary, after it has been elsewhere."""
        self.side.insertWidget(0, self.picture)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self.timeline.set_theme(theme)
        self.picture.set_theme(theme)

    @Slot()
    def play_or_pause(self) -> None:
        """Space."""
        if self._player is not None:
            self._player.pause() if self._player.playing else self._player.play()
            self._tick()

    def judge(self, verdict: Verdict) -> None:
        """A and D: say it of the chosen lane's moment."""
        button = self.bar.agree if verdict is Verdict.AGREE else self.bar.disagree
        button.click()

    # Building

    def _lay_out(self) -> None:
        self.title.setObjectName("lane")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.side = side = QSplitter(Qt.Orientation.Vertical)
        side.setChildrenCollapsible(False)
        side.addWidget(self.picture)
        side.addWidget(self.summary)
        side.setStretchFactor(1, 2)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self.halves.setChildrenCollapsible(False)
        self.halves.addWidget(self.timeline)
        self.halves.addWidget(side)
        self.halves.setStretchFactor(0, 1)
        self.halves.setSizes([1000, SIDE_PX])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        self.head = QHBoxLayout()
        self.head.setSpacing(GAP_PX)
        self.head.addWidget(self.title, 1)
        whole.addLayout(self.head)
        whole.addWidget(self.halves, 1)
        whole.addWidget(self.bar)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._tick)
        self.timeline.sought.connect(self._seek)
        self.timeline.lane_chosen.connect(self._show_judged)
        self.timeline.descriptor.currentIndexChanged.connect(self._say_moment)
        self.bar.play_wanted.connect(self.play_or_pause)
        self.bar.speed_wanted.connect(self._set_speed)
        self.bar.sound_wanted.connect(self._set_sound)
        self.bar.why_wanted.connect(self.show_why)
        self.bar.judged.connect(self._judge)

    # Playing

    @Slot(float)
    def _seek(self, at: float) -> None:
        if self._player is not None:
            self._player.seek(at)
            self._tick()

    @Slot(float)
    def _set_speed(self, speed: float) -> None:
        if self._player is not None:
            self._player.set_speed(speed)

    @Slot(bool)
    def _set_sound(self, on: bool) -> None:
        if self._player is not None:
            self._player.set_sound(on)

    @Slot()
    def _tick(self) -> None:
        if self._player is None or self._opened is None:
            return
        at = self._player.at()
        self.bar.show_head(at, self._seconds, playing=self._player.playing)
        if at != self._at:
            self._at = at
            self.timeline.show_play_head(at)
            self._ask()
        seen = self._player.take_picture()
        if seen is not None:
            self.picture.show_seen(seen)
        for failure in (seen.failure if seen else None, self._player.take_failure()):
            if failure is not None:
                self.failed.emit(failure)

    # The moment

    def _ask(self) -> None:
        """Read what holds now, unless it is known; one question at a time, so that a fast head asks no more than can be answered."""
        assert self._opened is not None
        if self._opened.lanes is None:
            return
        held = holding(self._opened.tracks, self._at), score_at(self._opened.scores.at, self._at)
        if self._moment is not None and held == self._held:
            self._say_moment()
        elif not self._asking:
            self._asking, self._held = True, held
            work = partial(self._record.moment, self._opened.info.id, self._at, *held)
            self._background.call(work, partial(self._take_moment, self._opened.info.id), self._not_read)

    def _take_moment(self, session: int, moment: Moment) -> None:
        self._asking = False
        if self._opened is None or self._opened.info.id != session:
            return
        self._moment = moment
        self._say_moment()
        self._ask()

    def _not_read(self, failure: Failure) -> None:
        self._asking = False
        self.failed.emit(failure)

    @Slot()
    def _say_moment(self) -> None:
        opened, moment = self._opened, self._moment
        if opened is None or moment is None:
            return
        here = Moment(at=self._at, readings=moment.readings, before=moment.before, score=moment.score)
        field = self.timeline.descriptor.currentData()
        words = moment_words(here, opened.gaps, opened.marks, opened.notes, field, self._seconds)
        self.timeline.say(words | {"estimate": self._estimate_words()})
        self.picture.show_moment(self._at, moment.readings.get(Modality.FACE), opened.marks)
        self._show_judged()

    def _estimate_words(self) -> str:
        """PHQ-8 9 (4 to 15), 10 or more: 42 %, by “name”: an estimate."""
        one = self._estimates.at(self._at)
        return "" if one is None else f"PHQ-8 {total(one)}, {above(one)}, by “{one.checkpoint}”: no questionnaire"

    # Why

    @Slot()
    def show_why(self) -> None:
        """W: why the index has its value at the play-head; the session's readings are gone through once."""
        if self._opened is None:
            return
        if self.reasons is not None:
            self.reasons.open_at(self._at)
            return
        session = self._opened.info.id
        self._background.call(partial(self._record.reasons, session), partial(self._take_reasons, session), self.failed.emit)

    def _take_reasons(self, session: int, kept: KeptScores) -> None:
        if self._opened is not None and self._opened.info.id == session and self.reasons is None:
            self.reasons = WhyDialog(kept, self._estimates, self)
            self.reasons.moment_shown.connect(self._seek_reasons)
            self.reasons.open_at(self._at)

    @Slot(float)
    def _seek_reasons(self, at: float) -> None:
        """The play-head goes with the moment that is explained (NaN: none any more)."""
        if not math.isnan(at):
            self._seek(at)

    # What the clinician says

    def _judged_at(self) -> float | None:
        """The time of the reading, or of the index, that the buttons speak of."""
        lane = self.timeline.lane
        return self._held[1] if lane is None else self._held[0].get(lane)

    @Slot()
    def _show_judged(self) -> None:
        at = self._judged_at()
        said = None if at is None else judgement_of(self._judgements, self.timeline.lane, at)
        self.bar.show_moment(self.timeline.lane, said, can_judge=at is not None and self._opened is not None)

    @Slot(object, str)
    def _judge(self, verdict: Verdict, note: str) -> None:
        at = self._judged_at()
        if at is None or self._opened is None:
            return
        said = Judgement(modality=self.timeline.lane, at=at, verdict=Verdict(verdict), note=note, said_utc=datetime.now(UTC))
        session = self._opened.info.id
        self._background.call(partial(self._record.judge, session, said), partial(self._take_judgements, session), self.failed.emit)

    def _take_judgements(self, session: int, judgements: Sequence[Judgement]) -> None:
        if self._opened is not None and self._opened.info.id == session:
            self._judgements = judgements
            self.timeline.show_judgements(judgements)
            self._show_judged()
