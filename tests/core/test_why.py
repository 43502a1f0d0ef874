"""The reasons of a score: they add up, they are what the Fuser itself would say, and they cost little to keep."""

import math
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.evidence import lane_rules
from core.fusion import FUSION
from core.labels import MODALITIES, Emotion
from core.readings import Absence, FusionScore, Reading
from core.why import FLOOR, STRETCH_S, explains, why, without
from tests.fixtures.fusion_streams import FACE, HAPPY, NEUTRAL, SAD, SETTINGS, STREAMS, TEXT, VOICE, faces, fused, text, voice, voices

RULES = lane_rules(SETTINGS)


def reasons(items, until=10.0):
    scores = fused(items, until)
    return why(scores, len(scores) - 1, SETTINGS)


@given(streams=STREAMS, moment=st.integers(0, 79))
@hypothesis_settings(max_examples=100, deadline=None)
def test_without_a_lane_the_value_is_exactly_what_the_fuser_says_of_the_others(streams, moment):
    scores = fused([item for stream in streams for item in stream], 40.0)
    for lane, left_out in enumerate(MODALITIES):
        alone = fused([item for number, stream in enumerate(streams) if number != lane for item in stream], 40.0)
        assert without(scores[moment], left_out, RULES, SETTINGS) == alone[moment]


@given(streams=STREAMS, moment=st.integers(0, 79))
@hypothesis_settings(max_examples=100, deadline=None)
def test_the_cues_of_a_lane_add_up_to_its_contribution(streams, moment):
    scores = fused([item for stream in streams for item in stream], 40.0)
    for lane in why(scores, moment, SETTINGS).lanes:
        assert sum(one.points for one in lane.cues) == pytest.approx(lane.contribution, abs=1e-9)
        assert lane.heard == (lane.modality in scores[moment].heard_from)


def without_stretch(items, modality, starts, ends):
    """The items, with the lane absent from `starts` to `ends`."""
    return [
        replace(item, probabilities={}, quality=0.0, absent_because=Absence.NO_FACE)
        if isinstance(item, Reading) and item.modality is modality and starts <= item.covers[1] <= ends
        else item
        for item in items
    ]


@given(streams=STREAMS, moment=st.integers(0, 79))
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_piece_moved_the_index_by_as_much_as_the_fuser_says_when_the_lane_is_absent_then(streams, moment):
    items = [item for stream in streams for item in stream]
    scores = fused(items, 40.0)
    for lane in why(scores, moment, SETTINGS).lanes:
        for piece in lane.moved[:2]:
            if lane.modality is FACE:
                left = without_stretch(items, FACE, piece.starts, piece.ends)
            else:
                left = [
                    replace(item, probabilities={}, quality=0.0, absent_because=Absence.NO_SPEECH) if item is piece.reading else item
                    for item in items
                ]
            value = fused(left, 40.0)[moment].value
            moved = math.nan if value is None else scores[moment].value - value
            assert piece.points == pytest.approx(moved, abs=1e-6, nan_ok=True)


def test_frames_are_listed_in_stretches_and_speech_and_words_one_by_one():
    heard = [voice(2.0, SAD), voice(6.0, HAPPY), voice(9.0, SAD)]
    said = text(4.0, SAD)
    face_, voice_, text_ = reasons([*faces(NEUTRAL), *heard, said]).lanes
    assert [lane.modality for lane in (face_, voice_, text_)] == [FACE, VOICE, TEXT]
    assert {round(one.ends - one.starts) for one in face_.moved} == {round(STRETCH_S)}
    assert len(face_.moved) == 5
    assert {id(one.reading) for one in voice_.moved} == {id(reading) for reading in heard}
    assert [one.reading for one in text_.moved] == [said]


def test_the_strongest_piece_comes_first_with_its_sign():
    lane = reasons([*voices(NEUTRAL, seconds=7.5), voice(9.0, SAD, seconds=4.0), *faces(NEUTRAL)]).lanes[1]
    assert lane.moved[0].points > 3.0
    assert lane.moved[0].top[0] is Emotion.SADNESS
    assert [abs(one.points) for one in lane.moved] == sorted((abs(one.points) for one in lane.moved), reverse=True)


def test_a_piece_without_which_there_is_no_index_has_no_number_and_comes_first():
    lane = reasons([voice(8.0, SAD, seconds=2.0), voice(10.0, SAD, seconds=5.0)]).lanes[0]
    assert math.isnan(lane.moved[0].points)
    assert lane.without.value is None
    assert "no speech" in lane.without.abstained_because


def test_happy_words_take_away_and_a_floor_undoes_what_goes_below_nothing():
    lane = reasons([text(9.0, HAPPY, words=30)]).lanes[0]
    assert [one.cue.name for one in lane.cues] == ["sadness", "fear", "happiness", FLOOR]
    assert lane.cues[2].points < 0 < lane.cues[3].points
    assert lane.contribution == 0.0


def test_a_lane_that_is_not_heard_says_how_much_it_has():
    lane = reasons([*faces(NEUTRAL), voice(9.5, SAD, seconds=2.0)]).lanes[1]
    assert not lane.heard
    assert lane.fresh == pytest.approx(1.8, abs=0.05)
    assert (lane.least, lane.unit, lane.weight, lane.cues, lane.moved) == (4.0, "s of speech", 0.0, (), ())


def test_a_moment_without_an_index_has_reasons_too():
    found = reasons(faces(seconds=1.0))
    assert found.score.value is None
    assert [lane.heard for lane in found.lanes] == [False]


def test_a_score_of_another_formula_or_without_grounds_is_not_explained():
    made = fused(faces(), 10.0)[-1]
    assert explains(made)
    assert not explains(replace(made, fusion="rules-1"))
    assert not explains(FusionScore(at=1.0, value=3.0, interval=(0.0, 9.0), fusion=FUSION))


def test_half_an_hour_of_grounds_takes_a_few_megabytes():
    stream = [*faces(SAD, seconds=60.0), *voices(NEUTRAL, seconds=60.0, pitch_sd_semitones=2.0), text(9.0, SAD)]
    scores = fused(stream, 60.0)
    a_second = sum(map(_bytes, scores)) / 60.0
    assert a_second * 1800 < 15e6


def _bytes(score):
    parts = [score, score.probabilities, score.weights, score.contributions, score.grounds]
    for ground in score.grounds.values():
        tallies = [ground.tally, *(piece.tally for piece in ground.pieces)]
        parts += [ground, ground.pieces, *ground.pieces, *tallies, *(part for one in tallies for part in (one.weights, one.totals))]
    return sum(map(sys.getsizeof, parts)) + 24 * (len(score.probabilities) + len(score.weights) + len(score.contributions))
