"""A small residual network (after He et al. 2016, arXiv:1512.03385) for 48x48 faces: dense 3x3 convolutions, cheap where they run.

`small_resnet` is for the light machine; `deep_resnet` is wider, with a finer stem (He et al. 2019, arXiv:1812.01187).
Depthwise networks have fewer parameters and run as fast; on a CPU dense convolutions are trained in a tenth of the time.
"""

from collections.abc import Sequence

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

WIDTHS = (16, 32, 80, 128)
BLOCKS = (1, 1, 2, 2)
"""Residual blocks of each width; every width after the first begins with a stride of 2."""
DROPOUT = 0.2
DEEP_WIDTHS = (32, 64, 128, 192)
DEEP_BLOCKS = (1, 2, 2, 2)
DEEP_STEM_WIDTH = 24
DEEP_DROPOUT = 0.3


def small_resnet(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of about 0.8 million parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    picture = keras.Input(input_shape)
    return _residual(picture, _convolved(picture, WIDTHS[0], 2), WIDTHS, BLOCKS, DROPOUT, classes, "small_resnet")


def deep_resnet(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of about 1.9 million parameters, two convolutions in its stem; as `small_resnet` otherwise."""
    picture = keras.Input(input_shape)
    stem = _convolved(_convolved(picture, DEEP_STEM_WIDTH, 1), DEEP_WIDTHS[0], 2)
    return _residual(picture, stem, DEEP_WIDTHS, DEEP_BLOCKS, DEEP_DROPOUT, classes, "deep_resnet")


def _residual(
    picture: keras.KerasTensor,
    features: keras.KerasTensor,
    widths: Sequence[int],
    blocks: Sequence[int],
    dropout: float,
    classes: int,
    name: str,
) -> keras.Model:
    """The stages of residual blocks, the mean over the picture and the head, whose probabilities are float32 at any precision."""
    for width, count in zip(widths, blocks, strict=True):
        for block in range(count):
            features = _residual_block(features, width, 2 if block == 0 and width != widths[0] else 1)
    features = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="head", dtype="float32")(features), name=name)


def _convolved(features: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    return layers.ReLU()(_normalised(layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(features)))


def _residual_block(features: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    """Two 3x3 convolutions beside the identity, or beside a 1x1 convolution where the shape changes."""
    deep = _convolved(features, width, stride)
    deep = _normalised(layers.Conv2D(width, 3, padding="same", use_bias=False)(deep))
    if stride > 1 or features.shape[-1] != width:
        features = _normalised(layers.Conv2D(width, 1, strides=stride, use_bias=False)(features))
    return layers.ReLU()(layers.Add()([deep, features]))


def _normalised(features: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization()(features)
