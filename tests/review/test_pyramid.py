import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from review.pyramid import NODES_A_PIXEL, Pyramid

SERIES = arrays.arrays(np.float32, st.tuples(st.integers(1, 400), st.just(2)), elements=st.floats(-1, 1, width=32) | st.just(np.nan))


@given(SERIES, st.integers(1, 60))
def test_no_extreme_and_no_reading_is_lost_at_any_zoom(values, count):
    times = np.arange(len(values)) / 30
    pixels = Pyramid(times, values).pixels(0.0, (times[-1] + 0.01) / count, count)
    assert pixels.readings.sum() == len(values)
    for column in range(2):
        known = values[~np.isnan(values[:, column]), column]
        assert pixels.measured[:, column].sum() == len(known)
        if len(known):
            assert np.nanmin(pixels.low[:, column]) == known.min()
            assert np.nanmax(pixels.high[:, column]) == known.max()
            means = pixels.mean[:, column] * pixels.measured[:, column]
            assert np.nansum(means) == pytest.approx(known.sum(), abs=1e-3)
        else:
            assert np.isnan(pixels.low[:, column]).all()


@given(st.integers(1, 50), st.integers(0, 2000), st.integers(0, 5000))
def test_an_extreme_is_at_most_a_quarter_of_a_pixel_beside_its_place(count, first, peak):
    times = np.arange(6000) / 30
    values = np.zeros((6000, 1), np.float32)
    values[peak] = 1
    width = 100.0 / count
    pixels = Pyramid(times, values).pixels(first / 30, width, count)
    found = np.flatnonzero(pixels.high[:, 0] == 1)
    low, high = ((times[peak] - first / 30 + side * width / NODES_A_PIXEL) // width for side in (-1, 1))
    if len(found):
        assert low <= found[0] <= high
    else:
        assert low < 0 or high >= count


def test_a_wide_look_costs_no_more_than_the_pixels_that_are_seen():
    pyramid = Pyramid(np.arange(216_000) / 30, np.random.default_rng(1).uniform(size=(216_000, 2)))
    assert pyramid._depth(216_000 / 900) == 2
    assert pyramid._depth(1.0) == 0


def test_a_stretch_without_readings_is_empty():
    times = np.concatenate((np.arange(100) / 10, 50 + np.arange(100) / 10))
    pixels = Pyramid(times, np.ones((200, 1))).pixels(0.0, 10.0, 6)
    assert pixels.readings.tolist() == [100, 0, 0, 0, 0, 100]
    assert np.isnan(pixels.mean[1:5]).all()
    assert pixels.middles.tolist() == [5.0, 15.0, 25.0, 35.0, 45.0, 55.0]


@pytest.mark.parametrize("length", [0, 1])
def test_a_series_of_nothing_or_one_has_pixels(length):
    pyramid = Pyramid(np.zeros(length), np.zeros((length, 3)))
    assert pyramid.pixels(0.0, 1.0, 4).readings.sum() == length
    assert len(pyramid.readings(0.0, 4.0)[0]) == length


def test_the_readings_of_a_look_reach_beyond_its_edges():
    times, _ = Pyramid(np.arange(10.0), np.zeros((10, 1))).readings(3.5, 5.5)
    assert times.tolist() == [3.0, 4.0, 5.0, 6.0]
