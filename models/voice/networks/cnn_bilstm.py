"""Convolutions over log-mel steps, then a memory in both directions: after Zhao, Mao and Chen (2019), in one dimension and small."""

import keras
from keras import layers

from models.voice.log_mel import INPUT_SHAPE
from models.voice.networks.sequence_parts import BandStatistics, attention_summary, standardised

FILTERS = (64, 96)
WIDTH = 5
"""Steps of 32 ms that a filter sees: nearly a syllable."""
STEPS_JOINED = 2
UNITS = 64
DROPOUT = 0.4


def cnn_bilstm(statistics: BandStatistics, classes: int, *, unroll: bool = False) -> keras.Model:
    """An untrained network, (batch, STEPS, COLUMNS) to (batch, classes) probabilities.

    `unroll` writes every step out, as the light runtime's file needs it; the weights are the same.
    """
    given = keras.Input(INPUT_SHAPE, name="log_mel")
    steps, heard = standardised(given, statistics)
    for filters in FILTERS:
        steps = layers.Conv1D(filters, WIDTH, padding="same", use_bias=False)(steps)
        steps = layers.Activation("relu")(layers.BatchNormalization()(steps))
        steps = layers.MaxPooling1D(STEPS_JOINED)(steps)
        heard = layers.MaxPooling1D(STEPS_JOINED)(heard)
        steps = layers.SpatialDropout1D(DROPOUT / 2)(steps * heard)
    steps = layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True, unroll=unroll), name="memory")(steps)
    summary = layers.Dropout(DROPOUT)(attention_summary(steps, heard))
    return keras.Model(given, layers.Dense(classes, activation="softmax", name="classes")(summary), name="cnn_bilstm")
