"""Tables on the terminal, and whole lines in a pipe."""

import sys

from rich.console import Console
from rich.table import Table

PIPE_WIDTH = 1000
"""Letters: a pipe has no width, and a line that is read by a script is not wrapped."""


def print_table(table: Table) -> None:
    """To standard output, as wide as the terminal, or unwrapped into a pipe."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=width, highlight=False, markup=False).print(table)
