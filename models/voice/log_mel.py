"""Speech as a sequence: decibels of 64 mel bands every 32 ms, for the networks that read a voice in time.

The spectrum and the mel bands are those of `inputs.py`, whose 128 bands are joined in pairs. MFCC are a cosine transform of these
numbers: a first dense or convolutional layer can make them, and better ones, so that they need no input of their own.
"""

import numpy as np
from numpy.typing import NDArray

from models.voice.inputs import MELS, at_one_level, mel_powers, spectrogram

INPUT_KIND = "voice-log-mel-64x128-v1"
"""Named in a checkpoint's card; changes whenever the numbers below would."""

BANDS = MELS // 2
STEPS = 128
"""4.1 s at inputs.HOP: only one segment in fifty is longer, and of those the beginning is heard."""

COLUMNS = BANDS + 1
"""The bands, and a last column that is 1 where there is sound and 0 where the sequence is filled up."""

INPUT_SHAPE = (STEPS, COLUMNS)

RANGE_DB = 80.0
"""Below the loudest band of the segment, as librosa's power_to_db: what lies deeper is the converter's noise."""

_LEAST_POWER = 1e-10


def log_mel_input(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """One segment (float32, (N,), 16 kHz, at whatever level) as the networks' numbers, (STEPS, COLUMNS): real steps first, then zeros."""
    decibels = log_mel(at_one_level(samples))[:STEPS]
    filled = np.zeros(INPUT_SHAPE, np.float32)
    filled[: len(decibels), :BANDS] = decibels
    filled[: len(decibels), BANDS] = 1.0
    return filled


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Decibels of each band, (frames, BANDS), at most RANGE_DB below the loudest one."""
    power = mel_powers(np.square(spectrogram(samples))).reshape(-1, BANDS, 2).mean(axis=2)
    decibels = 10.0 * np.log10(np.maximum(power, np.float32(_LEAST_POWER)))
    return np.maximum(decibels, decibels.max() - np.float32(RANGE_DB))
