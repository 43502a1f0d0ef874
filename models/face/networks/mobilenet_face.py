"""MobileNet (Howard et al. 2017, arXiv:1704.04861) at 48x48, to be started from weights that know faces.

`mobilenet_face`: the stem keeps the resolution (stride 1 instead of 2): at 48 pixels it then sees what a network for 96 pixels sees
after its stem. `mobilenet_small`: the stem halves it, as published, and the first seven blocks are all there is: a sixth of the time.
"""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

STEM = 32
BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""(filters, stride) of the thirteen depthwise-separable blocks."""
SMALL_BLOCKS = 7
"""Of BLOCKS in the small network: with eight, a face takes more than half a millisecond on one thread of a plain machine."""
LARGEST_ACTIVATION = 6.0
MOMENTUM = 0.97
"""Of the running statistics: some epochs of fine-tuning are few steps."""
DROPOUT = 0.2


def mobilenet_face(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of 3.2 million parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    return _mobilenet("mobilenet_face", input_shape, classes, stem_stride=1, blocks=len(BLOCKS))


def mobilenet_small(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of half a million parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    return _mobilenet("mobilenet_small", input_shape, classes, stem_stride=2, blocks=SMALL_BLOCKS)


def _mobilenet(name: str, input_shape: tuple[int, int, int], classes: int, *, stem_stride: int, blocks: int) -> keras.Model:
    picture = keras.Input(input_shape)
    stem = layers.Conv2D(STEM, 3, strides=stem_stride, padding="same", use_bias=False, name="stem")
    features = _activated(stem(picture), "stem")
    for number, (filters, stride) in enumerate(BLOCKS[:blocks], start=1):
        spatial = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"depthwise_{number}")(features)
        features = _activated(spatial, f"depthwise_{number}")
        features = _activated(layers.Conv2D(filters, 1, use_bias=False, name=f"pointwise_{number}")(features), f"pointwise_{number}")
    features = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="head", dtype="float32")(features), name=name)


def frozen_layers(blocks: int) -> list[str]:
    """The names of the layers of the stem and the first `blocks` blocks."""
    steps = ["stem", *(f"{part}_{number}" for number in range(1, blocks + 1) for part in ("depthwise", "pointwise"))]
    return [name for step in steps for name in (step, f"{step}_normalised")]


def _activated(features: keras.KerasTensor, name: str) -> keras.KerasTensor:
    features = layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_normalised")(features)
    return layers.ReLU(LARGEST_ACTIVATION)(features)
