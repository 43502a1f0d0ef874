"""What C libraries write to the terminal behind Python's back, kept out of a person's sight."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO

logger = logging.getLogger(__name__)

_STDERR = 2
_ONE_AT_A_TIME = Lock()


@contextmanager
def hushed_stderr() -> Iterator[None]:
    """Keep what is written to file descriptor 2 for the log: ALSA and JACK tell of each device that is not there, LiteRT of its delegate.

    Whatever another thread writes in this moment goes to the log as well and is not lost. One thread at a time: two would restore
    each other's descriptor. Not reentrant.
    """
    with _ONE_AT_A_TIME:
        try:
            sys.stderr.flush()
            kept = os.dup(_STDERR)
        except (OSError, AttributeError, ValueError):  # a window program may have no stderr
            yield
            return
        with _scratch() as said:
            try:
                os.dup2(said.fileno(), _STDERR)
                yield
            finally:
                os.dup2(kept, _STDERR)
                os.close(kept)
                said.seek(0)
                logger.debug("A library said: %s", said.read().decode(errors="replace"))


def _scratch() -> IO[bytes]:
    """Somewhere to write to; nowhere when the disk is full: a device opens all the same."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return Path(os.devnull).open("r+b")
