"""What one lane remembers, and the evidence for depressive affect that it makes of it; `docs/fusion.md` has the reasons and sources."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import FaceReading, Reading, TextReading, VoiceReading
from core.settings import FusionSettings

SQUARES = "sum of squared probabilities"
"""Its mean, less the squares of the mean probabilities, is how much an expression varied."""

Means = Callable[[str], float]
"""The faded mean of a quantity by its name; NaN when it was never measured."""


@dataclass(frozen=True, slots=True)
class LaneRules:
    """How a lane's readings count.

    `half_life_s` is the age (s) at which a reading counts half. `amount` says how much a reading holds, in `unit`, given the seconds since
    the lane's reading before; `least` of it (fresh, times quality) is needed before the lane is heard. `measures` are the quantities that
    are remembered beside the probabilities, `evidence` makes 0..1 of their means. `sd` is how far that may be from the truth.
    """

    half_life_s: float
    least: float
    unit: str
    sd: float
    amount: Callable[[Reading, float], float]
    measures: Callable[[Reading], Iterator[tuple[str, float]]]
    evidence: Callable[[Means], float]


class LaneMemory:
    """Means over a lane's readings, each counting by its amount, its quality, and half as much for every half-life of its age.

    It changes only when a reading is added, never when it is asked: what it says of a moment depends on the readings up to then alone.
    """

    def __init__(self, rules: LaneRules) -> None:
        self.rules = rules
        self._at: float | None = None
        self._classes = 1
        self._amount = 0.0
        self._usable = 0.0
        self._sums: dict[str, tuple[float, float]] = {}

    def add(self, reading: Reading) -> None:
        """Take in the lane's next reading; an absent one holds nothing, but time passes."""
        since_s = 0.0 if self._at is None else max(0.0, reading.at - self._at)
        amount = self.rules.amount(reading, since_s) if reading.probabilities else 0.0
        usable = amount * reading.quality
        faded = 0.5 ** (since_s / self.rules.half_life_s)
        self._at = reading.at if self._at is None else max(self._at, reading.at)
        self._amount = self._amount * faded + amount
        self._usable = self._usable * faded + usable
        self._sums = {name: (weight * faded, total * faded) for name, (weight, total) in self._sums.items()}
        if usable > 0.0:
            self._classes = max(self._classes, len(reading.probabilities))
            for name, value in self._measured(reading):
                weight, total = self._sums.get(name, (0.0, 0.0))
                self._sums[name] = (weight + usable, total + usable * value)

    def usable(self, at: float) -> float:
        """How much fresh evidence there is at `at` (s), each reading times its quality; in the rules' unit."""
        return 0.0 if self._at is None else self._usable * 0.5 ** (max(0.0, at - self._at) / self.rules.half_life_s)

    def quality(self) -> float:
        """The mean quality, 0..1."""
        return self._usable / self._amount if self._amount > 0.0 else 0.0

    def mean(self, name: str) -> float:
        """The mean of a quantity; NaN when it was never measured."""
        weight, total = self._sums.get(name, (0.0, 0.0))
        return total / weight if weight > 0.0 else math.nan

    def probabilities(self) -> dict[Emotion, float]:
        """The mean probabilities over all classes, 0 for those that the model does not know."""
        return {emotion: 0.0 if math.isnan(p := self.mean(emotion)) else p for emotion in EMOTIONS}

    def confidence(self) -> float:
        """1 - entropy / its largest value: 1 when one class has all the probability, 0 when all classes are alike."""
        if self._classes < 2:
            return 1.0
        entropy = -sum(p * math.log(p) for p in self.probabilities().values() if p > 0.0)
        return min(1.0, max(0.0, 1.0 - entropy / math.log(self._classes)))

    def evidence(self) -> float:
        """The lane's evidence for depressive affect, 0..1."""
        return min(1.0, max(0.0, self.rules.evidence(self.mean)))

    def _measured(self, reading: Reading) -> Iterator[tuple[str, float]]:
        yield from expression(reading).items()
        for name, value in self.rules.measures(reading):
            if not math.isnan(value):
                yield name, value


def expression(reading: Reading) -> Mapping[Emotion, float]:
    """The probabilities that count: a face's are smoothed over seconds, so that the noise of single frames is no liveliness."""
    return reading.smoothed if isinstance(reading, FaceReading) and reading.smoothed else reading.probabilities


