"""The classes, once: every model, table, chart and file takes its names and their order from here."""

from enum import StrEnum


class Emotion(StrEnum):
    """The seven expression classes of FER2013, named as py-feat names its columns."""

    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPINESS = "happiness"
    SADNESS = "sadness"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


class Severity(StrEnum):
    """The four levels of depression that raters saw in a text (DepSeverity; Naseem et al. 2022, doi 10.1145/3485447.3512128)."""

    MINIMUM = "minimum"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Modality(StrEnum):
    """What a reading was made from. A lane of the monitor carries the name of its modality."""

    FACE = "face"
    VOICE = "voice"
    TEXT = "text"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""In the order of FER2013's labels 0..6."""

SEVERITIES: tuple[Severity, ...] = tuple(Severity)
"""From the lowest to the highest."""

MODALITIES: tuple[Modality, ...] = tuple(Modality)
