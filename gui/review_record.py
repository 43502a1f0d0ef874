"""What the review page reads and writes. No Qt here: it is called on a background thread."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.failures import AffectographError, Failure
from core.labels import MODALITIES, Modality
from core.media import MediaKind
from core.readings import Gap, TextReading
from core.session import Judgement, Mark, Note, SessionInfo
from core.settings import ReviewSettings, Settings
from core.tracks import ScoreTrack, SessionTracks, Track, empty_track
from gui.store_door import StoreDoor
from gui.usual_record import read_usual
from monitor.estimating import kept_estimates
from review.estimates import KeptEstimates
from review.moments import Moment
from review.person_usual import PersonUsual
from review.session_values import values_of_tracks
from review.summary import summarise_tracks
from review.summary_rows import Section, sections
from review.timeline_data import TimelineData, timeline_data
from review.usual_words import usual_sections
from review.why import KeptScores
from store import audit
from store.database import reading, writing
from store.engine import sqlite
from store.judgements import add_judgement, read_judgements
from store.kept_media import kept_kinds
from store.moment_reader import read_all_at, read_at, read_score, read_stretch
from store.people import people
from store.session_reader import list_sessions, stored_session
from store.tracks import keep_tracks, prepare_tracks, read_score_track, read_tracks
from store.vault import OpenStore

if TYPE_CHECKING:
    from monitor.review_player import ReviewPlayer

SPREAD_S = 1.0
"""Before a moment: how far the face's number moved is told over it."""


