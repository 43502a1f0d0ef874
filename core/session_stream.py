"""A session whose hours of readings need not be in memory: they are gone through, as often as somebody asks."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from core.readings import FusionScore, Gap, Reading
from core.session import Mark, Note, SessionInfo


class SessionStream(Protocol):
    """What an export needs. `SessionResults` is one; a stored session is another, which reads anew each time."""

    @property
    def info(self) -> SessionInfo:
        """What is known of it beside its readings."""

    @property
    def readings(self) -> Iterable[Reading]:
        """All lanes', in the order of time; again from the first one each time."""

    @property
    def scores(self) -> Iterable[FusionScore]:
        """In the order of time; again from the first one each time."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """In the order of time."""

    @property
    def marks(self) -> Sequence[Mark]:
        """In the order of time."""

    @property
    def notes(self) -> Sequence[Note]:
        """In the order of time."""
