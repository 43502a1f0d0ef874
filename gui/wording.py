"""The sentences of the window. An expression is not a feeling (Barrett et al. 2019): "resembles", never "is"."""

import math
from collections.abc import Collection
from datetime import datetime

from core.class_map_picture import class_map_caption
from core.labels import EMOTIONS, Emotion, Modality
from core.readings import ClassMap, FaceReading, FusionScore, Reading, TextReading, VoiceReading
from monitor.board import LaneStatistics

NOT_MEASURED = "–"
GOOD_QUALITY = 0.66
FAIR_QUALITY = 0.33

_SUBJECT = {Modality.FACE: "Face resembles", Modality.VOICE: "Voice resembles", Modality.TEXT: "Words resemble"}


def resemblance(modality: Modality, emotion: Emotion, probability: float) -> str:
    """Face resembles happiness 0.62."""
    return f"{_SUBJECT[modality]} {emotion} {probability:.2f}"


MOST_NAMED = 3
"""Classes that a sentence about an undecided lane names: more would be half of them all."""


def undecided(modality: Modality, left: Collection[Emotion]) -> str:
    """Face: undecided between sadness and neutral. In the classes' own order, so that the sentence does not flicker."""
    if len(left) > MOST_NAMED:
        return f"{modality.capitalize()}: undecided"
    *first, last = (emotion for emotion in EMOTIONS if emotion in left)
    return f"{modality.capitalize()}: undecided between {', '.join(first)} and {last}"


UNDECIDED_EXPLAINED = (
    "More than one class cannot be ruled out: on data like that of the model's validation,\n"
    "the classes that are left hold the true one nine times in ten (docs/model-cards.md)."
)


def spread(shown: float, limits: tuple[float, float] | None) -> str:
    """What stands in brackets behind a probability, widened to hold the number that is shown; nothing where it is not known."""
    if limits is None:
        return ""
    low, high = min(limits[0], shown), max(limits[1], shown)
    return f" ({low:.2f}–{high:.2f})"


SPREAD_EXPLAINED = (
    "In brackets: between which values this number moved during the last second (10th to 90th percentile).\n"
    "It says how steady the number was, not how right it is."
)


def quality_in_words(reading: Reading) -> str:
    """Quality good, fair or low, with its reason when there is one."""
    word = "good" if reading.quality >= GOOD_QUALITY else "fair" if reading.quality >= FAIR_QUALITY else "low"
    return f"quality {word}: {reading.quality_reason}" if reading.quality_reason else f"quality {word}"


def is_faint(reading: Reading) -> bool:
    """Whether the reading is shown in grey: absent, or of low quality."""
    return reading.absent_because is not None or reading.quality < FAIR_QUALITY


def lane_state(reading: Reading, label: Emotion | None) -> str:
    """What a lane says now, in one short sentence."""
    if reading.absent_because is not None or label is None:
        return str(reading.absent_because or NOT_MEASURED).capitalize()
    values = reading.smoothed if isinstance(reading, FaceReading) and reading.smoothed else reading.probabilities
    return resemblance(reading.modality, label, values.get(label, 0.0))


NO_CLASS_MAP = "This face model does not say where it looked"


def class_map_words(reading: FaceReading | None, shown: ClassMap | None) -> str:
    """What stands beside a map of where the network looked, or why there is none."""
    if shown is not None:
        return class_map_caption(shown.label)
    return NO_CLASS_MAP if reading is not None and reading.probabilities and not reading.class_maps else ""


def index_value(score: FusionScore | None) -> str:
    """The number, or that there is none."""
    return "Not enough evidence" if score is None or score.value is None else f"{score.value:.0f}"


def index_band(score: FusionScore | None) -> str:
    """The band of uncertainty, or what is missing."""
    if score is None:
        return "nothing has been measured yet"
    if score.value is None:
        return (score.abstained_because or "no lane has fresh evidence").removeprefix("not enough evidence: ")
    return f"{score.interval[0]:.0f} to {score.interval[1]:.0f}" if score.interval else ""


WIDE_BAND = 40.0
"""Two fifths of the scale: such an index cannot tell low from middling."""


def width_of_band(score: FusionScore | None) -> str:
    """What stands beside the band, so that nobody takes the number alone."""
    if score is None or score.interval is None:
        return ""
    return "band of uncertainty, wide" if score.interval[1] - score.interval[0] >= WIDE_BAND else "band of uncertainty"


def heard_from(score: FusionScore | None) -> str:
    """Which lanes the index rests on, with their weights."""
    if score is None or score.value is None or not score.heard_from:
        return ""
    return "Heard from " + ", ".join(f"{m} {score.weights.get(m, 0.0):.2f}" for m in score.heard_from) + " (weights)"


