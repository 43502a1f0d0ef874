"""Which checkpoints there are, and what "default" and "accurate" stand for."""

from pathlib import Path

from core.failures import CheckpointRefused, Failure
from core.labels import Modality
from core.paths import CHECKPOINTS
from core.settings import Settings
from models.card import CARD_FILE

DEFAULT, ACCURATE = "default", "accurate"

ACCURATE_NAMES: dict[Modality, str] = {Modality.FACE: "mobilenet_pair"}
"""The most accurate checkpoint of a lane, where that is another than the default of the settings."""


def resolve(modality: Modality, name: str, root: Path = CHECKPOINTS) -> Path:
    """The folder of a checkpoint by its name, by "default" or "accurate", or by a path; raises CheckpointRefused when there is none."""
    if name in (DEFAULT, ACCURATE):
        usual = getattr(Settings(), modality).checkpoint
        name = ACCURATE_NAMES.get(modality, usual) if name == ACCURATE else usual
    for folder in (root / modality / name, Path(name)):
        if (folder / CARD_FILE).is_file():
            return folder
    raise CheckpointRefused(
        Failure(
            f"There is no checkpoint “{name}” for the {modality}.",
            f"There are {', '.join(names(modality, root)) or 'none at all'}; “{DEFAULT}” and “{ACCURATE}” also name one.",
            "Choose one of these, or give the path of a folder with a card.json.",
        )
    )


def names(modality: Modality, root: Path = CHECKPOINTS) -> list[str]:
    """The checkpoints that are there for a lane."""
    return sorted(path.parent.name for path in (root / modality).glob(f"*/{CARD_FILE}"))
