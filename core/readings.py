"""What a lane says about a stretch of the session, and what the fusion makes of all lanes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.labels import Emotion, Modality
from core.tally import Ground


class Absence(StrEnum):
    """Why a reading carries no probabilities. Absence is a reading: it is never "neutral" and never zero."""

    NO_FACE = "no face"
    TWO_PEOPLE = "two people"
    TOO_DARK = "too dark"
    TOO_SMALL = "face too small"
    TOO_BLURRED = "picture too blurred"
    FACE_CUT_OFF = "face cut off"
    NO_SPEECH = "no speech"
    TOO_LITTLE_SPEECH = "too little speech"
    SOUND_LOST = "sound lost"
    CLIPPED = "sound clipped"
    TOO_SHORT = "text too short"
    UNKNOWN_WORDS = "no known words"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.width * self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one lane says.

    `at` is the session time (s) at which the reading could first be made: within a lane it never goes back, and nothing in
    it comes from later. `covers` is the stretch (s) that it describes. `probabilities` are calibrated and sum to 1 over the
    classes that the model knows; empty when `absent_because` is set. `label_set` holds the classes that cannot be ruled out,
    likeliest first: nine times in ten the true one is among them (the card's calibration; empty where it says nothing).
    `quality` is 0..1, with `quality_reason` in words when it is low. `model` is the checkpoint's name. `dropped_before` counts
    items lost since the reading before.
    """

    modality: Modality
    at: float
    covers: tuple[float, float]
    probabilities: Mapping[Emotion, float] = field(default_factory=dict)
    label_set: tuple[Emotion, ...] = ()
    quality: float = 0.0
    quality_reason: str | None = None
    model: str
    absent_because: Absence | None = None
    dropped_before: int = 0

    @property
    def top(self) -> Emotion | None:
        """The class of the largest probability; None when absent."""
        return max(self.probabilities, key=self.probabilities.__getitem__) if self.probabilities else None


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Where in a face a network found what speaks for `label` rather than for the other classes; not where a feeling is.

    `rows` lie over the square that was cut out around the face, from the top: 0 (nothing, or what speaks against it) to 255 (the most).
    """

    label: Emotion
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReading(Reading):
    """A face in one frame.

    `box` is the primary face (None when there is none) and `box_score` how surely it is one, 0..1. `smoothed` are the probabilities
    after a moving average over seconds of media time, for display and fusion, and `label_set` is theirs; `probabilities` are the
    frame's own. `others` are boxes of further people. `class_maps` are of this frame, one a class; empty when the network gives
    none. They are not stored with readings.
    """

    box: Box | None = None
    box_score: float = 0.0
    smoothed: Mapping[Emotion, float] = field(default_factory=dict)
    others: tuple[Box, ...] = ()
    class_maps: Mapping[Emotion, ClassMap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReading(Reading):
    """One segment of speech, or its absence.

    `speech_level` is the level of speech in dBFS (RMS), `loudness_sd` its variation in dB; `pitch_hz` is the median
    fundamental, `pitch_sd_semitones` its variation (small: monotone); `speech_rate_hz` counts syllable-like energy peaks a
    second; `pause_share` is the share of silence, 0..1, over the last `pause_window_s` seconds of settings. NaN: not measured.
    `contributions` are (descriptor, weight) pairs: how far each moved the log-odds of the top class, strongest first.
    """

    speech_level: float = float("nan")
    loudness_sd: float = float("nan")
    pitch_hz: float = float("nan")
    pitch_sd_semitones: float = float("nan")
    speech_rate_hz: float = float("nan")
    pause_share: float = float("nan")
    contributions: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading(Reading):
    """A text entry. `contributions` are (word, weight) pairs: how far each word moved the top class, strongest first."""

    text: str = ""
    contributions: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """The lane has handled everything up to `at`; none of its later readings is earlier."""

    modality: Modality
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The lane will say no more; the fusion need not wait for it."""

    modality: Modality


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the session in which a lane could not measure, in seconds; `why` is fit for a person."""

    modality: Modality
    starts_at: float
    ends_at: float
    why: str


NOT_ENOUGH_EVIDENCE = "not enough evidence"
"""What is said, everywhere, in place of a number."""

LaneItem = Reading | Reached | Ended | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionScore:
    """The depressive-affect index of one moment.

    `value` is 0..100, or None when there is not enough evidence (`abstained_because` says what is missing). `interval` is
    its band of uncertainty in the same unit. `contributions` per lane add up to `value`; `weights` per lane add up to 1.
    `heard_from` names the lanes that had fresh evidence; `fusion` is the formula's name and version. `grounds` are what `core.why` explains
    it by; they are not stored: `review.why` makes them again from the stored readings.
    """

    at: float
    value: float | None
    interval: tuple[float, float] | None
    probabilities: Mapping[Emotion, float] = field(default_factory=dict)
    weights: Mapping[Modality, float] = field(default_factory=dict)
    contributions: Mapping[Modality, float] = field(default_factory=dict)
    heard_from: tuple[Modality, ...] = ()
    abstained_because: str | None = None
    fusion: str
    grounds: Mapping[Modality, Ground] = field(default_factory=dict, compare=False, repr=False)
