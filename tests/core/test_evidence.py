"""How readings fade, and how a lane's means become evidence."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence import LaneMemory, lane_rules, ramp, weighted
from core.labels import Emotion, Modality
from core.readings import Absence, VoiceReading
from core.settings import FusionSettings

SETTINGS = FusionSettings()
RULES = lane_rules(SETTINGS)[Modality.VOICE]
CERTAIN = {Emotion.SADNESS: 1.0, Emotion.NEUTRAL: 0.0}
EVEN = {Emotion.SADNESS: 0.5, Emotion.NEUTRAL: 0.5}


def speech(at, probabilities, seconds=2.0, quality=1.0, **descriptors):
    return VoiceReading(
        modality=Modality.VOICE, at=at, covers=(at - seconds, at), probabilities=probabilities, quality=quality, model="m", **descriptors
    )


def memory_of(*readings):
    memory = LaneMemory(RULES)
    for reading in readings:
        memory.add(reading)
    return memory


def test_evidence_fades_to_one_half_in_a_half_life():
    memory = memory_of(speech(10.0, CERTAIN, seconds=6.0))
    assert memory.usable(10.0) == pytest.approx(6.0)
    assert memory.usable(10.0 + SETTINGS.voice_half_life_s) == pytest.approx(3.0)


def test_a_mean_weighs_length_quality_and_age():
    old, new = speech(0.0, CERTAIN, seconds=4.0, quality=1.0), speech(SETTINGS.voice_half_life_s, EVEN, seconds=2.0, quality=0.5)
    memory = memory_of(old, new)
    assert memory.mean(Emotion.SADNESS) == pytest.approx((2.0 * 1.0 + 1.0 * 0.5) / 3.0)
    assert memory.quality() == pytest.approx(3.0 / 4.0)


def test_asking_changes_nothing():
    first, second = memory_of(speech(1.0, EVEN)), memory_of(speech(1.0, EVEN))
    for at in (1.0, 50.0, 500.0):
        first.usable(at)
        first.evidence()
    first.add(speech(60.0, CERTAIN))
    second.add(speech(60.0, CERTAIN))
    assert (first.usable(61.0), first.mean(Emotion.SADNESS)) == (second.usable(61.0), second.mean(Emotion.SADNESS))


def test_a_lane_that_has_said_nothing_has_no_evidence():
    memory = LaneMemory(RULES)
    assert (memory.usable(5.0), memory.quality(), memory.evidence()) == (0.0, 0.0, 0.0)
    assert math.isnan(memory.mean(Emotion.SADNESS))


@pytest.mark.parametrize(("probabilities", "confidence"), [(CERTAIN, 1.0), (EVEN, 0.0), ({Emotion.SADNESS: 1.0}, 1.0)])
def test_confidence_is_one_when_certain_and_none_when_all_known_classes_are_alike(probabilities, confidence):
    assert memory_of(speech(1.0, probabilities)).confidence() == pytest.approx(confidence)


def test_an_absent_reading_leaves_the_means_alone():
    gone = VoiceReading(modality=Modality.VOICE, at=3.0, covers=(1.0, 3.0), model="m", absent_because=Absence.NO_SPEECH, pause_share=1.0)
    memory = memory_of(speech(1.0, CERTAIN, pause_share=0.4), gone)
    assert memory.mean("pause_share") == pytest.approx(0.4)
    assert memory.usable(3.0) == pytest.approx(memory_of(speech(1.0, CERTAIN)).usable(3.0))


def test_an_unmeasured_descriptor_does_not_spoil_the_measured_ones():
    memory = memory_of(speech(1.0, CERTAIN, pitch_sd_semitones=2.0), speech(3.0, CERTAIN))
    assert memory.mean("pitch_sd_semitones") == pytest.approx(2.0)


def test_hours_of_silence_leave_nothing_and_break_nothing():
    memory = memory_of(speech(1.0, CERTAIN), speech(1e6, EVEN))
    assert memory.mean(Emotion.SADNESS) == pytest.approx(0.5)
    assert memory.usable(1e9) == 0.0


@given(value=st.floats(-10, 10), usual=st.floats(-5, 5), marked=st.floats(-5, 5))
def test_a_ramp_stays_between_nothing_and_all(value, usual, marked):
    if usual != marked:
        assert 0.0 <= ramp(value, usual, marked) <= 1.0


@pytest.mark.parametrize(("value", "cue"), [(3.0, 0.0), (2.0, 0.0), (1.5, 0.5), (1.0, 1.0), (0.0, 1.0)])
def test_a_ramp_begins_at_the_usual_and_ends_at_the_marked_value(value, cue):
    assert ramp(value, 2.0, 1.0) == pytest.approx(cue)


def test_what_was_not_measured_has_no_cue_and_no_weight():
    assert math.isnan(ramp(math.nan, 2.0, 1.0))
    assert weighted(((0.5, 1.0), (0.5, math.nan))) == pytest.approx(1.0)
    assert weighted(((0.5, math.nan),)) == 0.0
    assert weighted(((0.0, 1.0),)) == 0.0


RAMPS = [
    ("face_variation_usual", "face_variation_flat"),
    ("pitch_sd_usual_semitones", "pitch_sd_monotone_semitones"),
    ("speech_rate_usual_hz", "speech_rate_slow_hz"),
    ("pause_share_usual", "pause_share_marked"),
    ("loudness_sd_usual_db", "loudness_sd_even_db"),
]


@pytest.mark.parametrize(("usual", "marked"), RAMPS)
def test_no_allowed_setting_can_turn_a_ramp_round(usual, marked):
    bounds = {name: FusionSettings.__dataclass_fields__[name].metadata for name in (usual, marked)}
    falls = getattr(SETTINGS, usual) > getattr(SETTINGS, marked)
    upper, lower = (usual, marked) if falls else (marked, usual)
    assert bounds[upper]["low"] > bounds[lower]["high"]


def test_happy_words_lessen_the_evidence_of_sad_ones_and_never_below_nothing():
    rules = lane_rules(SETTINGS)[Modality.TEXT]

    def evidence(**parts):
        means = {Emotion(name): value for name, value in parts.items()}
        return rules.evidence(lambda name: means.get(name, math.nan))

    assert evidence(sadness=0.8) == pytest.approx(0.8)
    assert evidence(sadness=0.6, happiness=0.4) == pytest.approx(0.4)
    assert evidence(fear=0.4) == pytest.approx(0.2)
    memory = LaneMemory(replace(rules, amount=lambda reading, since_s: 10.0))
    memory.add(speech(1.0, {Emotion.HAPPINESS: 1.0}))
    assert memory.evidence() == 0.0
