"""The weights of a shipped network as Keras has them, beside the light runtime's file, so that a training can go on from them."""

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure

if TYPE_CHECKING:
    import keras

WEIGHTS_FILE = "weights.npz"


def keep_weights(model: "keras.Model", folder: Path, **more: NDArray[np.float32]) -> None:
    """Write the model's weights in their order, and what else is needed to build it anew."""
    np.savez(folder / WEIGHTS_FILE, **{f"weight{number:03d}": value for number, value in enumerate(model.get_weights())}, **more)


def kept_weights(folder: Path) -> tuple[list[NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """The weights for `set_weights`, and what else was kept; raises CheckpointRefused."""
    file = folder / WEIGHTS_FILE
    try:
        with file.open("rb") as stream, np.load(stream) as kept:
            found = {name: kept[name] for name in sorted(kept.files)}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        why = f"its {WEIGHTS_FILE} is missing or cannot be read ({error})."
        what_to_do = "Choose a checkpoint that has one, or train anew."
        raise CheckpointRefused(Failure(f"The checkpoint “{folder.name}” cannot be adapted:", why, what_to_do)) from None
    weights = [value for name, value in found.items() if name.startswith("weight")]
    return weights, {name: value for name, value in found.items() if not name.startswith("weight")}
