"""export a session, or a person's period: tables, annotations, captions, signals, a health record, or a report."""

import argparse

from commands.export_arguments import add_common_arguments, write_all
from core.failures import Failure, WrongUse
from core.settings import Settings
from review.exports.formats import Format


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_common_arguments(parser)
    parser.add_argument("--format", required=True, metavar="FORMAT", help=f"{', '.join(Format)}; several with commas between them")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write it, and print the files."""
    return write_all(arguments, _formats(arguments.format), settings)


def _formats(words: str) -> list[Format]:
    try:
        return [Format(word.strip()) for word in words.split(",")]
    except ValueError as error:
        raise WrongUse(Failure(f"--format {words} is not understood: {error}.", f"There are {', '.join(Format)}.", "")) from None
