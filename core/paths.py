"""Where the program's own files lie. Folders of the user come from the caller, so that core opens nothing."""

from pathlib import Path

PROGRAM_ROOT = Path(__file__).resolve().parent.parent
CHECKPOINTS = PROGRAM_ROOT / "checkpoints"


def checkpoint_folder(modality: str, name: str) -> Path:
    """The folder of a shipped checkpoint: checkpoints/<modality>/<name>."""
    return CHECKPOINTS / modality / name
