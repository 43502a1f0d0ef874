"""A checkpoint's card: what the model is, what it was made from, how well it measured, and whether its file is unaltered."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.failures import CheckpointRefused, Failure
from core.labels import EMOTIONS, SEVERITIES, Emotion, Modality, Severity

CARD_FILE = "card.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """`card.json` of a checkpoint.

    `labels` are the classes in the order of the model's output. `input` describes the numbers that go in (for a person and
    for a check against the program's own `inputs.py`: its "kind" must be equal). `calibration` holds what turns the model's
    output into probabilities (such as {"temperature": 1.3}). `data`, `split`, `seed`, `command` and `figures` are as measured
    by training; `sha256` is of `file`, and `beside` holds that of each further file by name. `notes` say what the model must not
    be used for and where its data's licence binds.
    """

    name: str
    modality: Modality
    labels: tuple[Emotion | Severity, ...]
    file: str
    sha256: str
    input: Mapping[str, Any]
    calibration: Mapping[str, Any]
    data: tuple[Mapping[str, Any], ...]
    split: str
    seed: int
    command: str
    figures: Mapping[str, Any]
    notes: tuple[str, ...]
    folder: Path
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def emotions(self) -> tuple[Emotion, ...]:
        """The labels of a lane that runs live; raises CheckpointRefused when the model tells something else, such as levels."""
        found = tuple(label for label in self.labels if isinstance(label, Emotion))
        if len(found) < len(self.labels):
            raise _refused(self.folder, f"its classes are {', '.join(self.labels)}, which no lane shows")
        return found

    @property
    def path(self) -> Path:
        """The model file."""
        return self.folder / self.file


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load_card(folder: Path, kinds: str | Collection[str]) -> ModelCard:
    """The card in `folder`, its model file present, unaltered and made for one of the input `kinds`; raises CheckpointRefused."""
    made = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    card = _parse(folder)
    for file, sha256 in {card.file: card.sha256, **card.beside}.items():
        if not (folder / file).is_file():
            raise _refused(folder, f"its file {file} is missing")
        if sha256_of(folder / file) != sha256:
            raise _refused(folder, f"its file {file} is not the one that the card describes (the sha256 differs)")
    if card.input.get("kind") not in made:
        raise _refused(folder, f"it wants “{card.input.get('kind')}” as input, and the program makes “{'”, “'.join(made)}”")
    return card


def require_classes(card: ModelCard, outputs: int) -> None:
    """Raise CheckpointRefused when the network says another number of classes than the card has labels for."""
    if outputs != len(card.labels):
        raise _refused(card.folder, f"its card names {len(card.labels)} classes, and its file tells {outputs} apart")


def _parse(folder: Path) -> ModelCard:
    path = folder / CARD_FILE
    if not path.is_file():
        raise _refused(folder, f"there is no {CARD_FILE}")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        every: tuple[Emotion | Severity, ...] = (*EMOTIONS, *SEVERITIES)
        classes = {str(label): label for label in every}
        unknown = sorted(set(raw["labels"]) - classes.keys())
        if unknown:
            raise _refused(folder, f"its labels {', '.join(unknown)} are not among the program's classes")
        return ModelCard(
            name=str(raw["name"]),
            modality=Modality(raw["modality"]),
            labels=tuple(classes[label] for label in raw["labels"]),
            file=str(raw["file"]),
            sha256=str(raw["sha256"]),
            input=raw["input"],
            calibration=raw["calibration"],
            **origin_in(raw),
            folder=folder,
            beside=dict(raw.get("beside", {})),
        )
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise _refused(folder, f"its {CARD_FILE} cannot be read ({error})") from error


def write_card(card: ModelCard) -> None:
    """Write `card.json` into the card's folder; its files must be there, and their hashes are taken anew."""
    raw = {
        "name": card.name,
        "modality": card.modality,
        "labels": list(card.labels),
        "file": card.file,
        "sha256": sha256_of(card.path),
        **({"beside": {file: sha256_of(card.folder / file) for file in card.beside}} if card.beside else {}),
        "input": dict(card.input),
        "calibration": dict(card.calibration),
        **origin_of(card),
    }
    (card.folder / CARD_FILE).write_text(json.dumps(raw, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def origin_of(card: Any) -> dict[str, Any]:
    """What every card says of where its weights come from and how they measured, as `card.json` holds it."""
    return {
        "data": [dict(source) for source in card.data],
        "split": card.split,
        "seed": card.seed,
        "command": card.command,
        "figures": dict(card.figures),
        "notes": list(card.notes),
    }


def origin_in(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same, read from `card.json`; raises KeyError, TypeError or ValueError."""
    return {
        "data": tuple(raw["data"]),
        "split": str(raw["split"]),
        "seed": int(raw["seed"]),
        "command": str(raw["command"]),
        "figures": raw["figures"],
        "notes": tuple(raw["notes"]),
    }


def _refused(folder: Path, why: str) -> CheckpointRefused:
    return CheckpointRefused(
        Failure(
            f"The checkpoint “{folder.name}” is not used:",
            f"{why}.",
            f"Restore the folder {folder} from the program's own copy, or choose another checkpoint in the settings.",
        )
    )
