"""What a person is asked for, one after the other, and what of it is there already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commands.collection.prompts import Prompt
from core.failures import Failure, WrongUse
from core.labels import Emotion

HINTS: Mapping[Emotion, str] = {
    Emotion.ANGER: "as when somebody has treated you unfairly, and you say so",
    Emotion.DISGUST: "as when something in the kitchen has gone off",
    Emotion.FEAR: "as when you hear steps behind you at night",
    Emotion.HAPPINESS: "as when you tell a friend good news",
    Emotion.SADNESS: "as when you have lost something dear to you",
    Emotion.SURPRISE: "as when somebody stands at the door whom you did not expect",
    Emotion.NEUTRAL: "as you would read out a shopping list",
}

_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class Item:
    """One take that is wanted; `prompt` is None for a face."""

    emotion: Emotion
    repetition: int
    prompt: Prompt | None = None

    def path(self, person: str) -> str:
        """Where its file lies: a person's sentences in the person's folder, faces in class folders."""
        if self.prompt is None:
            return f"{self.emotion}/{person}_{self.repetition:02d}.png"
        return f"{person}/{self.emotion}_{self.prompt.name}_{self.repetition}.wav"


def spoken_items(emotions: Sequence[Emotion], prompts: Sequence[Prompt], repetitions: int) -> list[Item]:
    """Emotion by emotion, so that nobody has to change moods with each sentence."""
    return [Item(emotion, again, prompt) for emotion in emotions for again in range(1, repetitions + 1) for prompt in prompts]


def shown_items(emotions: Sequence[Emotion], pictures: int) -> list[Item]:
    """Emotion by emotion."""
    return [Item(emotion, number) for emotion in emotions for number in range(1, pictures + 1)]


def missing(items: Sequence[Item], rows: Sequence[Mapping[str, str]], person: str) -> list[Item]:
    """The items of which there is no row yet, in their order."""
    there = {row["path"] for row in rows}
    return [item for item in items if item.path(person) not in there]


def person_name(word: str) -> str:
    """A name or pseudonym that is fit for a file name; raises WrongUse."""
    if not _NAME.fullmatch(word):
        why = "It becomes part of file names."
        raise WrongUse(Failure(f"“{word}” cannot be a person's name here.", why, "Use up to 40 letters, digits, - and _."))
    return word
