from pathlib import Path

import pytest

from store.attempts import FREE_TRIES, LONGEST_DELAY_S, Attempts, delay_s
from store.failures import KeyRefused


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tried(path: Path, clock: Clock, times: int) -> None:
    for _ in range(times):
        clock.now += 10_000
        Attempts(path, clock).begin()


def test_the_delay_grows_to_five_minutes() -> None:
    delays = [delay_s(wrong) for wrong in range(20)]
    assert delays[:7] == [0, 0, 0, 2, 4, 8, 16]
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY_S == delay_s(10**9)


def test_a_program_that_is_started_again_waits_as_long(tmp_path: Path, clock: Clock) -> None:
    tried(tmp_path / "t", clock, FREE_TRIES + 2)
    assert Attempts(tmp_path / "t", clock).wait_s() == 8.0
    with pytest.raises(KeyRefused, match="in 8 s"):
        Attempts(tmp_path / "t", clock).begin()
    clock.now += 7.9
    with pytest.raises(KeyRefused, match="in 1 s"):
        Attempts(tmp_path / "t", clock).begin()
    clock.now += 0.1
    Attempts(tmp_path / "t", clock).begin()
    assert Attempts(tmp_path / "t", clock).wait_s() == 16.0


def test_the_right_one_ends_the_waiting(tmp_path: Path, clock: Clock) -> None:
    tried(tmp_path / "t", clock, 10)
    Attempts(tmp_path / "t", clock).succeeded()
    assert Attempts(tmp_path / "t", clock).wait_s() == 0.0
    assert Attempts(tmp_path / "t", clock).untold == 9
    Attempts(tmp_path / "t", clock).told()
    assert not (tmp_path / "t").exists()


def test_a_right_one_at_once_leaves_no_file(tmp_path: Path, clock: Clock) -> None:
    tried(tmp_path / "t", clock, 1)
    Attempts(tmp_path / "t", clock).succeeded()
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_is_set_back_does_not_lengthen_the_waiting(tmp_path: Path, clock: Clock) -> None:
    tried(tmp_path / "t", clock, FREE_TRIES)
    clock.now -= 1e9
    assert Attempts(tmp_path / "t", clock).wait_s() == 2.0


def test_a_damaged_count_keeps_nobody_out(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "t").write_text("{")
    assert Attempts(tmp_path / "t", clock).wait_s() == 0.0


def test_a_folder_that_cannot_be_written_keeps_nobody_out(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    Attempts(tmp_path / "file" / "t", clock).begin()
