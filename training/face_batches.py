"""What a face's network is taught, batch by batch."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.paths import checkpoint_folder
from models.face.inputs import scaled
from training.datasets.face_pictures import FacePictures, FaceSplits, as_shares
from training.face_augmentation import Augmentation, augmented, mixed_up, random_square
from training.face_recipes import Recipe

if TYPE_CHECKING:
    from models.face.classifier import FaceClassifier

TEACHERS_FILE = "teachers.npy"


def targets_of(splits: FaceSplits, recipe: Recipe, folder: Path) -> NDArray[np.float32]:
    """What each training picture is to be taken for, (N, K); rows sum to 1. What teachers say is kept in `folder`."""
    targets = soft_targets(splits.train, recipe.votes_share, recipe.smoothing)
    if not recipe.teachers:
        return targets
    taught = taught_targets(recipe.teachers, splits.train, splits.classes, folder / TEACHERS_FILE)
    return (1 - recipe.teacher_share) * targets + recipe.teacher_share * taught


def soft_targets(faces: FacePictures, votes_share: float, smoothing: float) -> NDArray[np.float32]:
    """The label's class, mixed with the FER+ votes and a little of every class; (N, K), rows sum to 1."""
    classes = faces.votes.shape[1]
    hard = np.eye(classes, dtype=np.float32)[faces.labels]
    mixed = (1 - votes_share) * hard + votes_share * faces.votes
    return ((1 - smoothing) * mixed + smoothing / classes).astype(np.float32)


def taught_targets(teachers: Sequence[str], faces: FacePictures, classes: Sequence[Emotion], kept: Path) -> NDArray[np.float32]:
    """The mean probabilities (N, K) of the shipped checkpoints `teachers` for each face and its mirror image; `kept` is a cache."""
    from models.face.classifier import FaceClassifier

    if not kept.is_file():
        models = [FaceClassifier(checkpoint_folder(Modality.FACE, name)) for name in teachers]
        said = [
            np.mean([_of_classes(model, side, classes) for model in models for side in (picture, picture[:, ::-1])], axis=0)
            for picture in faces.pictures
        ]
        np.save(kept, as_shares(np.array(said), faces.labels))
    taught: NDArray[np.float32] = np.load(kept)
    return taught


def _of_classes(model: "FaceClassifier", picture: NDArray[np.uint8], classes: Sequence[Emotion]) -> NDArray[np.float64]:
    """What the model says of these classes only (a class that it lacks: 0)."""
    said = dict(zip(model.card.labels, model.probabilities(picture), strict=True))
    return np.array([said.get(emotion, 0.0) for emotion in classes])


def steps_an_epoch(pictures: int, batch: int) -> int:
    """Whole batches only, so that all steps weigh alike; one at least."""
    return max(1, pictures // batch)


def drawn_order(labels: NDArray[np.int64], balance: float, random: np.random.Generator) -> NDArray[np.int64]:
    """The pictures of an epoch, as many as there are: each once, or with `balance` drawn by its class's count to the power of -balance."""
    if balance == 0:
        return random.permutation(len(labels))
    weights = np.bincount(labels).astype(np.float64)[labels] ** -balance
    return random.choice(len(labels), len(labels), p=weights / weights.sum())


class Batches(keras.utils.PyDataset):
    """Augmented batches; the order and every change follow from (seed, epoch, batch), so that a resumed run repeats nothing.

    `targets` (N, K) are rows of probabilities, one for each of `faces`; where the recipe has a head for the votes, a batch
    has these as a second target.
    """

    def __init__(self, faces: FacePictures, targets: NDArray[np.float32], recipe: Recipe, first_epoch: int = 0) -> None:
        super().__init__()
        self._faces = faces
        self._targets = targets
        self._recipe = recipe
        self._how = Augmentation()
        self._votes = soft_targets(faces, 1.0, recipe.smoothing) if recipe.votes_head else None
        self._epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self._order = drawn_order(self._faces.labels, self._recipe.balance, np.random.default_rng((self._recipe.seed, self._epoch)))

    def __len__(self) -> int:
        return steps_an_epoch(len(self._faces), self._recipe.batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32] | tuple[NDArray[np.float32], ...]]:
        random = np.random.default_rng((self._recipe.seed, self._epoch, index))
        rows = self._order[index * self._recipe.batch : (index + 1) * self._recipe.batch]
        changed = scaled(np.stack([augmented(self._faces.pictures[row], random, self._how) for row in rows]))
        targets = self._targets[rows] if self._votes is None else np.concatenate([self._targets[rows], self._votes[rows]], axis=1)
        pictures, mixed = mixed_up(random_square(changed, self._recipe.crop_px, random), targets, self._recipe.mixup, random)
        return pictures, mixed if self._votes is None else tuple(np.split(mixed, 2, axis=1))

    def on_epoch_end(self) -> None:
        """Another order for the next epoch."""
        self._epoch += 1
        self._shuffle()
