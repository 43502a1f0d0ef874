"""How a training command ends: what goes wrong is told in a sentence."""

import sys
from collections.abc import Callable

from core.failures import AffectographError, WrongUse


def told(command: Callable[[], None]) -> None:
    """Run a command; a failure is a sentence on standard error and an exit code (1 failed, 2 wrong use), never a traceback."""
    try:
        command()
    except AffectographError as error:
        print(error, file=sys.stderr)
        sys.exit(2 if isinstance(error, WrongUse) else 1)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(1)
