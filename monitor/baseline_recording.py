"""Somebody's ordinary speech, from a microphone or a file to the baseline that later readings are about."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

from capture.source import Source
from core.baseline import VoiceBaseline
from core.labels import Modality
from core.levels import sound_level
from core.media import AudioChunk
from core.settings import Settings
from models.checkpoints import resolve
from models.voice.baseline import Progress, SpeechCollector, baseline_of, require_centred
from models.voice.classifier import VoiceClassifier
from monitor.board import SoundLevel

OnProgress = Callable[[Progress, SoundLevel], None]


def record_baseline(source: Source, settings: Settings, on_progress: OnProgress, stopped: Flag | None = None) -> VoiceBaseline:
    """Listen until there is enough, or the sound ends; raises SourceUnavailable, CheckpointRefused, and DataUnfit for too little."""
    classifier = VoiceClassifier(resolve(Modality.VOICE, settings.voice.checkpoint))
    require_centred(classifier)
    collector = SpeechCollector(settings.voice)
    hear_speech(source, collector, on_progress, stopped)
    return baseline_of(collector, classifier, source.label, datetime.now(UTC))


def hear_speech(
    source: Source, collector: SpeechCollector, on_progress: OnProgress, stopped: Flag | None = None, begun: Flag | None = None
) -> list[AudioChunk]:
    """What was heard until there is enough, the sound ends, or `stopped`; until `begun` nothing counts. Raises SourceUnavailable."""
    heard: list[AudioChunk] = []
    source.open()
    try:
        for chunk in source.items():
            assert isinstance(chunk, AudioChunk)
            counts = begun is None or begun.is_set()
            progress = collector.add(chunk) if counts else collector.progress
            heard += [chunk] if counts else []
            on_progress(progress, SoundLevel(chunk.ends_at, *sound_level(chunk.samples)))
            if progress.done or (stopped is not None and stopped.is_set()):
                break
    finally:
        source.close()
    collector.finish()
    return heard


def baseline_from_file(path: Path, settings: Settings) -> VoiceBaseline:
    """From the first seconds of speech of a recording; raises MediaUnreadable, CheckpointRefused, and DataUnfit for too little."""
    from capture.media_file import MediaSound  # noqa: PLC0415  the decoder is loaded when a file is opened

    return record_baseline(MediaSound(path, settings.capture), settings, lambda progress, level: None)
