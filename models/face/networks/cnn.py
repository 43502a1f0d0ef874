"""A plain convolutional network trained from scratch, as most published notebooks on FER2013 build it (after VGG, arXiv:1409.1556).

What keeps it from learning the pictures by heart is the augmentation of `training/augmentation` (turns, shifts, light, covered patches)
together with dropout; the dense layers of those notebooks are replaced by global average pooling.
"""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE

BLOCK_FILTERS = (32, 64, 128, 256)
BLOCK_DROPOUT = 0.1
HEAD_DROPOUT = 0.4


def cnn(input_shape: tuple[int, int, int] = INPUT_SHAPE, classes: int = len(EMOTIONS)) -> keras.Model:
    """An untrained network of about 1.2 million parameters; (batch, *input_shape) to (batch, classes) probabilities."""
    picture = keras.Input(input_shape)
    features = picture
    for filters in BLOCK_FILTERS:
        for _ in range(2):
            features = layers.Conv2D(filters, 3, padding="same", use_bias=False)(features)
            features = layers.Activation("elu")(layers.BatchNormalization()(features))
        features = layers.SpatialDropout2D(BLOCK_DROPOUT)(layers.MaxPooling2D(2)(features))
    features = layers.Dropout(HEAD_DROPOUT)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="head")(features), name="cnn")