def ramp(value: float, usual: float, marked: float) -> float:
    """0 at `usual` or on its other side, 1 at `marked` or beyond, straight in between; NaN stays NaN."""
    return value if math.isnan(value) else min(1.0, max(0.0, (value - usual) / (marked - usual)))


def weighted(cues: tuple[tuple[float, float], ...]) -> float:
    """The mean of (weight, cue) pairs; cues that were not measured (NaN) are left out, and 0 when none was or none weighs."""
    measured = [(weight, cue) for weight, cue in cues if not math.isnan(cue)]
    total = sum(weight for weight, _ in measured)
    return sum(weight * cue for weight, cue in measured) / total if total > 0.0 else 0.0


def lane_rules(settings: FusionSettings) -> dict[Modality, LaneRules]:
    """The rules of every lane."""
    return {
        Modality.FACE: LaneRules(
            half_life_s=settings.face_half_life_s,
            least=settings.face_least_s,
            unit="s of face",
            sd=settings.face_sd,
            amount=lambda reading, since_s: min(since_s, settings.face_longest_step_s),
            measures=face_measures,
            evidence=lambda mean: face_evidence(mean, settings),
        ),
        Modality.VOICE: LaneRules(
            half_life_s=settings.voice_half_life_s,
            least=settings.voice_least_s,
            unit="s of speech",
            sd=settings.voice_sd,
            amount=lambda reading, since_s: max(0.0, reading.covers[1] - reading.covers[0]),
            measures=voice_measures,
            evidence=lambda mean: voice_evidence(mean, settings),
        ),
        Modality.TEXT: LaneRules(
            half_life_s=settings.text_half_life_s,
            least=settings.text_least_words,
            unit="words",
            sd=settings.text_sd,
            amount=lambda reading, since_s: float(len(reading.text.split())) if isinstance(reading, TextReading) else 0.0,
            measures=lambda reading: iter(()),
            evidence=lambda mean: text_evidence(mean, settings),
        ),
    }


def face_measures(reading: Reading) -> Iterator[tuple[str, float]]:
    """What is remembered of a face beside its probabilities."""
    yield SQUARES, sum(p * p for p in expression(reading).values())


def voice_measures(reading: Reading) -> Iterator[tuple[str, float]]:
    """What is remembered of speech beside its probabilities."""
    if isinstance(reading, VoiceReading):
        yield "pitch_sd_semitones", reading.pitch_sd_semitones
        yield "speech_rate_hz", reading.speech_rate_hz
        yield "pause_share", reading.pause_share
        yield "loudness_sd", reading.loudness_sd


def face_evidence(mean: Means, settings: FusionSettings) -> float:
    """Sadness, the lack of smiling, and flatness."""
    squares_of_means = sum(p * p for p in (mean(emotion) for emotion in EMOTIONS) if not math.isnan(p))
    variation = math.sqrt(max(0.0, mean(SQUARES) - squares_of_means))
    return weighted(
        (
            (settings.face_sadness_weight, mean(Emotion.SADNESS)),
            (settings.face_unsmiling_weight, ramp(mean(Emotion.HAPPINESS), settings.face_happiness_usual, 0.0)),
            (settings.face_flatness_weight, ramp(variation, settings.face_variation_usual, settings.face_variation_flat)),
        )
    )


def voice_evidence(mean: Means, settings: FusionSettings) -> float:
    """Sadness, monotone pitch, slow speech, pauses, even loudness."""
    return weighted(
        (
            (settings.voice_sadness_weight, mean(Emotion.SADNESS)),
            (
                settings.voice_monotone_weight,
                ramp(mean("pitch_sd_semitones"), settings.pitch_sd_usual_semitones, settings.pitch_sd_monotone_semitones),
            ),
            (settings.voice_slow_weight, ramp(mean("speech_rate_hz"), settings.speech_rate_usual_hz, settings.speech_rate_slow_hz)),
            (settings.voice_pauses_weight, ramp(mean("pause_share"), settings.pause_share_usual, settings.pause_share_marked)),
            (settings.voice_even_weight, ramp(mean("loudness_sd"), settings.loudness_sd_usual_db, settings.loudness_sd_even_db)),
        )
    )


def text_evidence(mean: Means, settings: FusionSettings) -> float:
    """Words that resemble sadness, and less so fear, minus those that resemble happiness."""
    return (
        _or_zero(mean(Emotion.SADNESS))
        + settings.text_fear_weight * _or_zero(mean(Emotion.FEAR))
        - settings.text_happiness_weight * _or_zero(mean(Emotion.HAPPINESS))
    )


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
