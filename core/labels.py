"""The emotion classes, once: every model, table, chart and file takes its names and their order from here."""

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


class Modality(StrEnum):
    """What a reading was made from. A lane of the monitor carries the name of its modality."""

    FACE = "face"
    VOICE = "voice"
    TEXT = "text"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""In the order of FER2013's labels 0..6."""

MODALITIES: tuple[Modality, ...] = tuple(Modality)
