from dataclasses import replace

import numpy as np
import pytest

from core.labels import MODALITIES, Modality
from core.session import SessionResults
from core.tracks import ScoreTrack, SessionTracks, Track, session_tracks_of
from review.summary import summarise, summarise_tracks
from store.moment_reader import read_all_at, read_at, read_score, read_stretch
from store.session_reader import read_session
from store.session_writer import SessionWriter
from store.tracks import VERSION, keep_tracks, read_score_track, read_tracks
from tests.fixtures.sessions import empty_session, session

DRAWN = 0.0005
"""What half a precision may differ by."""


def write(store, results: SessionResults) -> int:
    writer = SessionWriter(store, replace(results.info, person=None))
    for items in (results.readings, results.scores, results.gaps, results.marks, results.notes):
        for item in items:
            writer.add(item)
    writer.end({}, results.info.ended_utc)
    return writer.session_id


@pytest.fixture
def written(store) -> int:
    return write(store, session(120.0, rate_hz=10.0))


def assert_same(one: Track, other: Track) -> None:
    for name in ("at", "covers", "top", "absent", "reason", "dropped"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.allclose(one.shown, other.shown, atol=DRAWN, equal_nan=True)
    assert np.allclose(one.quality, other.quality, atol=1e-6)
    assert (one.reasons, one.known, list(one.descriptors)) == (other.reasons, other.known, list(other.descriptors))
    for name, values in one.descriptors.items():
        assert np.allclose(values, other.descriptors[name], rtol=1e-6, equal_nan=True)


def test_kept_columns_are_those_of_the_readings(store, written):
    expected = session_tracks_of(read_session(store, written))
    made = keep_tracks(store, written)
    kept = read_tracks(store, written)
    for modality in MODALITIES:
        assert_same(made[modality], expected.lanes[modality])
        assert_same(kept[modality], expected.lanes[modality])


def test_columns_and_readings_have_the_same_summary(store, written):
    results = read_session(store, written)
    columns = SessionTracks(
        info=results.info, lanes=keep_tracks(store, written), scores=read_score_track(store, written), gaps=results.gaps
    )
    assert summarise_tracks(columns) == summarise(results)


def test_columns_of_another_version_are_made_anew(store, written):
    assert read_tracks(store, written) is None
    keep_tracks(store, written)
    store.execute("UPDATE track SET version = ?", (VERSION + 1,))
    assert read_tracks(store, written) is None
    keep_tracks(store, written)
    assert read_tracks(store, written) is not None


def test_a_session_in_which_nothing_was_read_has_columns(store):
    number = write(store, empty_session())
    keep_tracks(store, number)
    kept = read_tracks(store, number)
    assert [len(kept[modality]) for modality in MODALITIES] == [0, 0, 0]
    assert len(read_score_track(store, number)) == 0


def test_the_index_as_columns_says_why_there_is_none(store, written):
    scores: ScoreTrack = read_score_track(store, written)
    assert np.isnan(scores.value[0])
    assert scores.why[0] == "no fresh face or voice"
    assert scores.low[100] < scores.value[100] < scores.high[100]


def test_a_moment_is_read_by_its_own_time(store, written):
    results = read_session(store, written)
    voices, faces, entries = (results.of(modality) for modality in (Modality.VOICE, Modality.FACE, Modality.TEXT))
    found = read_at(store, written, {Modality.VOICE: voices[4].at, Modality.FACE: faces[40].at, Modality.TEXT: 99.99})
    assert set(found) == {Modality.VOICE, Modality.FACE}
    assert found[Modality.FACE] == faces[40]
    assert found[Modality.VOICE].covers == voices[4].covers
    assert read_stretch(store, written, Modality.FACE, faces[30].at, faces[40].at) == faces[31:41]
    assert read_all_at(store, written, Modality.TEXT, [entry.at for entry in entries]) == entries
    assert read_score(store, written, results.scores[100].at) == results.scores[100]
    assert read_score(store, written, 3.14159) is None
