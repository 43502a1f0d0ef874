"""What a trend can show: the index, expressions of face, voice and words, and the voice's descriptors."""

from dataclasses import dataclass

from core.labels import EMOTIONS, Emotion, Modality
from core.session_values import INDEX
from review.summary import DESCRIPTORS


@dataclass(frozen=True, slots=True)
class Measure:
    """A series of a trend.

    `source` is a lane or INDEX. `low` and `high` bound its axis (None: as the values lie). `least` is the smallest distance worth a word,
    in `unit`. `part` is the share of the nominal rate that its comparison uses up (1/part); None: it is drawn, and not compared.
    """

    key: str
    source: str
    name: str
    unit: str
    decimals: int
    low: float | None
    high: float | None
    least: float
    part: int | None

    def written(self, value: float) -> str:
        """The value with the decimals that it deserves."""
        return f"{value:.{self.decimals}f}"


INDEX_PART, OTHER_PART = 2, 16
"""Half of the nominal rate is the index's; the other half is shared by at most eight others, named before anything is looked at."""

_COMPARED = frozenset(
    {"face.sadness", "face.happiness", "voice.sadness", "voice.pitch_sd_semitones", "voice.speech_rate_hz", "voice.pause_share"}
    | {"text.sadness", "text.happiness"}
)
_SUBJECT = {Modality.FACE: "Face resembled", Modality.VOICE: "Voice resembled", Modality.TEXT: "Words resembled"}
_LEAST_OF_DESCRIPTOR = {
    "pitch_hz": 5.0,
    "pitch_sd_semitones": 0.3,
    "speech_level": 3.0,
    "loudness_sd": 1.0,
    "speech_rate_hz": 0.3,
    "pause_share": 0.05,
}


def _expression(modality: Modality, emotion: Emotion) -> Measure:
    key = f"{modality}.{emotion}"
    part = OTHER_PART if key in _COMPARED else None
    return Measure(key, modality, f"{_SUBJECT[modality]} {emotion}", "", 2, 0.0, 1.0, 0.05, part)


MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(INDEX, INDEX, "Depressive-affect index", "", 0, 0.0, 100.0, 5.0, INDEX_PART),
        *(_expression(modality, emotion) for modality in Modality for emotion in EMOTIONS),
        *(
            Measure(
                f"voice.{one.field}",
                Modality.VOICE,
                one.name,
                "" if one.unit == "0–1" else one.unit,
                one.decimals,
                0.0 if one.unit == "0–1" else None,
                1.0 if one.unit == "0–1" else None,
                _LEAST_OF_DESCRIPTOR[one.field],
                OTHER_PART if f"voice.{one.field}" in _COMPARED else None,
            )
            for one in DESCRIPTORS
        ),
    )
}
"""By key, in the order in which they are offered."""


def measures_of(source: str) -> list[Measure]:
    """The measures of a lane, or of INDEX."""
    return [measure for measure in MEASURES.values() if measure.source == source]
