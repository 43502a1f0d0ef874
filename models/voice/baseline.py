"""A person's ordinary speech: collected from sound as it comes, judged, and made into the centre that later readings are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.baseline import VoiceBaseline
from core.failures import CheckpointRefused, DataUnfit, Failure
from core.media import AudioChunk
from core.settings import VoiceSettings
from models.card import ModelCard, load_card
from models.voice.classifier import VoiceClassifier
from models.voice.descriptors import mean_level_dbfs
from models.voice.input_kinds import CENTRED, INPUTS
from models.voice.quality import clipped_share
from models.voice.segments import Segment, Segmenter
from models.voice.speech import FRAME_MS

LEAST_SEGMENT_MS = 1000
"""Three or four syllables: shorter ones have hardly a melody, and each segment counts alike."""
QUIETEST_DBFS = -45.0
"""Of the speech: below it 16 bits and the microphone's own noise begin to colour the voice."""
LEAST_SNR_DB = 12.0
"""Voice over the room's noise: a centre in noise is the room's as much as the person's."""
JUMP_DB = 10.0
"""Between one segment and the next: twice as loud to the ear, as when somebody turns away, or somebody else speaks."""
MOST_JUMPS = 1
"""One is a laugh or a turn of the head; with two, part of it was said differently."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much ordinary speech is there: `speech_s` of `wanted_s`; `hint` is why the last segment was not taken (None: it was)."""

    speech_s: float
    wanted_s: float
    hint: str | None = None

    @property
    def done(self) -> bool:
        """Whether it is enough."""
        return self.speech_s >= self.wanted_s


class SpeechCollector:
    """Takes chunks until `baseline_speech_s` seconds of good speech are there."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self._segmenter = Segmenter(settings)
        self._taken: list[Segment] = []
        self._open_ms = 0
        self._hint: str | None = None

    @property
    def segments(self) -> Sequence[Segment]:
        """What is good of it."""
        return self._taken

    @property
    def progress(self) -> Progress:
        """How far it is, with the speech that has not ended yet."""
        taken_ms = sum(segment.speech_ms for segment in self._taken)
        return Progress((taken_ms + self._unended_ms(taken_ms)) / 1000, self._settings.baseline_speech_s, self._hint)

    def add(self, chunk: AudioChunk) -> Progress:
        """Hear the next chunk; after the one with which it is enough, no more are wanted."""
        heard = self._segmenter.add(chunk)
        self._take(heard.segments)
        if heard.segments or not heard.speaking:
            self._open_ms = 0
        self._open_ms += sum(heard.speech) * FRAME_MS if heard.speaking else 0
        missing_ms = 1000 * self._settings.baseline_speech_s - sum(segment.speech_ms for segment in self._taken)
        if missing_ms > 0 and self._open_ms >= max(missing_ms, LEAST_SEGMENT_MS):
            self.finish()
        return self.progress

    def finish(self) -> Progress:
        """The sound is over: the segment that was open counts as well."""
        self._take(self._segmenter.finish())
        self._open_ms = 0
        return self.progress

    def _unended_ms(self, taken_ms: int) -> float:
        """Never enough by itself: it may still turn out to be noise."""
        return min(self._open_ms, max(0.0, 1000 * self._settings.baseline_speech_s - taken_ms - FRAME_MS))

    def _take(self, segments: Sequence[Segment]) -> None:
        for segment in segments:
            if segment.speech_ms < LEAST_SEGMENT_MS:
                continue
            self._hint = fault_of(segment, self._settings)
            if self._hint is None:
                self._taken.append(segment)


def fault_of(segment: Segment, settings: VoiceSettings) -> str | None:
    """Why a segment is no good example of a voice, with what to do; None: it is one."""
    level = speech_level(segment)
    if clipped_share(segment.samples) >= settings.clipped_share:
        return "The sound is clipped: turn the microphone down, or sit further away."
    if level < QUIETEST_DBFS:
        return f"The voice is very quiet ({level:.0f} dBFS): turn the microphone up, or come nearer."
    if level - segment.noise_dbfs < LEAST_SNR_DB:
        return f"The room is only {level - segment.noise_dbfs:.0f} dB quieter than the voice: come nearer, or switch off what hums."
    return None


def speech_level(segment: Segment) -> float:
    """The level (dBFS) where somebody speaks."""
    return mean_level_dbfs(segment.levels_dbfs[segment.speech])


def caution_of(segments: Sequence[Segment]) -> str | None:
    """What may be wrong with speech of which each segment is good."""
    jumps = sum(abs(after - before) > JUMP_DB for before, after in pairwise(map(speech_level, segments)))
    if jumps <= MOST_JUMPS:
        return None
    return f"The loudness jumped {jumps} times by more than {JUMP_DB:.0f} dB: did one person alone speak, at the same distance?"


def baseline_of(collector: SpeechCollector, classifier: VoiceClassifier, source: str, made_utc: datetime) -> VoiceBaseline:
    """The centre of what was collected; raises DataUnfit for too little speech, CheckpointRefused where the network takes no centre."""
    progress, segments = collector.progress, collector.segments
    if not progress.done:
        raise DataUnfit(too_little(progress))
    samples = [segment.samples for segment in segments]
    centre = classifier.centre_of(samples)
    values = np.stack([classifier.features(one) for one in samples])
    known = np.isfinite(values) & np.isfinite(centre)
    squares = np.where(known, (values - centre) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(np.divide(squares, known.sum(axis=0), out=np.full(len(centre), np.nan), where=known.any(axis=0)))
    return VoiceBaseline(
        centre=centre.astype(np.float32),
        spread=spread.astype(np.float32),
        segments=len(segments),
        speech_s=progress.speech_s,
        input_kind=str(classifier.card.input["kind"]),
        model=classifier.card.name,
        made_utc=made_utc,
        source=source,
        caution=caution_of(segments),
    )


def too_little(progress: Progress) -> Failure:
    """Why there is no baseline."""
    return Failure(
        f"Only {progress.speech_s:.1f} s of ordinary speech were heard; {progress.wanted_s:g} s are needed.",
        progress.hint or "Silence, music and single words do not count.",
        "Let the person talk for longer.",
    )


def require_centred(classifier: VoiceClassifier) -> None:
    """Raise CheckpointRefused before anybody speaks for nothing."""
    if not classifier.takes_centre:
        raise CheckpointRefused(not_centred(classifier.card))


def not_centred(card: ModelCard) -> Failure:
    """What is said of a network that compares with people in general only."""
    return Failure(
        f"The voice model “{card.name}” cannot be compared with a person's own ordinary speech.",
        "It was made to compare with people in general.",
        "Choose a voice checkpoint that takes a baseline (setting voice.checkpoint).",
    )


def misfit_with(folder: Path, baseline: VoiceBaseline) -> Failure | None:
    """Why a baseline is not used with the checkpoint in a folder; None: it is. Raises CheckpointRefused for an unfit one."""
    card = load_card(folder, INPUTS)
    if card.input["kind"] not in CENTRED:
        return not_centred(card)
    if baseline.input_kind == card.input["kind"]:
        return None
    return Failure(
        "The person's ordinary speech is not used: the voice is compared with people in general.",
        f"It was measured as {baseline.input_kind} for “{baseline.model}”, and “{card.name}” wants {card.input['kind']}.",
        "Record the ordinary speech again.",
    )
