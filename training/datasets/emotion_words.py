"""The words that data sets have for emotions, and which of them a training is to tell apart."""

from collections.abc import Iterable, Mapping, Sequence

from core.failures import DataUnfit, Failure, WrongUse
from core.labels import EMOTIONS, Emotion

EMOTION_OF_WORD: Mapping[str, Emotion | None] = {
    **{emotion.value: emotion for emotion in EMOTIONS},
    "angry": Emotion.ANGER,
    "disgusted": Emotion.DISGUST,
    "fearful": Emotion.FEAR,
    "happy": Emotion.HAPPINESS,
    "sad": Emotion.SADNESS,
    "surprised": Emotion.SURPRISE,
    "calm": Emotion.NEUTRAL,
    "bored": None,
    "boredom": None,
    "contempt": None,
    "other": None,
}
"""None: known, and not among the program's seven classes."""


def emotion_of_word(word: str) -> Emotion | None:
    """The class that a word stands for, None for an emotion that the program has no class for; raises KeyError for an unknown word."""
    return EMOTION_OF_WORD[word.strip().casefold()]


def chosen_emotions(words: Sequence[str], present: Iterable[Emotion]) -> tuple[Emotion, ...]:
    """The classes to tell apart, in core's order: those that `words` (or words with commas) name (none: all) of those that the data has.

    Raises WrongUse for a word that is no emotion, DataUnfit when the data lacks one that was named or fewer than two are left.
    """
    there = set(present)
    wanted = {_named(word) for given in words for word in given.split(",") if word.strip()} or there
    if lacking := wanted - there:
        raise DataUnfit(
            Failure(
                f"The data has no {_listed(lacking)}.",
                f"It has {_listed(there) or 'no emotion at all'}.",
                "Choose among these with --emotions, or add data.",
            )
        )
    if len(wanted) < 2:
        raise DataUnfit(
            Failure(
                f"There is only one class, {_listed(wanted)}." if wanted else "There is no class at all.",
                "A classifier needs at least two to tell apart.",
                "Add data of another emotion, or name more with --emotions.",
            )
        )
    return tuple(emotion for emotion in EMOTIONS if emotion in wanted)


def _named(word: str) -> Emotion:
    try:
        emotion = emotion_of_word(word)
    except KeyError:
        emotion = None
    if emotion is None:
        raise WrongUse(Failure(f"“{word}” is no emotion that the program knows.", f"It knows {_listed(EMOTIONS)}.", "Choose among these."))
    return emotion


def _listed(emotions: Iterable[Emotion]) -> str:
    return ", ".join(emotion for emotion in EMOTIONS if emotion in set(emotions))
