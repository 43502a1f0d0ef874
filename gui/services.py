"""What the pages need from outside, handed in by the application: the pages themselves open nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from core.baseline import VoiceBaseline
from core.calibration import Calibration, Rest
from core.failures import Failure
from core.labels import Modality
from core.purpose import Purpose
from core.readings import ClassMap
from core.session import SessionResults
from core.settings import ReviewSettings, Settings
from gui.file_choice import choose_table, choose_target
from gui.store_door import StoreDoor
from monitor.board import Board, SoundLevel
from monitor.events import Event, State
from monitor.lane import OwnFusion
from review.exports.formats import PeriodOf, Request
from review.person_usual import PersonUsual
from review.report.page_pictures import PagePictures
from review.report.paper import Paper

OnEvent = Callable[[Event], None]


class RunningMonitor(Protocol):
    """What the window uses of `monitor.monitor.Monitor`."""

    @property
    def state(self) -> State:
        """What it does now."""

    @property
    def session_id(self) -> int | None:
        """The number of the stored session; None: there is none."""

    @property
    def recording(self) -> bool:
        """Whether numbers are stored."""

    def start(self) -> None:
        """Begin, and return at once."""

    def pause(self) -> None:
        """Hold."""

    def resume(self) -> None:
        """Go on."""

    def stop(self) -> None:
        """Ask for the end, and return at once."""

    def set_speed(self, speed: float) -> None:
        """Media seconds a second; recordings only."""

    def set_recording(self, on: bool) -> None:
        """Whether numbers are stored."""

    def mark(self, name: str, class_map: ClassMap | None = None) -> None:
        """Mark this moment, with the evidence that is shown."""

    def note(self, text: str) -> None:
        """Attach words to this moment."""

    def submit_text(self, text: str) -> None:
        """Hand words to the text lane."""

    def now(self) -> float:
        """Session time in seconds."""


class RunningPreview(Protocol):
    """What the window uses of `monitor.preview.Preview`."""

    def start(self) -> None:
        """Begin, and return at once."""

    def stop(self) -> None:
        """Ask for the end, and return at once."""

    def join(self) -> None:
        """Wait until the devices are free."""


class SpeechProgress(Protocol):
    """What the window reads of `models.voice.baseline.Progress`."""

    @property
    def speech_s(self) -> float:
        """Seconds that are there."""

    @property
    def hint(self) -> str | None:
        """Why the last segment was not taken."""


class RecordedCalibration(Protocol):
    """What the window reads of `monitor.calibration_recording.Recorded`."""

    @property
    def calibration(self) -> Calibration:
        """What was measured."""

    @property
    def voice(self) -> VoiceBaseline | None:
        """The centre of the speech; None: there is none."""

    @property
    def cautions(self) -> Sequence[str]:
        """What may be wrong with it."""


class RunningCalibration(Protocol):
    """What the window uses of `monitor.calibration_recording.CalibrationRecording`."""

    @property
    def rest(self) -> Rest | None:
        """How long the face was measured at rest; None: there is no camera."""

    @property
    def progress(self) -> SpeechProgress:
        """How much speech is there."""

    @property
    def level(self) -> SoundLevel | None:
        """The newest level; None: nothing was heard yet."""

    @property
    def outcome(self) -> RecordedCalibration | Failure | None:
        """What came of it; None while it runs."""

    def start(self) -> None:
        """Begin, and return at once."""

    def stop(self) -> None:
        """Ask for the end, and return at once."""

    def join(self) -> None:
        """Wait until the microphone is free."""


class AnyLane(Protocol):
    """What the window reads of a lane of a plan."""

    @property
    def modality(self) -> Modality:
        """What it reads."""


class AnyPlan(Protocol):
    """What the window reads of `monitor.lane.Plan`."""

    @property
    def lanes(self) -> Sequence[AnyLane]:
        """Its lanes."""

    @property
    def baseline(self) -> VoiceBaseline | None:
        """What the voice is compared with; None: people in general."""

    @property
    def fusion(self) -> OwnFusion | None:
        """What estimates a questionnaire; None: nothing does."""


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or microphone: the name that a person reads, and the word by which the program opens it."""

    name: str
    key: str


Export = Callable[[int, Path], None]
ExportPerson = Callable[[int, Path], Path]
WriteSession = Callable[[int, Request, Settings], Sequence[Path]]
WritePeriod = Callable[[PeriodOf, Request, Settings], Sequence[Path]]
PreviewReport = Callable[[int | PeriodOf, Purpose, Paper, Settings, int], PagePictures]
"""The pages of a report of a session or a period, so many pixels wide."""
Results = Callable[[int], SessionResults]
Usuals = Callable[[int, ReviewSettings, int | None], PersonUsual | None]


@dataclass(frozen=True, slots=True)
class Services:
    """The doors to the rest of the program. `live_plan` and `recording_plan` are those of monitor/wiring.py."""

    live_plan: Callable[..., AnyPlan]
    recording_plan: Callable[..., AnyPlan]
    monitor: Callable[[Any, Settings, Board, OnEvent], RunningMonitor]
    preview: Callable[[str | None, str | None, Settings, Board, OnEvent], RunningPreview]
    cameras: Callable[[], Sequence[Device]]
    microphones: Callable[[], Sequence[Device]]
    choose_recordings: Callable[[QWidget], Sequence[Path]]
    choose_text_file: Callable[[QWidget], Path | None]
    choose_folder: Callable[[QWidget], Path | None]
    results: Results
    export: Export | None = None
    door: StoreDoor | None = None
    export_person: ExportPerson | None = None
    choose_table: Callable[[QWidget], Path | None] = choose_table
    choose_target: Callable[[QWidget, str, str], Path | None] = choose_target
    write_session: WriteSession | None = None
    write_period: WritePeriod | None = None
    calibration_recording: Callable[[str | None, str | None, Settings], RunningCalibration] | None = None
    usuals: Usuals | None = None
    preview_report: PreviewReport | None = None


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """With which devices the live page begins (None: that lane is off), and whether it starts at once."""

    camera: str | None = None
    microphone: str | None = None
    demonstration: bool = False
    start: bool = True
