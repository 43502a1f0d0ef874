"""The kinds of input that a voice's checkpoint may name in its card, and what makes each from a segment at 16 kHz."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.voice import inputs, log_mel

INPUTS: Mapping[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    inputs.INPUT_KIND: inputs.segment_features,
    log_mel.INPUT_KIND: log_mel.log_mel_input,
}
