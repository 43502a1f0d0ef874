"""The sentences of the window."""

import math
from dataclasses import replace

import pytest

from core.labels import Emotion, Modality
from core.readings import Absence
from gui import wording
from monitor.board import LaneStatistics
from tests.fixtures.window_services import face, no_face, score, text, voice


def test_an_expression_resembles_and_is_not():
    assert wording.lane_state(face(1.0), Emotion.HAPPINESS) == "Face resembles happiness 0.62"
    assert wording.lane_state(voice(1.0), Emotion.SADNESS) == "Voice resembles sadness 0.50"
    assert wording.lane_state(text(1.0), Emotion.SADNESS) == "Words resemble sadness 0.70"


def test_what_cannot_be_told_apart_is_undecided_in_the_classes_own_order():
    assert wording.undecided(Modality.FACE, (Emotion.NEUTRAL, Emotion.SADNESS)) == "Face: undecided between sadness and neutral"
    three = (Emotion.NEUTRAL, Emotion.ANGER, Emotion.FEAR)
    assert wording.undecided(Modality.VOICE, three) == "Voice: undecided between anger, fear and neutral"
    assert wording.undecided(Modality.TEXT, (*three, Emotion.SADNESS)) == "Text: undecided"
    assert wording.text_state(replace(text(1.0), label_set=three)) == "Text: undecided between anger, fear and neutral"


def test_an_absence_is_said_with_its_reason_and_without_a_number():
    words = wording.lane_state(no_face(1.0, Absence.TWO_PEOPLE), None)
    assert words == "Two people"


@pytest.mark.parametrize(("quality", "words"), [(0.9, "quality good"), (0.5, "quality fair"), (0.1, "quality low")])
def test_quality_is_said_in_a_word(quality, words):
    assert wording.quality_in_words(face(1.0, quality=quality)) == words


def test_low_quality_comes_with_its_reason():
    reading = face(1.0, quality=0.1, quality_reason="too dark")
    assert wording.quality_in_words(reading) == "quality low: too dark"
    assert wording.is_faint(reading)


def test_too_little_evidence_has_no_number():
    assert wording.index_value(score(1.0, None)) == "Not enough evidence"
    assert wording.index_band(score(1.0, None)) == "only 3 s of face"
    assert wording.heard_from(score(1.0, None)) == ""


def test_the_index_has_its_band():
    assert wording.index_value(score(1.0, 47.0)) == "47"
    assert wording.index_band(score(1.0, 47.0)) == "34 to 62"


def test_times_are_written_as_clocks():
    assert [wording.clock(s) for s in (0.0, 65.9, 3725.0)] == ["0:00", "1:05", "1:02:05"]


def test_latency_is_left_out_where_time_is_not_the_worlds():
    replay = LaneStatistics(rate_hz=300.0, dropped=0, wait_ms=math.nan, read_ms=2.5, total_ms=math.nan)
    assert wording.statistic(Modality.FACE, replay) == "Face 300.0/s · 0 dropped · 2.5 ms a reading"
    assert "nan" not in wording.statistic_explained(Modality.FACE, replay)


def test_what_was_not_measured_is_a_dash():
    assert wording.descriptor_text(math.nan) == "–"
    assert wording.descriptor(voice(1.0, pause_share=0.31), "pause_share") == pytest.approx(31.0)
