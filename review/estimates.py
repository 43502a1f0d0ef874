"""Which estimate of a questionnaire holds at a moment, and what is said where there is none."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.estimate import NOT_TRAINED, Estimate, SegmentWeight

MOST = 540
"""Of a running session: as many as three lanes make in the half hour for which the reasons of the index are kept as well."""

MOST_SEGMENTS = 8
"""Of a lane, the strongest, are kept of an estimate that a newer one has followed: half an hour has 180, in each of its estimates."""

NOTHING_YET = "not enough evidence yet: the first ten seconds of a lane have not been measured"
UNFIT = "its checkpoint is not used: what is wrong with “{checkpoint}” was said when the session began"


class KeptEstimates:
    """Estimates in the order of time, the newest `most` of them (None: all); `none_because` is what is said while there is none.

    `notes` are those of the checkpoint's card: what it did not learn, and what it must not be taken for.
    """

    def __init__(self, none_because: str = NOT_TRAINED, most: int | None = MOST, notes: Sequence[str] = ()) -> None:
        self.none_because, self.notes = none_because, tuple(notes)
        self._kept: deque[Estimate] = deque(maxlen=most)

    @classmethod
    def of_session(cls, checkpoint: str, notes: Sequence[str] | None) -> "KeptEstimates":
        """Of a session that begins with this setting; `notes` are those of its checkpoint's card (None: it is unfit)."""
        if not checkpoint:
            return cls()
        return cls(UNFIT.format(checkpoint=checkpoint)) if notes is None else cls(NOTHING_YET, notes=notes)

    def add(self, estimates: Iterable[Estimate]) -> None:
        """Take newer ones in; all segments of the newest are kept, and the strongest of the others."""
        for estimate in estimates:
            if self._kept:
                self._kept[-1] = _shortened(self._kept[-1])
            self._kept.append(estimate)

    def at(self, seconds: float) -> Estimate | None:
        """The one that holds at a moment; None while there is none."""
        number = bisect_right(self._kept, seconds + 1e-9, key=lambda one: one.at)
        return self._kept[number - 1] if number else None

    @property
    def all(self) -> tuple[Estimate, ...]:
        """All that are kept."""
        return tuple(self._kept)

    @property
    def newest(self) -> Estimate | None:
        """The last one."""
        return self._kept[-1] if self._kept else None


def strongest(segments: Sequence[SegmentWeight]) -> tuple[SegmentWeight, ...]:
    """MOST_SEGMENTS of them, the strongest first."""
    return tuple(sorted(segments, key=lambda one: -one.weight)[:MOST_SEGMENTS])


def _shortened(estimate: Estimate) -> Estimate:
    return replace(estimate, segments={modality: strongest(some) for modality, some in estimate.segments.items()})
