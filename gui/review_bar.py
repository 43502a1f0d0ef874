"""Below a timeline: play, speed, sound, where the play-head is, and what the clinician says of the moment."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from core.labels import Modality
from core.session import Judgement, Verdict
from gui import wording
from gui.elided_label import ElidedLabel
from gui.focus import enable
from gui.theme import GAP_PX

SPEEDS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Session seconds a second."""

POSITION_PX = 118
"""Holds "1:59:59.9 of 2:00:00": the bar does not move while it plays."""

NO_SOUND = "No sound was kept of this session"
SAID = {Verdict.AGREE: "Agreed", Verdict.DISAGREE: "Disagreed"}


class ReviewBar(QWidget):
    """Is told what is so, and says what is wanted; it plays nothing itself."""

    play_wanted = Signal()
    speed_wanted = Signal(float)
    sound_wanted = Signal(bool)
    why_wanted = Signal()
    judged = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play, self.sound = QPushButton("Play"), QToolButton()
        self.speed, self.position = QComboBox(), QLabel()
        self.agree, self.disagree = QPushButton("✓ Agree"), QPushButton("✗ Disagree")
        self.why, self.note, self.said = QPushButton("Why …"), QLineEdit(), ElidedLabel()
        self._lay_out()
        self.play.clicked.connect(self.play_wanted)
        self.speed.currentIndexChanged.connect(self._speed)
        self.sound.toggled.connect(self.sound_wanted)
        self.why.clicked.connect(self.why_wanted)
        self.agree.clicked.connect(self._agree)
        self.disagree.clicked.connect(self._disagree)

    def _lay_out(self) -> None:
        self.play.setToolTip("Play or pause (Space)")
        self.play.setMinimumWidth(64)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g} ×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName("Speed")
        self.sound.setText("Sound")
        self.sound.setCheckable(True)
        self.sound.setChecked(True)
        self.position.setAccessibleName("Play-head")
        self.why.setToolTip("Why the index has its value here: lanes, cues and the pieces that moved it (W)")
        self.agree.setToolTip("You see this moment of the chosen lane as it is drawn (A)")
        self.disagree.setToolTip("You see this moment of the chosen lane otherwise (D)")
        self.note.setPlaceholderText("Why (optional)")
        self.note.setAccessibleName("Why you agree or disagree")
        self.note.setMinimumWidth(80)
        self.said.setObjectName("dim")
        for button in (self.agree, self.disagree):
            button.setCheckable(True)
        self.position.setMinimumWidth(POSITION_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        for widget in (self.play, self.speed, self.sound, self.position):
            row.addWidget(widget)
        row.addWidget(self.said, 1)
        row.addWidget(self.why)
        row.addWidget(self.note, 1)
        row.addWidget(self.agree)
        row.addWidget(self.disagree)

    def set_compact(self, compact: bool) -> None:
        """In half a window there is no room to write why."""
        self.note.setVisible(not compact)
        self.said.setVisible(not compact)

    def show_sound(self, kept: bool) -> None:
        """Whether there is sound to be heard."""
        self.sound.setEnabled(kept)
        self.sound.setToolTip("Hear the sound that was kept" if kept else NO_SOUND)

    def show_head(self, at: float, seconds: float, *, playing: bool) -> None:
        """Where the play-head is, and whether it moves."""
        self.position.setText(f"{wording.fine_clock(at, 0.1)} of {wording.clock(seconds)}")
        self.play.setText("Pause" if playing else "Play")

    def show_moment(self, lane: Modality | None, judgement: Judgement | None, *, can_judge: bool) -> None:
        """Of which lane the buttons speak, and what was said of its moment."""
        name = lane.value if lane else "index"
        self.agree.setChecked(judgement is not None and judgement.verdict is Verdict.AGREE)
        self.disagree.setChecked(judgement is not None and judgement.verdict is Verdict.DISAGREE)
        enable(self.agree, can_judge, focus_goes_to=self.play)
        enable(self.disagree, can_judge, focus_goes_to=self.play)
        if judgement is not None:
            words = f"{SAID[judgement.verdict]} with the {name} here"
            self.said.setText(f"{words}: {judgement.note}" if judgement.note else words)
        else:
            self.said.setText(f"The {name} here:" if can_judge else f"The {name} says nothing here")
        self.said.setToolTip(self.said.text())

    @Slot()
    def _speed(self) -> None:
        self.speed_wanted.emit(float(self.speed.currentData()))

    @Slot()
    def _agree(self) -> None:
        self._judge(Verdict.AGREE)

    @Slot()
    def _disagree(self) -> None:
        self._judge(Verdict.DISAGREE)

    def _judge(self, verdict: Verdict) -> None:
        self.judged.emit(verdict, self.note.text().strip())
        self.note.clear()
