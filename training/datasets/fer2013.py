"""FER2013 (Goodfellow et al. 2013, arXiv:1307.0414) with the FER+ votes (Barsoum et al. 2016), cleaned and split.

The folder holds, per split, a sheet of all faces (64 a row, 48x48 grey, lossless) and `fer2013_labels.npz`.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure
from core.labels import EMOTIONS, Emotion
from training.datasets.face_pictures import FacePictures, FaceSplits, as_shares, blank, in_validation

SIDE_PX = 48
FACES_A_ROW = 64
TRAIN_SHEET = "fer2013_train_sheet.png"
TEST_SHEET = "fer2013_publictest_sheet.png"
LABELS = "fer2013_labels.npz"
FILES = (TRAIN_SHEET, TEST_SHEET, LABELS)
PNG_END = b"IEND"

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


def load_fer2013(folder: Path) -> FaceSplits:
    """Everything in memory (75 MB); raises DataUnfit when a file of FILES is missing, cut off or does not fit the others."""
    labels = read_labels(folder / LABELS)
    parts = {}
    for split, sheet in (("publictest", TEST_SHEET), ("train", TRAIN_SHEET)):
        emotions, votes = (wanted(labels, folder / LABELS, f"{split}_{what}") for what in ("emotion", "ferplus_votes"))
        numbers = emotions.astype(np.int64)
        parts[split] = FacePictures(read_sheet(folder / sheet, len(numbers)), numbers, vote_shares(votes, numbers))
    doubtful = not_a_face(labels["train_ferplus_votes"])
    return cleaned(parts["train"], parts["publictest"], wanted(labels, folder / LABELS, "train_also_in_a_test").astype(bool), doubtful)


def cleaned(everything: FacePictures, test: FacePictures, leaking: NDArray[np.bool_], doubtful: NDArray[np.bool_]) -> FaceSplits:
    """Training and validation from the training rows, without those that are `leaking` into a test, `doubtful` or blank."""
    empty = blank(everything.pictures)
    usable = everything.where(~leaking & ~doubtful & ~empty)
    held_out = in_validation(usable.pictures)
    counts = ((leaking, "also stand in a test"), (doubtful & ~leaking, "are no face to half the voters"), (empty, "are blank"))
    left_out = tuple(f"{int(rows.sum())} training pictures {why}" for rows, why in counts if rows.any())
    return FaceSplits(usable.where(~held_out), usable.where(held_out), test, SPLIT, SOURCES, left_out=left_out)


def not_a_face(votes: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which rows of FER+ votes (N, 10) say that there is no face."""
    return votes[:, NOT_A_FACE_COLUMN] > MOST_NOT_A_FACE_VOTES


def read_labels(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of the labels' file; raises DataUnfit."""
    if not path.is_file():
        raise unfit(path, "It is not there.", f"Give the folder with {LABELS} and the sheets.")
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as labels:
            return {key: labels[key] for key in labels}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise unfit(path, f"It cannot be read ({error}).", "It is damaged or cut off: copy it anew.") from error


def wanted(labels: dict[str, NDArray[Any]], path: Path, name: str) -> NDArray[Any]:
    """One of the labels' arrays; raises DataUnfit where it is missing."""
    if name not in labels:
        raise unfit(path, f"It has no “{name}”.", "Give the file that belongs to the sheets.")
    return labels[name]


def read_sheet(path: Path, count: int) -> NDArray[np.uint8]:
    """The first `count` faces of a sheet, (count, 48, 48); raises DataUnfit when it is cut off or too small."""
    if not path.is_file():
        raise unfit(path, "It is not there.", "Copy it to where the labels are.")
    with path.open("rb") as stream:
        stream.seek(-min(12, path.stat().st_size), io.SEEK_END)
        whole = PNG_END in stream.read()
    sheet = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if whole else None
    if sheet is None:
        raise unfit(path, "It is no whole PNG picture.", "It is damaged or cut off: copy it anew.")
    rows = sheet.shape[0] // SIDE_PX
    if sheet.shape[1] != FACES_A_ROW * SIDE_PX or rows * FACES_A_ROW < count:
        raise unfit(
            path, f"It is {sheet.shape[1]}x{sheet.shape[0]} pixels, which does not hold {count} faces.", "Give the sheet of these labels."
        )
    faces = sheet.reshape(rows, SIDE_PX, FACES_A_ROW, SIDE_PX).swapaxes(1, 2).reshape(-1, SIDE_PX, SIDE_PX) if rows else sheet
    return np.ascontiguousarray(faces[:count], dtype=np.uint8)


def vote_shares(votes: NDArray[np.integer], labels: NDArray[np.integer]) -> NDArray[np.float32]:
    """FER+'s votes for the seven classes as shares (N, 7); where nobody voted for any of them, the label's own class."""
    return as_shares(np.stack([votes[:, VOTE_COLUMNS[emotion]] for emotion in EMOTIONS], axis=1), labels)


def unfit(path: Path, why: str, what_to_do: str) -> DataUnfit:
    """A file of the data set that cannot be used, in a sentence."""
    return DataUnfit(Failure(f"{path} cannot be used.", why, what_to_do))
