"""A calibration from a camera and a microphone: the face at rest first, then ordinary speech, and the index of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread

from capture.source import Source
from core.baseline import VoiceBaseline
from core.calibration import Calibration, Rest, RestCollector, calibration_of
from core.clock import SessionClock
from core.failures import AffectographError, DataUnfit, Failure
from core.fusion import Fuser
from core.labels import Modality
from core.media import AudioChunk, Frame
from core.readings import FaceReading, FusionScore, VoiceReading
from core.settings import Settings
from models.checkpoints import resolve
from models.face.reader import FaceReader
from models.voice.baseline import Progress, SpeechCollector, baseline_of, not_centred
from models.voice.classifier import VoiceClassifier
from models.voice.reader import VoiceReader
from monitor.baseline_recording import hear_speech
from monitor.board import SoundLevel
from monitor.wiring import camera_source, microphone_source

REST_PATIENCE = 4.0
"""Times the wanted rest: when no face was seen for so long, it is done without."""

NO_REST = "The face at rest was not measured: {}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it; `voice` None: there was no microphone, or the voice's checkpoint takes no centre. `cautions` are sentences."""

    calibration: Calibration
    voice: VoiceBaseline | None
    cautions: tuple[str, ...] = ()


class CalibrationRecording:
    """Runs on threads of its own. `rest`, `progress`, `level` and `outcome` may be looked at from any thread.

    `rest` is None without a camera, `outcome` None while it runs, and for ever when it was stopped.
    """

    def __init__(self, camera: str | None, microphone: str | None, settings: Settings) -> None:
        clock = SessionClock()
        self.rest: Rest | None = Rest(0.0, settings.face.rest_s) if camera is not None else None
        self.progress = Progress(0.0, settings.voice.baseline_speech_s)
        self.level: SoundLevel | None = None
        self.outcome: Recorded | Failure | None = None
        self._settings = settings
        self._camera: Source | None = camera_source(camera, settings, clock) if camera is not None else None
        self._microphone: Source | None = microphone_source(microphone, settings, clock) if microphone is not None else None
        self._stopped, self._rested, self._over = Flag(), Flag(), Flag()
        self._resting = RestCollector(settings.face.rest_s, settings.fusion.face_longest_step_s)
        self._faces: list[FaceReading] = []
        self._no_rest: str | None = None
        self._thread = Thread(target=self._run, name="affectograph-calibration")
        self._watching = Thread(target=self._watch, name="affectograph-calibration-face")

    def start(self) -> None:
        """Open the devices, and return."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the devices and return; nothing comes of it. `join` waits until they are free."""
        self._stopped.set()
        for source in self._sources:
            source.stop()

    def join(self) -> None:
        """Wait until the devices are free."""
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def _sources(self) -> list[Source]:
        return [source for source in (self._camera, self._microphone) if source is not None]

    def _run(self) -> None:
        try:
            outcome: Recorded | Failure = self._record()
        except AffectographError as error:
            outcome = error.failure
        except Exception as error:  # a thread that dies in silence would leave the person talking to nobody
            outcome = Failure("The calibration could not be recorded.", f"{error!r}.", "Try again, or choose other devices.")
        if not self._stopped.is_set():
            self.outcome = outcome

    def _record(self) -> Recorded:
        collector, heard = SpeechCollector(self._settings.voice), list[AudioChunk]()
        if self._camera is None:
            self._rested.set()
        else:
            self._watching.start()
        try:
            if self._microphone is not None:
                heard = hear_speech(self._microphone, collector, self._note, self._stopped, self._rested)
            else:
                self._rested.wait()
        finally:
            self._over.set()
            if self._camera is not None:
                self._camera.stop()
                self._watching.join()
        return self._made(collector, heard)

    def _note(self, progress: Progress, level: SoundLevel) -> None:
        self.progress, self.level = progress, level

    # The face

    def _watch(self) -> None:
        assert self._camera is not None
        try:
            reader = FaceReader(self._settings.face)
            reader.warm_up()
            self._camera.open()
            try:
                self._look(reader, self._camera)
            finally:
                self._camera.close()
        except AffectographError as error:
            self._no_rest = error.failure.what
        except Exception as error:  # the speech goes on without the face
            self._no_rest = f"{error!r}."
        finally:
            self._rested.set()

    def _look(self, reader: FaceReader, camera: Source) -> None:
        began: float | None = None
        for frame in camera.items():
            assert isinstance(frame, Frame)
            reading = reader.read(frame)
            if reading is None:
                continue
            began = reading.at if began is None else began
            self._take(reading, since=began)
            if self._stopped.is_set() or self._over.is_set():  # a stop that came before the camera was open
                return

    def _take(self, reading: FaceReading, since: float) -> None:
        """The face at rest first; while somebody speaks it counts for the index only."""
        self._faces.append(reading)
        if self._rested.is_set():
            return
        self.rest = rest = self._resting.add(reading)
        if rest.done:
            self._rested.set()
        elif reading.at - since > REST_PATIENCE * rest.wanted_s:
            self._no_rest = rest.hint or "it was seen for too short a time."
            self._rested.set()

    # What comes of it

    def _made(self, collector: SpeechCollector, heard: Sequence[AudioChunk]) -> Recorded:
        made, source = datetime.now(UTC), ", ".join(one.label for one in self._sources)
        voice, why = self._voice(collector, made) if self._microphone is not None else (None, None)
        if self._microphone is None and self._no_rest is not None:
            raise DataUnfit(Failure(NO_REST.format(self._no_rest), "There is no microphone, so nothing was measured.", "Try again."))
        speech = read_all(VoiceReader(self._settings.voice, baseline=voice), heard)
        calibration = calibration_of(
            self._resting.readings,
            speech,
            scores_of(self._faces, speech, self._settings),
            rest_s=round(self._resting.rest.seconds, 2),
            speech_s=round(collector.progress.speech_s, 2),
            source=source,
            made_utc=made,
        )
        no_rest = NO_REST.format(self._no_rest) if self._no_rest else None
        cautions = (voice.caution if voice else why, no_rest)
        return Recorded(calibration, voice, tuple(one for one in cautions if one))

    def _voice(self, collector: SpeechCollector, made: datetime) -> tuple[VoiceBaseline | None, str | None]:
        """The centre of the speech, or why there is none; raises DataUnfit for too little speech."""
        assert self._microphone is not None
        classifier = VoiceClassifier(resolve(Modality.VOICE, self._settings.voice.checkpoint))
        if not classifier.takes_centre:
            return None, not_centred(classifier.card).what
        return baseline_of(collector, classifier, self._microphone.label, made), None


def read_all(reader: VoiceReader, heard: Iterable[AudioChunk]) -> list[VoiceReading]:
    """All that a reader says of what was heard."""
    said = [reading for chunk in heard if (reading := reader.read(chunk)) is not None]
    last = reader.finish()
    return [*said, last] if last is not None else said


def scores_of(faces: Sequence[FaceReading], speech: Sequence[VoiceReading], settings: Settings) -> list[FusionScore]:
    """The index of the recording, as a session would have it."""
    fuser = Fuser(settings.fusion, ())
    readings = sorted([*faces, *speech], key=lambda reading: reading.at)
    for reading in readings:
        fuser.add(reading)
    return list(fuser.finish(readings[-1].at)) if readings else []
