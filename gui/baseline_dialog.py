"""Twenty seconds of somebody's ordinary speech, which later readings of the voice are compared with."""

from collections.abc import Callable, Sequence
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
from core.failures import Failure
from core.person import Person
from gui import wording
from gui.background import Background
from gui.focus import enable
from gui.level_meter import LevelMeter
from gui.services import RunningBaseline
from gui.store_door import StoreDoor
from gui.theme import GAP_PX, Theme

LOOK_MS = 33
TENTHS = 10
"""Steps of the bar a second."""

ABOUT = (
    "Readings of the voice are then compared with how this person usually speaks, not with people in general. Let the person read the "
    "text aloud, or talk about the way here, as on any day. Only measurements are kept, not the sound. Begin only when the person agrees."
)
TO_READ = (
    "On most mornings I open the window first and put the kettle on. The street is quiet at that hour; a tram goes by, and somebody walks "
    "a dog. I read a page or two while the water boils, and look at what the day will bring. Then I take my coat and my keys, lock the "
    "door and go down the stairs. It is ten minutes to the station, past the bakery and the small park. When it rains I take the bus."
)
SESSION_ONLY = "Nobody of the record: kept until the program ends"


class BaselineDialog(QDialog):
    """Records with `new_recording`, or takes what is stored for a person.

    `chosen` carries a VoiceBaseline (None: people in general) and the Person for whom it is to be stored (None: nobody).
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        new_recording: Callable[[], RunningBaseline],
        wanted_s: float,
        door: StoreDoor | None,
        background: Background,
        theme: Theme,
        *,
        person: Person | None = None,
        has_baseline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ordinary speech")
        self._new_recording = new_recording
        self._wanted_s = wanted_s
        self._door = door
        self._background = background
        self._recording: RunningBaseline | None = None
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
        self._show_progress(0.0)
        self._ask_who()

    def _lay_out(self) -> None:
        about = _words(ABOUT, "dim")
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
        self.bar.setRange(0, round(self._wanted_s * TENTHS))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName("Seconds of speech")
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
        self.resize(620, 380)
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
        self.use_stored.setText(f"Use that of {wording.day(stored.made_utc)}")
        self.use_stored.setVisible(self._recording is None)

    @Slot()
    def _take_stored(self) -> None:
        self._choose(self._stored)

    def _choose(self, baseline: VoiceBaseline | None) -> None:
        self.chosen.emit(baseline, None)
        self.accept()

    # Recording

    @Slot()
    def _record(self) -> None:
        self._recording = self._new_recording()
        self._background.call(self._recording.start, _nothing, self._say_failure)
        self.said.setText("Opening the microphone …")
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
        progress, outcome = recording.progress, recording.outcome
        self._show_progress(progress.speech_s)
        self.level.show_level(recording.level)
        if recording.level is not None:
            self.said.setText(progress.hint or ("Listening." if progress.speech_s else "Listening: nobody speaks yet."))
        if outcome is not None:
            self._end(outcome)

    def _end(self, outcome: VoiceBaseline | Failure) -> None:
        self._stop()
        self.who.setEnabled(True)
        self.record.setEnabled(True)
        self.record.setText("Record again")
        self.record.setFocus()
        if isinstance(outcome, Failure):
            self._say_failure(outcome)
            return
        where = f"Kept for {self.person.pseudonym}." if self.person else "Kept until the program ends."
        self.said.setText(f"Done: {outcome.speech_s:.0f} s in {outcome.segments} segments. {where} {outcome.caution or ''}".strip())
        self.cancel.setText("Close")
        self.cancel.setFocus()
        self.chosen.emit(outcome, self.person)

    @Slot()
    def _stop(self) -> None:
        """Let go of the microphone; also when the window closes."""
        self._timer.stop()
        self.level.show_level(None)
        if self._recording is not None:
            self._background.call(partial(_stop_and_join, self._recording), _nothing, self._say_failure)
            self._recording = None

    def _show_progress(self, speech_s: float) -> None:
        self.bar.setValue(min(self.bar.maximum(), round(speech_s * TENTHS)))
        self.heard.setText(f"{int(speech_s)} of {self._wanted_s:g} s of speech")

    def _say_failure(self, failure: Failure) -> None:
        self.said.setText(str(failure))


def _words(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label


def _stop_and_join(recording: RunningBaseline) -> None:
    recording.stop()
    recording.join()


def _nothing(result: object) -> None:
    """What follows when nothing has to."""
