"""How far a reading's strongest class moved just before it: what stands in brackets behind its probability."""

import math
from collections.abc import Sequence

from core.labels import Emotion, Modality
from core.readings import Reading
from core.settings import REVIEW_DEFAULTS, ReviewSettings

LOW_SHARE, HIGH_SHARE = 0.1, 0.9


def spread_of_top(readings: Sequence[Reading], settings: ReviewSettings = REVIEW_DEFAULTS) -> list[tuple[float, float] | None]:
    """Per reading the 10th and 90th percentile of its top class's probability over the lane's last `spread_window_s` seconds.

    It says how steady the number was, not how right it is. None where the reading is absent or too few readings lie in the window
    (a lane that reads once a segment has none). `readings` are in the order of time, lanes mixed as they come.
    """
    by_lane: dict[Modality, list[Reading]] = {}
    spreads: list[tuple[float, float] | None] = []
    first: dict[Modality, int] = {}
    for reading in readings:
        if not reading.probabilities:
            spreads.append(None)
            continue
        lane = by_lane.setdefault(reading.modality, [])
        lane.append(reading)
        start = first.get(reading.modality, 0)
        while lane[start].at <= reading.at - settings.spread_window_s:
            start += 1
        first[reading.modality] = start
        spreads.append(_spread(lane, start, settings))
    return spreads


def spread_of(emotion: Emotion, readings: Sequence[Reading], settings: ReviewSettings = REVIEW_DEFAULTS) -> tuple[float, float] | None:
    """The same for one class over one lane's `readings`, of which none is absent and all lie within the window."""
    if len(readings) < settings.spread_least_readings:
        return None
    values = sorted(reading.probabilities.get(emotion, 0.0) for reading in readings)
    return _at_rank(values, LOW_SHARE), _at_rank(values, HIGH_SHARE)


def _spread(lane: Sequence[Reading], start: int, settings: ReviewSettings) -> tuple[float, float] | None:
    top = lane[-1].top
    assert top is not None
    return spread_of(top, lane[start:], settings)


def _at_rank(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted `values`."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
