"""What speaks for depressive affect in a lane's means, cue by cue; `docs/fusion.md` has the reasons and sources."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.labels import EMOTIONS, Emotion
from core.settings import FusionSettings
from core.tally import Tally

SQUARES = "sum of squared probabilities"
"""Its mean, less the squares of the mean probabilities, is how much an expression varied."""


@dataclass(frozen=True, slots=True)
class Means:
    """The faded means of a lane's quantities, by their names (`columns` of its tally)."""

    columns: Sequence[str]
    tally: Tally

    def __call__(self, name: str) -> float:
        """The mean; NaN when it was never measured."""
        return self.tally.mean(self.columns.index(name))

    def covered(self, name: str) -> float:
        """In which share of the evidence it was measured, 0..1."""
        return self.tally.covered(self.columns.index(name))


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that a lane's evidence is made of.

    `value` is the mean that was measured, in `unit` (NaN: it was not), and `part` what it adds to the evidence (0..1; below 0: it takes
    away). Between `usual` and `marked` its part rises from nothing to all (NaN: it is a probability, and counts as it is).
    """

    name: str
    value: float
    unit: str
    part: float
    usual: float = math.nan
    marked: float = math.nan


def evidence_of(cues: Sequence[Cue]) -> float:
    """The evidence for depressive affect that cues make, 0..1."""
    return min(1.0, max(0.0, sum(cue.part for cue in cues)))


def face_cues(mean: Means, settings: FusionSettings) -> tuple[Cue, ...]:
    """Sadness, the lack of smiling, and flatness."""
    squares_of_means = sum(p * p for p in (mean(emotion) for emotion in EMOTIONS) if not math.isnan(p))
    variation = math.sqrt(max(0.0, mean(SQUARES) - squares_of_means))
    flat = _ramp("little expression", variation, "", settings.face_variation_usual, settings.face_variation_flat)
    return shared(
        _of_class(settings.face_sadness_weight, Emotion.SADNESS, mean),
        _of_mean(settings.face_unsmiling_weight, "few smiles", Emotion.HAPPINESS, mean, "", settings.face_happiness_usual, 0.0),
        (settings.face_flatness_weight, flat),
    )


def voice_cues(mean: Means, s: FusionSettings) -> tuple[Cue, ...]:
    """Sadness, monotone pitch, slow speech, pauses, even loudness."""
    pitch, pace = (s.pitch_sd_usual_semitones, s.pitch_sd_monotone_semitones), (s.speech_rate_usual_hz, s.speech_rate_slow_hz)
    pauses, loudness = (s.pause_share_usual, s.pause_share_marked), (s.loudness_sd_usual_db, s.loudness_sd_even_db)
    return shared(
        _of_class(s.voice_sadness_weight, Emotion.SADNESS, mean),
        _of_mean(s.voice_monotone_weight, "monotone pitch", "pitch_sd_semitones", mean, "semitones", *pitch),
        _of_mean(s.voice_slow_weight, "slow speech", "speech_rate_hz", mean, "peaks/s", *pace),
        _of_mean(s.voice_pauses_weight, "pauses", "pause_share", mean, "", *pauses),
        _of_mean(s.voice_even_weight, "even loudness", "loudness_sd", mean, "dB", *loudness),
    )


def text_cues(mean: Means, settings: FusionSettings) -> tuple[Cue, ...]:
    """Words that resemble sadness, and less so fear, minus those that resemble happiness."""
    parts = ((Emotion.SADNESS, 1.0), (Emotion.FEAR, settings.text_fear_weight), (Emotion.HAPPINESS, -settings.text_happiness_weight))
    cues = (Cue(emotion.value, value := mean(emotion), "", factor * value) for emotion, factor in parts)
    return tuple(replace(cue, part=0.0) if math.isnan(cue.part) else cue for cue in cues)


def shared(*weighted: tuple[float, Cue]) -> tuple[Cue, ...]:
    """The cues with their parts: each its strength times its share of the weight of all that were measured."""
    whole = sum(weight for weight, cue in weighted if not math.isnan(cue.part))
    return tuple(replace(cue, part=0.0 if math.isnan(cue.part) or whole <= 0.0 else cue.part * weight / whole) for weight, cue in weighted)


def ramp(value: float, usual: float, marked: float) -> float:
    """0 at `usual` or on its other side, 1 at `marked` or beyond, straight in between; NaN stays NaN."""
    return value if math.isnan(value) else min(1.0, max(0.0, (value - usual) / (marked - usual)))


def _ramp(name: str, value: float, unit: str, usual: float, marked: float) -> Cue:
    return Cue(name, value, unit, ramp(value, usual, marked), usual, marked)


def _of_class(weight: float, emotion: Emotion, mean: Means) -> tuple[float, Cue]:
    """A class's mean probability, which counts as it is, with its weight: less where it was measured in a part of the evidence only."""
    value = mean(emotion)
    return weight * mean.covered(emotion), Cue(emotion.value, value, "", value)


def _of_mean(weight: float, name: str, column: str, mean: Means, unit: str, usual: float, marked: float) -> tuple[float, Cue]:
    """A mean between its usual and its marked value, weighted likewise."""
    return weight * mean.covered(column), _ramp(name, mean(column), unit, usual, marked)
