"""Faces listed in a manifest.csv (path, emotion; person where it is known), as `main.py collect` writes it; parted by person."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure
from core.labels import EMOTIONS, Emotion
from training.datasets.emotion_words import EMOTION_OF_WORD
from training.datasets.face_pictures import FaceSplits, faces_of, hash_part
from training.datasets.picture_files import read_squares

MANIFEST = "manifest.csv"
NEEDED_COLUMNS = ("path", "emotion")
PERSON_COLUMNS = ("person", "speaker")
LEAST_PEOPLE = 5
"""With fewer, a test on strangers would be a test on one face: the pictures are parted instead, and the split says so."""

BY_PERSON = "By person: two tenths of the people, one at least, are the test, one tenth, one at least, validation; nobody is in two parts."
BY_PICTURE = (
    "By the hash of each picture, as there are fewer than {least} people: the figures say how well it reads faces that it knows, and "
    "nothing about strangers."
)


def load_manifest(folder: Path) -> FaceSplits:
    """The three parts; raises DataUnfit."""
    rows = [row for row in face_rows(folder) if _emotion(row) is not None]
    read = read_squares([folder / row["path"] for row in rows])
    if not read.pictures:
        raise _unfit(folder, "lists no picture that can be read.", "Copy the pictures anew.")
    kept = [rows[place] for place in read.places]
    people = [next((row[column] for column in PERSON_COLUMNS if row.get(column)), "") for row in kept]
    by_person = len(set(people)) >= LEAST_PEOPLE and "" not in people
    faces = faces_of(read.pictures, [emotion for row in kept if (emotion := _emotion(row))], people if by_person else None)
    of = person_parts(people) if by_person else hash_part(faces.pictures)
    source = {"name": folder.resolve().name, "what": "pictures listed in a manifest", "licence": "that of the data: see its own terms"}
    test = np.isin(of, (1, 2))
    return FaceSplits(
        faces.where(~test & (of != 0)),
        faces.where(of == 0),
        faces.where(test),
        BY_PERSON if by_person else BY_PICTURE.format(least=LEAST_PEOPLE),
        (source,),
        left_out=read.left_out,
    )


def face_rows(folder: Path) -> list[Mapping[str, str]]:
    """The manifest's rows, every file there and every emotion known; raises DataUnfit."""
    try:
        with (folder / MANIFEST).open(encoding="utf-8-sig", newline="") as stream:
            rows = [{column: value or "" for column, value in row.items() if column} for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unfit(folder, f"cannot be read ({error}).", "Save it as comma-separated values in UTF-8.") from error
    if not rows:
        raise _unfit(folder, "lists nothing.", "Collect or copy the data first.")
    if lacking := [column for column in NEEDED_COLUMNS if column not in rows[0]]:
        raise _unfit(folder, f"has no column {', '.join(lacking)}.", f"Its first line must name {', '.join(NEEDED_COLUMNS)}.")
    if unknown := sorted({row["emotion"] for row in rows if row["emotion"].strip().casefold() not in EMOTION_OF_WORD}):
        raise _unfit(folder, f"names unknown classes: {', '.join(unknown[:5])}.", f"Use {', '.join(EMOTIONS)}.")
    if missing := [row["path"] for row in rows if not (folder / row["path"]).is_file()]:
        named = ", ".join(missing[:3])
        raise _unfit(
            folder,
            f"names {len(missing)} of {len(rows)} files that are not there, such as {named}.",
            "Put them back, or take their rows out.",
        )
    return list(rows)


def person_parts(people: Sequence[str], parts: int = 10) -> NDArray[np.int64]:
    """Each row's part of 0 to `parts` - 1 by its person; people are dealt out in the order of their names' hashes."""
    order = sorted(set(people), key=lambda person: hashlib.sha256(person.encode()).digest())
    part_of = {person: number % parts for number, person in enumerate(order)}
    return np.array([part_of[person] for person in people], dtype=np.int64)


def _emotion(row: Mapping[str, str]) -> Emotion | None:
    return EMOTION_OF_WORD[row["emotion"].strip().casefold()]


def _unfit(folder: Path, why: str, what_to_do: str) -> DataUnfit:
    return DataUnfit(Failure(f"The data in {folder} cannot be used.", f"{MANIFEST} {why}", what_to_do))
