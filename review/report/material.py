"""What a report of a session is made of: hours of readings as columns, and the few things that are words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.labels import Modality
from core.readings import FusionScore, TextReading
from core.session import Judgement, Mark, Note, SessionInfo, SessionResults
from core.session_stream import SessionStream
from core.tracks import SessionTracks, Track, score_track_of, session_tracks_of
from review.chart_series import Curves, contribution_curves


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A session; `contributions` are what each lane added to the index, `entries` its text."""

    tracks: SessionTracks
    contributions: Curves
    fusions: Sequence[str]
    entries: Sequence[TextReading]
    marks: Sequence[Mark]
    notes: Sequence[Note]
    judgements: Sequence[Judgement] = ()

    @property
    def info(self) -> SessionInfo:
        """What is known of it beside its readings."""
        return self.tracks.info


def material_of(
    session: SessionStream, lanes: Mapping[Modality, Track], entries: Iterable[TextReading], judgements: Sequence[Judgement] = ()
) -> Material:
    """Of a session that is gone through, whose lanes are at hand as columns."""
    scores: list[FusionScore] = list(session.scores)
    return Material(
        tracks=SessionTracks(info=session.info, lanes=lanes, scores=score_track_of(scores), gaps=session.gaps),
        contributions=contribution_curves(scores),
        fusions=sorted({score.fusion for score in scores}),
        entries=list(entries),
        marks=session.marks,
        notes=session.notes,
        judgements=judgements,
    )


def material_of_results(results: SessionResults) -> Material:
    """Of a session that is in memory."""
    entries = [reading for reading in results.readings if isinstance(reading, TextReading)]
    return material_of(results, session_tracks_of(results).lanes, entries)
