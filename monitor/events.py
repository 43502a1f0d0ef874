"""The rare events of a monitor, told by a callback on one of its threads (the window turns them into signals)."""

from dataclasses import dataclass
from enum import Enum

from core.failures import Failure
from core.labels import Modality
from core.media import MediaKind


class State(Enum):
    """What a monitor is doing."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The monitor as a whole."""

    state: State


@dataclass(frozen=True, slots=True)
class LaneReady:
    """A lane has warmed up after `seconds`; `model` is its checkpoint's name, `source` the device or file it listens to."""

    modality: Modality
    source: str
    model: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LaneFailed:
    """A lane went silent; `retrying` when its source is tried again. `modality` None: storing itself failed."""

    modality: Modality | None
    failure: Failure
    retrying: bool


@dataclass(frozen=True, slots=True)
class LaneRecovered:
    """The source of a lane that had failed is back. `modality` None: storing works again, and nothing was lost."""

    modality: Modality | None


@dataclass(frozen=True, slots=True)
class Remarked:
    """Something that a person should know of the session that begins; nothing failed."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class KeepingChanged:
    """What is kept of picture and sound from now on; `failure` says why it is less than it was."""

    kinds: frozenset[MediaKind]
    failure: Failure | None = None


Event = StateChanged | LaneReady | LaneFailed | LaneRecovered | Remarked | KeepingChanged