def day(local: datetime) -> str:
    """21 Nov 2026."""
    return f"{local.day} {local:%b %Y}"


IN_GENERAL = "Voice compared with people in general"


def compared_with(made_utc: datetime | None) -> str:
    """What the readings of the voice are about: people in general (None), or the person's speech of that day."""
    return IN_GENERAL if made_utc is None else f"Voice compared with the person's own ordinary speech of {day(made_utc.astimezone())}"


def clock(seconds: float) -> str:
    """12:05 or 1:02:05."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def window_in_words(seconds: float) -> str:
    """30 s, 5 min."""
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def statistic(modality: Modality, statistics: LaneStatistics) -> str:
    """Face 29.8/s · 0 dropped · 14 ms (wait 2, read 12). Words come when they are typed: they have no rate."""
    rate = [] if modality is Modality.TEXT else [f"{statistics.rate_hz:.1f}/s"]
    parts = [" ".join([modality.capitalize(), *rate]), f"{statistics.dropped} dropped"]
    if not math.isnan(statistics.total_ms):
        parts.append(f"{statistics.total_ms:.0f} ms (wait {statistics.wait_ms:.0f}, read {statistics.read_ms:.0f})")
    elif not math.isnan(statistics.read_ms):
        parts.append(f"{statistics.read_ms:.1f} ms a reading")
    return " · ".join(parts)


def statistic_explained(modality: Modality, statistics: LaneStatistics) -> str:
    """The tooltip of a lane's statistics."""

    def ms(value: float) -> str:
        return NOT_MEASURED if math.isnan(value) else f"{value:.1f} ms"

    return (
        f"{modality.capitalize()}, over the last seconds:\n"
        f"{statistics.rate_hz:.1f} items a second; {statistics.dropped} were dropped in all because the program could not keep up.\n"
        f"Wait from capture to the start of reading: {ms(statistics.wait_ms)}\n"
        f"The reading itself: {ms(statistics.read_ms)}\n"
        f"From capture to the finished reading: {ms(statistics.total_ms)} (medians)"
    )


DESCRIPTORS: tuple[tuple[str, str, str, str], ...] = (
    ("speech_level", "Loudness", "dBFS", "Level of speech, RMS, relative to the loudest that the microphone can record."),
    ("pitch_hz", "Pitch", "Hz", "Median of the voice's fundamental frequency."),
    ("pitch_sd_semitones", "Variation", "st", "Variation of the pitch in semitones; small means monotone speech."),
    ("speech_rate_hz", "Rate", "/s", "Syllable-like peaks of energy a second; small means slow speech."),
    ("pause_share", "Pauses", "%", "Share of silence over the last seconds."),
)
"""Of a voice reading: its field, its name, its unit, and what it means."""


def descriptor(reading: VoiceReading, name: str) -> float:
    """A voice descriptor in the unit of DESCRIPTORS."""
    value = float(getattr(reading, name))
    return value * 100 if name == "pause_share" else value


def descriptor_text(value: float) -> str:
    """The number of a voice descriptor, with as many digits as it deserves."""
    if math.isnan(value):
        return NOT_MEASURED
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"


def moved(reading: VoiceReading, most: int = 3) -> str:
    """The descriptors that moved a voice's class most; empty where the network cannot say."""
    parts = [f"{name} {weight:+.1f}".replace("-", "\N{MINUS SIGN}") for name, weight in reading.contributions[:most]]
    return f"{reading.top} moved by: {', '.join(parts)}" if parts and reading.top else ""


def text_state(reading: TextReading) -> str:
    """What was made of an entry, or why nothing was."""
    if reading.absent_because is not None or reading.top is None:
        return f"{str(reading.absent_because or NOT_MEASURED).capitalize()}: no number is shown."
    if len(reading.label_set) > 1:
        return undecided(Modality.TEXT, reading.label_set)
    return resemblance(Modality.TEXT, reading.top, reading.probabilities[reading.top])


def fine_clock(seconds: float, step: float) -> str:
    """12:05, and 12:05.4 where moments lie closer than a second."""
    tenths = round(seconds * 10)
    return clock(seconds + 1e-6) if step >= 1 else f"{clock(tenths // 10)}.{tenths % 10}"


def pixel_words(pixel_s: float, mean_px: int, *, binned: bool) -> str:
    """How the lines of a timeline are to be read."""
    if not binned:
        return "Every reading is drawn."
    return (
        f"A pixel is {_seconds(pixel_s)}: the band goes from the lowest to the highest reading in it; the line is the mean of "
        f"{_seconds(pixel_s * mean_px)} around it."
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
