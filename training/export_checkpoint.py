"""From a trained Keras model to the file that the program runs: converted, compared, described."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.runtime import LiteRtModel

if TYPE_CHECKING:
    import keras

LARGEST_DIFFERENCE = 1e-5
"""Between Keras and the exported file, on any output number; more means that the conversion changed the model."""


class ExportDiffers(Exception):
    """The exported file does not compute what the trained model computes."""


def export_keras(model: "keras.Model", folder: Path, file: str, inputs: NDArray[np.float32]) -> Path:
    """Write `model` as a float32 LiteRT file (batch of 1) and return its path; raises ExportDiffers.

    `inputs` (N, *input shape) are real inputs, already scaled: both models must agree on each within LARGEST_DIFFERENCE.
    """
    import tensorflow as tf

    if len(inputs) == 0:
        raise ValueError("the comparison needs at least one real input")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    path.write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
    difference = largest_difference(model, path, inputs)
    if difference > LARGEST_DIFFERENCE:
        path.unlink()
        raise ExportDiffers(f"{file} differs from the trained model by up to {difference:.2g}")
    return path


def largest_difference(model: "keras.Model", exported: Path, inputs: NDArray[np.float32]) -> float:
    """Over all outputs for all `inputs` (N, *input shape), between Keras and the exported file."""
    runtime = LiteRtModel(exported)
    from_keras = model.predict(inputs, verbose=0)
    expected = from_keras if isinstance(from_keras, list | tuple) else [from_keras]
    worst = 0.0
    for row, values in enumerate(inputs):
        got = runtime.run(values[np.newaxis].astype(np.float32))
        worst = max(worst, *(float(np.abs(g[0] - e[row]).max()) for g, e in zip(got, expected, strict=True)))
    return worst


def data_hash(paths: Iterable[Path]) -> str:
    """One sha256 over the names and bytes of the files (a folder: all files below it), whatever their order and place."""
    files = sorted({file for path in paths for file in _files(path)}, key=lambda file: (file.name, str(file)))
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            total.update(f"{file.name}:{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
