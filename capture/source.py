"""The one protocol of every source."""

from collections.abc import Iterator
from enum import Enum
from typing import Protocol

from core.media import MediaItem


class Pace(Enum):
    """Who decides when the next item comes."""

    LIVE = "the world decides"
    RECORDED = "the consumer may decide"


class Source(Protocol):
    """A camera, a microphone, a track of a file, the text of a file, or the demonstration.

    `open`, iteration over `items` and `close` happen on one thread; `stop` may come from any thread and frees a blocked
    `items`. A LIVE source stamps with the session's clock, which it was given at construction; a RECORDED one with its
    file's presentation times. A source that is lost while it runs raises SourceUnavailable from `items`; it may then be
    closed and opened again.
    """

    label: str
    pace: Pace

    def open(self) -> None:
        """Take hold of the device or file; raises SourceUnavailable."""

    def items(self) -> Iterator[MediaItem]:
        """Frames, chunks or entries in the order of their times; ends at the end of the file or after `stop`."""

    def stop(self) -> None:
        """End `items` soon, from any thread; lasting: a stopped source yields nothing more until it is opened again."""

    def close(self) -> None:
        """Let go of the device or file; may be called twice."""
