"""A long short-term memory over log-mel steps: what much of the field names first for the emotion of a voice."""

import keras
from keras import layers

from models.voice.log_mel import INPUT_SHAPE
from models.voice.networks.sequence_parts import BandStatistics, attention_summary, standardised

UNITS = 96
DROPOUT = 0.4
STEPS_JOINED = 2
"""64 ms a step: a syllable lasts 200 ms, and half the steps are learned twice as fast."""


def lstm(statistics: BandStatistics, classes: int, *, unroll: bool = False) -> keras.Model:
    """An untrained network, (batch, STEPS, COLUMNS) to (batch, classes) probabilities.

    `unroll` writes every step out, as the light runtime's file needs it; the weights are the same.
    """
    given = keras.Input(INPUT_SHAPE, name="log_mel")
    bands, heard = standardised(given, statistics)
    bands = layers.AveragePooling1D(STEPS_JOINED)(bands)
    heard = layers.MaxPooling1D(STEPS_JOINED)(heard)
    bands = layers.SpatialDropout1D(DROPOUT / 2)(bands)
    steps = layers.LSTM(UNITS, return_sequences=True, unroll=unroll, name="memory")(bands)
    summary = layers.Dropout(DROPOUT)(attention_summary(steps, heard))
    return keras.Model(given, layers.Dense(classes, activation="softmax", name="classes")(summary), name="lstm")
