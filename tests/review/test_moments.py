from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.labels import Emotion, Modality
from core.readings import Absence, FaceReading, Gap, TextReading, VoiceReading
from core.session import Judgement, SessionResults, Verdict
from core.tracks import session_tracks_of
from review.moments import gap_at, holding, judgement_of, next_of, previous_of, score_at
from tests.fixtures.sessions import info, session

SAD = {Emotion.SADNESS: 1.0}


def face(at: float) -> FaceReading:
    return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", probabilities=SAD)


def voice(at: float, starts: float, ends: float, absent: Absence | None = None) -> VoiceReading:
    return VoiceReading(
        modality=Modality.VOICE, at=at, covers=(starts, ends), model="m", probabilities={} if absent else SAD, absent_because=absent
    )


def text(at: float) -> TextReading:
    return TextReading(modality=Modality.TEXT, at=at, covers=(at, at), model="m", probabilities=SAD, text="words")


def tracks(*readings):
    return session_tracks_of(SessionResults(info=info(100.0), readings=sorted(readings, key=lambda one: one.at), scores=[]))


def test_a_face_holds_until_the_next_reading_and_no_longer_than_a_step():
    made = tracks(face(1.0), face(1.1), face(9.0))
    assert holding(made, 1.05)[Modality.FACE] == 1.0
    assert holding(made, 1.1)[Modality.FACE] == 1.1
    assert holding(made, 2.0)[Modality.FACE] == 1.1
    assert Modality.FACE not in holding(made, 5.0)
    assert Modality.FACE not in holding(made, 0.5)


def test_speech_holds_while_it_lasted_though_it_was_read_when_it_was_over():
    made = tracks(voice(5.4, 2.0, 5.0), voice(8.0, 5.0, 8.0, Absence.NO_SPEECH))
    assert holding(made, 3.0)[Modality.VOICE] == 5.4
    assert holding(made, 6.0)[Modality.VOICE] == 8.0
    assert Modality.VOICE not in holding(made, 1.0)


def test_measured_speech_comes_before_a_silence_that_overlaps_it():
    made = tracks(voice(4.0, 3.5, 4.0, Absence.NO_SPEECH), voice(5.4, 2.0, 5.0))
    assert holding(made, 3.7)[Modality.VOICE] == 5.4


def test_words_hold_until_others_come():
    made = tracks(text(10.0), text(50.0))
    assert holding(made, 49.0)[Modality.TEXT] == 10.0
    assert holding(made, 99.0)[Modality.TEXT] == 50.0


def test_the_index_of_a_moment_is_the_last_one_while_it_is_fresh():
    scores = session_tracks_of(session(60.0, rate_hz=1.0)).scores
    assert score_at(scores.at, 10.3) == 10.0
    assert score_at(scores.at, 70.0) is None
    assert score_at(scores.at, -1.0) is None


def test_a_gap_holds_from_its_beginning_to_before_its_end():
    gaps = [Gap(Modality.FACE, 3.0, 5.0, "unplugged")]
    assert gap_at(gaps, Modality.FACE, 3.0) is gaps[0]
    assert gap_at(gaps, Modality.FACE, 5.0) is None
    assert gap_at(gaps, Modality.VOICE, 4.0) is None


def test_a_judgement_is_of_one_lane_and_one_reading():
    said = Judgement(modality=Modality.FACE, at=1.1, verdict=Verdict.DISAGREE, said_utc=datetime(2026, 3, 1, tzinfo=UTC))
    index = replace(said, modality=None)
    assert judgement_of([said, index], Modality.FACE, 1.1) is said
    assert judgement_of([said, index], None, 1.1) is index
    assert judgement_of([said], Modality.FACE, 1.2) is None


@pytest.mark.parametrize(("at", "before", "after"), [(0.0, None, 2.0), (2.0, None, 5.0), (3.0, 2.0, 5.0), (9.0, 5.0, None)])
def test_stops_before_and_after_a_moment(at, before, after):
    assert previous_of([2.0, 5.0], at) == before
    assert next_of([2.0, 5.0], at) == after
