"""How readings fade, and how a lane's means become evidence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cues import Cue, evidence_of, ramp, shared
from core.evidence import LaneMemory, decidedness, lane_rules
from core.labels import Emotion, Modality
from core.readings import Absence, VoiceReading
from core.settings import FusionSettings
from core.tally import Tally

SETTINGS = FusionSettings()
RULES = lane_rules(SETTINGS)[Modality.VOICE]
CERTAIN = {Emotion.SADNESS: 1.0, Emotion.NEUTRAL: 0.0}
EVEN = {Emotion.SADNESS: 0.5, Emotion.NEUTRAL: 0.5}


def speech(at, probabilities, seconds=2.0, quality=1.0, **descriptors):
    return VoiceReading(
        modality=Modality.VOICE, at=at, covers=(at - seconds, at), probabilities=probabilities, quality=quality, model="m", **descriptors
    )


def ground_of(*readings):
    memory = LaneMemory(RULES)
    for reading in readings:
        memory.add(reading)
    return memory.take_ground()


def mean(ground, name):
    return RULES.means(ground.tally)(name)


def test_evidence_fades_to_one_half_in_a_half_life():
    first, later = speech(10.0, CERTAIN, seconds=6.0), speech(10.0 + SETTINGS.voice_half_life_s, {}, quality=0.0)
    assert ground_of(first).tally.usable == pytest.approx(6.0)
    assert ground_of(first, later).tally.usable == pytest.approx(3.0)
    assert RULES.faded(SETTINGS.voice_half_life_s) == 0.5


def test_a_mean_weighs_length_quality_and_age():
    old, new = speech(0.0, CERTAIN, seconds=4.0, quality=1.0), speech(SETTINGS.voice_half_life_s, EVEN, seconds=2.0, quality=0.5)
    ground = ground_of(old, new)
    assert mean(ground, Emotion.SADNESS) == pytest.approx((2.0 * 1.0 + 1.0 * 0.5) / 3.0)
    assert (ground.tally.amount, ground.tally.usable, ground.tally.firm) == pytest.approx((4.0, 3.0, 2.5))


def test_asking_changes_nothing():
    first, second = LaneMemory(RULES), LaneMemory(RULES)
    for memory in (first, second):
        memory.add(speech(1.0, EVEN))
    first.take_ground()
    assert first.take_ground().pieces == ()
    for memory in (first, second):
        memory.add(speech(60.0, CERTAIN))
    asked, unasked = first.take_ground(), second.take_ground()
    assert (asked.tally.usable, asked.tally.totals) == (unasked.tally.usable, unasked.tally.totals)
    assert [len(ground.pieces) for ground in (asked, unasked)] == [1, 2]


def test_a_lane_that_has_said_nothing_has_no_ground():
    assert LaneMemory(RULES).take_ground() is None
    gone = VoiceReading(modality=Modality.VOICE, at=3.0, covers=(1.0, 3.0), model="m", absent_because=Absence.NO_SPEECH)
    ground = ground_of(gone)
    assert (ground.tally.usable, RULES.evidence(ground.tally), RULES.decided(ground.tally)) == (0.0, 0.0, 0.0)
    assert math.isnan(mean(ground, Emotion.SADNESS))


@pytest.mark.parametrize(("probabilities", "decided"), [(CERTAIN, 1.0), (EVEN, 0.0), ({Emotion.SADNESS: 1.0}, 1.0)])
def test_a_reading_is_decided_when_certain_and_not_when_all_known_classes_are_alike(probabilities, decided):
    assert decidedness(probabilities) == pytest.approx(decided)
    assert RULES.decided(ground_of(speech(1.0, probabilities)).tally) == pytest.approx(decided)


def test_readings_that_are_each_decided_stay_so_however_they_change():
    other = {Emotion.SADNESS: 0.0, Emotion.NEUTRAL: 1.0}
    assert RULES.decided(ground_of(speech(1.0, CERTAIN), speech(3.0, other)).tally) == pytest.approx(1.0)


def test_an_absent_reading_leaves_the_means_alone():
    gone = VoiceReading(modality=Modality.VOICE, at=3.0, covers=(1.0, 3.0), model="m", absent_because=Absence.NO_SPEECH, pause_share=1.0)
    ground = ground_of(speech(1.0, CERTAIN, pause_share=0.4), gone)
    assert mean(ground, "pause_share") == pytest.approx(0.4)
    assert ground.tally.usable == pytest.approx(2.0 * RULES.faded(2.0))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_as_if_it_had_not_been_measured(bad):
    good = speech(1.0, CERTAIN, pitch_sd_semitones=2.0)
    odd = speech(3.0, {Emotion.SADNESS: bad, Emotion.NEUTRAL: 1.0}, pitch_sd_semitones=bad)
    unjudged = speech(5.0, CERTAIN, quality=bad)
    ground = ground_of(good, odd, unjudged)
    assert mean(ground, "pitch_sd_semitones") == pytest.approx(2.0)
    assert mean(ground, Emotion.SADNESS) == pytest.approx(1.0)
    assert ground.tally.usable == pytest.approx(2.0 * RULES.faded(4.0) + 2.0 * RULES.faded(2.0))


def test_hours_of_silence_leave_nothing_and_break_nothing():
    ground = ground_of(speech(1.0, CERTAIN), speech(1e6, EVEN))
    assert mean(ground, Emotion.SADNESS) == pytest.approx(0.5)
    assert ground.tally.usable * RULES.faded(1e9) == 0.0


@given(value=st.floats(-10, 10), usual=st.floats(-5, 5), marked=st.floats(-5, 5))
def test_a_ramp_stays_between_nothing_and_all(value, usual, marked):
    if usual != marked:
        assert 0.0 <= ramp(value, usual, marked) <= 1.0


@pytest.mark.parametrize(("value", "cue"), [(3.0, 0.0), (2.0, 0.0), (1.5, 0.5), (1.0, 1.0), (0.0, 1.0)])
def test_a_ramp_begins_at_the_usual_and_ends_at_the_marked_value(value, cue):
    assert ramp(value, 2.0, 1.0) == pytest.approx(cue)


def cue(part):
    return Cue("a cue", part, "", part)


def test_what_was_not_measured_has_no_cue_and_no_weight():
    assert math.isnan(ramp(math.nan, 2.0, 1.0))
    assert [one.part for one in shared((0.5, cue(1.0)), (0.5, cue(math.nan)))] == pytest.approx([1.0, 0.0])
    assert [one.part for one in shared((0.5, cue(math.nan)))] == [0.0]
    assert [one.part for one in shared((0.0, cue(1.0)))] == [0.0]
    assert evidence_of(shared((3.0, cue(1.0)), (1.0, cue(0.0)))) == pytest.approx(0.75)


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


@pytest.mark.parametrize(
    ("parts", "evidence"),
    [({"sadness": 0.8}, 0.8), ({"sadness": 0.6, "happiness": 0.4}, 0.4), ({"fear": 0.4}, 0.2), ({"happiness": 1.0}, 0)],
)
def test_happy_words_lessen_the_evidence_of_sad_ones_and_never_below_nothing(parts, evidence):
    rules = lane_rules(SETTINGS)[Modality.TEXT]
    tally = Tally(len(rules.columns))
    tally.add(10.0, 1.0, [parts.get(name, math.nan) for name in rules.columns])
    assert rules.evidence(tally) == pytest.approx(evidence)


def test_a_cue_that_was_measured_in_a_part_of_the_speech_counts_for_that_part_only():
    flat, unmeasured = speech(2.0, EVEN, pitch_sd_semitones=0.1), speech(4.0, EVEN)
    shares = [
        next(cue.part for cue in RULES.cues(RULES.means(ground_of(*said).tally)) if cue.name == "monotone pitch")
        for said in ([flat], [flat, unmeasured], [flat, *[unmeasured] * 50])
    ]
    assert shares[0] == pytest.approx(1 / 3)
    assert shares[0] > shares[1] > 5 * shares[2] > 0.0
