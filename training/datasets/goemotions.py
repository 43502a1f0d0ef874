"""GoEmotions (Demszky et al. 2020, arXiv:2005.00547): Reddit comments and the emotions that raters saw in them.

Two forms are read: a compact CSV (`train.csv`, `val.csv`: columns text, label with Ekman groups joined by "|"), and the official
one (`train.tsv`, `dev.tsv`: text, numbers of fine emotions joined by commas, an id). The second file of each is the test here;
validation is cut from the training rows.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.labels import EMOTIONS, Emotion
from models.text.inputs import is_word, tokens

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

    @property
    def class_index(self) -> int:
        """The place of the label among EMOTIONS."""
        return EMOTIONS.index(self.label)


@dataclass(frozen=True, slots=True)
class TextSplits:
    """Rows of one group to learn from, to choose and calibrate with, and to measure on; `mixed` are training rows of several groups."""

    train: tuple[TextRow, ...]
    validation: tuple[TextRow, ...]
    test: tuple[TextRow, ...]
    mixed: tuple[TextRow, ...] = ()


def data_files(folder: Path) -> tuple[Path, Path]:
    """The training and the test file of whichever form is in `folder`; raises FileNotFoundError."""
    for names in (CSV_FILES, TSV_FILES):
        paths = (folder / names[0], folder / names[1])
        if all(path.is_file() for path in paths):
            return paths
    raise FileNotFoundError(f"{folder} holds neither {' and '.join(CSV_FILES)} nor {' and '.join(TSV_FILES)}")


def load_goemotions(folder: Path) -> TextSplits:
    """The three splits (see SPLIT), each in the order of the files."""
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


def _rows(path: Path) -> Iterator[TextRow]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from _csv_rows(csv.DictReader(stream)) if path.suffix == ".csv" else _tsv_rows(stream.read().splitlines())


def _csv_rows(rows: "csv.DictReader[str]") -> Iterator[TextRow]:
    for row in rows:
        fine = tuple(name for name in row.get("fine", "").split("|") if name)
        yield TextRow(row["text"], frozenset(GROUPS[name] for name in row["label"].split("|")), fine)


def _tsv_rows(lines: list[str]) -> Iterator[TextRow]:
    for line in lines:
        text, numbers, _ = line.rsplit("\t", 2)
        fine = tuple(FINE[int(number)] for number in numbers.split(","))
        yield TextRow(text, frozenset(GROUP_OF_FINE[name] for name in fine), fine)
