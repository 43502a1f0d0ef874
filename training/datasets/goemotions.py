"""GoEmotions (Demszky et al. 2020, arXiv:2005.00547): Reddit comments and the emotions that raters saw in them.

Two forms are read: a compact CSV (`train.csv`, `val.csv`: columns text, label with Ekman groups joined by "|"), and the official
one (`train.tsv`, `dev.tsv`: text, numbers of fine emotions joined by commas, an id). The second file of each is the test here;
validation is cut from the training rows.
"""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.failures import DataUnfit, Failure
from core.labels import EMOTIONS, Emotion
from models.text.inputs import is_word, tokens
from training.datasets.emotion_words import chosen_emotions

CSV_FILES = ("train.csv", "val.csv")
TSV_FILES = ("train.tsv", "dev.tsv")

GROUPS: dict[str, Emotion] = {
    "anger": Emotion.ANGER,
    "disgust": Emotion.DISGUST,
    "fear": Emotion.FEAR,
    "joy": Emotion.HAPPINESS,
    "sadness": Emotion.SADNESS,
    "surprise": Emotion.SURPRISE,
    "neutral": Emotion.NEUTRAL,
}
"""The authors' Ekman groups by the program's names."""

FINE: tuple[str, ...] = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment",
    "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
    "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""The 27 emotions and neutral, in the order of the official files' numbers."""

FINE_OF_GROUP: dict[Emotion, str] = {
    Emotion.ANGER: "anger annoyance disapproval",
    Emotion.DISGUST: "disgust",
    Emotion.FEAR: "fear nervousness",
    Emotion.HAPPINESS: "joy amusement approval excitement gratitude love optimism relief pride admiration desire caring",
    Emotion.SADNESS: "sadness disappointment embarrassment grief remorse",
    Emotion.SURPRISE: "surprise realization confusion curiosity",
    Emotion.NEUTRAL: "neutral",
}
GROUP_OF_FINE: dict[str, Emotion] = {fine: group for group, names in FINE_OF_GROUP.items() for fine in names.split()}

VALIDATION_PARTS = 10
"""One text in ten, by the hash of its words, is kept for validation."""

SPLIT = (
    "rows with exactly one Ekman group; one tenth of the training file, by the hash of each text's words, is validation (choice of C and "
    "class weights, temperature), the rest training; test is the whole development file. Texts of equal words never stand on two sides"
)

SOURCE: dict[str, str] = {
    "name": "GoEmotions",
    "what": "English Reddit comments with the emotions that three to five readers saw in them, grouped after Ekman by the authors",
    "source": "Demszky et al. 2020, arXiv:2005.00547",
    "licence": "Apache-2.0",
}


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text, the groups of emotions that its raters agreed on, and the fine ones of FINE."""

    text: str
    groups: frozenset[Emotion]
    fine: tuple[str, ...] = ()

    @property
    def label(self) -> Emotion:
        """The one group; ValueError where there are several."""
        (only,) = self.groups
        return only


@dataclass(frozen=True, slots=True)
class TextSplits:
    """Rows of one of the `classes` to learn from, to choose and calibrate with, and to measure on; `mixed` are training rows of several."""

    train: tuple[TextRow, ...]
    validation: tuple[TextRow, ...]
    test: tuple[TextRow, ...]
    mixed: tuple[TextRow, ...] = ()
    classes: tuple[Emotion, ...] = EMOTIONS

    @property
    def chosen(self) -> str:
        """The option that chose the classes, for a command; nothing where they are all of core's."""
        return "" if self.classes == EMOTIONS else f" --emotions {','.join(self.classes)}"

    def of(self, emotions: Sequence[str]) -> "TextSplits":
        """Only what is of these classes, by the words for them (none: of those that the data has); raises WrongUse or DataUnfit."""
        chosen = chosen_emotions(emotions, {row.label for row in self.train} & {row.label for row in self.test})
        names = ("train", "validation", "test", "mixed")
        parts = {name: tuple(row for row in getattr(self, name) if row.groups <= set(chosen)) for name in names}
        return replace(self, classes=chosen, **parts)


def data_files(folder: Path) -> tuple[Path, Path]:
    """The training and the test file of whichever form is in `folder` or where the project's data folder has it; raises DataUnfit."""
    for place in (folder, folder / "goemotions", folder / "text" / "goemotions"):
        for names in (CSV_FILES, TSV_FILES):
            paths = (place / names[0], place / names[1])
            if all(path.is_file() for path in paths):
                return paths
    raise DataUnfit(
        Failure(
            f"There is no GoEmotions in {folder}.",
            f"It holds neither {' and '.join(CSV_FILES)} nor {' and '.join(TSV_FILES)}.",
            "Give the folder with these files.",
        )
    )


def load_goemotions(folder: Path) -> TextSplits:
    """The three splits (see SPLIT), each in the order of the files; raises DataUnfit."""
    training, held = (tuple(_rows(path)) for path in data_files(folder))
    measured = {word_key(row.text) for row in held}
    ours = [(row, word_key(row.text)) for row in training]
    kept = [(row, _is_validation(key)) for row, key in ours if key not in measured]
    return TextSplits(
        train=tuple(row for row, validation in kept if not validation and len(row.groups) == 1),
        validation=tuple(row for row, validation in kept if validation and len(row.groups) == 1),
        test=tuple(row for row in held if len(row.groups) == 1),
        mixed=tuple(row for row, validation in kept if not validation and len(row.groups) > 1),
    )


def word_key(text: str) -> str:
    """The same for texts that differ in case, spacing and punctuation only; the text itself where it has no word."""
    return " ".join(token for token in tokens(text) if is_word(token)) or text


def _is_validation(key: str) -> bool:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % VALIDATION_PARTS == 0


def _rows(path: Path) -> list[TextRow]:
    rows: list[TextRow] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            found = (
                map(_csv_row, csv.DictReader(stream, strict=True)) if path.suffix == ".csv" else map(_tsv_row, stream.read().splitlines())
            )
            rows.extend(found)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, IndexError, TypeError, AttributeError, csv.Error) as error:
        raise DataUnfit(
            Failure(
                f"{path} cannot be used.",
                f"Row {len(rows) + 1} is damaged, or of a class that GoEmotions has not ({error}).",
                f"It must hold a text and its groups, of {', '.join(GROUPS)}; copy it anew.",
            )
        ) from error
    if not rows:
        raise DataUnfit(Failure(f"{path} cannot be used.", "It holds no rows.", "It is cut off: copy it anew."))
    return rows


def _csv_row(row: Mapping[str, str]) -> TextRow:
    fine = tuple(name for name in (row.get("fine") or "").split("|") if name)
    return TextRow(row["text"], frozenset(GROUPS[name] for name in row["label"].split("|")), fine)


def _tsv_row(line: str) -> TextRow:
    text, numbers, _ = line.rsplit("\t", 2)
    fine = tuple(FINE[int(number)] for number in numbers.split(","))
    return TextRow(text, frozenset(GROUP_OF_FINE[name] for name in fine), fine)
