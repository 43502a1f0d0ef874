"""From sound to readings: one for every stretch of speech, and one now and then while nobody speaks."""

from collections import deque
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.baseline import VoiceBaseline
from core.labels import Emotion, Modality
from core.media import VOICE_RATE_HZ, AudioChunk
from core.readings import Absence, VoiceReading
from core.settings import VoiceSettings
from models.calibration import classes_left
from models.checkpoints import resolve
from models.voice.classifier import VoiceClassifier
from models.voice.descriptors import PauseShare, describe
from models.voice.quality import judge
from models.voice.segments import Segment, Segmenter
from models.voice.speech import FRAME, level_dbfs

Lost = tuple[float, float]
"""A stretch (s) in which sound is missing."""


class VoiceReader:
    """Segments, features, descriptors and the network; raises CheckpointRefused when its checkpoint is unfit.

    A reading is made at the chunk with which a segment's pause was over. One chunk gives one reading; should it bring more (a
    loss that also ended a segment), the others follow with the next chunks. With a `baseline`, which must suit the checkpoint,
    readings say what the voice resembles compared with the person's own ordinary speech.
    """

    def __init__(self, settings: VoiceSettings, checkpoint: Path | None = None, baseline: VoiceBaseline | None = None) -> None:
        self._classifier = VoiceClassifier(checkpoint or resolve(Modality.VOICE, settings.checkpoint))
        self.card = self._classifier.card
        self._centre = None if baseline is None else baseline.centre
        self._calibration = self._classifier.calibration(self._centre)
        self._settings = settings
        self._segmenter = Segmenter(settings)
        self._pauses = PauseShare(settings)
        self._waiting: deque[Segment | Lost] = deque()
        self._lost_chunks = 0
        self._at = 0.0
        self._said_until: float | None = None

    def warm_up(self) -> None:
        """Describe and sort a second of made-up voice; nothing of it is remembered."""
        segment = _made_up_voice()
        describe(segment, self._settings)
        features = self._classifier.features(segment.samples)
        self._contributions(features, self._probabilities(features))

    def read(self, item: AudioChunk) -> VoiceReading | None:
        """What can be said after this chunk: a segment that ended, a loss, or (every `silence_every_ms`) that nobody speaks."""
        heard = self._segmenter.add(item)
        self._pauses.add(heard.speech)
        self._at = max(self._at, item.ends_at)
        self._lost_chunks += heard.lost_chunks
        if self._said_until is None:
            self._said_until = item.at
        self._waiting += _in_order(heard.segments, heard.lost)
        if self._waiting:
            return self._say(self._waiting.popleft())
        if not heard.speaking and self._at - self._said_until >= self._settings.silence_every_ms / 1000:
            return self._nothing((self._said_until, self._at), Absence.NO_SPEECH)
        return None

    def finish(self) -> VoiceReading | None:
        """The last segment, which no pause ended, or else the silence since the last reading."""
        segments = [*self._segmenter.finish(), *(one for one in reversed(self._waiting) if isinstance(one, Segment))]
        self._waiting.clear()
        if segments:
            return self._say(segments[0])
        if self._said_until is not None and self._at > self._said_until:
            return self._nothing((self._said_until, self._at), Absence.NO_SPEECH)
        return None

    def _say(self, what: Segment | Lost) -> VoiceReading:
        return self._read_segment(what) if isinstance(what, Segment) else self._nothing(what, Absence.SOUND_LOST)

    def _read_segment(self, segment: Segment) -> VoiceReading:
        descriptors = describe(segment, self._settings)
        quality = judge(segment, descriptors.speech_rate_hz, self._settings)
        covers = (segment.starts_at, segment.ends_at)
        if quality.absence is not None:
            return self._nothing(covers, quality.absence, quality.reason)
        features = self._classifier.features(segment.samples)
        probabilities = self._probabilities(features)
        return VoiceReading(
            modality=Modality.VOICE,
            at=self._at,
            covers=covers,
            probabilities=probabilities,
            label_set=classes_left(probabilities, self._calibration),
            quality=quality.value,
            quality_reason=quality.reason,
            model=self.card.name,
            dropped_before=self._dropped(),
            pause_share=self._pauses.value,
            contributions=self._contributions(features, probabilities),
            **asdict(descriptors),
        )

    def _nothing(self, covers: tuple[float, float], why: Absence, reason: str | None = None) -> VoiceReading:
        return VoiceReading(
            modality=Modality.VOICE,
            at=self._at,
            covers=covers,
            quality_reason=reason,
            model=self.card.name,
            absent_because=why,
            dropped_before=self._dropped(),
            pause_share=self._pauses.value,
        )

    def _dropped(self) -> int:
        """Chunks lost since the reading before; called once a reading, which also notes how far has been told."""
        dropped, self._lost_chunks = self._lost_chunks, 0
        self._said_until = self._at
        return dropped

    def _probabilities(self, features: NDArray[np.float32]) -> dict[Emotion, float]:
        values = self._classifier.of_features(features, self._centre)
        return {label: float(p) for label, p in zip(self.card.emotions, values, strict=True)}

    def _contributions(self, features: NDArray[np.float32], probabilities: dict[Emotion, float]) -> tuple[tuple[str, float], ...]:
        top = max(range(len(probabilities)), key=list(probabilities.values()).__getitem__)
        return tuple(self._classifier.evidence_of(features, top, self._centre))


def _in_order(segments: tuple[Segment, ...], lost: Lost | None) -> list[Segment | Lost]:
    """What ended before the loss, the loss, and what ended after it."""
    if lost is None:
        return list(segments)
    return [
        *(segment for segment in segments if segment.starts_at < lost[0]),
        lost,
        *(segment for segment in segments if segment.starts_at >= lost[0]),
    ]


def _made_up_voice() -> Segment:
    """A second of a buzzing tone that rises and falls four times."""
    time = np.arange(33 * FRAME) / VOICE_RATE_HZ
    samples = (0.1 * np.sin(8 * np.pi * time) ** 2 * np.sign(np.sin(240 * np.pi * time))).astype(np.float32)
    frames = samples.reshape(-1, FRAME)
    return Segment(
        samples=samples,
        starts_at=0.0,
        ends_at=float(time[-1]),
        lost_before=False,
        levels_dbfs=np.array([level_dbfs(frame) for frame in frames]),
        speech=np.ones(len(frames), dtype=bool),
        noise_dbfs=-60.0,
    )
