"""Work that may take a while (opening a file, asking a driver for its devices), away from the window's thread."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.failures import AffectographError, Failure

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    deliver: Callable[[Any], None]
    value: Any


class Background(QObject):
    """One thread that does one thing after another; what comes of it is delivered on the window's thread."""

    _done = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def call(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Failure], None]) -> None:
        """Do `work` after what was asked before; `then` gets its result, or `failed` the reason."""
        if not self._closed:
            self._executor.submit(self._work, work, then, failed)

    def _work(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Failure], None]) -> None:
        try:
            outcome = _Outcome(then, work())
        except AffectographError as error:
            outcome = _Outcome(failed, error.failure)
        except Exception as error:
            logger.exception("background work failed")
            outcome = _Outcome(failed, unexpected_failure(error))
        if not self._closed:
            self._done.emit(outcome)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        if not self._closed:
            outcome.deliver(outcome.value)

    def close(self) -> None:
        """Deliver nothing more, do what was asked for (a device may have to be let go), and let the thread end."""
        self._closed = True
        self._executor.shutdown(wait=True)


def unexpected_failure(error: Exception) -> Failure:
    """What is said when the program itself is at fault."""
    return Failure("Something in the program itself went wrong.", f"{type(error).__name__}: {error}.", "The log has the details.")
