"""PortAudio's door: loaded when it is needed, kept quiet, and used by one thread at a time (it is not safe otherwise)."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from core.failures import Failure, SourceUnavailable

logger = logging.getLogger(__name__)

PORTAUDIO_LOCK = Lock()
"""Held by whoever initialises or terminates PortAudio, or opens or closes a stream."""

_STDERR = 2


def initialised_portaudio() -> Any:
    """A PyAudio that knows the devices of this moment; to be called with PORTAUDIO_LOCK held. Raises SourceUnavailable."""
    try:
        import pyaudio  # noqa: PLC0415  a machine without PortAudio still runs everything else
    except ImportError as error:
        raise SourceUnavailable(
            Failure(
                "No microphone can be used.",
                f"PyAudio or its library PortAudio is missing ({error}).",
                "On Debian and Ubuntu: `apt-get install libportaudio2`; then `make run` sets up the rest.",
            )
        ) from None
    try:
        with hushed_stderr():
            return pyaudio.PyAudio()
    except OSError as error:
        raise SourceUnavailable(
            Failure("No microphone can be used.", f"The sound system did not start ({error}).", "Check the system's sound settings.")
        ) from None


@contextmanager
def hushed_stderr() -> Iterator[None]:
    """Keep what C libraries write to stderr (ALSA and JACK tell of each device that is not there) out of sight, for the log's details.

    Whatever another thread writes in this moment goes to the log as well and is not lost. Not reentrant: PORTAUDIO_LOCK guards it.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(_STDERR)
    except (OSError, AttributeError, ValueError):  # a window program may have no stderr
        yield
        return
    with tempfile.TemporaryFile() as said:
        try:
            os.dup2(said.fileno(), _STDERR)
            yield
        finally:
            os.dup2(kept, _STDERR)
            os.close(kept)
            said.seek(0)
            logger.debug("The sound system said: %s", said.read().decode(errors="replace"))
