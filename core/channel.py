"""A bounded channel between two threads, with a stated policy for a slow consumer."""

from collections import deque
from collections.abc import Iterator
from enum import Enum
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


class WhenFull(Enum):
    """What `put` does when the channel is full."""

    DROP_OLDEST = "drop the oldest item"
    WAIT = "wait for the consumer"


class Channel(Generic[Item]):
    """First in, first out; iterating over it is a consumer's whole loop, and closing it ends that loop.

    `put` returns False once the channel is closed, so a producer whose consumer died does not wait for the dead.
    """

    def __init__(self, capacity: int, when_full: WhenFull) -> None:
        if capacity < 1:
            raise ValueError(f"a channel holds at least one item, not {capacity}")
        self._items: deque[Item] = deque()
        self._capacity = capacity
        self._when_full = when_full
        self._changed = Condition()
        self._closed = False
        self.dropped = 0

    def put(self, item: Item) -> bool:
        """Add an item, by the policy; False when the channel is closed."""
        with self._changed:
            if self._when_full is WhenFull.WAIT:
                self._changed.wait_for(lambda: self._closed or len(self._items) < self._capacity)
            if self._closed:
                return False
            if len(self._items) == self._capacity:
                self._items.popleft()
                self.dropped += 1
            self._items.append(item)
            self._changed.notify_all()
            return True

    def close(self, *, discard: bool = False) -> None:
        """Take no more items; what is inside is still delivered, or with `discard` forgotten."""
        with self._changed:
            self._closed = True
            if discard:
                self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """Yield items until the channel is closed and empty."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._items))
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item

    def __len__(self) -> int:
        return len(self._items)
