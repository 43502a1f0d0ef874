"""Which numbers a voice's network wants, by the kind that its card names."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.voice import inputs, log_mel, statistics

Features = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Of one segment (float32, (N,), 16 kHz)."""

INPUTS: Mapping[str, Features] = {
    inputs.INPUT_KIND: inputs.segment_features,
    log_mel.INPUT_KIND: log_mel.log_mel_input,
    statistics.INPUT_KIND: statistics.statistics,
}

CENTRED = frozenset({statistics.INPUT_KIND})
"""Kinds whose networks also take a person's centre, as a second row."""
