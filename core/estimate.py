"""What a fusion that was trained on questionnaires estimates, and what is said where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.labels import Modality

NOT_TRAINED = (
    "not trained on questionnaires: no estimate of items or of a total is made, and the index is made by fixed rules "
    "(docs/fusion-network.md says how to train one on your own licensed interviews)"
)
"""Said wherever an estimate would stand, while there is no checkpoint of the user's own."""

ITEMS = 8
"""Of the PHQ-8, in its order, each 0 to HIGHEST_ITEM."""

HIGHEST_ITEM = 3.0
HIGHEST_TOTAL = ITEMS * HIGHEST_ITEM

CUT_OFF = 10.0
"""Totals of the PHQ-8 from here on count as current depression in surveys (Kroenke et al. 2009)."""


@dataclass(frozen=True, slots=True)
class EstimatedItem:
    """One item: the expectation over what is held possible, and its standard deviation."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True)
class SegmentWeight:
    """How much of a lane's vector rests on one stretch of the session (s); a lane's add up to 1."""

    starts_s: float
    ends_s: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a questionnaire filled in on that day would be expected to say; never a diagnosis.

    `at` is when the newest segment ended. `total` is 0 to 24, `interval` holds the true one as often as `coverage` says (people like those
    of the training), and `above` is the probability of CUT_OFF or more. `weights` are the attention over the lanes that were there, and
    `unheard` the rest of it: what stands for the lanes that were not. `segments` are the attention within each lane, in the order of time.
    """

    at: float
    items: tuple[EstimatedItem, ...]
    total: float
    interval: tuple[float, float]
    coverage: float
    above: float
    weights: Mapping[Modality, float]
    unheard: float
    segments: Mapping[Modality, tuple[SegmentWeight, ...]]
    checkpoint: str
