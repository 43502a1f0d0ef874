"""People in general, as far as this program has measured any: speakers of neutral sentences, by their voice alone.

They are 20 actors of RAVDESS (Livingstone and Russo 2018), 8 of EMO-DB (Burkhardt et al. 2005) and 2 of TESS (Pichora-Fuller and Dupuis
2020), each for a minute. Actors who read aloud are no sample of a population, and no faces were measured: this is no norm.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.labels import Modality
from core.session_values import INDEX

MEASURED_WITH = "statistics_lda"
"""The voice checkpoint with which they were measured."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Four of five of `speakers` lie from `low` to `high`, half of them below `median`."""

    low: float
    median: float
    high: float
    speakers: int


REFERENCES: Mapping[str, Reference] = {
    INDEX: Reference(2.87, 11.40, 22.33, 30),
    "voice.anger": Reference(0.00, 0.01, 0.03, 30),
    "voice.happiness": Reference(0.00, 0.02, 0.11, 30),
    "voice.neutral": Reference(0.65, 0.84, 0.92, 30),
    "voice.pitch_hz": Reference(104.40, 161.96, 218.48, 30),
    "voice.pitch_sd_semitones": Reference(1.52, 2.43, 3.12, 30),
    "voice.sadness": Reference(0.04, 0.08, 0.27, 30),
    "voice.speech_rate_hz": Reference(3.17, 3.84, 4.13, 30),
    "voice.surprise": Reference(0.00, 0.00, 0.02, 30),
}
"""By signal as in `core.session_values`, printed by `python -m bench.reference_speakers`.

Level and loudness are the recording's, and the pauses those between the clips: they are left out.
"""


def index_reference(heard_from: Collection[Modality]) -> Reference | None:
    """What the index of these lanes may be held against; None: with a face or words it is not known for people in general."""
    return REFERENCES[INDEX] if set(heard_from) == {Modality.VOICE} else None
