"""The data that a checkpoint is measured on, in the layout of the project's data folder, with what was left out and why."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure, WrongUse
from core.labels import EMOTIONS, SEVERITIES, Emotion
from training.datasets.emotion_words import EMOTION_OF_WORD, emotion_of_word
from training.datasets.fer2013 import LABELS as FACE_LABELS
from training.datasets.fer2013 import VOTE_COLUMNS, read_labels, read_sheet
from training.datasets.goemotions import GROUPS
from training.datasets.speech_manifest import MANIFEST, manifest_rows

FACE_TESTS = ("privatetest", "publictest")
"""The splits that are measured when none is named: the first that is there."""
TEXT_TEST = "test"


@dataclass(frozen=True, slots=True)
class Item:
    """What is classified (a picture, a path or a text), its class, who it is of, and whatever else its row says."""

    value: Any
    label: str
    speaker: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestData:
    """Items of one split; `what` names it, `notes` say what was left out and why."""

    __test__ = False  # no test, in spite of its name

    what: str
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()

    def for_labels(self, labels: Sequence[str]) -> "TestData":
        """The items whose class the model has, the others counted; raises DataUnfit when fewer than two classes are left."""
        kept = tuple(item for item in self.items if item.label in labels)
        lost = Counter(item.label for item in self.items if item.label not in labels)
        present = {item.label for item in kept}
        if not kept:
            raise DataUnfit(
                Failure(
                    f"The checkpoint cannot be measured on {self.what}.",
                    f"Its classes are {', '.join(labels)}; the data has {_counted(lost) or 'nothing'}.",
                    "Choose another checkpoint, or data of its classes.",
                )
            )
        if len(present) < 2:
            raise DataUnfit(
                Failure(
                    f"All {len(kept)} items of {self.what} are of one class, “{present.pop()}”.",
                    "Who always says that class would be right every time, so that no accuracy means anything.",
                    "Give data of two classes at least.",
                )
            )
        notes = (*self.notes, f"left out, as the checkpoint has no such class: {_counted(lost)}") if lost else self.notes
        return TestData(self.what, kept, notes)


def _counted(labels: Counter[str]) -> str:
    return ", ".join(f"{count} {label}" for label, count in labels.most_common())


def subfolder(folder: Path, name: str, holds: str) -> Path:
    """`folder`, or its folder `name` when that is where the files are; raises DataUnfit when there is no such folder at all."""
    if not folder.is_dir():
        raise DataUnfit(Failure(f"There is no folder {folder}.", "", f"Give the folder with {holds}."))
    return folder / name if (folder / name).is_dir() else folder


def face_test(folder: Path, split: str | None) -> TestData:
    """A split of FER2013 as sheet and labels; items are grey (48, 48), their column "ferplus" is the FER+ majority where it is known."""
    folder = subfolder(folder, "face", f"{FACE_LABELS} and its sheets")
    labels = read_labels(folder / FACE_LABELS)
    splits = [key.removesuffix("_emotion") for key in labels if key.endswith("_emotion")]
    chosen = split or next((one for one in FACE_TESTS if one in splits and _sheet(folder, one).is_file()), None)
    if chosen not in splits or not _sheet(folder, chosen).is_file():
        there = [one for one in splits if _sheet(folder, one).is_file()]
        raise _no_split(folder, chosen or " or ".join(FACE_TESTS), there)
    emotions = labels[f"{chosen}_emotion"].astype(np.int64)
    if unknown := sorted(set(emotions.tolist()) - set(range(len(EMOTIONS)))):
        raise _unfit(folder / FACE_LABELS, f"It holds the unknown classes {unknown}.", f"The classes are 0 to {len(EMOTIONS) - 1}.")
    pictures = read_sheet(_sheet(folder, chosen), len(emotions))
    majorities = ferplus_majority(labels.get(f"{chosen}_ferplus_votes"), len(emotions))
    items = tuple(
        Item(picture, str(EMOTIONS[label]), columns={"ferplus": majority} if majority else {})
        for picture, label, majority in zip(pictures, emotions, majorities, strict=True)
    )
    seen = ("most of these pictures were trained on: this is no test",) if chosen == "train" else ()
    return TestData(f"FER2013, {chosen}", items, seen)


def ferplus_majority(votes: NDArray[np.integer] | None, count: int) -> list[str]:
    """What most of the ten FER+ voters said (n, 10), by the program's names; "" where it is a tie or none of the seven classes."""
    if votes is None:
        return [""] * count
    of_column = {column: str(emotion) for emotion, column in VOTE_COLUMNS.items()}
    alone = (votes == votes.max(axis=1, keepdims=True)).sum(axis=1) == 1
    return [of_column.get(int(row.argmax()), "") if one else "" for row, one in zip(votes, alone, strict=True)]


def _sheet(folder: Path, split: str) -> Path:
    return folder / f"fer2013_{split}_sheet.png"


