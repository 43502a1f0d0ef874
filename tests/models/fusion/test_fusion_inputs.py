import math
from dataclasses import replace

import numpy as np
import pytest

from core.labels import Modality
from models.fusion.inputs import COLUMNS, FACE_EXPRESSIONS, LIVE_KINDS, TEXT_EXPRESSIONS, VOICE_EXPRESSIONS, SegmentStream, segments_of
from tests.fixtures.lane_readings import face, no_face, session, text, voice


def column(kind: str, name: str) -> int:
    return COLUMNS[kind].index(name)


def test_a_face_is_the_mean_and_deviation_of_ten_seconds_with_better_frames_counting_more() -> None:
    (segment,) = segments_of([face(11.0, 0.2, 0.25), face(12.0, 0.8, 0.75)])[Modality.FACE]
    assert (segment.starts_s, segment.ends_s) == (10.0, 20.0)
    assert segment.vector[column(FACE_EXPRESSIONS, "sadness")] == pytest.approx(0.65)
    assert segment.vector[column(FACE_EXPRESSIONS, "sadness_sd")] == pytest.approx(math.sqrt(0.25 * 0.45**2 + 0.75 * 0.15**2))
    assert segment.quality == pytest.approx(0.5)


def test_who_is_out_of_the_picture_half_of_the_time_is_read_half_as_well_and_otherwise_the_same() -> None:
    (whole,) = segments_of([face(at, 0.3) for at in range(10)])[Modality.FACE]
    (half,) = segments_of([face(at, 0.3) if at % 2 else no_face(at) for at in range(10)])[Modality.FACE]
    assert half.quality == pytest.approx(whole.quality / 2)
    np.testing.assert_allclose(half.vector, whole.vector, atol=1e-6)


def test_speech_counts_by_its_seconds_and_what_was_not_measured_is_usual_and_marked() -> None:
    (segment,) = segments_of([voice(0.0, 1.0, 0.0), voice(2.0, 5.0, 1.0, speech_rate_hz=2.0)])[Modality.VOICE]
    assert segment.vector[column(VOICE_EXPRESSIONS, "sadness")] == pytest.approx(0.75)
    assert segment.vector[column(VOICE_EXPRESSIONS, "speech_rate_hz")] == pytest.approx(-1.0)
    assert segment.vector[column(VOICE_EXPRESSIONS, "speech_rate_hz_measured")] == pytest.approx(0.75)
    assert segment.vector[column(VOICE_EXPRESSIONS, "pitch_sd_semitones")] == 0.0
    assert segment.vector[column(VOICE_EXPRESSIONS, "pitch_sd_semitones_measured")] == 0.0
    assert segment.vector[column(VOICE_EXPRESSIONS, "spoken")] == pytest.approx(0.4)


def test_the_height_and_the_level_of_a_voice_are_in_no_vector() -> None:
    one = voice(0.0, 4.0, 0.5, pitch_hz=90.0, speech_level=-50.0)
    other = replace(one, pitch_hz=260.0, speech_level=-10.0)
    np.testing.assert_array_equal(segments_of([one])[Modality.VOICE][0].vector, segments_of([other])[Modality.VOICE][0].vector)


def test_an_entry_counts_by_its_words() -> None:
    (segment,) = segments_of([text(1.0, "one", 0.0), text(2.0, "three more words", 1.0)])[Modality.TEXT]
    assert segment.vector[column(TEXT_EXPRESSIONS, "sadness")] == pytest.approx(0.75)
    assert segment.vector[column(TEXT_EXPRESSIONS, "ln_words")] == pytest.approx(math.log(5))


def test_a_lane_that_measured_nothing_has_no_segment() -> None:
    assert segments_of([no_face(1.0), face(2.0, 0.5, quality=0.0), face(3.0, 0.5, quality=math.nan)]) == {}


def test_a_stream_gives_each_segment_once_it_is_over_and_the_same_as_the_whole() -> None:
    stream, given = SegmentStream(), []
    for reading in session():
        if segment := stream.add(reading):
            assert reading.at >= segment.ends_s
            given.append(segment)
    given += stream.finish()
    whole = segments_of(session())
    assert len(given) == sum(map(len, whole.values())) == 12
    for segment in given:
        same = next(one for one in whole[segment.modality] if one.starts_s == segment.starts_s)
        np.testing.assert_array_equal(segment.vector, same.vector)
        assert segment.quality == same.quality


def test_how_the_lanes_are_interleaved_changes_nothing() -> None:
    by_lane = segments_of(sorted(session(), key=lambda one: one.modality))
    for modality, segments in segments_of(session()).items():
        np.testing.assert_array_equal([one.vector for one in segments], [one.vector for one in by_lane[modality]])


def test_every_live_kind_names_its_numbers() -> None:
    for modality, segments in segments_of(session()).items():
        assert {len(one.vector) for one in segments} == {len(COLUMNS[LIVE_KINDS[modality]])}
        assert all(np.isfinite(one.vector).all() and 0.0 < one.quality <= 1.0 for one in segments)
