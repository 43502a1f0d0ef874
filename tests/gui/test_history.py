"""The charts' memory: bounded, broken where nothing was measured, and thinned without losing a peak."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.history import History


def filled(count: int, capacity: int = 1000, **options) -> History:
    history = History(1, capacity, **options)
    for n in range(count):
        history.add(n * 0.1, [float(n)])
    return history


def test_the_newest_rows_are_kept_and_the_oldest_go():
    history = filled(2500, capacity=1000)
    times, rows = history.window(0.0, 1e9, most=10_000)
    assert len(history) == 1000
    assert rows[:, 0].tolist() == list(range(1500, 2500))
    assert times[-1] == 249.9


def test_memory_does_not_grow_with_time():
    history = filled(100, capacity=50)
    before = history._rows.nbytes
    for n in range(10_000):
        history.add(100 + n, [0.0])
    assert history._rows.nbytes == before


def test_a_silence_breaks_the_line():
    history = History(1, 100, gap_s=1.0)
    history.add(0.0, [1.0])
    history.add(5.0, [2.0])
    _, rows = history.window(0.0, 10.0, most=100)
    assert np.isnan(rows[1, 0])
    assert rows[[0, 2], 0].tolist() == [1.0, 2.0]


def test_many_absences_in_a_row_are_one_gap():
    history = History(2, 100)
    history.add(0.0, [1.0, 1.0])
    for at in (1.0, 2.0, 3.0):
        history.add_gap(at)
    assert len(history) == 2


def test_rows_that_come_too_soon_are_left_out_but_never_the_first_after_a_gap():
    history = History(1, 100, least_step_s=1.0)
    for at in (0.0, 0.5, 1.0):
        history.add(at, [at])
    history.add_gap(1.1)
    history.add(1.2, [1.2])
    _, rows = history.window(0.0, 2.0, most=100)
    assert rows[~np.isnan(rows)].tolist() == [0.0, 1.0, 1.2]


@given(st.integers(20, 900), st.integers(10, 200), st.data())
def test_no_peak_is_lost_by_thinning(count, most, data):
    values = data.draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    history = History(1, 1000)
    for n, value in enumerate(values):
        history.add(float(n), [value])
    _, rows = history.window(0.0, float(count), most)
    first_bin = -(-count * 2 // most) if count > most else 0
    assert rows.max() >= max(values[first_bin:], default=0.0)
    assert len(rows) <= most + 2 * max(1, first_bin) + 2


def test_a_rolling_line_does_not_flicker():
    history = filled(800)
    _, before = history.window(10.0, 79.9, most=100)
    history.add(80.0, [800.0])
    _, after = history.window(10.0, 80.0, most=100)
    assert set(before[4:-20, 0]) <= set(after[:, 0])


def test_a_gap_in_a_bin_stays_a_gap():
    history = History(1, 2000)
    for n in range(500):
        history.add(float(n), [1.0])
    history.add_gap(500.0)
    for n in range(501, 1000):
        history.add(float(n), [1.0])
    _, rows = history.window(0.0, 1000.0, most=100)
    assert np.isnan(rows).any()


def test_a_cleared_history_is_empty():
    history = filled(20)
    history.clear()
    assert len(history.window(0.0, 100.0, most=10)[0]) == 0