class SessionRuns(AffectographError):
    """A session that is being written cannot be reviewed yet."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in the list: whose it is ("" nobody's), whether it is there after the program has ended, what can be seen and heard."""

    info: SessionInfo
    person: str
    kept: bool
    media: frozenset[MediaKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session as it is shown; `lanes` is None until they have been read, seconds the first time; `kept` is what can be played.

    `usual` is made of the person's other sessions; None: it is nobody's.
    """

    info: SessionInfo
    person: str
    scores: ScoreTrack
    gaps: Sequence[Gap]
    marks: Sequence[Mark]
    notes: Sequence[Note]
    judgements: Sequence[Judgement]
    lanes: Mapping[Modality, Track] | None
    kept: frozenset[MediaKind] = frozenset()
    entries: Sequence[TextReading] = ()
    usual: PersonUsual | None = None

    @property
    def tracks(self) -> SessionTracks:
        """The session as columns; lanes that have not been read are empty."""
        lanes = self.lanes or {modality: empty_track(modality) for modality in MODALITIES}
        return SessionTracks(info=self.info, lanes=lanes, scores=self.scores, gaps=self.gaps)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session with all that is computed of it before it is drawn; `sections` are empty while its lanes have not been read."""

    opened: Opened
    data: TimelineData
    sections: Sequence[Section]
    beside_usual: Sequence[Section] = ()


class ReviewRecord:
    """Each call opens a connection of its own. Raises StoreLocked, StoreUnavailable, NoSuchSession."""

    def __init__(self, door: StoreDoor, settings: Callable[[], Settings] = Settings) -> None:
        self._door, self._settings = door, settings

    def sessions(self) -> list[Listed]:
        """All that can be reviewed, the newest first; the log says that the list was seen."""
        found: list[Listed] = []
        for store in self._door.stores():
            with self._writing(store) as connection:
                names = {person.id: person.pseudonym for person in people(connection)}
                media = kept_kinds(connection)
                found += [
                    Listed(info, names.get(info.person or 0, ""), store.kept, media.get(info.id, frozenset()))
                    for info in list_sessions(connection)
                ]
                if store.kept:
                    audit.append(connection, "view", "sessions")
        return sorted(found, key=lambda one: one.info.started_utc, reverse=True)

    def open(self, session: int) -> Prepared:
        """One session, with its lanes where they are at hand; the log says that it was seen. Raises SessionRuns."""
        store = self._door.store_of(session)
        with self._writing(store) as connection:
            stored = stored_session(connection, session)
            info = stored.info
            if info.ended_utc is None:
                raise SessionRuns(Failure(f"Session {session} is still running.", "", "It can be reviewed when it has ended."))
            names = {person.id: person.pseudonym for person in people(connection)}
            if store.kept:
                audit.append(connection, "view", f"session {session}", "review")
            opened = Opened(
                info=info,
                person=names.get(info.person or 0, ""),
                scores=read_score_track(connection, session),
                gaps=stored.gaps,
                marks=stored.marks,
                notes=stored.notes,
                judgements=read_judgements(connection, session),
                lanes=read_tracks(connection, session),
                kept=kept_kinds(connection).get(session, frozenset()),
            )
            opened = self._with_entries(connection, opened)
        return prepared(replace(opened, usual=self._usual(store, info)), self._settings().review)

    def _usual(self, store: OpenStore, info: SessionInfo) -> PersonUsual | None:
        if info.person is None or not store.kept:
            return None
        return read_usual(store, info.person, self._settings().review, without=info.id)

    def complete(self, opened: Opened) -> Prepared:
        """The same with its lanes, read from every reading of the session and kept for the next time."""
        with self._writing(self._door.store_of(opened.info.id)) as connection:
            read = replace(opened, lanes=keep_tracks(connection, opened.info.id))
            return prepared(self._with_entries(connection, read), self._settings().review)

    def prepare(self, session: int) -> None:
        """Make what a session is opened with, after it has ended."""
        prepare_tracks(self._door.store_of(session), session)

    def moment(self, session: int, at: float, holding: Mapping[Modality, float], score_at: float | None) -> Moment:
        """What was measured at a moment: the readings of these times, and the face's before it."""
        store = self._door.store_of(session)
        with reading(store.database, store.key) as connection:
            face = holding.get(Modality.FACE)
            return Moment(
                at=at,
                readings=read_at(connection, session, holding),
                before=() if face is None else read_stretch(connection, session, Modality.FACE, face - SPREAD_S, face),
                score=None if score_at is None else read_score(connection, session, score_at),
            )

    def player(self, opened: Opened, seconds: float) -> "ReviewPlayer":
        """A play-head over the session, with what was kept of it."""
        from monitor.review_player import ReviewPlayer  # noqa: PLC0415  the decoder is loaded when a session is opened

        return ReviewPlayer(self._door.store_of(opened.info.id), opened.info.id, seconds, opened.kept)

    def reasons(self, session: int) -> KeptScores:
        """What explains each score of the session, from its readings again."""
        store = self._door.store_of(session)
        with reading(store.database, store.key) as connection:
            return KeptScores.of(stored_session(connection, session))

    def estimates(self, session: int, wanted: Callable[[], bool] = lambda: True) -> KeptEstimates:
        """What the checkpoint of the settings estimates of the session, from its readings again; it ends early when nobody wants it."""
        store = self._door.store_of(session)
        with reading(store.database, store.key) as connection:
            return kept_estimates(stored_session(connection, session), self._settings().fusion.checkpoint, wanted)

    def judge(self, session: int, judgement: Judgement) -> list[Judgement]:
        """Note what was said of a moment; gives all that holds now."""
        with self._writing(self._door.store_of(session)) as connection:
            add_judgement(connection, session, judgement)
            return read_judgements(connection, session)

    def _with_entries(self, connection: sqlite.Connection, opened: Opened) -> Opened:
        if opened.lanes is None:
            return opened
        times = opened.lanes[Modality.TEXT].at.tolist()
        entries: list[Any] = read_all_at(connection, opened.info.id, Modality.TEXT, times)
        return replace(opened, entries=entries)

    @contextmanager
    def _writing(self, store: OpenStore) -> Iterator[sqlite.Connection]:
        with writing(store.database, store.key) as connection:
            yield connection


def prepared(opened: Opened, settings: ReviewSettings) -> Prepared:
    """Compute what is drawn and said of a session; the settings say what counts beside what is usual."""
    tracks = opened.tracks
    if opened.lanes is None:
        return Prepared(opened, timeline_data(tracks), ())
    usual = usual_sections(values_of_tracks(tracks), opened.usual, settings) if opened.usual is not None else ()
    return Prepared(opened, timeline_data(tracks), sections(summarise_tracks(tracks)), usual)
