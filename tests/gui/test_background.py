"""Slow work away from the window."""

import threading

import pytest

from core.failures import Failure, MediaUnreadable
from gui.background import Background


@pytest.fixture
def background(qtbot):
    made = Background("test-background")
    yield made
    made.close()


def test_results_come_in_order_on_the_windows_thread(qtbot, background):
    seen = []
    for n in range(3):
        background.call(
            lambda n=n: (n, threading.current_thread().name), lambda got: seen.append((got, threading.current_thread())), pytest.fail
        )
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert [got[0] for got, _ in seen] == [0, 1, 2]
    assert all(worker.startswith("test-background") for (_, worker), _ in seen)
    assert {thread for _, thread in seen} == {threading.main_thread()}


def test_a_refusal_comes_with_its_words(qtbot, background):
    seen = []

    def work():
        raise MediaUnreadable(Failure("a.mp4 cannot be read.", "It is empty.", "Choose another."))

    background.call(work, pytest.fail, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].what == "a.mp4 cannot be read."


def test_a_fault_of_the_program_is_told_and_logged(qtbot, background, caplog):
    seen = []
    background.call(lambda: 1 / 0, pytest.fail, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert "division by zero" in seen[0].why
    assert "division by zero" in caplog.text


def test_nothing_is_delivered_after_the_end(qtbot):
    background = Background("test-background")
    gate = threading.Event()
    background.call(gate.wait, pytest.fail, pytest.fail)
    gate.set()
    background.close()
    qtbot.wait(1)
