"""mini-Xception (Arriaga, Ploeger and Valdenegro-Toro 2017, arXiv:1710.07557), built afresh from the paper's figure 3.

Imported by training and its tests only: the running program knows the exported file.
"""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

STEM_FILTERS = 8
BRANCH_FILTERS = (16, 32, 64, 128)


def mini_xception(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained mini-Xception of about 58 thousand parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    picture = keras.Input(input_shape)
    features = picture
    for _ in range(2):
        features = layers.Conv2D(STEM_FILTERS, 3, use_bias=False)(features)
        features = layers.ReLU()(layers.BatchNormalization()(features))
    for filters in BRANCH_FILTERS:
        features = _residual_branch(features, filters)
    features = layers.Conv2D(classes, 3, padding="same", name="class_maps")(features)
    features = layers.GlobalAveragePooling2D()(features)
    return keras.Model(picture, layers.Softmax()(features), name="mini_xception")


def _residual_branch(features: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Two separable convolutions and a pooling step, beside a strided 1x1 convolution; halves the resolution."""
    residual = layers.Conv2D(filters, 1, strides=2, padding="same", use_bias=False)(features)
    residual = layers.BatchNormalization()(residual)
    deep = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(features)
    deep = layers.ReLU()(layers.BatchNormalization()(deep))
    deep = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(deep)
    deep = layers.BatchNormalization()(deep)
    deep = layers.MaxPooling2D(3, strides=2, padding="same")(deep)
    return layers.Add()([deep, residual])
