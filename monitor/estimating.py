"""The user's own learned fusion beside the index: a session's readings become estimates of a questionnaire."""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from core.estimate import Estimate
from core.failures import AffectographError, CheckpointRefused, Failure
from core.paths import CHECKPOINTS
from core.readings import Reading
from core.session_stream import SessionStream
from monitor.events import Event, Remarked
from review.estimates import KeptEstimates

if TYPE_CHECKING:
    from models.fusion.reader import FusionStream

logger = logging.getLogger(__name__)

NOTHING_MEASURED = "not enough evidence: no lane of the checkpoint was measured in this session"
STOPPED = "No questionnaire is estimated any more."


class Estimating:
    """All of it on one thread. Without a folder it says nothing; what fails is told once, and the session goes on without estimates."""

    def __init__(self, folder: Path | None, tell: Callable[[Event], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._stream: FusionStream | None = None

    def open(self) -> None:
        """Load the checkpoint, where there is one."""
        self._guarded(self._load)

    def add(self, reading: Reading) -> Estimate | None:
        """The estimate, when this reading made a new one."""
        return self._guarded(lambda: self._stream.add(reading) if self._stream else None)

    def finish(self) -> Estimate | None:
        """The estimate with what came last; None when that is nothing new."""
        return self._guarded(lambda: self._stream.finish() if self._stream else None)

    def _load(self) -> None:
        self._stream = _stream(self._folder) if self._folder else None

    def _guarded(self, work: Callable[[], Estimate | None]) -> Estimate | None:
        try:
            return work()
        except Exception as error:
            logger.exception("The estimate of a questionnaire failed")
            self._stream = None
            why = error.failure.why if isinstance(error, AffectographError) else f"{error!r}."
            self._tell(Remarked(Failure(STOPPED, why, "The index and everything else go on; the log has the details.")))
            return None


def kept_estimates(session: SessionStream, checkpoint: str, wanted: Callable[[], bool] = lambda: True) -> KeptEstimates:
    """What a checkpoint (a name or a folder; "" none) estimates of a stored session; where it is unfit, that is what is said.

    What is made when nobody wants it any more is cut short.
    """
    if not checkpoint:
        return KeptEstimates()
    try:
        from models.fusion.card import load_fusion_card  # noqa: PLC0415

        folder = fusion_folder(checkpoint)
        kept = KeptEstimates(NOTHING_MEASURED, most=None, notes=load_fusion_card(folder).notes)
        kept.add(takewhile(lambda _: wanted(), estimates_of(session.readings, folder)))
    except CheckpointRefused as error:
        return KeptEstimates(f"its checkpoint is not used: {error.failure.why.rstrip('.')}")
    return kept


def estimates_of(readings: Iterable[Reading], folder: Path) -> Iterator[Estimate]:
    """The estimates of a stored session, made again from its readings (each lane's in the order of time); raises CheckpointRefused."""
    stream = _stream(folder)
    for reading in readings:
        if estimate := stream.add(reading):
            yield estimate
    if last := stream.finish():
        yield last


def _stream(folder: Path) -> "FusionStream":
    from models.fusion.reader import FusionReader, FusionStream  # noqa: PLC0415  nothing of it is loaded until somebody has one

    return FusionStream(FusionReader(folder))


def fusion_names() -> list[str]:
    """The user's own fusion checkpoints."""
    from models.fusion.reader import own_checkpoints  # noqa: PLC0415

    return [folder.name for folder in own_checkpoints()]


def fusion_folder(name: str) -> Path:
    """The folder of a fusion checkpoint that is named, or whose folder is given whole; raises CheckpointRefused where there is none."""
    folder = CHECKPOINTS / "fusion" / name
    if not folder.is_dir():
        raise CheckpointRefused(
            Failure(
                f"The fusion checkpoint “{name}” is not used:",
                f"there is none of that name; in checkpoints/fusion there are {', '.join(fusion_names()) or 'none at all'}.",
                "Choose another one in the settings (Fusion), or leave it empty.",
            )
        )
    return folder
