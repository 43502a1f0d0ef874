"""From a recording's readings, or a data set's own frames, to the lanes of an interview: the segments that a live session would have."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.labels import MODALITIES
from core.readings import Reading
from models.fusion.inputs import LIVE_KINDS, SEGMENT_S, segments_of
from training.datasets.interview import LaneVectors


def lanes_of_readings(readings: Iterable[Reading]) -> dict[str, LaneVectors]:
    """What this program's own readers said of a recording, by lane; `readings`: each lane's in the order of time."""
    found = segments_of(readings)
    return {
        str(modality): LaneVectors(
            kind=LIVE_KINDS[modality],
            times_s=np.array([one.starts_s for one in found[modality]]),
            vectors=np.stack([one.vector for one in found[modality]]),
            qualities=np.array([one.quality for one in found[modality]], dtype=np.float32),
        )
        for modality in MODALITIES
        if modality in found
    }


def lane_of_frames(
    kind: str, times_s: NDArray[np.float64], frames: NDArray[np.floating], qualities: NDArray[np.floating]
) -> LaneVectors | None:
    """A data set's frames (n, d) as mean and deviation of every ten seconds, (m, 2d); None where no frame is usable.

    Frames count by their `qualities` (n,), 0 to 1; one with quality 0 or with a number that is not finite is no frame, and makes its
    segment's quality the less. Times (n,) never fall.
    """
    usable = np.where(np.isfinite(frames).all(axis=1) & np.isfinite(qualities), qualities, 0.0).clip(0.0, 1.0).astype(np.float64)
    values = np.where(usable[:, np.newaxis] > 0.0, frames, 0.0).astype(np.float64)
    numbers, slot = np.unique(np.floor(times_s / SEGMENT_S).astype(np.int64), return_inverse=True)
    weight = np.bincount(slot, usable)
    kept = weight > 0.0
    if not kept.any():
        return None
    mean = _per_slot(slot, values * usable[:, np.newaxis])[kept] / weight[kept, np.newaxis]
    means = np.zeros((len(numbers), frames.shape[1]))
    means[kept] = mean
    squares = _per_slot(slot, (values - means[slot]) ** 2 * usable[:, np.newaxis])[kept] / weight[kept, np.newaxis]
    return LaneVectors(
        kind=kind,
        times_s=numbers[kept] * SEGMENT_S,
        vectors=np.hstack([mean, np.sqrt(squares)]).astype(np.float32),
        qualities=(weight / np.bincount(slot))[kept].astype(np.float32),
    )


def _per_slot(slot: NDArray[np.intp], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums (m, d) of rows (n, d) by their slot."""
    return np.stack([np.bincount(slot, column) for column in values.T], axis=1)
