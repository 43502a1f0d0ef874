"""Faces for training from a folder, whatever form it has: the project's sheets, FER2013's CSV, a manifest, or class folders."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.failures import DataUnfit, Failure
from training.datasets.face_folders import holds_class_folders, load_folders
from training.datasets.face_manifest import MANIFEST, load_manifest
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.datasets.fer2013 import LABELS, load_fer2013
from training.datasets.fer2013_csv import PICTURES, csv_in, load_csv

FORMS = f"{LABELS} with its sheets, {PICTURES[0]}, {MANIFEST}, or class folders such as train/happiness"
FACE_FOLDER = "face"


def load_faces(folder: Path, emotions: Sequence[str] = ()) -> FaceSplits:
    """The three parts of the data in `folder` (or its folder “face”), of the classes that `emotions` names (none: of all it has).

    Raises DataUnfit for a folder of no known form, for data that is broken, and when a part or all classes but one are empty.
    """
    splits = _loaded(face_folder(folder)).for_emotions(emotions)
    for name, part in (("training", splits.train), ("validation", splits.validation), ("test", splits.test)):
        if len(part) == 0:
            raise DataUnfit(
                Failure(
                    f"The data in {folder} cannot be used.", f"It leaves no picture for {name}.", "Add pictures: some hundred at the least."
                )
            )
    return splits


def class_counts(faces: FacePictures, splits: FaceSplits) -> dict[str, int]:
    """How many pictures each class has, in the classes' order."""
    counts = Counter(faces.labels.tolist())
    return {str(emotion): counts[number] for number, emotion in enumerate(splits.classes)}


def described(splits: FaceSplits) -> str:
    """What was found, in lines for the terminal."""
    counts = ", ".join(f"{name} {count}" for name, count in class_counts(splits.train, splits).items())
    sizes = f"{len(splits.train)} pictures to train on, {len(splits.validation)} to validate, {len(splits.test)} to test"
    return "\n".join([sizes, f"training has {counts}", *(f"left out: {note}" for note in splits.left_out)])


def face_folder(folder: Path) -> Path:
    """`folder`, or its folder “face” where that is; raises DataUnfit."""
    if not folder.is_dir():
        raise DataUnfit(Failure(f"There is no folder {folder}.", "", f"Give the folder with {FORMS}."))
    return folder / FACE_FOLDER if (folder / FACE_FOLDER).is_dir() else folder


def _loaded(folder: Path) -> FaceSplits:
    if (folder / LABELS).is_file():
        return load_fer2013(folder)
    if csv_in(folder):
        return load_csv(folder)
    if (folder / MANIFEST).is_file():
        return load_manifest(folder)
    if holds_class_folders(folder):
        return load_folders(folder)
    raise DataUnfit(Failure(f"The data in {folder} cannot be used.", "It has none of the known forms.", f"Give a folder with {FORMS}."))
