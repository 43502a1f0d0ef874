import pytest

from core.play_head import PlayHead


def test_it_stands_still_until_it_plays():
    head = PlayHead(end=100.0)
    assert head.at(1e6) == 0.0
    assert head.played(10.0).at(12.5) == 2.5


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 4.0])
def test_it_moves_with_its_speed_and_keeps_its_place_when_the_speed_changes(speed):
    head = PlayHead(end=1000.0).played(0.0).with_speed(speed, 10.0)
    assert head.at(10.0) == 10.0
    assert head.at(20.0) == 10.0 + 10.0 * speed


def test_a_pause_holds_it_and_playing_goes_on_from_there():
    head = PlayHead(end=100.0).played(0.0).paused(7.0)
    assert head.at(50.0) == 7.0
    assert head.played(60.0).at(61.0) == 8.0


def test_seeking_keeps_it_playing_or_not():
    assert PlayHead(end=100.0).sought(40.0, 5.0).at(9.0) == 40.0
    assert PlayHead(end=100.0).played(0.0).sought(40.0, 5.0).at(9.0) == 44.0


def test_it_stays_within_the_session_and_begins_anew_after_its_end():
    head = PlayHead(end=10.0).played(0.0)
    assert head.at(99.0) == 10.0
    assert head.over(99.0)
    assert head.paused(99.0).played(100.0).at(101.0) == 1.0
    assert PlayHead(end=10.0).sought(-5.0, 0.0).at(0.0) == 0.0
    assert PlayHead(end=10.0).sought(15.0, 0.0).at(0.0) == 10.0
