"""A small residual network (after He et al. 2016, arXiv:1512.03385) for 48x48 faces: dense 3x3 convolutions, cheap where they run.

Depthwise networks have fewer parameters and run as fast; on a CPU dense convolutions are trained in a tenth of the time.
"""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

WIDTHS = (16, 32, 80, 128)
BLOCKS = (1, 1, 2, 2)
"""Residual blocks of each width; every width after the first begins with a stride of 2."""
DROPOUT = 0.2


def small_resnet(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of about 0.8 million parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    picture = keras.Input(input_shape)
    features = _normalised(layers.Conv2D(WIDTHS[0], 3, strides=2, padding="same", use_bias=False)(picture))
    features = layers.ReLU()(features)
    for width, blocks in zip(WIDTHS, BLOCKS, strict=True):
        for block in range(blocks):
            features = _residual_block(features, width, 2 if block == 0 and width != WIDTHS[0] else 1)
    features = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="head")(features), name="small_resnet")


def _residual_block(features: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    """Two 3x3 convolutions beside the identity, or beside a 1x1 convolution where the shape changes."""
    deep = layers.ReLU()(_normalised(layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(features)))
    deep = _normalised(layers.Conv2D(width, 3, padding="same", use_bias=False)(deep))
    if stride > 1 or features.shape[-1] != width:
        features = _normalised(layers.Conv2D(width, 1, strides=stride, use_bias=False)(features))
    return layers.ReLU()(layers.Add()([deep, features]))


def _normalised(features: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization()(features)