def voice_test(folder: Path, split: str | None) -> TestData:
    """The clips of a manifest (`split`: those whose column "split" says so); items are paths."""
    folder = subfolder(folder, "speech", MANIFEST)
    rows = manifest_rows(folder)
    if split is not None:
        there = sorted({row.get("split", "") for row in rows} - {""})
        rows = [row for row in rows if row.get("split") == split]
        if not rows:
            raise _no_split(folder, split, there)
    if unknown := sorted({row["emotion"] for row in rows if row["emotion"].strip().casefold() not in EMOTION_OF_WORD}):
        raise _unfit(
            folder / MANIFEST, f"It names unknown emotions: {', '.join(unknown[:5])}.", "Put the program's or the corpora's words."
        )
    if missing := [row["path"] for row in rows if not (folder / row["path"]).is_file()]:
        named = ", ".join(missing[:3])
        raise _unfit(
            folder / MANIFEST,
            f"{len(missing)} of its {len(rows)} files are not there, such as {named}.",
            "Put them back, or take their rows out.",
        )
    items = tuple(Item(folder / row["path"], str(emotion_of_word(row["emotion"]) or row["emotion"]), row["speaker"], row) for row in rows)
    corpora = ", ".join(sorted({row["corpus"] for row in rows}))
    return TestData(f"{corpora}, {len({item.speaker for item in items})} speakers", items)


def text_test(folder: Path, split: str | None, labels: Sequence[str]) -> TestData:
    """A split of GoEmotions (rows with one group) or, for a checkpoint of its classes, of DepSeverity; items are texts."""
    severity = set(labels) <= set(SEVERITIES)
    name = "depseverity" if severity else "goemotions"
    folder = subfolder(folder, "text", f"{name}/{TEXT_TEST}.csv")
    folder = folder / name if (folder / name).is_dir() else folder
    path = folder / f"{split or TEXT_TEST}.csv"
    if not path.is_file():
        raise _no_split(folder, split or TEXT_TEST, sorted(one.stem for one in folder.glob("*.csv")))
    rows = _text_rows(path)
    several = sum("|" in row["label"] for row in rows)
    words = {str(level): str(level) for level in SEVERITIES} | {group: str(emotion) for group, emotion in GROUPS.items()}
    if unknown := sorted({row["label"] for row in rows if "|" not in row["label"]} - words.keys()):
        raise _unfit(path, f"It names unknown classes: {', '.join(unknown[:5])}.", f"They must be of {', '.join(words)}.")
    items = tuple(Item(row["text"], words[row["label"]], columns=row) for row in rows if "|" not in row["label"])
    notes = (f"left out, as they carry several groups: {several} of {len(rows)} rows",) if several else ()
    return TestData(f"{'DepSeverity' if severity else 'GoEmotions'}, {path.stem}", items, notes)


def holds_severity(folder: Path, split: str | None) -> bool:
    """Whether the texts below `folder` are DepSeverity's, and not GoEmotions'."""
    folder = subfolder(folder, "text", f"goemotions/{TEXT_TEST}.csv")
    if (folder / "goemotions").is_dir() or (folder / "depseverity").is_dir():
        return not (folder / "goemotions").is_dir()
    path = folder / f"{split or TEXT_TEST}.csv"
    return path.is_file() and all(row["label"] in SEVERITIES for row in _text_rows(path)[:10])


def _text_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unfit(path, f"It cannot be read ({error}).", "It is damaged or cut off: copy it anew, as CSV in UTF-8.") from error
    if not rows or not {"text", "label"} <= rows[0].keys():
        raise _unfit(path, "It has no rows with the columns text and label.", "Its first line must name them.")
    for number, row in enumerate(rows, 1):
        if not row["text"] or not row["label"]:
            raise _unfit(path, f"Row {number} lacks its text or label.", "It is damaged or cut off: copy it anew.")
    return rows


def baseline_of(items: Iterable[Item], clips: int) -> dict[str, list[Item]]:
    """The first `clips` neutral items of each speaker who has as many (neutral before calm, then by repetition and sentence)."""
    neutral: dict[str, list[Item]] = {}
    for item in items:
        if item.label == Emotion.NEUTRAL:
            neutral.setdefault(item.speaker, []).append(item)
    return {speaker: sorted(said, key=_order)[:clips] for speaker, said in neutral.items() if len(said) >= clips}


def _order(item: Item) -> tuple[Any, ...]:
    columns = item.columns
    calm = columns.get("emotion", "").strip().casefold() != Emotion.NEUTRAL
    return calm, columns.get("repetition", ""), columns.get("sentence", ""), str(item.value)


def _no_split(folder: Path, split: str, there: Sequence[str]) -> WrongUse:
    return WrongUse(
        Failure(f"There is no split “{split}” in {folder}.", f"There is {', '.join(there) or 'none'}.", "Name one of these with --split.")
    )


def _unfit(path: Path, why: str, what_to_do: str) -> DataUnfit:
    return DataUnfit(Failure(f"{path} cannot be used.", why, what_to_do))
