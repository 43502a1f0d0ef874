"""The voice's network: one hidden layer on standardised features (Keras; imported by training and its tests only)."""

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from models.voice.inputs import CHROMAS, FEATURES, MFCCS

HIDDEN = 300
DROPOUT = 0.5
WEIGHT_DECAY = 1e-2
FARTHEST = 4.0
"""Standard deviations at which a feature is clipped: a rumble that no training voice had must not outvote all else."""

_MELS_START = MFCCS + CHROMAS
_LEAST_MEL_POWER = 1e-6


def voice_mlp(features: NDArray[np.float32], classes: int) -> keras.Model:
    """An untrained network, (batch, 180) to (batch, classes) probabilities.

    Mel powers are taken as logarithms (they span six decades); everything is standardised by the mean and deviation over the
    training `features` (N, 180), inside the network, so that no caller can forget it.
    """
    given = keras.Input((FEATURES,), name="features")
    even = ops.concatenate((given[:, :_MELS_START], ops.log(given[:, _MELS_START:] + _LEAST_MEL_POWER)), axis=1)
    standardise = layers.Normalization(name="standardise")
    standardise.adapt(keras.Model(given, even).predict(features, verbose=0))
    hidden = ops.clip(standardise(even), -FARTHEST, FARTHEST)
    hidden = layers.Dense(HIDDEN, activation="relu", kernel_regularizer=keras.regularizers.L2(WEIGHT_DECAY))(hidden)
    hidden = layers.Dropout(DROPOUT)(hidden)
    return keras.Model(given, layers.Dense(classes, activation="softmax", name="classes")(hidden), name="voice_mlp")
