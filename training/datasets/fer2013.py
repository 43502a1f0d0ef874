"""FER2013 (Goodfellow et al. 2013, arXiv:1307.0414) with the FER+ votes (Barsoum et al. 2016), cleaned and split.

The folder holds, per split, a sheet of all faces (64 a row, 48x48 grey, lossless) and `fer2013_labels.npz`.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Emotion

SIDE_PX = 48
FACES_A_ROW = 64
TRAIN_SHEET = "fer2013_train_sheet.png"
TEST_SHEET = "fer2013_publictest_sheet.png"
LABELS = "fer2013_labels.npz"
FILES = (TRAIN_SHEET, TEST_SHEET, LABELS)

VOTE_COLUMNS: dict[Emotion, int] = {
    Emotion.NEUTRAL: 0,
    Emotion.HAPPINESS: 1,
    Emotion.SURPRISE: 2,
    Emotion.SADNESS: 3,
    Emotion.ANGER: 4,
    Emotion.DISGUST: 5,
    Emotion.FEAR: 6,
}
"""FER+'s columns; contempt (7), unknown (8) and not-a-face (9) are no classes here."""
NOT_A_FACE_COLUMN = 9

MOST_NOT_A_FACE_VOTES = 4
"""Of ten: a picture that half the voters did not take for a face teaches nothing."""
LEAST_SPREAD = 2.0
"""Grey levels: below it a picture is blank."""
VALIDATION_PARTS = 10
"""One part in ten of the training pictures, by hash, is kept for validation."""

SPLIT = (
    "FER2013 train, by the hash of each picture: one tenth for validation (best epoch, temperature), the rest for training; "
    "test is the whole public test. Left out of training and validation: pictures that also stand in a test split, blank ones, "
    "and those that five or more of ten FER+ voters called no face."
)

SOURCES: tuple[dict[str, str], ...] = (
    {
        "name": "FER2013",
        "what": "35,887 faces from a web search, 48x48 grey, seven classes; images by Carrier and Courville",
        "source": "Goodfellow et al. 2013, arXiv:1307.0414",
        "licence": "no clear licence of the pictures; used for research, never passed on with the program",
    },
    {
        "name": "FER+",
        "what": "ten people's votes on each picture of FER2013; its label and their majority agree on 64 % only",
        "source": "Barsoum et al. 2016, arXiv:1608.01041",
        "licence": "MIT",
    },
)


@dataclass(frozen=True, slots=True)
class FacePictures:
    """`pictures` uint8 (N, 48, 48), `labels` int (N,) in the order of core.labels.EMOTIONS, `votes` float32 (N, 7) FER+ shares."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: NDArray[np.bool_]) -> "FacePictures":
        """The chosen rows only."""
        return FacePictures(self.pictures[chosen], self.labels[chosen], self.votes[chosen])


@dataclass(frozen=True, slots=True)
class FerSplits:
    """Training and validation (disjoint by picture) and the public test."""

    train: FacePictures
    validation: FacePictures
    test: FacePictures


def load_fer2013(folder: Path) -> FerSplits:
    """Everything in memory (75 MB); raises FileNotFoundError when a file of FILES is missing."""
    with np.load(folder / LABELS) as labels:
        test = _faces(folder / TEST_SHEET, labels["publictest_emotion"], labels["publictest_ferplus_votes"])
        everything = _faces(folder / TRAIN_SHEET, labels["train_emotion"], labels["train_ferplus_votes"])
        kept = (
            ~labels["train_also_in_a_test"].astype(bool)
            & (labels["train_ferplus_votes"][:, NOT_A_FACE_COLUMN] <= MOST_NOT_A_FACE_VOTES)
            & ~blank(everything.pictures)
        )
    usable = everything.where(kept)
    held_out = in_validation(usable.pictures)
    return FerSplits(usable.where(~held_out), usable.where(held_out), test)


def read_sheet(path: Path, count: int) -> NDArray[np.uint8]:
    """The first `count` faces of a sheet, (count, 48, 48)."""
    sheet = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if sheet is None:
        raise FileNotFoundError(f"{path} is missing or no picture")
    rows = sheet.shape[0] // SIDE_PX
    faces = sheet.reshape(rows, SIDE_PX, FACES_A_ROW, SIDE_PX).swapaxes(1, 2).reshape(-1, SIDE_PX, SIDE_PX)
    return np.ascontiguousarray(faces[:count], dtype=np.uint8)


def blank(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pictures show nothing."""
    return np.array([picture.std() < LEAST_SPREAD for picture in pictures], dtype=bool)


def in_validation(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pictures are kept for validation: by their hash, so that identical ones never stand on both sides."""
    return np.array([hashlib.sha256(picture.tobytes()).digest()[0] % VALIDATION_PARTS == 0 for picture in pictures], dtype=bool)


def vote_shares(votes: NDArray[np.integer], labels: NDArray[np.integer]) -> NDArray[np.float32]:
    """FER+'s votes for the seven classes as shares (N, 7); where nobody voted for any of them, the label's own class."""
    seven = np.stack([votes[:, VOTE_COLUMNS[emotion]] for emotion in EMOTIONS], axis=1).astype(np.float32)
    nobody = seven.sum(axis=1) == 0
    seven[nobody, labels[nobody]] = 1.0
    return seven / seven.sum(axis=1, keepdims=True)


def _faces(sheet: Path, emotions: NDArray[np.integer], votes: NDArray[np.integer]) -> FacePictures:
    labels = emotions.astype(np.int64)
    return FacePictures(read_sheet(sheet, len(labels)), labels, vote_shares(votes, labels))
