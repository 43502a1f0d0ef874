"""How far a reading's strongest class moved just before it: what stands in brackets behind its probability."""

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

from core.labels import Emotion, Modality
from core.readings import Reading
from core.settings import REVIEW_DEFAULTS, ReviewSettings

LOW_SHARE, HIGH_SHARE = 0.1, 0.9


def with_spread(
    readings: Iterable[Reading], settings: ReviewSettings = REVIEW_DEFAULTS
) -> Iterator[tuple[Reading, tuple[float, float] | None]]:
    """Each reading with the 10th and 90th percentile of its top class's probability over the lane's last `spread_window_s` seconds.

    It says how steady the number was, not how right it is. None where the reading is absent or too few readings lie in the window
    (a lane that reads once a segment has none). `readings` are in the order of time, lanes mixed as they come.
    """
    recent: dict[Modality, deque[Reading]] = {modality: deque() for modality in Modality}
    for reading in readings:
        top = reading.top
        if top is None:
            yield reading, None
            continue
        lane = recent[reading.modality]
        lane.append(reading)
        while lane[0].at <= reading.at - settings.spread_window_s:
            lane.popleft()
        yield reading, spread_of(top, lane, settings)


def spread_of(emotion: Emotion, readings: Collection[Reading], settings: ReviewSettings = REVIEW_DEFAULTS) -> tuple[float, float] | None:
    """The same for one class over one lane's `readings`, of which none is absent and all lie within the window."""
    if len(readings) < settings.spread_least_readings:
        return None
    values = sorted(reading.probabilities.get(emotion, 0.0) for reading in readings)
    return _at_rank(values, LOW_SHARE), _at_rank(values, HIGH_SHARE)


def _at_rank(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted `values`."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
