"""Somebody's ordinary speech, from a microphone or a file to the baseline that later readings are about."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from capture.source import Source
from core.baseline import VoiceBaseline
from core.clock import SessionClock
from core.failures import AffectographError, Failure
from core.labels import Modality
from core.levels import sound_level
from core.media import AudioChunk
from core.settings import Settings
from models.checkpoints import resolve
from models.voice.baseline import Progress, SpeechCollector, baseline_of, require_centred
from models.voice.classifier import VoiceClassifier
from monitor.board import SoundLevel
from monitor.wiring import microphone_source

OnProgress = Callable[[Progress, SoundLevel], None]


def record_baseline(source: Source, settings: Settings, on_progress: OnProgress, stopped: Flag | None = None) -> VoiceBaseline:
    """Listen until there is enough, or the sound ends; raises SourceUnavailable, CheckpointRefused, and DataUnfit for too little."""
    classifier = VoiceClassifier(resolve(Modality.VOICE, settings.voice.checkpoint))
    require_centred(classifier)
    collector = SpeechCollector(settings.voice)
    source.open()
    try:
        for chunk in source.items():
            assert isinstance(chunk, AudioChunk)
            progress = collector.add(chunk)
            on_progress(progress, SoundLevel(chunk.ends_at, *sound_level(chunk.samples)))
            if progress.done or (stopped is not None and stopped.is_set()):
                break
    finally:
        source.close()
    collector.finish()
    return baseline_of(collector, classifier, source.label, datetime.now(UTC))


def baseline_from_file(path: Path, settings: Settings) -> VoiceBaseline:
    """From the first seconds of speech of a recording; raises MediaUnreadable, CheckpointRefused, and DataUnfit for too little."""
    from capture.media_file import MediaSound  # noqa: PLC0415  the decoder is loaded when a file is opened

    return record_baseline(MediaSound(path, settings.capture), settings, lambda progress, level: None)


class BaselineRecording:
    """A recording on a thread of its own. `progress`, `level` and `outcome` may be looked at from any thread.

    `outcome` is None while it runs, and for ever when it was stopped.
    """

    def __init__(self, microphone: str, settings: Settings) -> None:
        self.progress = Progress(0.0, settings.voice.baseline_speech_s)
        self.level: SoundLevel | None = None
        self.outcome: VoiceBaseline | Failure | None = None
        self._settings = settings
        self._source = microphone_source(microphone, settings, SessionClock())
        self._stopped = Flag()
        self._thread = Thread(target=self._run, name="affectograph-baseline")

    def start(self) -> None:
        """Open the microphone, and return."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the microphone and return; nothing comes of it. `join` waits until it is free."""
        self._stopped.set()
        self._source.stop()

    def join(self) -> None:
        """Wait until the microphone is free."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            outcome: VoiceBaseline | Failure = record_baseline(self._source, self._settings, self._note, self._stopped)
        except AffectographError as error:
            outcome = error.failure
        except Exception as error:  # a thread that dies in silence would leave the person talking to nobody
            outcome = Failure("The ordinary speech could not be recorded.", f"{error!r}.", "Try again, or choose another microphone.")
        if not self._stopped.is_set():
            self.outcome = outcome

    def _note(self, progress: Progress, level: SoundLevel) -> None:
        self.progress, self.level = progress, level
