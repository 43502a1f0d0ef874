"""Where in a face the network found its reasons: class activation maps, made fit to be shown."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion
from core.readings import ClassMap

LEAST_TOP = 0.25
"""Share of the strongest evidence for any class: a class that has less everywhere is shown fainter, so that rounding is not seen."""

NOTHING = 1e-6
"""Logits: keeps maps that are equal for all classes from a division by zero."""


def class_maps(maps: NDArray[np.float32], labels: Sequence[Emotion]) -> dict[Emotion, ClassMap]:
    """Maps (K, h, w) of logits as one ClassMap a class.

    The mean over all classes is taken off at each place, because a softmax does not see what all classes have in common. What is left
    is shown from 0 to its largest value, so that an even map stays even.
    """
    evidence = maps - maps.mean(axis=0)
    tops = evidence.max(axis=(1, 2), keepdims=True)
    tops = np.maximum(tops, LEAST_TOP * tops.max() + NOTHING)
    rows = (255 * np.clip(evidence / tops, 0, 1)).astype(np.uint8).tolist()
    return {label: ClassMap(label, tuple(map(tuple, of_class))) for label, of_class in zip(labels, rows, strict=True)}
