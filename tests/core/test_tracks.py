import numpy as np
import pytest

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import Absence, FaceReading, FusionScore, TextReading
from core.tracks import ABSENCES, MEASURED, NO_TOP, empty_track, score_track_of, session_tracks_of, strongest, track_of
from tests.fixtures.sessions import session


def face(at: float, probabilities: dict[Emotion, float], **more) -> FaceReading:
    return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", probabilities=probabilities, **more)


def test_a_track_holds_what_its_readings_say():
    both = {Emotion.SADNESS: 0.7, Emotion.NEUTRAL: 0.3}
    calm = {Emotion.SADNESS: 0.4, Emotion.NEUTRAL: 0.6}
    track = track_of(
        Modality.FACE,
        [
            face(0.0, both, smoothed=calm, quality=0.4, quality_reason="dark", dropped_before=2),
            face(0.1, {}, absent_because=Absence.TOO_DARK),
            face(0.2, calm, quality=0.9),
        ],
    )
    assert track.at.tolist() == [0.0, 0.1, 0.2]
    assert track.measured.tolist() == [True, False, True]
    assert track.top.tolist() == [EMOTIONS.index(Emotion.SADNESS), NO_TOP, EMOTIONS.index(Emotion.NEUTRAL)]
    assert track.shown[0, EMOTIONS.index(Emotion.NEUTRAL)] == 0.6
    assert track.shown[2, EMOTIONS.index(Emotion.NEUTRAL)] == 0.6
    assert np.isnan(track.shown[1]).all()
    assert track.absent.tolist() == [MEASURED, ABSENCES.index(Absence.TOO_DARK), MEASURED]
    assert [track.reasons[number] for number in track.reason if number >= 0] == ["dark"]
    assert track.known == (Emotion.SADNESS, Emotion.NEUTRAL)
    assert track.dropped.tolist() == [2, 0, 0]


def test_the_strongest_class_is_the_one_that_a_reading_names():
    results = session(60.0, rate_hz=10.0)
    for modality, track in session_tracks_of(results).lanes.items():
        tops = [EMOTIONS.index(reading.top) if reading.top else NO_TOP for reading in results.of(modality)]
        assert track.top.tolist() == tops


def test_only_a_voice_has_descriptors():
    lanes = session_tracks_of(session(60.0, rate_hz=5.0)).lanes
    assert lanes[Modality.FACE].descriptors == {}
    assert np.isfinite(lanes[Modality.VOICE].descriptors["pause_share"]).sum() > 5


def test_a_score_without_a_number_says_why():
    track = score_track_of(
        [
            FusionScore(at=0.5, value=None, interval=None, abstained_because="too little", fusion="f"),
            FusionScore(at=1.0, value=40.0, interval=(30.0, 50.0), fusion="f"),
        ]
    )
    assert np.isnan(track.value[0])
    assert track.why == ("too little", None)
    assert (track.low[1], track.value[1], track.high[1]) == (30.0, 40.0, 50.0)


@pytest.mark.parametrize("modality", Modality)
def test_a_lane_that_read_nothing_is_an_empty_track(modality):
    for track in (empty_track(modality), track_of(modality, [])):
        assert len(track) == 0
        assert track.measured.tolist() == []
        assert track.shown.shape == (0, len(EMOTIONS))


def test_nothing_is_the_strongest_of_nothing():
    assert strongest(np.empty((0, 7))).tolist() == []
    assert strongest(np.full((1, 7), np.nan)).tolist() == [NO_TOP]


def test_a_text_that_was_too_short_is_absent():
    entry = TextReading(modality=Modality.TEXT, at=3.0, covers=(3.0, 3.0), model="t", text="ok", absent_because=Absence.TOO_SHORT)
    assert not track_of(Modality.TEXT, [entry]).measured.any()
