import math
from dataclasses import replace

import pytest

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import Absence, FaceReading, FusionScore, Gap, VoiceReading
from core.session import SessionResults
from core.settings import ReviewSettings
from core.tracks import empty_track, session_tracks_of, track_of
from review.summary import session_seconds, stands_for, summarise
from tests.fixtures.sessions import empty_session, info, session


def face(at: float, top: Emotion | None, quality: float = 0.9) -> FaceReading:
    common = {"modality": Modality.FACE, "at": at, "covers": (at, at), "model": "m"}
    if top is None:
        return FaceReading(**common, absent_because=Absence.NO_FACE)
    rest = {emotion: 0.05 for emotion in EMOTIONS if emotion is not top}
    reason = None if quality > 0.5 else "the picture is dark"
    return FaceReading(**common, probabilities={**rest, top: 0.7}, quality=quality, quality_reason=reason)


def made_of(readings, scores=(), gaps=(), seconds=100.0) -> SessionResults:
    return SessionResults(info=replace(info(seconds), sources={}), readings=list(readings), scores=list(scores), gaps=list(gaps))


def test_time_in_each_expression_is_weighted_by_time_and_not_by_readings():
    slow = [face(at / 2, Emotion.SADNESS) for at in range(0, 120)]  # 60 s at 2 Hz
    quick = [face(60 + at / 20, Emotion.NEUTRAL) for at in range(0, 1200)]  # 60 s at 20 Hz
    shares = summarise(made_of([*slow, *quick], seconds=120.0)).lanes[Modality.FACE].expressions
    assert shares[Emotion.SADNESS].share == pytest.approx(0.5, abs=0.01)
    assert shares[Emotion.ANGER].share == 0.0
    assert sum(share.share for share in shares.values()) == pytest.approx(1.0)


def test_absent_time_is_not_measured_and_says_why():
    readings = [face(index / 10, None if 200 <= index < 400 else Emotion.NEUTRAL) for index in range(1000)]
    lane = summarise(made_of(readings)).lanes[Modality.FACE]
    assert lane.absent_s == {"no face": pytest.approx(20.0)}
    assert lane.measured_s == pytest.approx(80.0)
    assert lane.measured_share == pytest.approx(0.8)


def test_the_reading_before_a_hole_does_not_stand_for_the_hole():
    readings = [
        *(face(index / 10, Emotion.NEUTRAL) for index in range(100)),
        *(face(50 + index / 10, Emotion.NEUTRAL) for index in range(100)),
    ]
    gap = Gap(Modality.FACE, 10.0, 50.0, "the camera was unplugged")
    lane = summarise(made_of(readings, gaps=[gap])).lanes[Modality.FACE]
    assert lane.measured_s == pytest.approx(20.0)
    assert lane.gap_s == 40.0


def test_a_voice_reading_counts_the_seconds_that_it_covers():
    spoken = VoiceReading(modality=Modality.VOICE, at=5.0, covers=(2.0, 5.0), model="m", probabilities={Emotion.FEAR: 1.0})
    assert stands_for(track_of(Modality.VOICE, [spoken]), ReviewSettings()).tolist() == [3.0]
    assert stands_for(empty_track(Modality.FACE), ReviewSettings()).tolist() == []


def test_half_a_minute_is_not_enough_evidence():
    lane = summarise(made_of([face(index / 10, Emotion.NEUTRAL) for index in range(300)])).lanes[Modality.FACE]
    assert lane.expressions is None
    assert lane.measured_s == pytest.approx(30.0)
    lane = summarise(made_of([face(index / 10, Emotion.NEUTRAL) for index in range(600)])).lanes[Modality.FACE]
    assert lane.expressions is not None


def test_poor_readings_are_counted_with_their_reason():
    readings = [face(index / 10, Emotion.NEUTRAL, quality=0.3 if index < 100 else 0.9) for index in range(400)]
    lane = summarise(made_of(readings)).lanes[Modality.FACE]
    assert lane.poor_share == pytest.approx(0.25)
    assert lane.quality == pytest.approx(0.9)
    assert lane.quality_reasons == {"the picture is dark": 100}


def test_the_index_says_how_much_was_measured_and_why_not():
    scores = [
        FusionScore(at=index / 2, value=None, interval=None, abstained_because="no fresh face", fusion="f")
        if index % 4 == 0
        else FusionScore(at=index / 2, value=30.0 + index % 4, interval=(20.0, 44.0), fusion="f")
        for index in range(200)
    ]
    index = summarise(made_of([], scores)).index
    assert (index.middle.median, index.lowest, index.highest, index.band_width) == (32.0, 31.0, 33.0, 24.0)
    assert index.measured_share == 0.75
    assert index.abstained_because == {"no fresh face": 50}


def test_a_short_index_has_no_median():
    scores = [FusionScore(at=index / 2, value=30.0, interval=None, fusion="f") for index in range(20)]
    index = summarise(made_of([], scores, seconds=10.0)).index
    assert (index.middle, index.lowest, index.highest) == (None, None, None)
    assert index.measured_share == 1.0


def test_voice_medians_forget_what_was_not_measured():
    results = session(300.0)
    pitches = sorted(r.pitch_hz for r in results.readings if isinstance(r, VoiceReading) and math.isfinite(r.pitch_hz))
    middle = summarise(results).voice["pitch_hz"]
    assert middle.count == len(pitches)
    assert pitches[0] < middle.lower_quartile < middle.median < middle.upper_quartile < pitches[-1]


def test_a_session_in_which_nothing_was_read_has_no_numbers():
    summary = summarise(empty_session())
    assert all(lane.expressions is None and lane.measured_share == 0.0 and lane.quality is None for lane in summary.lanes.values())
    assert summary.index.middle is None
    assert set(summary.voice.values()) == {None}


def test_the_method_of_the_intervals_is_stated_with_its_settings():
    method = summarise(empty_session(), ReviewSettings(block_s=20.0, least_blocks=8)).method
    assert "blocks of 20 s" in method
    assert "Below 8 blocks" in method


def test_a_session_lasts_at_least_to_its_last_gap():
    results = made_of([face(3.0, None)], gaps=[Gap(Modality.FACE, 3.0, 9.0, "lost")], seconds=0.0)
    assert session_seconds(session_tracks_of(results)) == 9.0
