"""What the monitor is asked to run: lanes, each a source and a reader, and the plan that holds them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from capture.source import Pace, Source
from core.baseline import VoiceBaseline
from core.clock import SessionClock
from core.failures import Failure
from core.labels import Modality
from core.media import MediaKind
from models.reader import Reader


@dataclass(frozen=True, slots=True)
class Lane:
    """One modality.

    `make_reader` runs on the lane's own worker thread. `source` None: items are handed in (the text box). `capacity` is the
    number of items that may wait for the reader: live, more are dropped, the oldest first.
    """

    modality: Modality
    source: Source | None
    make_reader: Callable[[], Reader]
    capacity: int

    @property
    def label(self) -> str:
        """The source in words."""
        return self.source.label if self.source else "typed"


@dataclass(frozen=True, slots=True)
class OwnFusion:
    """A user's own learned fusion that is fit: its folder, and what its card says that it must not be taken for."""

    folder: Path
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A session to be run: its lanes, its pace, and for a recording its length (s, None: unknown) and speed.

    `person` is the number of the person it belongs to (None: nobody's). `started` is when a recording was made, with its zone (None: now).
    `baseline` is the ordinary speech that the voice is compared with (None: people in general), and `remarks` are said when it begins.
    `keep` is what is kept of picture and sound, where the person has consented to that. `fusion` is the user's own learned
    fusion, which estimates a questionnaire beside the index (None: none does).
    """

    title: str
    pace: Pace
    lanes: tuple[Lane, ...]
    clock: SessionClock
    total_s: float | None = None
    speed: float = math.inf
    person: int | None = None
    started: datetime | None = None
    baseline: VoiceBaseline | None = None
    remarks: tuple[Failure, ...] = ()
    keep: frozenset[MediaKind] = frozenset()
    fusion: OwnFusion | None = None
