"""Where in a face the network found its reasons: class activation maps, made fit to be shown."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion
from core.readings import ClassMap

LEAST_EVIDENCE = 1e-3
"""Logits: where no place says more than this for any class there is nothing to show, and rounding is not made visible."""


def class_maps(maps: NDArray[np.float32], labels: Sequence[Emotion]) -> dict[Emotion, ClassMap]:
    """Maps (K, h, w) of logits as one ClassMap a class.

    The mean over all classes is taken off at each place, because a softmax does not see what all classes have in common. What is left
    is shown on one scale, whose top is the strongest evidence for any class: an even map stays even, and a weak one weak.
    """
    evidence = maps - maps.mean(axis=0)
    levels = evidence * (255 / max(float(evidence.max()), LEAST_EVIDENCE))
    rows = np.clip(levels, 0, 255).astype(np.uint8).tolist()
    return {label: ClassMap(label, tuple(map(tuple, of_class))) for label, of_class in zip(labels, rows, strict=True)}
