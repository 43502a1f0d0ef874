"""Faces for training, whatever form they came in: pictures, classes, votes, and who they are of, in three parts."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Emotion
from training.datasets.emotion_words import chosen_emotions

LEAST_SPREAD = 2.0
"""Grey levels: below it a picture is blank."""

VALIDATION_PARTS = 10
"""One part in ten of the training pictures, by hash, is kept for validation."""


@dataclass(frozen=True, slots=True)
class FacePictures:
    """`pictures` uint8 (N, 48, 48), `labels` int (N,) among the splits' classes, `votes` float32 (N, K) shares of what people saw.

    `people` (N,) names whom each picture is of, where that is known.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32]
    people: NDArray[np.str_] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: NDArray[np.bool_]) -> "FacePictures":
        """The chosen rows only."""
        people = None if self.people is None else self.people[chosen]
        return FacePictures(self.pictures[chosen], self.labels[chosen], self.votes[chosen], people)


@dataclass(frozen=True, slots=True)
class FaceSplits:
    """Training, validation and test, and for a card: the classes, how they were split, what was left out and why, the sources."""

    train: FacePictures
    validation: FacePictures
    test: FacePictures
    split: str = ""
    sources: tuple[Mapping[str, Any], ...] = ()
    classes: tuple[Emotion, ...] = EMOTIONS
    left_out: tuple[str, ...] = ()

    def for_emotions(self, words: Sequence[str]) -> "FaceSplits":
        """The rows of the classes that `words` name (none: of all that training has); raises WrongUse and DataUnfit."""
        classes = chosen_emotions(words, [self.classes[label] for label in np.unique(self.train.labels)])
        if classes == self.classes:
            return self
        parts = {name: _of_classes(getattr(self, name), self.classes, classes) for name in ("train", "validation", "test")}
        return replace(self, classes=classes, **parts)


def _of_classes(faces: FacePictures, before: Sequence[Emotion], classes: Sequence[Emotion]) -> FacePictures:
    """The rows of `classes`, their labels counted anew; a row without a vote for any of them keeps its label."""
    kept = faces.where(np.isin(faces.labels, [before.index(emotion) for emotion in classes]))
    labels = np.array([classes.index(before[label]) for label in kept.labels], dtype=np.int64)
    votes = kept.votes[:, [before.index(emotion) for emotion in classes]]
    return replace(kept, labels=labels, votes=as_shares(votes, labels))


def as_shares(votes: NDArray[np.number], labels: NDArray[np.integer]) -> NDArray[np.float32]:
    """Rows (N, K) that sum to 1; where nobody voted, the label's own class."""
    counted = votes.astype(np.float32)
    nobody = counted.sum(axis=1) == 0
    counted[nobody, labels[nobody]] = 1.0
    return counted / counted.sum(axis=1, keepdims=True)


def faces_of(pictures: Sequence[NDArray[np.uint8]], emotions: Sequence[Emotion], people: Sequence[str] | None = None) -> FacePictures:
    """Pictures with one emotion each and no votes."""
    labels = np.array([EMOTIONS.index(emotion) for emotion in emotions], dtype=np.int64)
    stacked = np.stack(pictures) if pictures else np.zeros((0, 48, 48), np.uint8)
    votes = as_shares(np.zeros((len(labels), len(EMOTIONS))), labels)
    return FacePictures(stacked, labels, votes, None if people is None else np.array(people))


def blank(pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.bool_]:
    """Which pictures show nothing."""
    return np.array([picture.std() < LEAST_SPREAD for picture in pictures], dtype=bool)


def picture_key(picture: NDArray[np.uint8]) -> bytes:
    """The same for pixel-identical pictures."""
    return hashlib.sha256(np.ascontiguousarray(picture).tobytes()).digest()


def hash_part(pictures: Iterable[NDArray[np.uint8]], parts: int = VALIDATION_PARTS) -> NDArray[np.int64]:
    """Each picture's part, 0 to parts - 1, by its hash: identical pictures never stand in two parts."""
    return np.array([picture_key(picture)[0] % parts for picture in pictures], dtype=np.int64)


def in_validation(pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.bool_]:
    """Which pictures are kept for validation."""
    return hash_part(pictures) == 0
