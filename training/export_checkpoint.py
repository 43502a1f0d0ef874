"""From a trained Keras model to the file that the program runs: converted, compared, described."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.calibration import softmax
from models.runtime import LiteRtModel

if TYPE_CHECKING:
    import keras

LARGEST_DIFFERENCE = 2e-5
"""Between Keras and the exported file, on any output number, relative to the output's largest where that is above 1 (maps of logits reach
some tens, in float32). Hundreds of products, added up in another order on another processor, differ by 1e-5; more means that the conversion
changed the model."""


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


def with_class_maps(model: "keras.Model") -> "keras.Model":
    """`model` with two outputs: "probabilities" (batch, K) as before, and "class_maps" (batch, h, w, K), whose mean is the logits.

    Exact for a network whose maps are averaged into its logits, and for one that averages features before a single dense layer: a dense
    layer of the mean is the mean of a dense layer (Zhou et al. 2016, arXiv:1512.04150). Raises ValueError for any other ending.
    """
    import keras
    from keras import layers

    pooling = next((one for one in reversed(model.layers) if isinstance(one, layers.GlobalAveragePooling2D)), None)
    if pooling is None:
        raise ValueError(f"{model.name} has no global average pooling, so it has no class maps")
    dense = [one for one in model.layers[model.layers.index(pooling) + 1 :] if isinstance(one, layers.Dense)]
    maps = _dense_at_each_place(dense[-1], pooling.input) if dense else pooling.input
    if not any(one.name == "class_maps" for one in model.layers):
        maps = layers.Identity(name="class_maps")(maps)
    both = keras.Model(model.input, [layers.Identity(name="probabilities")(model.output), maps], name=model.name)
    _require_exact(both)
    return both


def with_mirror(model: "keras.Model") -> "keras.Model":
    """`model` seeing each picture (height, width, channels) and its mirror image: what it averages over places is averaged over both.

    Its logits are so the means of both pictures', in one pass of twice the time, and `with_class_maps` fits it. Raises ValueError for a
    network without global average pooling.
    """
    import keras
    from keras import layers

    pooling = next((one for one in reversed(model.layers) if isinstance(one, layers.GlobalAveragePooling2D)), None)
    if pooling is None:
        raise ValueError(f"{model.name} has no global average pooling, so the mean over mirror images is not exact")
    picture = keras.Input(model.input_shape[1:])
    seen = keras.Model(model.input, pooling.input, name="seen")
    mirrored = keras.ops.flip(seen(keras.ops.flip(picture, axis=2)), axis=2)
    said = layers.Average()([seen(picture), mirrored])
    for layer in model.layers[model.layers.index(pooling) :]:
        again = layer.__class__.from_config(layer.get_config())
        said = again(said)
        again.set_weights(layer.get_weights())
    return keras.Model(picture, said, name=model.name)


def side_by_side(models: "Sequence[keras.Model]", name: str) -> "keras.Model":
    """Networks of one input as one, whose logits are the mean of theirs; `with_class_maps` fits it.

    Each must average its features over places before a single softmax layer, over as many places as the others, or ValueError says so.
    """
    import keras
    from keras import layers

    picture = keras.Input(models[0].input_shape[1:])
    seen, kernels, biases = [], [], []
    for model in models:
        pooling = next((one for one in reversed(model.layers) if isinstance(one, layers.GlobalAveragePooling2D)), None)
        head = model.layers[-1]
        if pooling is None or not isinstance(head, layers.Dense) or model.input_shape != models[0].input_shape:
            raise ValueError(f"{model.name} does not end in global average pooling and one dense layer, or sees other pictures")
        seen.append(keras.Model(model.input, pooling.input, name=f"{model.name}_seen")(picture))
        kernel, bias = head.get_weights()
        kernels.append(kernel / len(models))
        biases.append(bias / len(models))
    if len({tuple(one.shape[1:3]) for one in seen}) > 1:
        raise ValueError("the networks average over different numbers of places, so there are no common class maps")
    together = layers.Dense(kernels[0].shape[1], activation="softmax", name="head")
    said = together(layers.GlobalAveragePooling2D()(layers.Concatenate()(seen)))
    together.set_weights([np.concatenate(kernels), np.sum(biases, axis=0)])
    return keras.Model(picture, said, name=name)


def _require_exact(both: "keras.Model") -> None:
    """Raise ValueError unless the mean of the maps gives the probabilities: the network's ending says how, and this says whether."""
    pictures = np.random.default_rng(0).normal(size=(4, *both.input_shape[1:])).astype(np.float32)
    probabilities, maps = (np.asarray(one) for one in both(pictures, training=False))
    logits = maps.mean(axis=(1, 2))
    if logits.shape != probabilities.shape or np.abs(softmax(logits) - probabilities).max() > LARGEST_DIFFERENCE:
        raise ValueError(f"the class maps of {both.name} do not add up to its probabilities: its ending is another one")


def largest_difference(model: "keras.Model", exported: Path, inputs: NDArray[np.float32]) -> float:
    """Over all outputs for all `inputs` (N, *input shape), between Keras and the exported file; see LARGEST_DIFFERENCE."""
    runtime = LiteRtModel(exported)
    from_keras = model.predict(inputs, verbose=0)
    expected = from_keras if isinstance(from_keras, list | tuple) else [from_keras]
    worst = 0.0
    for row, values in enumerate(inputs):
        got = runtime.run(values[np.newaxis].astype(np.float32))
        worst = max(worst, *(_relative(g[0], e[row]) for g, e in zip(got, expected, strict=True)))
    return worst


def _relative(got: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    return float(np.abs(got - expected).max() / max(1.0, np.abs(expected).max()))


def _dense_at_each_place(dense: "keras.layers.Dense", features: "keras.KerasTensor") -> "keras.KerasTensor":
    """What `dense` makes of the features of each place, (batch, h, w, K), before its activation."""
    from keras import layers

    kernel, *bias = dense.get_weights()
    if kernel.shape[0] != features.shape[-1]:
        raise ValueError(f"{dense.name} does not take the averaged features, so there are no exact class maps")
    everywhere = layers.Conv2D(dense.units, 1, use_bias=dense.use_bias, name="dense_at_each_place")
    maps = everywhere(features)
    everywhere.set_weights([kernel[np.newaxis, np.newaxis], *bias])
    return maps


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
