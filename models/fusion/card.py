"""The card of a fusion checkpoint: what a network was trained on, how well it measured, and whether its file is unaltered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.failures import CheckpointRefused, Failure
from models.card import CARD_FILE, origin_in, origin_of, sha256_of
from models.fusion.packing import INPUT_KIND, LaneShape, Layout

VERSION = 1
"""Of the card's form and of what its calibration means; a checkpoint of another version is not guessed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionCard:
    """`card.json` of a folder in checkpoints/fusion.

    `calibration` holds what makes an interval and a probability of the network's output, measured on people that it had not seen
    (models/fusion/estimates.py). The rest is as in a lane's card.
    """

    name: str
    file: str
    layout: Layout
    network: Mapping[str, Any]
    calibration: Mapping[str, float]
    data: tuple[Mapping[str, Any], ...]
    split: str
    seed: int
    command: str
    figures: Mapping[str, Any]
    notes: tuple[str, ...]
    folder: Path

    @property
    def path(self) -> Path:
        """The model file."""
        return self.folder / self.file


def load_fusion_card(folder: Path) -> FusionCard:
    """The card in `folder`, its file present and unaltered; raises CheckpointRefused."""
    path = folder / CARD_FILE
    if not path.is_file():
        raise refused(folder, f"there is no {CARD_FILE} in {folder}")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        version, kind = raw["version"], raw["input"]["kind"]
        if version != VERSION or kind != INPUT_KIND:
            raise refused(
                folder, f"it is of version {version} with “{kind}” as input, and this program reads {VERSION} with “{INPUT_KIND}”"
            )
        card = _card(raw, folder)
        sha256 = str(raw["sha256"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise refused(folder, f"its {CARD_FILE} cannot be read ({error!r})") from error
    if not card.path.is_file():
        raise refused(folder, f"its file {card.file} is missing")
    if sha256_of(card.path) != sha256:
        raise refused(folder, f"its file {card.file} is not the one that the card describes (the sha256 differs)")
    return card


def _card(raw: Mapping[str, Any], folder: Path) -> FusionCard:
    lanes = tuple(LaneShape(str(one["name"]), str(one["kind"]), int(one["width"])) for one in raw["input"]["lanes"])
    return FusionCard(
        name=str(raw["name"]),
        file=str(raw["file"]),
        layout=Layout(lanes, int(raw["input"]["segments"])),
        network=dict(raw["network"]),
        calibration={name: float(value) for name, value in raw["calibration"].items()},
        **origin_in(raw),
        folder=folder,
    )


def write_fusion_card(card: FusionCard) -> None:
    """Write `card.json` into the card's folder; its file must be there, and its hash is taken anew."""
    raw = {
        "version": VERSION,
        "name": card.name,
        "file": card.file,
        "sha256": sha256_of(card.path),
        "input": {"kind": INPUT_KIND, "segments": card.layout.segments, "lanes": [lane._asdict() for lane in card.layout.lanes]},
        "network": dict(card.network),
        "calibration": dict(card.calibration),
        **origin_of(card),
    }
    (card.folder / CARD_FILE).write_text(json.dumps(raw, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def refused(folder: Path, why: str) -> CheckpointRefused:
    """What is told of a checkpoint that is not used."""
    return CheckpointRefused(
        Failure(
            f"The fusion checkpoint “{folder.name}” is not used:",
            f"{why}.",
            "Train it anew (make train-fusion), or take its folder away: the index is then made by the fixed rules alone.",
        )
    )
