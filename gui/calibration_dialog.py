"""A calibration: somebody's face at rest, then twenty seconds of ordinary speech, which later sessions stand beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.baseline import VoiceBaseline
from core.calibration import Calibration
from core.failures import Failure
from core.person import Person
from core.session_values import INDEX
from gui import wording
from gui.background import Background
from gui.focus import enable
from gui.level_meter import LevelMeter
from gui.services import RecordedCalibration, RunningCalibration
from gui.store_door import StoreDoor
from gui.theme import GAP_PX, Theme

LOOK_MS = 33
TENTHS = 10
"""Steps of the bar a second."""

ABOUT = {
    (True, True): "First look at the camera for {rest:g} s with the face at rest, then read the text aloud, or talk as on any day. ",
    (True, False): "Look at the camera for {rest:g} s with the face at rest. ",
    (False, True): "Read the text aloud, or talk about the way here, as on any day. ",
}
"""By whether there are a camera and a microphone."""
PURPOSE = (
    "The voice is then compared with how this person usually speaks, and until there are sessions enough the index has something of the "
    "person beside it. Only measurements are kept, neither picture nor sound. Begin only when the person agrees."
)
AT_REST = "Look at the camera with the face at rest, and do not speak yet."
TO_READ = (
    "On most mornings I open the window first and put the kettle on. The street is quiet at that hour; a tram goes by, and somebody walks "
    "a dog. I read a page or two while the water boils, and look at what the day will bring. Then I take my coat and my keys, lock the "
    "door and go down the stairs. It is ten minutes to the station, past the bakery and the small park. When it rains I take the bus."
)
SESSION_ONLY = "Nobody of the record: kept until the program ends"


@dataclass(frozen=True, slots=True)
class Devices:
    """Seconds of the face at rest and of speech that are wanted; None: there is no camera, or no microphone."""

    rest_s: float | None
    speech_s: float | None


class CalibrationDialog(QDialog):
    """Records with `new_recording`, or takes what is stored for a person.

    `recorded` carries what was recorded and the Person for whom it is to be stored (None: nobody), `chosen` a VoiceBaseline that is
    there already (None: people in general).
    """

    recorded = Signal(object, object)
    chosen = Signal(object)

    def __init__(
        self,
        new_recording: Callable[[], RunningCalibration],
        devices: Devices,
        door: StoreDoor | None,
        background: Background,
        theme: Theme,
        *,
        person: Person | None = None,
        has_baseline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Calibration")
        self._new_recording = new_recording
        self._devices = devices
        self._door = door
        self._background = background
        self._recording: RunningCalibration | None = None
        self._stored: VoiceBaseline | None = None
        self._expected = person
        self.who = QComboBox()
        self.level = LevelMeter()
        self.level.set_theme(theme)
        self.bar = QProgressBar()
        self.heard = QLabel()
        self.said = QLabel()
        self.record = QPushButton("Record")
        self.use_stored = QPushButton()
        self.in_general = QPushButton("People in general")
        self.cancel = QPushButton("Cancel")
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.finished.connect(self._stop)
        self._lay_out()
        self.in_general.setVisible(has_baseline)
        self.use_stored.hide()
        self._show_progress(self._devices.rest_s is not None, 0.0)
        self._ask_who()

    def _lay_out(self) -> None:
        devices = self._devices
        both = devices.rest_s is not None, devices.speech_s is not None
        about = _words(ABOUT[both].format(rest=devices.rest_s) + PURPOSE, "dim")
        read = _words(TO_READ, "reading")
        read.setAccessibleName("Text to read aloud")
        card = QFrame()
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, GAP_PX, 12, GAP_PX)
        inside.addWidget(read)
        self.who.setAccessibleName("Whose speech it is")
        self.who.addItem(SESSION_ONLY, None)
        self.who.currentIndexChanged.connect(self._look_for_stored)
        label = QLabel("Who")
        label.setObjectName("dim")
        label.setBuddy(self.who)
        who = QHBoxLayout()
        who.addWidget(label)
        who.addWidget(self.who, 1)
        who.addWidget(self.use_stored)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName("How much has been measured")
        self.heard.setObjectName("lane")
        self.said.setWordWrap(True)
        self.said.setAccessibleName("How the recording goes")
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setSpacing(GAP_PX)
        for widget in (about, card):
            column.addWidget(widget)
        column.addLayout(who)
        for part in (self.heard, self.bar, self.level, self.said):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(self._buttons())
        card.setHidden(devices.speech_s is None)
        self.level.setHidden(devices.speech_s is None)
        self.resize(620, 350)  # fits 1280x720 at 200 %
        self.record.setFocus()

    def _buttons(self) -> QHBoxLayout:
        self.record.setProperty("primary", True)
        self.record.setDefault(True)
        self.record.clicked.connect(self._record)
        self.cancel.clicked.connect(self.reject)
        self.in_general.setToolTip("Compare the voice with people in general again")
        self.in_general.clicked.connect(partial(self._choose, None))
        self.use_stored.clicked.connect(self._take_stored)
        row = QHBoxLayout()
        row.addWidget(self.in_general)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.record)
        return row

    # Whose

    @property
    def person(self) -> Person | None:
        """Whose speech it is; None: nobody's of the record."""
        return self.who.currentData()

    def _ask_who(self) -> None:
        if self._door is None:
            self.said.setText("There is no store: what is recorded is kept until the program ends.")
        else:
            self._background.call(self._door.people, self._offer_people, self._say_failure)

    def _offer_people(self, people: Sequence[Person] | None) -> None:
        if people is None:
            self.said.setText("The store is not open: what is recorded is kept until the program ends.")
        for person in people or ():
            self.who.addItem(person.pseudonym, person)
            if self._expected is not None and person.id == self._expected.id:
                self.who.setCurrentIndex(self.who.count() - 1)

    @Slot()
    def _look_for_stored(self) -> None:
        self.use_stored.hide()
        if self.person is not None and self._door is not None:
            of_person = partial(self._offer_stored, self.person)
            self._background.call(partial(self._door.voice_baseline, self.person.id), of_person, self._say_failure)

    def _offer_stored(self, person: Person, stored: VoiceBaseline | None) -> None:
        if stored is None or person is not self.person:
            return
        self._stored = stored
        self.use_stored.setText(f"Use that of {wording.day(stored.made_utc.astimezone())}")
        self.use_stored.setVisible(self._recording is None)

    @Slot()
    def _take_stored(self) -> None:
        self._choose(self._stored)

    def _choose(self, baseline: VoiceBaseline | None) -> None:
        self.chosen.emit(baseline)
        self.accept()

    # Recording

    @Slot()
    def _record(self) -> None:
        self._recording = self._new_recording()
        self._background.call(self._recording.start, _nothing, self._say_failure)
        self.said.setText("Opening the devices …")
        self.use_stored.hide()
        enable(self.who, False, focus_goes_to=self.cancel)
        enable(self.record, False, focus_goes_to=self.cancel)
        self.record.setText("Recording …")
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        recording = self._recording
        if recording is None:
            return
        rest, outcome = recording.rest, recording.outcome
        self.level.show_level(recording.level)
        if rest is not None and not (rest.done or recording.progress.speech_s):
            self._show_progress(True, rest.seconds)
            self.said.setText(f"{AT_REST} {rest.hint or ''}".strip())
        else:
            self._show_speech(recording)
        if outcome is not None:
            self._end(outcome)

    def _show_speech(self, recording: RunningCalibration) -> None:
        progress = recording.progress
        self._show_progress(False, progress.speech_s)
        if recording.level is not None:
            self.said.setText(progress.hint or ("Listening." if progress.speech_s else "Listening: nobody speaks yet."))

    def _end(self, outcome: RecordedCalibration | Failure) -> None:
        self._stop()
        self.who.setEnabled(True)
        self.record.setEnabled(True)
        self.record.setText("Record again")
        self.record.setFocus()
        if isinstance(outcome, Failure):
            self._say_failure(outcome)
            return
        where = f"Kept for {self.person.pseudonym}." if self.person else "Kept until the program ends."
        self.said.setText(" ".join([calibrated_in_words(outcome.calibration), where, *outcome.cautions]))
        self.cancel.setText("Close")
        self.cancel.setFocus()
        self.recorded.emit(outcome, self.person)

    @Slot()
    def _stop(self) -> None:
        """Let go of the microphone; also when the window closes."""
        self._timer.stop()
        self.level.show_level(None)
        if self._recording is not None:
            self._background.call(partial(_stop_and_join, self._recording), _nothing, self._say_failure)
            self._recording = None

    def _show_progress(self, resting: bool, seconds: float) -> None:
        wanted_s = self._devices.rest_s if resting else self._devices.speech_s
        if wanted_s is None:
            return
        self.bar.setRange(0, round(wanted_s * TENTHS))
        self.bar.setValue(min(self.bar.maximum(), round(seconds * TENTHS)))
        self.heard.setText(f"{int(seconds)} of {wanted_s:g} s of {'the face at rest' if resting else 'speech'}")

    def _say_failure(self, failure: Failure) -> None:
        self.said.setText(str(failure))


def calibrated_in_words(one: Calibration) -> str:
    """Done: 20 s of speech and 5 s of the face at rest; the index of them is 33."""
    parts = [(one.speech_s, "speech"), (one.rest_s, "the face at rest")]
    measured = " and ".join(f"{seconds:.0f} s of {what}" for seconds, what in parts if seconds)
    index = one.signals.get(INDEX)
    return f"Done: {measured}." if index is None else f"Done: {measured}; the index of them is {index.centre:.0f}."


def _words(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label


def _stop_and_join(recording: RunningCalibration) -> None:
    recording.stop()
    recording.join()


def _nothing(result: object) -> None:
    """What follows when nothing has to."""
