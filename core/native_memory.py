"""Keep the program small on glibc, whose defaults keep freed memory for each thread."""

import contextlib
import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""The names of malloc.h."""

SETTINGS = {M_ARENA_MAX: 2, M_TRIM_THRESHOLD: 128 * 1024, M_MMAP_THRESHOLD: 256 * 1024}
"""Two arenas for a dozen threads; what is freed goes back to the system (docs/decisions/0006-memory.md)."""


def return_freed_memory() -> None:
    """Tell glibc so; does nothing on other systems. To be called before threads start."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):  # musl has no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        for name, value in SETTINGS.items():
            mallopt(name, value)
