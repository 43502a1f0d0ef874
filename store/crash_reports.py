"""Keeps the key out of what the system writes when a program crashes."""

import sys


def no_core_dumps() -> None:
    """A dump of the memory holds the key and what is on the screen; the log says what can be said without it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
