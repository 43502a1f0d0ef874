"""FER2013 as Kaggle published it (fer2013.csv or icml_face_data.csv: emotion, pixels, Usage), with the FER+ votes where they lie there."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS
from training.datasets.face_pictures import FacePictures, FaceSplits, as_shares, picture_key
from training.datasets.fer2013 import SIDE_PX, cleaned, not_a_face, unfit, vote_shares

PICTURES = ("fer2013.csv", "icml_face_data.csv")
VOTES = "fer2013new.csv"
"""Microsoft's file: a row of votes for each row of fer2013.csv, in its order."""

VOTE_NAMES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
TRAINING, PUBLIC_TEST = "Training", "PublicTest"
NAMED_EXAMPLES = 3


def csv_in(folder: Path) -> Path | None:
    """The file of pictures in `folder`, if there is one."""
    return next((folder / name for name in PICTURES if (folder / name).is_file()), None)


def load_csv(folder: Path) -> FaceSplits:
    """Training and validation from “Training”, test from “PublicTest”; “PrivateTest” is only kept out of training. Raises DataUnfit."""
    path = csv_in(folder)
    if path is None:
        raise unfit(folder, f"It holds no {' or '.join(PICTURES)}.", "Check the name, or unpack the archive first.")
    pictures, labels, usages, whole = _read(path)
    votes = read_votes(folder / VOTES, len(whole))[whole] if (folder / VOTES).is_file() else None
    training, public = usages == TRAINING, usages == PUBLIC_TEST
    for usage, rows in ((TRAINING, training), (PUBLIC_TEST, public)):
        if not rows.any():
            raise unfit(path, f"No row's Usage is “{usage}”.", "Give the whole file as it was published.")
    shares = as_shares(np.zeros((len(labels), len(EMOTIONS))), labels) if votes is None else vote_shares(votes, labels)
    everything = FacePictures(pictures, labels, shares)
    tested = {picture_key(picture) for picture in pictures[~training]}
    leaking = np.array([picture_key(picture) in tested for picture in pictures[training]], dtype=bool)
    doubtful = np.zeros(int(training.sum()), dtype=bool) if votes is None else not_a_face(votes[training])
    splits = cleaned(everything.where(training), everything.where(public), leaking, doubtful)
    return _with_broken_rows(splits, np.flatnonzero(~whole))


def _with_broken_rows(splits: FaceSplits, rows: NDArray[np.int64]) -> FaceSplits:
    if len(rows) == 0:
        return splits
    named = ", ".join(str(row + 2) for row in rows[:NAMED_EXAMPLES])
    note = f"{len(rows)} rows whose pixels are cut off or no numbers, such as line {named}"
    return FaceSplits(splits.train, splits.validation, splits.test, splits.split, splits.sources, left_out=(*splits.left_out, note))


def _read(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_], NDArray[np.bool_]]:
    """Pictures, labels and usages of the whole rows, and which of all rows are whole."""
    pictures, labels, usages, whole = [], [], [], []
    for number, (emotion, pixels, usage) in enumerate(_rows(path), 2):
        picture = _picture(pixels)
        whole.append(picture is not None)
        if picture is None:
            continue
        if emotion not in {str(label) for label in range(len(EMOTIONS))}:
            raise unfit(path, f"Line {number} has the unknown class “{emotion}”.", f"The classes are 0 to {len(EMOTIONS) - 1}.")
        pictures.append(picture)
        labels.append(int(emotion))
        usages.append(usage)
    if not pictures:
        raise unfit(path, "It holds no whole picture.", "It is damaged or cut off: copy it anew.")
    return np.stack(pictures), np.array(labels, np.int64), np.array(usages), np.array(whole, bool)


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """Emotion, pixels and usage of each row; icml_face_data.csv has blanks in its column names."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            names = [name.strip() for name in next(rows, [])]
            if lacking := [name for name in ("emotion", "pixels", "Usage") if name not in names]:
                raise unfit(path, f"It has no column {', '.join(lacking)}.", "Its first line must name emotion, pixels and Usage.")
            wanted = [names.index(name) for name in ("emotion", "pixels", "Usage")]
            for row in rows:
                values = (*row, *[""] * len(names))
                yield values[wanted[0]].strip(), values[wanted[1]], values[wanted[2]].strip()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise unfit(path, f"It cannot be read ({error}).", "It is damaged or cut off: copy it anew.") from error


def _picture(pixels: str) -> NDArray[np.uint8] | None:
    """(48, 48), or None where the pixels are too few or no grey levels."""
    try:
        values = np.array(pixels.split(), dtype=np.int64)
    except ValueError:
        return None
    if len(values) != SIDE_PX * SIDE_PX or values.min() < 0 or values.max() > 255:
        return None
    return values.astype(np.uint8).reshape(SIDE_PX, SIDE_PX)


def read_votes(path: Path, count: int) -> NDArray[np.int64]:
    """The FER+ votes (count, 10) in the order of fer2013.csv; raises DataUnfit."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        votes = np.array([[int(row[name]) for name in VOTE_NAMES] for row in rows], dtype=np.int64).reshape(-1, len(VOTE_NAMES))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise unfit(
            path, f"Its votes cannot be read ({error}).", "Copy the file of FER+ anew, or take it away to train without."
        ) from error
    if len(votes) != count:
        raise unfit(path, f"It has {len(votes)} rows, and the pictures have {count}.", "Give the votes of the same file of pictures.")
    return votes
