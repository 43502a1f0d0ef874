"""PortAudio's door: loaded when it is needed, kept quiet, and used by one thread at a time (it is not safe otherwise)."""

from threading import Lock
from typing import Any

from core.failures import Failure, SourceUnavailable
from core.native_stderr import hushed_stderr

PORTAUDIO_LOCK = Lock()
"""Held by whoever initialises or terminates PortAudio, or opens or closes a stream."""


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
