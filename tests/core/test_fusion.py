"""The fusion's promises: sums, bands, abstention, causality, and that only the lanes' own order matters."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.fusion import FUSION, Fuser, band
from core.labels import MODALITIES, Emotion
from core.readings import Absence, Ended, FusionScore, Gap, Reached, Reading
from tests.fixtures.fusion_streams import (
    FACE,
    HAPPY,
    NEUTRAL,
    SAD,
    SETTINGS,
    STREAMS,
    TEXT,
    VOICE,
    absent,
    face,
    faces,
    fused,
    interleaved,
    last,
    length,
    mixture,
    text,
    voice,
    voices,
)


@given(data=st.data(), streams=STREAMS)
@hypothesis_settings(max_examples=120, deadline=None)
def test_any_interleaving_of_the_lanes_gives_identical_scores(data, streams):
    one_after_another = [item for stream in streams for item in stream]
    shuffled = data.draw(interleaved(streams))
    assert fused(shuffled, 40.0) == fused(one_after_another, 40.0)


@given(streams=STREAMS, until=st.floats(0.0, 40.0))
@hypothesis_settings(max_examples=120, deadline=None)
def test_every_score_keeps_its_promises(streams, until):
    scores = fused([item for stream in streams for item in stream], until)
    for score in scores:
        assert score.fusion == FUSION
        assert (score.value is None) == (score.interval is None) == (score.abstained_because is not None) == (not score.heard_from)
        if score.value is not None:
            low, high = score.interval
            assert 0.0 <= low <= score.value <= high <= 100.0
            assert sum(score.contributions.values()) == pytest.approx(score.value, abs=1e-9)
            assert sum(score.weights.values()) == pytest.approx(1.0)
            assert sum(score.probabilities.values()) == pytest.approx(1.0)
            assert set(score.heard_from) == set(score.weights) == set(score.contributions)


@given(streams=STREAMS, moment=st.integers(1, 60))
@hypothesis_settings(max_examples=80, deadline=None)
def test_a_score_uses_nothing_that_comes_after_its_moment(streams, moment):
    at = moment * SETTINGS.step_s
    items = [item for stream in streams for item in stream]
    past = [item for item in items if isinstance(item, Reading) and item.at <= at]
    assert fused(items, 60.0)[moment - 1] == fused(past, 60.0)[moment - 1]


QUALITY = st.floats(0.6, 1.0)


@given(
    quality=st.tuples(QUALITY, QUALITY, QUALITY),
    parts=st.tuples(*[st.sampled_from([SAD, HAPPY, NEUTRAL])] * 3),
    gone=st.sampled_from(MODALITIES),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_the_band_widens_when_a_lane_is_absent(quality, parts, gone):
    lanes = {
        FACE: faces(parts[0], quality=quality[0], rate_hz=5.0),
        VOICE: voices(parts[1], quality=quality[1]),
        TEXT: [text(9.0, parts[2], quality[2], words=30)],
    }
    all_of_them = last([item for lane in lanes.values() for item in lane])
    without = last([item for modality, lane in lanes.items() if modality is not gone for item in lane])
    assert gone in all_of_them.heard_from
    assert gone not in without.heard_from
    assert length(without) > length(all_of_them)


@given(better=QUALITY, worse=QUALITY, modality=st.sampled_from(MODALITIES), other=st.booleans())
@hypothesis_settings(max_examples=60, deadline=None)
def test_the_band_widens_when_quality_falls(better, worse, modality, other):
    assume(better - worse > 1e-6)
    make = {
        FACE: lambda quality: faces(SAD, quality=quality, rate_hz=5.0),
        VOICE: lambda quality: voices(SAD, quality=quality),
        TEXT: lambda quality: [text(9.0, SAD, quality, words=30)],
    }
    beside = voices(HAPPY) if other and modality is not VOICE else []
    assert length(last(make[modality](worse) + beside)) > length(last(make[modality](better) + beside))


@given(value=st.floats(0.0, 100.0), narrow=st.floats(0.0, 80.0), more=st.floats(0.0, 80.0))
def test_a_band_holds_its_value_and_is_never_shortened_by_an_end_of_the_scale(value, narrow, more):
    low, high = band(value, narrow)
    assert 0.0 <= low <= value <= high <= 100.0
    assert high - low == pytest.approx(min(100.0, 2.0 * narrow), abs=1e-9)
    assert high - low <= length(FusionScore(at=0.0, value=value, interval=band(value, narrow + more), fusion="")) + 1e-9


def test_sad_lanes_score_higher_than_neutral_ones_and_those_higher_than_happy_ones():
    scores = [last(faces(parts) + voices(parts) + [text(9.0, parts, words=20)]).value for parts in (SAD, NEUTRAL, HAPPY)]
    assert scores[0] > 60.0
    assert scores[0] > scores[1] + 20.0
    assert scores[1] > scores[2] + 5.0
    assert scores[2] < 15.0


@pytest.mark.parametrize(
    ("name", "lively", "marked"),
    [("pitch_sd_semitones", 4.0, 0.5), ("speech_rate_hz", 4.5, 1.5), ("pause_share", 0.2, 0.9), ("loudness_sd", 9.0, 2.0)],
)
def test_each_cue_of_the_voice_raises_the_index(name, lively, marked):
    assert last(voices(NEUTRAL, **{name: marked})).value > last(voices(NEUTRAL, **{name: lively})).value + 5.0


def test_a_cue_that_was_not_measured_is_left_out():
    unmeasured = last(voices(SAD))
    assert unmeasured.value == pytest.approx(100.0 * mixture(SAD)[Emotion.SADNESS])


def test_a_face_that_never_moves_counts_as_flat_and_one_that_changes_does_not():
    still = faces(NEUTRAL)
    lively = [face(reading.at, SAD if int(reading.at * 2) % 2 else HAPPY) for reading in still]
    flat_only = replace(SETTINGS, face_sadness_weight=0.0, face_unsmiling_weight=0.0)
    assert last(still, settings=flat_only).value == pytest.approx(100.0)
    assert last(lively, settings=flat_only).value == pytest.approx(0.0)


def test_the_smoothed_expression_of_a_face_counts():
    raw = faces(HAPPY)
    smoothed = [replace(reading, smoothed=mixture(SAD)) for reading in raw]
    assert last(smoothed).value > last(raw).value + 30.0


@pytest.mark.parametrize("items", [[], faces(seconds=1.2), [voice(2.0)], [text(2.0, words=3)], faces(quality=0.05)])
def test_too_little_evidence_gives_no_number_and_says_what_is_missing(items):
    score = last(items)
    assert score.value is None
    assert score.interval is None
    assert not score.weights
    assert score.abstained_because.startswith("not enough evidence: ")
    assert "more than 3 s of face, 4 s of speech or 6 words are needed" in score.abstained_because


def test_what_there_is_is_told_in_its_unit():
    score = fused([*faces(seconds=2.0, quality=1.0), voice(2.0, quality=1.0, seconds=1.5)], 2.0)[-1]
    assert score.abstained_because.startswith("not enough evidence: 1.9 s of face, 1.5 s of speech, no text;")


def test_a_lane_that_goes_away_fades_until_the_index_abstains():
    scores = fused(faces(SAD, seconds=20.0), 120.0)
    assert scores[39].heard_from == (FACE,)
    lengths = [length(score) for score in scores[39:] if score.interval]
    assert all(later > earlier for earlier, later in pairwise(lengths))
    assert scores[-1].value is None


@pytest.mark.parametrize("why", [Absence.NO_FACE, Absence.TWO_PEOPLE])
def test_absence_is_no_evidence_and_not_neutral(why):
    seen = faces(SAD, seconds=10.0)
    gone = [absent(FACE, 10.0 + i / 30, why) for i in range(1, 30 * 60)]
    with_absence, without = fused([*seen, *gone], 60.0), fused(seen, 60.0)
    assert [score.value for score in with_absence] == pytest.approx([score.value for score in without])
    assert with_absence[-1].value is None


def test_time_without_a_face_is_not_credited_when_it_comes_back():
    gone = [absent(FACE, i / 10) for i in range(1, 100)]
    assert last([*gone, face(10.0, SAD)]).value is None


def test_a_lane_that_has_ended_is_not_waited_for():
    fuser = Fuser(SETTINGS, [FACE, VOICE])
    for item in [*faces(seconds=5.0), Reached(VOICE, 1.2)]:
        fuser.add(item)
    assert [score.at for score in fuser.due()] == [0.5, 1.0]
    fuser.add(Ended(VOICE))
    assert [score.at for score in fuser.due()] == [1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5]


def test_when_all_have_ended_only_the_end_of_the_session_makes_moments_pass():
    fuser = Fuser(SETTINGS, [FACE])
    fuser.add(Ended(FACE))
    assert list(fuser.due()) == []
    assert [score.at for score in fuser.finish(1.0)] == [0.5, 1.0]
    assert list(fuser.finish(1.0)) == []


def test_a_moment_is_over_only_when_every_awaited_lane_has_passed_it():
    fuser = Fuser(SETTINGS, [FACE])
    fuser.add(Reached(FACE, 0.5))
    assert list(fuser.due()) == []
    fuser.add(Reached(FACE, math.nextafter(0.5, 1.0)))
    assert [score.at for score in fuser.due()] == [0.5]


def test_a_deadline_scores_without_the_late_lane_and_what_comes_late_counts_for_later_moments():
    fuser = Fuser(SETTINGS, [FACE, VOICE])
    for item in faces(seconds=10.0):
        fuser.add(item)
    early = list(fuser.due(deadline=9.1))
    assert early[-1].at == 9.0
    assert early[-1].heard_from == (FACE,)
    for reading in voices(SAD, seconds=7.5):
        fuser.add(reading)
    later = list(fuser.due(deadline=10.0))
    assert [score.at for score in later] == [9.5]
    assert later[0].heard_from == (FACE, VOICE)


def test_typed_text_counts_without_being_awaited():
    fuser = Fuser(SETTINGS, [FACE])
    fuser.add(text(3.2, SAD, words=20))
    for item in faces(HAPPY, seconds=5.0):
        fuser.add(item)
    scores = list(fuser.due())
    assert {TEXT in score.heard_from for score in scores if score.at < 3.2} == {False}
    assert {TEXT in score.heard_from for score in scores if score.at > 3.2} == {True}


def test_without_awaited_lanes_a_deadline_makes_the_moments_pass():
    fuser = Fuser(SETTINGS, [])
    assert list(fuser.due()) == []
    assert [score.at for score in fuser.due(1.2)] == [0.5, 1.0]


@given(gap_at=st.floats(0.0, 12.0), place=st.integers(0, 40))
@hypothesis_settings(max_examples=30, deadline=None)
def test_a_gap_changes_no_score(gap_at, place):
    items = faces(SAD, rate_hz=4.0)
    with_gap = [*items[:place], Gap(FACE, gap_at, gap_at + 1.0, "lost"), *items[place:]]
    assert fused(with_gap, 12.0) == fused(items, 12.0)


def test_memory_does_not_grow_with_the_length_of_a_session():
    fuser = Fuser(SETTINGS, [FACE])
    waiting = set()
    for i in range(1, 20_000):
        fuser.add(face(i / 30))
        list(fuser.due())
        waiting.add(len(fuser._ahead[FACE]))
    assert max(waiting) <= 30
