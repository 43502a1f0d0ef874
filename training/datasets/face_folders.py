"""Faces in folders named for their class, as AffectNet, RAF-DB and most others are passed on: train/happy/*.jpg, test/happy/*.jpg.

Folders may be numbered as in RAF-DB (1 to 7) or in AffectNet (0 to 7). Without folders for the parts, all is parted by the pictures' hash.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.failures import DataUnfit, Failure
from core.labels import EMOTIONS, Emotion
from training.datasets.emotion_words import EMOTION_OF_WORD
from training.datasets.face_pictures import FacePictures, FaceSplits, faces_of, hash_part, in_validation
from training.datasets.picture_files import PICTURE_SUFFIXES, PicturesRead, read_squares

PART_NAMES: Mapping[str, tuple[str, ...]] = {
    "train": ("train", "training", "train_set"),
    "validation": ("validation", "valid", "val", "val_set"),
    "test": ("test", "testing", "test_set"),
}

RAF_DB: Mapping[str, Emotion | None] = {
    "1": Emotion.SURPRISE,
    "2": Emotion.FEAR,
    "3": Emotion.DISGUST,
    "4": Emotion.HAPPINESS,
    "5": Emotion.SADNESS,
    "6": Emotion.ANGER,
    "7": Emotion.NEUTRAL,
}
AFFECTNET: Mapping[str, Emotion | None] = {
    "0": Emotion.NEUTRAL,
    "1": Emotion.HAPPINESS,
    "2": Emotion.SADNESS,
    "3": Emotion.SURPRISE,
    "4": Emotion.FEAR,
    "5": Emotion.DISGUST,
    "6": Emotion.ANGER,
    "7": None,  # contempt
}
TEST_PARTS = (1, 2)
"""Of ten, by hash, where nobody parted the data; part 0 is validation."""

PEOPLE_UNKNOWN = "Who is in a picture is not known: the same person may stand in two parts."


def part_folders(folder: Path) -> dict[str, Path]:
    """The folders of the parts that are there, by “train”, “validation” and “test”."""
    there = {one.name.casefold(): one for one in sorted(folder.iterdir()) if one.is_dir()}
    return {part: there[name] for part, names in PART_NAMES.items() for name in reversed(names) if name in there}


def holds_class_folders(folder: Path) -> bool:
    """Whether `folder` has class folders with pictures, below a part's folder or at once."""
    return bool(_class_folders(part_folders(folder).get("train", folder)))


def load_folders(folder: Path) -> FaceSplits:
    """The three parts; where a test has no folder, that of validation is the test, else all is parted by hash. Raises DataUnfit."""
    folders = part_folders(folder)
    read = {part: _read_classes(of) for part, of in (folders or {"train": folder}).items()}
    faces = {part: one for part, (one, _) in read.items()}
    left_out = tuple(note for _, pictures in read.values() for note in pictures.left_out)
    source = {"name": folder.resolve().name, "what": "pictures in class folders", "licence": "that of the data: see its own terms"}
    return replace(_parted(faces, folders), sources=(source,), left_out=left_out)


def _parted(faces: Mapping[str, FacePictures], folders: Mapping[str, Path]) -> FaceSplits:
    train, measured = faces["train"], "test" if "test" in faces else "validation"
    if measured not in faces:
        of = hash_part(train.pictures)
        test = np.isin(of, TEST_PARTS)
        split = f"By the hash of each picture: two tenths test, one tenth validation. {PEOPLE_UNKNOWN}"
        return FaceSplits(train.where(~test & (of != 0)), train.where(of == 0), train.where(test), split)
    if measured == "test" and "validation" in faces:
        split = f"As the folders part it. {PEOPLE_UNKNOWN}"
        return FaceSplits(train, faces["validation"], faces["test"], split)
    held_out = in_validation(train.pictures)
    split = f"Test is “{folders[measured].name}”; one tenth of training, by the hash of each picture, is validation. {PEOPLE_UNKNOWN}"
    return FaceSplits(train.where(~held_out), train.where(held_out), faces[measured], split)


def _read_classes(folder: Path) -> tuple[FacePictures, PicturesRead]:
    """All pictures of a part with their classes; those of classes that the program lacks are passed over."""
    folders = _class_folders(folder)
    names = emotions_of_folders(folder, [one.name for one in folders])
    files = [(path, emotion) for one in folders if (emotion := names[one.name]) for path in _pictures(one)]
    read = read_squares([path for path, _ in files])
    if not read.pictures:
        raise _unfit(folder, f"None of its {len(files)} pictures can be read.", "They are damaged or cut off: copy them anew.")
    return faces_of(read.pictures, [files[place][1] for place in read.places]), read


def emotions_of_folders(folder: Path, names: list[str]) -> dict[str, Emotion | None]:
    """The class of each folder's name (None: an emotion that the program has no class for); raises DataUnfit for an unknown one."""
    if names and all(name.isdigit() for name in names):
        return {name: _numbering(folder, names)[name] for name in names}
    if unknown := [name for name in names if name.casefold() not in EMOTION_OF_WORD]:
        raise _unfit(
            folder,
            f"It has folders of unknown classes: {', '.join(unknown[:5])}.",
            f"Rename them ({', '.join(EMOTIONS)}), or take them away.",
        )
    return {name: EMOTION_OF_WORD[name.casefold()] for name in names}


def _numbering(folder: Path, names: list[str]) -> Mapping[str, Emotion | None]:
    """RAF-DB's numbers begin with 1, AffectNet's with 0."""
    for numbering in (AFFECTNET,) if "0" in names else (RAF_DB,) if "1" in names and len(names) == len(RAF_DB) else ():
        if set(names) <= numbering.keys():
            return numbering
    raise _unfit(
        folder,
        f"Its folders are numbered {', '.join(names)}, which is neither AffectNet's way (from 0) nor RAF-DB's (1 to 7).",
        f"Rename them to words: {', '.join(EMOTIONS)}.",
    )


def _class_folders(folder: Path) -> list[Path]:
    """The folders with pictures, hidden ones left out."""
    return [one for one in sorted(folder.iterdir()) if one.is_dir() and not one.name.startswith((".", "__")) and _pictures(one)]


def _pictures(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.suffix.lower() in PICTURE_SUFFIXES and not one.name.startswith("."))


def _unfit(folder: Path, why: str, what_to_do: str) -> DataUnfit:
    return DataUnfit(Failure(f"The pictures in {folder} cannot be used.", why, what_to_do))
