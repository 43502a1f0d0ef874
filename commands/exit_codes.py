"""What a command's exit code says to a script."""

from enum import IntEnum


class ExitCode(IntEnum):
    """0 done, 1 failed, 2 wrong use."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
