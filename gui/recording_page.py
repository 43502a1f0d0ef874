"""The recording page: files in, one after another through the monitor, and out again as files."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.failures import Failure
from core.labels import MODALITIES, Modality
from core.person import Person
from core.session import Mark, SessionResults
from core.settings import Settings
from gui.background import Background
from gui.badges import Badge, state_word
from gui.drop_zone import DropZone
from gui.focus import enable
from gui.live_page import LOOK_MS
from gui.monitor_bridge import MonitorBridge
from gui.notices import Notice
from gui.recording_queue import Job, RecordingQueue, Stage, progress_in_words
from gui.services import AnyPlan, Results, RunningMonitor, Services
from gui.session_view import SessionView
from gui.theme import GAP_PX, Theme
from monitor.board import Board, Progress
from monitor.estimating import kept_estimates
from monitor.events import LaneFailed, LaneReady, State
from review.estimates import KeptEstimates
from review.person_usual import PersonUsual
from review.why import KeptScores

SPEEDS: tuple[tuple[str, float], ...] = (("0.5×", 0.5), ("1×", 1.0), ("2×", 2.0), ("4×", 4.0), ("As fast as it goes", math.inf))


class RecordingPage(QWidget):
    """One recording is analysed at a time; the others wait in the queue."""

    notice = Signal(object)
    notice_over = Signal(str)
    busy_changed = Signal(bool)
    job_ended = Signal(object)

    def __init__(self, services: Services, settings: Callable[[], Settings], background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._settings = settings
        self._background = background
        self._board = Board()
        self._bridge: MonitorBridge | None = None
        self._monitor: RunningMonitor | None = None
        self._job: Job | None = None
        self._state: State | None = None
        self._lane_failure: Failure | None = None
        self._shown: Job | None = None
        self._person: Person | None = None
        self._fitted = False
        self._stopped = False
        self.may_start: Callable[[], bool] = lambda: True
        self.queue = RecordingQueue()
        self.drop_zone = DropZone()
        self.view = SessionView(settings().display)
        self.open_button = QPushButton("Open …")
        self.text_button = QPushButton("Text file …")
        self.start_button = QPushButton("Analyse")
        self.cancel_button = QPushButton("Cancel")
        self.write_button = QPushButton("Write files …")
        self.clear_button = QPushButton("Clear list")
        self.speed = QComboBox()
        self.badge = Badge("State of the analysis")
        self.progress = QProgressBar(textVisible=False, maximum=1000)
        self.left = QLabel()
        self._stack = QStackedWidget()
        self._timer = QTimer(self, interval=LOOK_MS)
        self.setAcceptDrops(True)
        self._name()
        self._lay_out()
        self._connect()
        self._show_state(None)
        self.view.clear()

    def _name(self) -> None:
        for words, speed in SPEEDS:
            self.speed.addItem(words, speed)
        self.speed.setCurrentIndex(len(SPEEDS) - 1)
        self.speed.setAccessibleName("Speed of the analysis")
        self.speed.setToolTip("How fast the recording runs; it can be changed while it runs")
        self.start_button.setProperty("primary", True)
        self.progress.setAccessibleName("Progress of the recording")
        self.progress.setFixedHeight(8)
        self.left.setObjectName("dim")
        for button, words in (
            (self.open_button, "Choose video or audio files (Ctrl+O)"),
            (self.text_button, "Add what was said as a text file to the selected recording; lines may begin with mm:ss"),
            (self.start_button, "Start, pause or go on (Space)"),
            (self.cancel_button, "End this analysis; what is done is kept"),
            (self.write_button, "Write the selected session's numbers and summary into a folder"),
            (self.clear_button, "Take the recordings that are over from the list; stored sessions stay"),
        ):
            button.setToolTip(words)
            button.setAccessibleDescription(words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        for widget in (self.open_button, self.text_button, self.speed, self.start_button, self.cancel_button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.badge)
        line = QHBoxLayout()
        line.setSpacing(GAP_PX)
        line.addWidget(self.progress, 1)
        line.addWidget(self.left)
        line.addWidget(self.write_button)
        line.addWidget(self.clear_button)
        self.queue.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addLayout(row)
        column.addWidget(self.queue)
        column.addLayout(line)
        column.addWidget(self.view, 1)
        self._stack.addWidget(self.drop_zone)
        self._stack.addWidget(work)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, GAP_PX, 12, 6)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self.drop_zone.open_wanted.connect(self.open_by_dialog)
        self.open_button.clicked.connect(self.open_by_dialog)
        self.text_button.clicked.connect(self._choose_text)
        self.start_button.clicked.connect(self.start_or_pause)
        self.cancel_button.clicked.connect(self.cancel)
        self.write_button.clicked.connect(self._write_files)
        self.clear_button.clicked.connect(self._clear_list)
        self.speed.currentIndexChanged.connect(self._set_speed)
        self.queue.chosen.connect(self._show_choices)
        self.queue.chosen.connect(self._show_chosen)
        self._timer.timeout.connect(self._look)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The list takes fewer rows in a low window."""
        super().resizeEvent(event)
        self.queue.fit(event.size().height())

    # What the window calls

    @property
    def running(self) -> bool:
        """Whether a recording is being analysed."""
        return self._state is not None

    @property
    def state(self) -> State | None:
        """What the analysis does; None: there is none."""
        return self._state

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self.view.set_theme(theme)

    def set_person(self, person: Person | None) -> None:
        """Whose the recordings are that are opened from now on; None: nobody's."""
        self._person = person

    def add_files(self, paths: Sequence[Path]) -> None:
        """Put recordings into the queue."""
        person = self._person
        for path in paths:
            self.queue.add(path, person.id if person else None, owner=person.pseudonym if person else "")
        self.queue.fit(self.height())
        self._stack.setCurrentIndex(1 if self.queue.jobs else 0)
        self._show_choices()

    def add_logs(self, person: int, logs: Sequence[tuple[Path, datetime]]) -> None:
        """Put a person's daily logs, each with the time at which it was made, into the queue in that order."""
        for path, started in sorted(logs, key=lambda log: log[1]):
            self.queue.add(path, person, started)
        self.add_files(())

    def take_keyboard(self) -> None:
        """The page was turned to: Space is to start, or to open files where there are none."""
        if not self.queue.jobs:
            self.drop_zone.button.setFocus()
        else:
            (self.start_button if self.start_button.isEnabled() else self).setFocus()

    @Slot()
    def open_by_dialog(self) -> None:
        """Let the person choose files."""
        self.add_files(self._services.choose_recordings(self))
        if self._stack.currentIndex() == 1:
            self.start_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def start_or_pause(self) -> None:
        """Space: start, pause, go on."""
        if self._state is None:
            self.start()
        elif self._monitor is not None and self._state is State.RUNNING:
            self._monitor.pause()
        elif self._monitor is not None and self._state is State.PAUSED:
            self._monitor.resume()

    def start(self) -> None:
        """Analyse the first recording that waits."""
        job = self.queue.next_waiting()
        if job is None or self._state is not None or not self.may_start():
            return
        self._job = self._shown = job
        self._lane_failure = None
        self._fitted = False
        job.stage = Stage.RUNNING
        self._show_state(State.STARTING)
        self.progress.setValue(0)
        self.view.clear()
        self.view.video.show_message(f"Opening {job.path.name} …")
        self.queue.select(job)
        self.queue.show_job(job)
        plan = partial(
            self._services.recording_plan,
            job.path,
            self._settings_of(job),
            text_file=job.text_file,
            speed=float(self.speed.currentData()),
            person=job.person,
            started=job.started,
        )
        self._recall_usual(job)
        self._background.call(plan, self._run, self._could_not_open)

    def _recall_usual(self, job: Job, without: int | None = None) -> None:
        """Whose recording it is, is compared with what is usual for them, where that is known."""
        self.view.beside_usual.compare_with(None)
        if job.person is not None and self._services.usuals is not None:
            ask = partial(self._services.usuals, job.person, self._settings().review, without)
            self._background.call(ask, partial(self._take_usual, job), self._not_compared)

    def _take_usual(self, job: Job, usual: PersonUsual | None) -> None:
        if job is self._shown:
            self.view.beside_usual.compare_with(usual)

    def _not_compared(self, failure: Failure) -> None:
        self.notice.emit(Notice("usual", failure))

    def _settings_of(self, job: Job) -> Settings:
        return self._settings() if job.started is None else self._settings().of_a_log()

    @Slot()
    def cancel(self) -> None:
        """End this analysis and keep what is done; the queue waits."""
        if self._job is not None:
            self._job.stage = Stage.CANCELLED
        if self._monitor is not None:
            self._monitor.stop()

    def stop_all(self) -> None:
        """End this analysis and begin no other."""
        self._stopped = True
        self.cancel()

    def mark(self, name: str) -> None:
        """Mark this moment of the recording."""
        if self._monitor is not None and self._state in (State.RUNNING, State.PAUSED):
            self._monitor.mark(name, self.view.class_map)
            self.view.add_mark(Mark(self._monitor.now(), name))

    def begin_note(self) -> None:
        """Notes belong to a consultation."""

    def begin_text(self) -> None:
        """A recording has its text file."""

    def toggle_recording(self) -> None:
        """The results of a recording are always stored."""

    # Running

    def _run(self, plan: AnyPlan) -> None:
        if self._require_job().stage is Stage.CANCELLED:
            self._finish(Stage.CANCELLED, None)
            return
        for modality in set(MODALITIES) - {lane.modality for lane in plan.lanes}:
            self.view.close_lane(modality, "not in this recording")
            if modality is Modality.FACE:
                self.view.video.show_message("This recording has no picture")
        self.view.compare_with(plan.baseline.made_utc if plan.baseline else None)
        self.view.begin(self._settings().fusion, own=plan.fusion)
        self._board = Board()
        self._bridge = MonitorBridge()
        self._bridge.state_changed.connect(self._enter)
        self._bridge.lane_ready.connect(self._lane_ready)
        self._bridge.lane_failed.connect(self._lane_failed)
        self._bridge.remarked.connect(self._remarked)
        self._monitor = self._services.monitor(plan, self._settings_of(self._require_job()), self._board, self._bridge.on_event)
        self._monitor.start()
        self._timer.start()

    @Slot(object)
    def _remarked(self, failure: Failure) -> None:
        self.notice.emit(Notice(f"remark {failure.what}", failure, failed=False))

    def _could_not_open(self, failure: Failure) -> None:
        self._finish(Stage.FAILED, failure)

    @Slot(object)
    def _enter(self, state: State) -> None:
        if self._monitor is None:
            return
        self.view.video.set_still(state is State.PAUSED)
        if state is State.ENDED:
            self._ended(self._monitor)
        else:
            self._show_state(state)

    def _ended(self, monitor: RunningMonitor) -> None:
        self._look()
        self.view.draw_now()
        self.view.show_index_end()
        job = self._require_job()
        job.session_id = monitor.session_id
        self._monitor = None
        if self._bridge is not None:
            self._bridge.silence()
        failed = self._lane_failure is not None and self.view.newest == 0.0
        self._finish(Stage.FAILED if failed else Stage.DONE if job.stage is Stage.RUNNING else job.stage, None)

    def _finish(self, stage: Stage, failure: Failure | None) -> None:
        """A job is over: say how it went, and go on with the next unless the person cancelled."""
        job = self._require_job()
        job.stage, self._job = stage, None
        job.failure = failure or (self._lane_failure if stage is Stage.FAILED else None)
        self._timer.stop()
        self.view.statistics.clear()
        self.view.level.show_level(None)
        self.queue.show_job(job)
        self.left.setText("")
        if stage is Stage.DONE:
            self.progress.setMaximum(1000)
            self.progress.setValue(1000)
        self._show_state(None)
        if failure is not None:
            self.view.video.show_message(failure.what)
            self._tell_failures()
        self.job_ended.emit(job)
        if stage is not Stage.CANCELLED and not self._stopped:
            self.start()

    @Slot()
    def _look(self) -> None:
        taken = self._board.take()
        self.view.show_taken(taken, None)
        if taken.progress is not None and self._job is not None:
            self._show_progress(taken.progress)

    def _show_progress(self, progress: Progress) -> None:
        known = bool(progress.total_s)
        if known and not self._fitted:
            self._fitted = True
            self.view.show_whole(progress.total_s)
        self.progress.setMaximum(1000 if known else 0)
        if known:
            self.progress.setValue(int(1000 * min(1.0, progress.done_s / (progress.total_s or 1.0))))
        self.left.setText(progress_in_words(progress))
        if self._job is not None:
            self.queue.show_job(self._job)

    @Slot(object)
    def _lane_ready(self, event: LaneReady) -> None:
        self.view.silence_lane(event.modality, "ready")
        if event.modality is Modality.FACE:
            self.view.video.show_message("")

    @Slot(object)
    def _lane_failed(self, event: LaneFailed) -> None:
        self._lane_failure = event.failure
        if event.modality is not None:
            self.view.silence_lane(event.modality, "does not run")
        self.notice.emit(Notice(f"file lane {event.modality or 'store'}", event.failure))

    def _show_state(self, state: State | None) -> None:
        before, self._state = self._state, state
        words = {None: "Analyse", State.RUNNING: "Pause", State.PAUSED: "Resume", State.STARTING: "Starting …", State.STOPPING: "Ending …"}
        self.start_button.setText(words.get(state, "Analyse"))
        self.badge.show_word(state_word(state, "ANALYSING"), on=state is State.RUNNING)
        self._show_choices()
        if state is None:
            self.progress.setMaximum(1000)
            for modality in MODALITIES:
                if before is not None:
                    self.view.charts.set_lane_state(modality, "")
        if (before is None) != (state is None):
            self.busy_changed.emit(state is not None)

    @Slot()
    def _show_choices(self) -> None:
        """Which buttons make sense now."""
        job = self.queue.selected
        waiting = self.queue.next_waiting() is not None
        enable(self.start_button, waiting or self._state is not None, focus_goes_to=self)
        enable(self.cancel_button, self._state in (State.STARTING, State.RUNNING, State.PAUSED), focus_goes_to=self)
        enable(self.text_button, job is not None and job.stage is Stage.WAITING, focus_goes_to=self)
        stored = job is not None and job.session_id is not None and job.stage is not Stage.RUNNING
        self.write_button.setVisible(self._services.export is not None)
        enable(self.write_button, stored, focus_goes_to=self)
        over = any(job.stage not in (Stage.WAITING, Stage.RUNNING) for job in self.queue.jobs)
        enable(self.clear_button, over, focus_goes_to=self)

    @Slot()
    def _set_speed(self) -> None:
        if self._monitor is not None:
            self._monitor.set_speed(float(self.speed.currentData()))

    @Slot()
    def _choose_text(self) -> None:
        job = self.queue.selected
        path = self._services.choose_text_file(self) if job is not None else None
        if job is not None and path is not None:
            job.text_file = path
            self.queue.show_job(job)

    @Slot()
    def _clear_list(self) -> None:
        self.queue.remove_ended()
        self.add_files(())

    @Slot()
    def _show_chosen(self) -> None:
        """While nothing runs, the row that a person chooses is shown: what is stored of it, or why it failed."""
        job = self.queue.selected
        if job is None or job is self._shown or self._state is not None:
            return
        self._shown = job
        self.progress.setValue(0)
        self.view.clear()
        self._recall_usual(job, job.session_id)
        if job.session_id is not None:
            self.view.video.show_message("Reading the stored session …")
            stored = partial(_with_reasons, self._services.results, self._settings().fusion.checkpoint, job.session_id)
            self._background.call(stored, partial(self._show_results, job), self._not_written)
        else:
            self.view.video.show_message(str(job.failure) if job.failure else "Press Analyse")

    def _show_results(self, job: Job, stored: tuple[SessionResults, KeptScores, KeptEstimates]) -> None:
        if job is self._shown and self._state is None:
            self.view.show_results(*stored)

    def _tell_failures(self) -> None:
        """One notice for all recordings that failed: the reasons of the others stay with their rows."""
        failed = [job for job in self.queue.jobs if job.failure is not None]
        newest = failed[-1].failure
        assert newest is not None
        if len(failed) > 1:
            names = ", ".join(job.path.name for job in failed)
            newest = Failure(
                f"{len(failed)} recordings cannot be analysed: {names}.", "Each one's reason is shown when its row is chosen.", ""
            )
        self.notice.emit(Notice("files failed", newest))

    # Files out

    @Slot()
    def _write_files(self) -> None:
        job = self.queue.selected
        if job is not None and job.session_id is not None:
            self.write_session(job.session_id)

    def write_session(self, session_id: int) -> None:
        """Ask for a folder, and write a stored session's files there."""
        folder = self._services.choose_folder(self)
        if folder is not None and self._services.export is not None:
            self._background.call(partial(self._services.export, session_id, folder), partial(self._written, folder), self._not_written)

    def _written(self, folder: Path, result: object) -> None:
        self.notice.emit(Notice("files", Failure("The files are written.", f"They lie in {folder}.", ""), failed=False))

    def _not_written(self, failure: Failure) -> None:
        self.notice.emit(Notice("files", failure))

    # Dropped files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files may be dropped anywhere on the page."""
        if _local_files(event):
            event.acceptProposedAction()
            self.drop_zone.set_hot(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """They went away again."""
        self.drop_zone.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take them."""
        self.drop_zone.set_hot(False)
        self.add_files(_local_files(event))
        event.acceptProposedAction()

    def _require_job(self) -> Job:
        assert self._job is not None
        return self._job


def _with_reasons(read: Results, checkpoint: str, session: int) -> tuple[SessionResults, KeptScores, KeptEstimates]:
    """A stored session with the reasons of its scores and what is estimated of it, made on a thread of the background."""
    results = read(session)
    return results, KeptScores.of(results), kept_estimates(results, checkpoint)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
