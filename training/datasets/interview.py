"""One interview with its questionnaire, as every loader of interview data gives it to the training of the fusion."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LANES = ("face", "voice", "text")
ITEMS = 8
"""Of the PHQ-8; a ninth item, where a data set has one, is part of a total only."""

HIGHEST_ITEM = 3


class LaneVectors(NamedTuple):
    """What one lane gave in the participant's own turns.

    `kind`: what the vectors are, as models/fusion/inputs.py names it (a checkpoint says which kinds it was trained on).
    `times_s`: (n,) when each begins, in seconds of the interview, never falling. `vectors`: (n, d) float32, finite.
    `qualities`: (n,) float32 of 0 to 1.
    """

    kind: str
    times_s: NDArray[np.float64]
    vectors: NDArray[np.float32]
    qualities: NDArray[np.float32]


class Interview(NamedTuple):
    """One session of one person.

    `person` and `session` tell people and sessions apart (splits are made by person) and are never features, and neither is
    `sex` (for figures by group; empty where it is not known).
    `split`: the data set's own part, "train", "validation" or "test"; empty where it has none.
    `items`: the eight items, 0 to 3, NaN for one that is not known; None where the data set has no items.
    `total`: of the questionnaire named in `scale` (such as "PHQ-8"); None where there is none.
    `above`: above that questionnaire's cut-off; None where it is not known.
    `lanes`: by the names in LANES; a lane that was not recorded is not in it.
    """

    person: str
    session: str
    split: str
    scale: str
    items: NDArray[np.float32] | None
    total: float | None
    above: bool | None
    sex: str
    lanes: Mapping[str, LaneVectors]
