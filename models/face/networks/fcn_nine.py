"""The nine-layer fully convolutional network that Arriaga, Ploeger and Valdenegro-Toro (2017, arXiv:1710.07557, section III) start from.

Nine convolutions, batch normalisation, ReLU and global average pooling; about 600,000 parameters, as the paper says. The paper does not
give the layers' sizes: these are chosen to make that number.
"""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

STAGES: tuple[tuple[tuple[int, int], ...], ...] = (((16, 7),), ((32, 5), (32, 5)), ((64, 3), (64, 3)), ((128, 3), (128, 3), (256, 3)))
"""(filters, kernel side) of eight convolutions; the resolution is halved after each stage but the last. The ninth gives the classes."""

DROPOUT = 0.25


def fcn_nine(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network; (batch, *input_shape) to (batch, classes) probabilities."""
    picture = keras.Input(input_shape)
    features = picture
    for number, stage in enumerate(STAGES):
        for filters, side in stage:
            features = layers.Conv2D(filters, side, padding="same", use_bias=False)(features)
            features = layers.ReLU()(layers.BatchNormalization()(features))
        if number < len(STAGES) - 1:
            features = layers.MaxPooling2D(2)(features)
    features = layers.SpatialDropout2D(DROPOUT)(features)
    features = layers.Conv2D(classes, 3, padding="same", name="class_maps")(features)
    features = layers.GlobalAveragePooling2D()(features)
    return keras.Model(picture, layers.Softmax()(features), name="fcn_nine")
