"""The live page: devices, preview, session, marks and words."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.baseline import VoiceBaseline
from core.failures import Failure
from core.labels import MODALITIES, Modality
from core.media import MediaKind
from core.person import Consent, Person, Scope, holding
from core.session import Mark
from core.settings import Settings
from gui import wording
from gui.background import Background
from gui.badges import Badge, state_explained, state_word, stored_explained, stored_word
from gui.calibration_dialog import CalibrationDialog, Devices
from gui.consent_card import ConsentCard
from gui.device_bar import DeviceBar
from gui.focus import enable
from gui.monitor_bridge import MonitorBridge
from gui.notices import Notice
from gui.services import AnyPlan, LiveRequest, RecordedCalibration, RunningMonitor, RunningPreview, Services
from gui.session_view import NARROW_PX, SessionView
from gui.text_panel import TextPanel
from gui.theme import GAP_PX, LIGHT, Theme
from monitor.board import Board
from monitor.events import KeepingChanged, LaneFailed, LaneReady, LaneRecovered, State
from review.person_usual import PersonUsual

READY_WORDS = {Modality.FACE: "looking", Modality.VOICE: "listening", Modality.TEXT: "nothing typed yet"}

LOW_PX = 480
"""A lower page has no room for a notice beside the charts."""

LOOK_MS = 33
"""How often the board is looked at."""


class LivePage(QWidget):
    """One live session at a time; before it, a preview of the chosen devices."""

    notice = Signal(object)
    notice_over = Signal(str)
    session_ended = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, services: Services, settings: Callable[[], Settings], background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._settings = settings
        self._background = background
        self._board = Board()
        self._bridge: MonitorBridge | None = None
        self._monitor: RunningMonitor | None = None
        self._preview: RunningPreview | None = None
        self._state: State | None = None
        self._agreed = False
        self._agreed_with: set[int] = set()
        self._person: Person | None = None
        self._consents: Sequence[Consent] = ()
        self.give_consents: Callable[[int, Sequence[Scope], Callable[[], None]], None] | None = None
        self._thought_better = False
        self._held_at: float | None = None
        self._chosen = False
        self._quiet: set[Modality] = set()
        self._kept: frozenset[MediaKind] = frozenset()
        self._baseline: VoiceBaseline | None = None
        self._usual: PersonUsual | None = None
        self._whose: int | None = None
        self._theme: Theme = LIGHT
        self.devices = DeviceBar()
        self.start_button = QPushButton("Start")
        self.end_button = QPushButton("End")
        self.record_button = QPushButton("Record")
        self.record_button.setCheckable(True)
        self.record_button.setChecked(True)
        self.mark_button = QPushButton("Mark")
        self.badge = Badge("State of the session")
        self.rec_badge = Badge("What is stored")
        self._time = QLabel()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.consent = ConsentCard()
        self.view = SessionView(settings().display)
        self.text = TextPanel()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._lay_out()
        self._connect()
        self._show_state(None)
        self.view.clear()

    def _lay_out(self) -> None:
        self.start_button.setProperty("primary", True)
        self._time.setObjectName("dim")
        self._time.setAccessibleName("Time since the session began")
        self.start_button.setToolTip("Start, pause or go on (Space)")
        self.end_button.setToolTip("End the session; everything measured is stored")
        self.record_button.setToolTip("Whether what is measured is stored, with picture and sound where they are kept (R)")
        self.mark_button.setToolTip("Mark this moment as an event (E; 1 to 9 for marks of your own)")
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addStretch(1)
        for button in (self.start_button, self.end_button, self.record_button, self.mark_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleDescription(button.toolTip())
            row.addWidget(button)
        for label in (self.badge, self.rec_badge, self._time):
            row.addWidget(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP_PX, 12, 6)
        column.setSpacing(GAP_PX)
        self._head.setSpacing(GAP_PX)
        self._head.addWidget(self.devices, 1)
        self._head.addLayout(row)
        column.addLayout(self._head)
        column.addWidget(self.consent)
        column.addWidget(self.view, 1)
        column.addWidget(self.text)
        QWidget.setTabOrder(self.devices, self.start_button)
        if self._services.calibration_recording is not None:
            self.devices.offer_calibration(self._settings().voice.baseline_speech_s)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The devices have a line of their own where their names would not be read."""
        super().resizeEvent(event)
        self._place_devices()
        self._make_room()

    @Slot()
    def _make_room(self) -> None:
        """In a low window the notice before a session has the page for itself: it must be read whole.

        In a narrow one the devices of a running session, which cannot be chosen, leave their room to its buttons and badges.
        """
        rest = self.consent.isHidden() or self.height() >= LOW_PX
        for widget in (self.view, self.text):
            widget.setVisible(rest)
        self.devices.setVisible(rest and (self._state is None or self.width() >= NARROW_PX))

    def _place_devices(self) -> None:
        """While a session runs they cannot be chosen, and the charts need the room more."""
        own_line = self._state is None and self.width() < NARROW_PX
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if own_line else QBoxLayout.Direction.LeftToRight)

    def _connect(self) -> None:
        self.devices.changed.connect(self._restart_preview)
        self.devices.changed.connect(self._show_comparison)
        self.devices.calibration_wanted.connect(self.open_calibration)
        self.start_button.clicked.connect(self.start_or_pause)
        self.end_button.clicked.connect(self.end)
        self.record_button.toggled.connect(self._set_recording)
        self.mark_button.clicked.connect(self._mark_event)
        self.consent.accepted.connect(self._consented)
        self.consent.shown.connect(self._make_room)
        self.consent.declined.connect(self.start_button.setFocus)
        self.text.submitted.connect(self._submit)
        self.text.note_wanted.connect(self._keep_note)
        self.view.on_text = self.text.show_reading
        self._timer.timeout.connect(self._look)

    # What the window calls

    @property
    def has_devices(self) -> bool:
        """Whether devices were ever chosen, by the person or by the program."""
        return self._chosen

    @property
    def running(self) -> bool:
        """Whether a session runs, begins or ends."""
        return self._state is not None

    @property
    def state(self) -> State | None:
        """What the session does; None: there is none."""
        return self._state

    @property
    def person(self) -> Person | None:
        """Whose the next session is; None: nobody's."""
        return self._person

    def set_person(self, person: Person | None, consents: Sequence[Consent] = ()) -> None:
        """Whose sessions are from now on; a notice that is open was for somebody else."""
        somebody_else = person != self._person
        self._person, self._consents = person, consents
        if somebody_else:
            self.consent.hide()
            self._recall_baseline(person)
            self._show_usual(None)
            self._recall_usual(person)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self._theme = theme
        self.view.set_theme(theme)
        self.text.set_theme(theme)

    def begin_with(self, request: LiveRequest) -> None:
        """Choose devices and, when it is wanted, start."""
        self._chosen = True
        self.devices.choose(request)
        if request.start:
            self.start()

    @Slot()
    def start_or_pause(self) -> None:
        """Space: start, pause, go on."""
        match self._state:
            case None:
                self.start()
            case State.RUNNING:
                self._require_monitor().pause()
            case State.PAUSED:
                self._require_monitor().resume()

    @Slot()
    def start(self) -> None:
        """Start a session with the chosen devices, after the notice where real devices are meant."""
        if self._state is not None or self.consent.isVisibleTo(self):
            return
        agreed = self._agreed if self._person is None else self._person.id in self._agreed_with
        if self._real_devices() and not agreed:
            self.consent.ask(self._person, holding(self._consents), self._settings().record.kept)
        else:
            self._start()

    @Slot()
    def end(self) -> None:
        """End the session; ENDED follows when everything is stored."""
        if self._monitor is not None:
            self._monitor.stop()
        elif self._state is State.STARTING:
            self._thought_better = True

    def mark(self, name: str) -> None:
        """Mark this moment."""
        if self._monitor is not None and self._state in (State.RUNNING, State.PAUSED):
            self._monitor.mark(name, self.view.class_map)
            self.view.add_mark(Mark(self._monitor.now(), name))

    def begin_note(self) -> None:
        """Let the person write a note."""
        if self._state in (State.RUNNING, State.PAUSED):
            self.text.begin_note()

    def begin_text(self) -> None:
        """Let the person write what was said."""
        self.text.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_recording(self) -> None:
        """Store numbers, or stop storing them."""
        self.record_button.toggle()

    def take_keyboard(self) -> None:
        """The page was turned to: Space is to start, and not to press whatever comes first."""
        (self.consent.begin if self.consent.isVisibleTo(self) else self.start_button).setFocus()

    @Slot(object)
    def compare_with(self, baseline: VoiceBaseline | None) -> None:
        """The ordinary speech that sessions from now on compare the voice with; None: people in general."""
        self._baseline = baseline
        self._show_comparison()

    def _recall_baseline(self, person: Person | None) -> None:
        """Somebody else is compared with their own ordinary speech, where it is stored."""
        self.compare_with(None)
        if person is not None and self._services.door is not None:
            recalled = partial(self._recalled, person)
            self._background.call(partial(self._services.door.voice_baseline, person.id), recalled, self._not_kept)

    def _recall_usual(self, person: Person | None) -> None:
        """The index stands beside what is usual for its person, with the sessions that there are by now."""
        if person is not None and self._services.usuals is not None:
            ask = partial(self._services.usuals, person.id, self._settings().review, None)
            self._background.call(ask, partial(self._take_usual, person), self._not_compared)

    def _take_usual(self, person: Person, usual: PersonUsual | None) -> None:
        if self._person is not None and person.id == self._person.id:
            self._show_usual(usual)

    def _show_usual(self, usual: PersonUsual | None) -> None:
        """The demonstration is nobody; a session that runs, or is over, is never held against somebody else's usual."""
        self._usual = usual
        if _number(self._person) != self._whose:
            if self._state is not None and self._person is not None:
                return
            self.view.beside_usual.forget()
        self.view.beside_usual.compare_with(None if self.devices.demonstration else usual)

    def _not_compared(self, failure: Failure) -> None:
        self.notice.emit(Notice("usual", failure))

    def _recalled(self, person: Person, baseline: VoiceBaseline | None) -> None:
        if baseline is not None and self._person is not None and person.id == self._person.id:
            self.compare_with(baseline)

    @Slot()
    def open_calibration(self) -> None:
        """Let somebody be calibrated, or their ordinary speech be chosen; the preview lets go of the devices meanwhile."""
        recorder, camera, microphone = self._services.calibration_recording, self.devices.camera, self.devices.microphone
        if self._state is not None or recorder is None or (camera or microphone) is None or self.devices.demonstration:
            return
        self._stop_preview()
        settings = self._settings()
        wanted = Devices(settings.face.rest_s if camera else None, settings.voice.baseline_speech_s if microphone else None)
        dialog = CalibrationDialog(
            partial(recorder, camera, microphone, settings),
            wanted,
            self._services.door,
            self._background,
            self._theme,
            person=self._person,
            has_baseline=self._baseline is not None,
            parent=self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.recorded.connect(self._take_calibration)
        dialog.chosen.connect(self.compare_with)
        dialog.finished.connect(self._restart_preview)
        dialog.open()

    @Slot(object, object)
    def _take_calibration(self, recorded: RecordedCalibration, person: Person | None) -> None:
        if recorded.voice is not None:
            self.compare_with(recorded.voice)
        door = self._services.door
        if person is not None and door is not None:
            keep = partial(door.keep_calibration, person.id, recorded.calibration, recorded.voice)
            self._background.call(keep, self._kept_calibration, self._not_kept)

    def _kept_calibration(self, _: object) -> None:
        """It stands in for what is usual until there are sessions enough."""
        self._recall_usual(self._person)

    def _not_kept(self, failure: Failure) -> None:
        self.notice.emit(Notice("baseline", failure))

    @Slot()
    def _show_comparison(self) -> None:
        """What the next session compares with; the demonstration has a voice of its own."""
        used = None if self.devices.demonstration else self._baseline
        self.view.compare_with(used.made_utc if used else None)
        self._show_usual(self._usual)

    def close_devices(self) -> None:
        """Let go of the preview's devices, and of those of a calibration."""
        for dialog in self.findChildren(CalibrationDialog):
            dialog.close()
        self._stop_preview()

    # Starting and ending

    def _real_devices(self) -> bool:
        return not self.devices.demonstration and (self.devices.camera or self.devices.microphone) is not None

    @Slot()
    def _consented(self) -> None:
        if self._person is None:
            self._agreed = self.consent.remember.isChecked()
        elif self.consent.remember.isChecked():
            self._agreed_with.add(self._person.id)
        self.start_button.setFocus()
        self.consent.hide()
        if self._person is not None and self.consent.given and self.give_consents is not None:
            self.give_consents(self._person.id, self.consent.given, self._start)
        else:
            self._start()

    def _start(self) -> None:
        devices = self.devices
        self._thought_better = False
        self._kept = frozenset()
        self._stop_preview()
        self._whose = _number(self._person)
        self._show_usual(self._usual)
        self._recall_usual(self._person)
        self._show_state(State.STARTING)
        self.view.clear()
        self.text.show_reading(None)
        self._quiet = set()
        for modality, device in ((Modality.FACE, devices.camera), (Modality.VOICE, devices.microphone)):
            if device is None:
                self._quiet.add(modality)
                self.view.close_lane(modality, "off")
            else:
                self.view.silence_lane(modality, "starting")
        if devices.camera is None:
            self.view.video.show_message("No camera is chosen")
        plan = partial(
            self._services.live_plan,
            self._settings(),
            camera=devices.camera,
            microphone=devices.microphone,
            demonstration=devices.demonstration,
            baseline=None if devices.demonstration else self._baseline,
        )
        if self._person is not None and not devices.demonstration:
            plan = partial(plan, person=self._person.id)
        self._background.call(plan, self._run, self._could_not_start)

    def _run(self, plan: AnyPlan) -> None:
        if self._thought_better:
            self._show_state(None)
            self._restart_preview()
            return
        self.view.compare_with(plan.baseline.made_utc if plan.baseline else None)
        self.view.begin(self._settings().fusion, own=plan.fusion)
        self._board = Board()
        self._bridge = self._new_bridge()
        self._monitor = self._services.monitor(plan, self._settings(), self._board, self._bridge.on_event)
        self._monitor.start()
        if not self.record_button.isChecked():
            self._monitor.set_recording(False)
        self._timer.start()

    def _could_not_start(self, failure: Failure) -> None:
        self._show_state(None)
        self.notice.emit(Notice("start", failure, action="Try again", act=self.start))

    def _new_bridge(self) -> MonitorBridge:
        bridge = MonitorBridge()
        bridge.state_changed.connect(self._enter)
        bridge.lane_ready.connect(self._lane_ready)
        bridge.lane_failed.connect(self._lane_failed)
        bridge.lane_recovered.connect(self._lane_recovered)
        bridge.remarked.connect(self._remarked)
        bridge.keeping_changed.connect(self._keeping_changed)
        return bridge

    @Slot(object)
    def _remarked(self, failure: Failure) -> None:
        self.notice.emit(Notice(f"remark {failure.what}", failure, failed=False))

    @Slot(object)
    def _enter(self, state: State) -> None:
        if self._monitor is None:
            return
        self._held_at = self._monitor.now() if state is State.PAUSED else None
        if state is State.PAUSED:
            for modality in {Modality.FACE, Modality.VOICE} - self._quiet:  # the picture goes on: no old words over new faces
                self.view.silence_lane(modality, "paused")
        self.view.video.set_still(state is State.PAUSED)
        self._show_state(None if state is State.ENDED else state)
        if state is State.ENDED:
            self._ended()

    def _ended(self) -> None:
        self._look()
        session_id = self._monitor.session_id if self._monitor else None
        self._monitor = None
        self._kept = frozenset()
        self._show_recording()
        _retire(self._bridge)
        self._bridge = None
        for modality in MODALITIES:
            self.notice_over.emit(_key(modality))
        self.view.statistics.clear()
        self.view.show_end()
        self._restart_preview()
        self.session_ended.emit(session_id)

    def _show_state(self, state: State | None) -> None:
        before, self._state = self._state, state
        words = {None: "Start", State.RUNNING: "Pause", State.PAUSED: "Resume", State.STARTING: "Starting …", State.STOPPING: "Ending …"}
        self.start_button.setText(words[state])
        enable(self.end_button, state in (State.STARTING, State.RUNNING, State.PAUSED), focus_goes_to=self.start_button)
        enable(self.mark_button, state in (State.RUNNING, State.PAUSED), focus_goes_to=self.start_button)
        enable(self.text, state in (State.RUNNING, State.PAUSED), focus_goes_to=self.start_button)
        enable(self.devices, state is None, focus_goes_to=self.start_button)
        word = "DEMO" if self.devices.demonstration else "LIVE"
        self.badge.show_word(state_word(state, word), on=state is State.RUNNING)
        self.badge.setToolTip(state_explained(state, demonstration=self.devices.demonstration))
        self._place_devices()
        self._make_room()
        self._show_recording()
        if state is None:
            self._show_comparison()
        if (before is None) != (state is None):
            self.busy_changed.emit(state is not None)

    # Preview

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The preview runs only while it is seen."""
        super().showEvent(event)
        self._restart_preview()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of the devices when nobody looks."""
        super().hideEvent(event)
        if self._state is None:
            self._stop_preview()

    @Slot()
    def _restart_preview(self) -> None:
        if self._state is not None or not self.isVisible():
            return
        self._stop_preview()
        for modality in MODALITIES:
            self.notice_over.emit(_key(modality))
        devices = self.devices
        if devices.demonstration:
            self.view.video.show_message("Demonstration: a drawn face and a synthesised voice.\nPress Start.")
            return
        self.view.video.show_message("Opening the camera …" if devices.camera else "No camera is chosen")
        if devices.camera is None and devices.microphone is None:
            return
        self._board = Board()
        self._bridge = self._new_bridge()
        self._preview = self._services.preview(devices.camera, devices.microphone, self._settings(), self._board, self._bridge.on_event)
        self._background.call(self._preview.start, _nothing, self._preview_failed)
        self._timer.start()

    def _preview_failed(self, failure: Failure) -> None:
        self.notice.emit(Notice("preview", failure, action="Try again", act=self._restart_preview))

    def _stop_preview(self) -> None:
        self._timer.stop()
        self.view.level.show_level(None)
        if self._preview is None:
            return
        _retire(self._bridge)
        self._bridge = None
        self._background.call(partial(_stop_and_join, self._preview), _nothing, self._preview_failed)
        self._preview = None

    # While it runs

    @Slot()
    def _look(self) -> None:
        monitor = self._monitor
        now = self._held_at if self._held_at is not None else monitor.now() if monitor is not None else None
        self.view.show_taken(self._board.take(), now)
        if self._state in (State.RUNNING, None):
            self.view.video.dim_when_late(time.monotonic())
        if monitor is not None:
            self._time.setText(wording.clock(monitor.now()))

    @Slot(object)
    def _lane_ready(self, event: LaneReady) -> None:
        if event.modality not in self._quiet:  # its reader is ready, its source is not
            self.view.silence_lane(event.modality, READY_WORDS[event.modality])

    @Slot(object)
    def _lane_failed(self, event: LaneFailed) -> None:
        if event.modality is not None:
            self._quiet.add(event.modality)
            self.view.silence_lane(event.modality, "lost, trying again" if event.retrying else "does not run")
            self.view.statistics.forget(event.modality)
            if event.modality is Modality.FACE:
                self.view.video.show_message(event.failure.what)
        self.notice.emit(_lane_notice(event, self._restart_preview if self._monitor is None else None))

    @Slot(object)
    def _lane_recovered(self, event: LaneRecovered) -> None:
        self.notice_over.emit(_key(event.modality))
        if event.modality is not None:
            self._quiet.discard(event.modality)
            self.view.silence_lane(event.modality, "back")

    @Slot(bool)
    def _set_recording(self, on: bool) -> None:
        if self._monitor is not None:
            self._monitor.set_recording(on)
        self._show_recording()

    def _show_recording(self) -> None:
        wanted = self.record_button.isChecked()
        self.rec_badge.show_word(stored_word(self._kept, wanted=wanted), on=wanted and self._state is State.RUNNING)
        self.rec_badge.setToolTip(stored_explained(self._kept, wanted=wanted))

    @Slot(object)
    def _keeping_changed(self, event: KeepingChanged) -> None:
        self._kept = event.kinds
        self._show_recording()
        if event.failure is not None:
            self.notice.emit(Notice("keeping", event.failure))
        else:
            self.notice_over.emit("keeping")

    @Slot()
    def _mark_event(self) -> None:
        self.mark("event")

    @Slot(str)
    def _submit(self, words: str) -> None:
        if self._monitor is not None:
            self._monitor.submit_text(words)

    @Slot(str)
    def _keep_note(self, words: str) -> None:
        if self._monitor is not None:
            self._monitor.note(words)
            self.view.add_mark(Mark(self._monitor.now(), "note"))

    def _require_monitor(self) -> RunningMonitor:
        assert self._monitor is not None
        return self._monitor


def _lane_notice(event: LaneFailed, again: Callable[[], None] | None) -> Notice:
    failure = event.failure
    if event.retrying and "tried again" not in failure.what_to_do:
        failure = Failure(failure.what, failure.why, f"{failure.what_to_do} It is tried again by itself.".strip())
    offer = again is not None and not event.retrying
    return Notice(_key(event.modality), failure, action="Try again" if offer else "", act=again if offer else None)


def _number(person: Person | None) -> int | None:
    return None if person is None else person.id


def _key(modality: Modality | None) -> str:
    return f"lane {modality or 'store'}"


def _retire(bridge: QObject | None) -> None:
    if isinstance(bridge, MonitorBridge):
        bridge.silence()


def _nothing(result: object) -> None:
    """What follows when nothing has to."""


def _stop_and_join(preview: RunningPreview) -> None:
    preview.stop()
    preview.join()
