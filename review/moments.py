"""What held at a moment of a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.labels import Modality
from core.readings import FusionScore, Gap, Reading
from core.session import Judgement
from core.settings import REVIEW_DEFAULTS
from core.tracks import Floats, SessionTracks, Track

SAME_S = 1e-6
"""Times of the same reading that have been through a file."""

LONGEST_COVER_S = 60.0
"""No stretch of speech is told of later than this after it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """At `at` (s): the reading that holds, lane by lane, the face's readings of the second before it, and the index."""

    at: float
    readings: Mapping[Modality, Reading] = field(default_factory=dict)
    before: Sequence[Reading] = ()
    score: FusionScore | None = None


def holding(session: SessionTracks, at: float, longest_step_s: float = REVIEW_DEFAULTS.longest_step_s) -> dict[Modality, float]:
    """Per lane the time of the reading that holds at a moment; a lane of which none does is missing.

    A voice's reading holds over the stretch that it covers; a face's until the next one, at most a step; words until others come.
    """
    found = {modality: _held(track, at, longest_step_s) for modality, track in session.lanes.items()}
    return {modality: held for modality, held in found.items() if held is not None}


def score_at(times: Floats, at: float, longest_s: float = 5.0) -> float | None:
    """The time of the index that holds at a moment: the last one, unless it is older than the longest step between two."""
    index = int(np.searchsorted(times, at + SAME_S, side="right")) - 1
    return float(times[index]) if index >= 0 and at - times[index] <= longest_s else None


def gap_at(gaps: Sequence[Gap], modality: Modality, at: float) -> Gap | None:
    """The gap of a lane in which a moment lies."""
    return next((gap for gap in gaps if gap.modality is modality and gap.starts_at <= at < gap.ends_at), None)


def judgement_of(judgements: Sequence[Judgement], modality: Modality | None, at: float) -> Judgement | None:
    """What was said of a lane's reading, or of the index, of that time."""
    return next((one for one in judgements if one.modality is modality and abs(one.at - at) <= SAME_S), None)


def next_of(times: Sequence[float], at: float) -> float | None:
    """The first time after a moment."""
    return min((time for time in times if time > at + SAME_S), default=None)


def previous_of(times: Sequence[float], at: float) -> float | None:
    """The last time before a moment."""
    return max((time for time in times if time < at - SAME_S), default=None)


def _held(track: Track, at: float, longest_step_s: float) -> float | None:
    if track.modality is Modality.VOICE:
        return _covering(track, at)
    index = int(np.searchsorted(track.at, at + SAME_S, side="right")) - 1
    if index < 0 or (track.modality is Modality.FACE and at - track.at[index] > longest_step_s):
        return None
    return float(track.at[index])


def _covering(track: Track, at: float) -> float | None:
    """The time of the reading whose stretch holds a moment, a measured one before an absent one; it is made when its stretch is over."""
    first = int(np.searchsorted(track.at, at))
    last = int(np.searchsorted(track.at, at + LONGEST_COVER_S, side="right"))
    starts, ends = track.covers[first:last].T
    covering = first + np.flatnonzero((starts <= at) & (at < ends))
    measured = covering[track.measured[covering]]
    chosen = measured if len(measured) else covering
    return float(track.at[chosen[0]]) if len(chosen) else None
