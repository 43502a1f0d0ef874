"""DepSeverity (Naseem et al. 2022, doi 10.1145/3485447.3512128): Reddit posts and the level of depression that raters saw in them.

`train.csv` and `val.csv`, with the columns text and label; all parts of one post stand in one file.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from core.failures import DataUnfit, Failure
from core.labels import SEVERITIES, Severity

FILES = ("train.csv", "val.csv")

SPLIT = (
    "by Reddit post: all parts of a post stand on one side; choice of the model and calibration by cross-validation on the training rows, "
    "measured on val.csv"
)

SOURCE: dict[str, str] = {
    "name": "DepSeverity",
    "what": "English Reddit posts about stress, trauma, anxiety, help and relationships, with the level of depression that raters saw",
    "source": "Naseem et al. 2022, doi 10.1145/3485447.3512128; texts of Dreaddit (Turcan and McKeown 2019)",
    "licence": "none given; posted by its authors for research. Research data: use these weights for research only",
}


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """A text and its level."""

    text: str
    label: Severity

    @property
    def level(self) -> int:
        """0 for the lowest."""
        return SEVERITIES.index(self.label)


@dataclass(frozen=True, slots=True)
class SeveritySplits:
    """Rows to learn from and to measure on."""

    train: tuple[SeverityRow, ...]
    test: tuple[SeverityRow, ...]


def load_depseverity(folder: Path) -> SeveritySplits:
    """Both files; raises DataUnfit in a sentence."""
    train, test = (_rows(folder / name) for name in FILES)
    return SeveritySplits(train, test)


def _rows(path: Path) -> tuple[SeverityRow, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return tuple(SeverityRow(row["text"], Severity(row["label"])) for row in csv.DictReader(stream, strict=True))
    except (OSError, UnicodeDecodeError, KeyError, ValueError, csv.Error) as error:
        raise DataUnfit(
            Failure(f"{path} cannot be used.", f"{error}.", f"It must hold the columns text and label, one of {', '.join(SEVERITIES)}.")
        ) from error
