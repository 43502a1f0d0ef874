import pytest

from capture.sound_clock import SoundClock, drift, heard_at


def test_the_adc_time_tells_when_the_first_sample_was_heard():
    assert heard_at(now=10.0, adc_time=500.0, current_time=500.3, duration_s=0.1, oldest_s=2.0) == pytest.approx(9.7)


def test_a_first_sample_is_at_least_as_old_as_its_block_is_long():
    assert heard_at(now=10.0, adc_time=500.25, current_time=500.3, duration_s=0.1, oldest_s=2.0) == pytest.approx(9.9)


@pytest.mark.parametrize("adc_time", [0.0, 501.0])
def test_a_driver_without_a_sensible_adc_time_is_not_believed(adc_time):
    assert heard_at(now=10.0, adc_time=adc_time, current_time=500.0, duration_s=0.1, oldest_s=2.0) == pytest.approx(9.9)


def test_one_block_in_time_acquits_the_count():
    assert drift([0.3, 0.3, 0.01, 0.3], limit_s=0.1) == 0.0


def test_drift_is_the_least_that_all_blocks_show():
    assert drift([0.3, 0.2, 0.25], limit_s=0.1) == 0.2
    assert drift([-0.3, -0.2, -0.25], limit_s=0.1) == -0.2


def test_deviations_to_both_sides_are_no_drift():
    assert drift([0.3, -0.3], limit_s=0.1) == 0.0


def stamps(clock, heard_times, lost_at=()):
    return [clock.stamp(heard, 1600, lost=place in lost_at) for place, heard in enumerate(heard_times)]


def test_late_callbacks_do_not_move_the_times():
    clock = SoundClock(16_000, limit_s=0.1, blocks=5)
    stamped = stamps(clock, [0.0, 0.1, 0.45, 0.45, 0.45, 0.5])
    assert [at for at, _ in stamped] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert not any(broken for _, broken in stamped)


def test_lost_sound_starts_a_new_count_at_the_drivers_time():
    clock = SoundClock(16_000, limit_s=0.1, blocks=5)
    stamped = stamps(clock, [0.0, 0.1, 0.7, 0.8], lost_at={2})
    assert [at for at, _ in stamped] == pytest.approx([0.0, 0.1, 0.7, 0.8])
    assert [broken for _, broken in stamped] == [False, False, True, False]


def test_sound_that_vanished_unsaid_is_noticed_by_the_drift():
    clock = SoundClock(16_000, limit_s=0.1, blocks=3)
    stamped = stamps(clock, [0.0, 0.1, 0.2, 0.7, 0.8, 0.9, 1.0])
    assert [broken for _, broken in stamped] == [False] * 5 + [True, False]
    assert stamped[-1][0] == pytest.approx(1.0)


def test_a_fast_device_is_brought_back_and_times_never_go_back():
    clock = SoundClock(16_000, limit_s=0.02, blocks=3)
    real = [place * 0.09 for place in range(100)]
    stamped = stamps(clock, real)
    times = [at for at, _ in stamped]
    assert any(broken for _, broken in stamped)
    assert times == sorted(times)
    assert times[-1] == pytest.approx(real[-1], abs=0.1)
