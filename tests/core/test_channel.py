"""The channel between two threads, with real threads; every wait ends by an event, none by a sleep."""

import threading
from collections.abc import Callable

import pytest

from core.channel import Channel, WhenFull

LONG_S = 20.0
"""A wait that reaches this has failed."""


class Running(threading.Thread):
    """A thread whose end and outcome the test waits for; it is never left behind."""

    def __init__(self, body: Callable[[], object]) -> None:
        super().__init__()
        self._body = body
        self.outcome: object = None
        self.start()

    def run(self) -> None:
        self.outcome = self._body()

    def result(self) -> object:
        self.join(LONG_S)
        assert not self.is_alive(), "the thread is still waiting"
        return self.outcome


def filled(capacity, when_full, items):
    channel = Channel(capacity, when_full)
    assert all(channel.put(item) for item in items)
    return channel


def blocked_producer(channel, item):
    """A thread that waits in `put`: the condition has a waiter when this returns."""
    waits = threading.Event()
    waiting = channel._changed.wait_for

    def noticed(predicate, timeout=None):
        if not predicate():
            waits.set()
        return waiting(predicate, timeout)

    channel._changed.wait_for = noticed
    producer = Running(lambda: channel.put(item))
    assert waits.wait(LONG_S)
    return producer


@pytest.mark.parametrize("when_full", WhenFull)
def test_items_come_out_in_the_order_in_which_they_went_in(when_full):
    channel = filled(5, when_full, range(5))
    channel.close()
    assert list(channel) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_channel_that_holds_nothing_is_refused(capacity):
    with pytest.raises(ValueError, match="at least one"):
        Channel(capacity, WhenFull.WAIT)


def test_a_full_channel_drops_the_oldest_and_counts_them():
    channel = filled(2, WhenFull.DROP_OLDEST, range(10))
    assert channel.dropped == 8
    channel.close()
    assert list(channel) == [8, 9]


def test_a_producer_waits_for_room_and_then_goes_on():
    channel = filled(1, WhenFull.WAIT, ["first"])
    producer = blocked_producer(channel, "second")
    items = iter(channel)
    assert next(items) == "first"
    assert producer.result() is True
    assert next(items) == "second"
    assert channel.dropped == 0


@pytest.mark.parametrize("discard", [False, True])
def test_closing_frees_a_waiting_producer_and_tells_it(discard):
    channel = filled(1, WhenFull.WAIT, ["first"])
    producer = blocked_producer(channel, "second")
    channel.close(discard=discard)
    assert producer.result() is False
    assert list(channel) == ([] if discard else ["first"])


def test_closing_frees_a_waiting_consumer():
    channel = Channel(1, WhenFull.WAIT)
    consumer = Running(lambda: list(channel))
    channel.close()
    assert consumer.result() == []


@pytest.mark.parametrize("when_full", WhenFull)
def test_a_closed_channel_takes_nothing_and_says_so(when_full):
    channel = filled(3, when_full, ["kept"])
    channel.close()
    assert channel.put("late") is False
    assert list(channel) == ["kept"]


def test_what_is_inside_is_still_delivered_unless_it_is_discarded():
    kept, forgotten = (filled(3, WhenFull.WAIT, [1, 2, 3]) for _ in range(2))
    kept.close()
    forgotten.close(discard=True)
    assert (list(kept), list(forgotten)) == ([1, 2, 3], [])


def test_closing_twice_and_discarding_later_is_allowed():
    channel = filled(3, WhenFull.WAIT, [1, 2, 3])
    channel.close()
    channel.close(discard=True)
    assert list(channel) == []


def test_a_producer_does_not_wait_for_a_consumer_that_died():
    channel = Channel(1, WhenFull.WAIT)

    def dies_at_once():
        try:
            for _ in channel:
                raise ZeroDivisionError
        except ZeroDivisionError:
            return "died"
        finally:
            channel.close(discard=True)

    consumer = Running(dies_at_once)
    producer = Running(lambda: sum(channel.put(i) for i in range(1000)))
    assert consumer.result() == "died"
    assert producer.result() < 1000


def test_many_producers_and_one_slow_consumer_lose_nothing_when_they_wait():
    channel = Channel(3, WhenFull.WAIT)
    consumer = Running(lambda: list(channel))
    producers = [Running(lambda first=first: [channel.put((first, i)) for i in range(200)]) for first in range(4)]
    assert all(all(producer.result()) for producer in producers)
    channel.close()
    got = consumer.result()
    assert sorted(got) == [(first, i) for first in range(4) for i in range(200)]
    for first in range(4):
        assert [i for who, i in got if who == first] == list(range(200))


def test_what_is_dropped_and_what_is_delivered_is_all_that_was_put():
    channel = Channel(2, WhenFull.DROP_OLDEST)
    consumer = Running(lambda: list(channel))
    for i in range(5000):
        channel.put(i)
    channel.close()
    got = consumer.result()
    assert len(got) + channel.dropped == 5000
    assert got == sorted(got)


def test_its_length_is_what_waits_inside():
    channel = filled(5, WhenFull.WAIT, "abc")
    assert len(channel) == 3
