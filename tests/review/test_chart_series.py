import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.labels import Emotion, Modality
from core.readings import Absence, FaceReading, FusionScore, Gap, VoiceReading
from core.tracks import Track, empty_track, score_track_of, track_of
from review.chart_series import (
    absence_shades,
    abstention_shades,
    contribution_curves,
    decimate_min_max,
    descriptor_stretches,
    emotion_curves,
    emotion_stretches,
    gap_shades,
    index_band,
    mean_per_pixel,
)


def face(at: float, sadness: float | None, absent: Absence | None = Absence.NO_FACE) -> FaceReading:
    if sadness is None:
        return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", absent_because=absent)
    both = {Emotion.SADNESS: sadness, Emotion.NEUTRAL: 1 - sadness}
    return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", probabilities=both, quality=1.0)


def voice(starts: float, ends: float, pitch: float) -> VoiceReading:
    return VoiceReading(
        modality=Modality.VOICE, at=ends, covers=(starts, ends), model="m", probabilities={Emotion.ANGER: 1.0}, pitch_hz=pitch, quality=1.0
    )


def faces(*readings: FaceReading) -> Track:
    return track_of(Modality.FACE, readings)


def voices(*readings: VoiceReading) -> Track:
    return track_of(Modality.VOICE, readings)


def test_a_line_breaks_where_the_reading_is_absent_and_where_time_is_missing():
    curves = emotion_curves(faces(face(0.0, 0.2), face(0.1, None), face(0.2, 0.3), face(5.0, 0.4)), longest_step_s=1.0)
    assert curves.times == pytest.approx([0.0, 0.1, 0.2, 2.6, 5.0])
    assert curves.values["sadness"] == pytest.approx([0.2, np.nan, 0.3, np.nan, 0.4], nan_ok=True)
    assert np.isnan(curves.values["anger"]).all()


def test_no_readings_are_empty_series():
    assert len(emotion_curves(empty_track(Modality.FACE)).times) == 0
    assert len(index_band(score_track_of([])).times) == 0
    assert len(descriptor_stretches(empty_track(Modality.VOICE), "pitch_hz").values) == 0
    assert decimate_min_max(np.zeros(0), np.zeros(0), 10)[0].size == 0


def test_a_descriptor_stands_over_its_segment_and_is_left_out_where_not_measured():
    stretches = descriptor_stretches(voices(voice(1.0, 2.5, 200.0), voice(3.0, 4.0, float("nan"))), "pitch_hz")
    assert (stretches.starts.tolist(), stretches.ends.tolist(), stretches.values.tolist()) == ([1.0], [2.5], [200.0])
    assert emotion_stretches(voices(voice(1.0, 2.5, 200.0)), Emotion.ANGER).values.tolist() == [1.0]


def test_the_index_is_nan_where_the_fusion_abstained():
    scores = [
        FusionScore(at=0.0, value=40.0, interval=(30.0, 50.0), contributions={Modality.FACE: 40.0}, fusion="f"),
        FusionScore(at=0.5, value=None, interval=None, abstained_because="nobody there", fusion="f"),
        FusionScore(at=1.0, value=None, interval=None, abstained_because="nobody there", fusion="f"),
        FusionScore(at=1.5, value=41.0, interval=(31.0, 51.0), contributions={Modality.FACE: 41.0}, fusion="f"),
    ]
    band = index_band(score_track_of(scores))
    assert band.low == pytest.approx([30, np.nan, np.nan, 31], nan_ok=True)
    assert contribution_curves(scores).values["face"] == pytest.approx([40, np.nan, np.nan, 41], nan_ok=True)
    [shade] = abstention_shades(score_track_of(scores))
    assert (shade.starts_at, shade.ends_at, shade.why) == (0.5, 1.5, "nobody there")


def test_absences_of_one_reason_are_one_shade():
    readings = [face(0.0, 0.5), face(0.1, None), face(0.2, None), face(0.3, None, Absence.TWO_PEOPLE), face(0.4, 0.5)]
    shades = absence_shades(faces(*readings))
    assert [(pytest.approx(s.starts_at), pytest.approx(s.ends_at), s.why) for s in shades] == [
        (0.1, 0.3, "no face"),
        (0.3, 0.4, "two people"),
    ]


def test_gaps_are_those_of_the_lane():
    gaps = [Gap(Modality.FACE, 1.0, 2.0, "unplugged"), Gap(Modality.VOICE, 3.0, 4.0, "silent")]
    assert [shade.why for shade in gap_shades(gaps, Modality.VOICE)] == ["silent"]


values = arrays.arrays(np.float64, st.integers(0, 400), elements=st.one_of(st.floats(-1e6, 1e6), st.just(np.nan)))


@settings(deadline=None)
@given(values, st.integers(1, 40), st.randoms(use_true_random=False))
def test_decimation_keeps_both_extremes_and_the_breaks_of_each_pixel(series, pixels, random):
    times = np.cumsum([random.random() for _ in series]) if len(series) else np.zeros(0)
    kept_times, kept = decimate_min_max(times, series, pixels)
    assert len(kept) <= max(3 * pixels, 0)
    assert (np.diff(kept_times) >= 0).all()
    points = set(zip(times, np.nan_to_num(series, nan=np.inf), strict=True))
    assert set(zip(kept_times, np.nan_to_num(kept, nan=np.inf), strict=True)) <= points
    if not len(series):
        return
    span = times[-1] - times[0] or 1.0
    bins = np.minimum(((times - times[0]) / span * pixels).astype(int), pixels - 1)
    kept_bins = np.minimum(((kept_times - times[0]) / span * pixels).astype(int), pixels - 1)
    for one in np.unique(bins):
        inside, left = series[bins == one], kept[kept_bins == one]
        assert np.isnan(inside).any() == np.isnan(left).any()
        if not np.isnan(inside).all():
            assert (np.nanmin(left), np.nanmax(left)) == (np.nanmin(inside), np.nanmax(inside))


def test_a_short_series_stays_as_it_is():
    times, series = np.arange(5.0), np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    assert decimate_min_max(times, series, 2)[1] == pytest.approx(series, nan_ok=True)


def test_a_spike_of_one_frame_in_an_hour_is_kept():
    times = np.arange(108_000) / 30
    series = np.zeros(108_000)
    series[54_321] = 1.0
    kept_times, kept = decimate_min_max(times, series, 600)
    assert kept_times[kept == 1.0].tolist() == [times[54_321]]


def test_the_mean_of_a_pixel_forgets_what_was_not_measured():
    times, series = np.arange(8.0), np.array([1.0, np.nan, 3.0, 5.0, np.nan, np.nan, 2.0, 2.0])
    mean_times, means = mean_per_pixel(times, series, 4)
    assert means == pytest.approx([1.0, 4.0, np.nan, 2.0], nan_ok=True)
    assert mean_times == pytest.approx([0.5, 2.5, 4.5, 6.5])


def test_a_chart_without_width_is_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        decimate_min_max(np.zeros(1), np.zeros(1), 0)
