"""Keeps the key out of what the system writes when a program crashes, and out of what other programs of the same user may read."""

import sys

PR_SET_DUMPABLE = 4
"""prctl(2)"""


def no_core_dumps() -> None:
    """A dump of the memory holds the key and what is on the screen; the log says what can be said without it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  there is none on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def close_memory() -> None:
    """From when there is a key: Linux hands a dump to a collector of crash reports although its limit is 0, unless the process is closed.

    Its memory and its environment, which may hold the passphrase, are then closed to other programs of the same user as well. Not earlier:
    the desktop looks into the process when that first asks for colours.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  needed here only

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
