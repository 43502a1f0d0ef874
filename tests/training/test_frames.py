import numpy as np
import pytest

from training.datasets.frames import LEAST_USABLE, Frames, about_own_mean, lane_of
from training.datasets.turns import WHOLE


def frames(values: np.ndarray, usable: np.ndarray | None = None) -> Frames:
    """Ten a second, of one feature."""
    times_s = np.arange(len(values)) / 10
    return Frames(times_s, values.astype(np.float32)[:, None], np.ones(len(values), np.float32) if usable is None else usable)


def test_a_segment_is_mean_and_deviation_of_its_ten_seconds():
    lane = lane_of("kind", frames(np.repeat([1.0, 3.0, 8.0], [50, 50, 100])), WHOLE)
    assert lane.times_s.tolist() == [0.0, 10.0]
    assert lane.vectors.tolist() == [[2.0, 1.0], [8.0, 0.0]]


def test_what_was_not_measured_in_a_segment_is_as_it_is_in_the_others():
    lane = lane_of("kind", frames(np.repeat([4.0, np.nan, 6.0], 100)), WHOLE)
    assert lane.vectors[:, 0].tolist() == [4.0, 5.0, 6.0]


def test_what_was_never_measured_is_zero():
    assert lane_of("kind", frames(np.full(100, np.nan)), WHOLE).vectors.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(("usable", "segments"), [(LEAST_USABLE, 1), (LEAST_USABLE - 0.02, 0)])
def test_a_segment_of_which_little_is_usable_is_none(usable, segments):
    share = np.zeros(100, np.float32)
    share[: round(100 * usable)] = 0.8
    lane = lane_of("kind", frames(np.ones(100), share), WHOLE)
    assert (0 if lane is None else len(lane.times_s)) == segments
    if lane is not None:
        assert lane.qualities == pytest.approx([0.8 * usable])


def test_outside_the_spans_there_is_nothing():
    values = np.repeat([1.0, 2.0, 3.0], 100)
    lane = lane_of("kind", frames(values), [(2.0, 5.0), (22.0, 23.0)])
    assert lane.times_s.tolist() == [0.0, 20.0]
    assert lane.vectors[:, 0].tolist() == [1.0, 3.0]
    assert lane_of("kind", frames(values), [(40.0, 50.0)]) is None
    assert lane_of("kind", frames(values), []) is None


def test_a_places_own_mean_is_taken_away_where_it_was_measured():
    values = np.array([[1.0, 5.0], [3.0, np.nan], [np.nan, np.nan]], np.float32)
    assert about_own_mean(values).tolist()[:2] == [[-1.0, 0.0], [1.0, pytest.approx(np.nan, nan_ok=True)]]
