"""The one protocol of every reader."""

from typing import Any, Protocol

from core.readings import Reading
from models.card import ModelCard


class Reader(Protocol):
    """Turns the items of one source, in order, into readings; built, warmed up and used on one thread.

    `read` returns None while more is needed before anything can be said. Neither method raises for what the world may
    show (darkness, silence, an empty text): that is a reading with `absent_because`.
    """

    card: ModelCard

    def warm_up(self) -> None:
        """Run once on made-up input, so that the first real item is as fast as the next."""

    def read(self, item: Any) -> Reading | None:
        """What can be said after this item."""

    def finish(self) -> Reading | None:
        """What is left to say at the end of the source."""
