"""How loud a stretch of sound is, and whether the converter was overdriven."""

import math

import numpy as np
from numpy.typing import NDArray

QUIETEST_DBFS = -120.0
"""Stands for digital silence (every sample exactly 0): well below the -98 dBFS of 16 bits' own rounding noise."""

CLIPPED_FROM = 0.98
"""Some drivers stop short of full scale by a volume control of 2 %; speech below it is only loud."""

CLIPPED_FLATNESS = 0.001
"""Samples this close to the peak lie on the flat top that a limit cuts; the top of a real wave is curved."""

CLIPPED_RUN = 3
"""Samples side by side on the flat top. One or two also occur at the peak of an unclipped voice."""


def sound_level(samples: NDArray[np.float32]) -> tuple[float, float, bool]:
    """Level of `samples` (N,) in -1..1 as (RMS, peak, clipped): dBFS relative to the sample value 1, at least QUIETEST_DBFS."""
    if len(samples) == 0:
        return QUIETEST_DBFS, QUIETEST_DBFS, False
    rms = math.sqrt(float(np.dot(samples, samples)) / len(samples))
    return in_dbfs(rms), in_dbfs(float(np.abs(samples).max())), find_clipping(samples)


def in_dbfs(amplitude: float) -> float:
    """Decibels relative to 1; QUIETEST_DBFS for 0 and anything below it."""
    return max(20 * math.log10(amplitude), QUIETEST_DBFS) if amplitude > 0 else QUIETEST_DBFS


def find_clipping(samples: NDArray[np.float32]) -> bool:
    """Whether `samples` (N,) have a flat top near full scale: CLIPPED_RUN neighbours at the peak, which is at least CLIPPED_FROM."""
    if len(samples) < CLIPPED_RUN:
        return False
    size = np.abs(samples)
    peak = float(size.max())
    if peak < CLIPPED_FROM:
        return False
    on_top = size >= peak - CLIPPED_FLATNESS
    return bool(np.lib.stride_tricks.sliding_window_view(on_top, CLIPPED_RUN).all(axis=1).any())
