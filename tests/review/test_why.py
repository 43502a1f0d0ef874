"""Reasons of scores that are past: of a running session's last half hour, and of a stored one."""

from dataclasses import replace

import pytest

from core.fusion import FUSION
from core.labels import Emotion
from core.readings import FaceReading, FusionScore
from core.session import SessionResults
from core.settings import Settings
from core.why import Why
from review.why import FORGOTTEN, NO_REASONS, KeptScores, fusion_settings, retrace
from review.why_rows import headline, signed, why_rows
from tests.fixtures.fusion_streams import FACE, HAPPY, NEUTRAL, SAD, SETTINGS, TEXT, face, faces, fused, text, voice, voices
from tests.fixtures.sessions import info, session

ITEMS = sorted(
    [*faces(NEUTRAL, seconds=20.0), *voices(SAD, seconds=20.0, pitch_sd_semitones=1.2), text(9.0, SAD, words=12)], key=lambda item: item.at
)


def stored(items=ITEMS, scores=None, **settings):
    known = info(20.0)
    mine = {f"fusion.{name}": value for name, value in settings.items()}
    return SessionResults(
        info=replace(known, settings={"fusion.step_s": 0.5} | mine), readings=items, scores=fused(items, 20.0) if scores is None else scores
    )


def test_a_stored_session_gives_the_scores_that_were_stored_and_needs_no_remark():
    results = stored()
    kept = KeptScores.of(results)
    assert list(retrace(results.readings, SETTINGS, 20.0)) == list(results.scores)
    for at in (0.5, 10.0, 20.0):
        assert kept.remark(at) is None
        found = kept.why(at)
        assert isinstance(found, Why)
        assert found.score.value == next(score.value for score in results.scores if score.at == at)


def test_a_moment_is_that_of_the_score_before_it_and_steps_stay_within_the_session():
    kept = KeptScores.of(stored())
    assert [kept.moment(at) for at in (-1.0, 0.0, 7.3, 7.5, 99.0, float("inf"))] == [0.5, 0.5, 7.0, 7.5, 20.0, 20.0]
    assert [kept.moment(7.5, steps) for steps in (-1, 1, 1000, -1000)] == [7.0, 8.0, 20.0, 0.5]
    assert KeptScores(SETTINGS).moment(3.0) is None


def test_a_value_that_the_readings_do_not_give_is_said():
    scores = fused(ITEMS, 20.0)
    late = [replace(score, value=score.value + 4.0) if score.at == 15.0 else score for score in scores]
    kept = KeptScores.of(stored(scores=late))
    assert "a reading came late, or a part was not stored" in kept.remark(15.0)
    assert kept.remark(15.5) is None


def test_the_reasons_of_another_formula_are_told_apart_from_what_was_stored():
    scores = [replace(score, fusion="rules-1") for score in fused(ITEMS, 20.0)]
    remark = KeptScores.of(stored(scores=scores)).remark(12.0)
    assert "made by “rules-1”" in remark
    assert FUSION in remark


def test_a_running_session_forgets_what_no_chart_shows():
    kept = KeptScores(SETTINGS, kept_s=5.0)
    assert kept.why(1.0) == NO_REASONS
    kept.add(fused(ITEMS, 20.0))
    assert kept.why(3.0) == FORGOTTEN
    assert isinstance(kept.why(kept.moment(17.2)), Why)


def test_a_score_of_a_network_is_not_explained_as_if_the_rules_had_made_it():
    kept = KeptScores(SETTINGS)
    kept.add([FusionScore(at=0.5, value=40.0, interval=(30.0, 50.0), fusion="attention-3")])
    assert "attention-3" in kept.why(0.5)


def test_settings_that_this_program_does_not_have_or_take_are_left_out():
    odd = {"fusion.least_confidence": 0.05, "fusion.face_sd": "wide", "fusion.voice_sd": float("nan"), "fusion.text_sd": 0.6}
    settings = fusion_settings(replace(info(1.0), settings=odd))
    assert settings == replace(Settings().fusion, text_sd=0.6)


@pytest.mark.parametrize("lane", [FACE, TEXT])
def test_a_session_without_one_lane_is_explained_by_the_others(lane):
    kept = KeptScores.of(stored([item for item in ITEMS if item.modality is not lane]))
    found = kept.why(20.0)
    assert lane not in {one.modality for one in found.lanes}
    assert len(found.lanes) == 2


def test_readings_that_are_no_numbers_are_left_out():
    nan = {emotion: float("nan") for emotion in Emotion}
    broken = [replace(item, probabilities=nan, smoothed={}) for item in faces(SAD, seconds=20.0)[::7]]
    items = sorted([*ITEMS, *broken], key=lambda item: item.at)
    found = KeptScores.of(stored(items)).why(20.0)
    assert 0.0 <= found.score.value <= 100.0
    assert why_rows(found)


def test_a_session_of_any_older_program_can_be_asked():
    kept = KeptScores.of(session(60.0, 10.0))
    assert "weighted-1" in kept.remark(20.0)
    assert why_rows(kept.why(20.0))


def test_an_empty_session_has_no_reasons():
    assert KeptScores.of(SessionResults(info=info(0.0), readings=[], scores=[])).moment(1.0) is None


def rows_of(items, until=20.0):
    kept = KeptScores(SETTINGS)
    kept.add(fused(items, until))
    return kept.why(kept.moment(until))


def test_rows_say_the_weight_the_value_without_the_lane_the_signs_and_the_words():
    found = rows_of(ITEMS)
    face_row, voice_row, text_row = why_rows(found)
    assert [row.what for row in (face_row, voice_row, text_row)] == ["Face", "Voice", "Text"]
    assert face_row.measured == f"weight {found.lanes[0].weight:.2f}; without the face: {headline(found.lanes[0].without)}"
    signs = {row.what: row for row in voice_row.below[1].below}
    assert signs["Monotone pitch"].measured == "variation 1.20 semitones (from 2, in full at 1)"
    assert signs["Slow speech"].measured == "not measured"
    entry = text_row.below[2].below[0]
    assert entry.what.startswith("0:09.0 “word word")
    assert entry.at == 9.0
    assert entry.points == signed(found.lanes[2].moved[0].points)


def test_words_and_sides_of_the_voice_stand_below_their_reading():
    said = replace(text(9.0, SAD, words=12), contributions=(("tired", 1.25), ("fine", -0.5)))
    spoken = replace(voice(8.0, HAPPY, seconds=6.0), contributions=(("brightness", 0.7),))
    voice_row, text_row = why_rows(rows_of([spoken, said], 10.0))
    assert [(row.what, row.measured) for row in text_row.below[2].below[0].below] == [
        ("tired", "+1.2 for sadness (log-odds)"),
        ("fine", "\N{MINUS SIGN}0.5 for sadness (log-odds)"),
    ]
    assert [row.what for row in voice_row.below[2].below[0].below] == ["brightness"]


def test_a_lane_that_is_not_heard_says_how_much_is_missing():
    rows = why_rows(rows_of([face(9.8, SAD), *voices(SAD)], 10.0))
    assert rows[0].measured == "not heard: 0.0 fresh s of face, more than 3 are needed"
    assert not rows[0].below


def test_many_pieces_are_listed_up_to_a_dozen_and_the_rest_counted():
    alternating = [face(reading.at, SAD if int(reading.at) % 4 < 2 else HAPPY) for reading in faces(seconds=60.0)]
    assert isinstance(alternating[0], FaceReading)
    pieces = why_rows(rows_of(alternating, 60.0))[0].below[2].below
    assert len(pieces) == 13
    assert pieces[-1].what == "18 more, each of which moved it less"
