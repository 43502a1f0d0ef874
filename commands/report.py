"""report: a session, or a person's period, as PDF or HTML to read, print and file."""

import argparse

from commands.export_arguments import add_common_arguments, write_all
from core.settings import Settings
from review.exports.formats import Format


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_common_arguments(parser)
    parser.add_argument("--format", type=Format, choices=[Format.PDF, Format.HTML], default=Format.PDF, help="pdf (the default) or html")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write it, and print the file."""
    return write_all(arguments, [arguments.format], settings)
