"""bench: measure speed and memory, as a table and JSON."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from commands.exit_codes import ExitCode
from commands.results import prepare_folder
from commands.run import seconds
from commands.session_run import say
from commands.tables import print_table
from core.failures import Failure, WrongUse
from core.settings import Settings

BUSY_SHARE = 0.1
"""Above this share of use by others, wall times are not to be trusted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--data", type=Path, default=None, metavar="DIR", help="a folder with the shared clips (default: the demonstration)"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="interleaved rounds; medians are shown (default: 3)")
    parser.add_argument("--live-seconds", type=seconds, default=20.0, metavar="S", help="length of the live part (default: 20)")
    parser.add_argument("-o", "--output", type=Path, default=Path("bench-results"), metavar="DIR", help="where bench.json goes")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure and print. A missed goal is shown and is no failure: measuring is not testing."""
    from bench.measure import busy, measure  # noqa: PLC0415

    if arguments.rounds < 1:
        raise WrongUse(Failure("--rounds wants at least 1.", "", ""))
    if arguments.data is not None and not arguments.data.is_dir():
        raise WrongUse(Failure(f"There is no folder {arguments.data}.", "", "Leave --data out to measure on the demonstration."))
    prepare_folder(arguments.output)
    used = busy()
    if used > BUSY_SHARE:
        say(f"The machine is busy ({used:.0%}): wall times will be worse than they could be.")
    measured = measure(arguments.data, arguments.rounds, arguments.live_seconds, say)
    table = Table("What", "Measured", "Unit", "Goal", "", box=None)
    for row in measured["rows"]:
        table.add_row(row.what, f"{row.value:.2f}", row.unit, row.goal, {True: "met", False: "MISSED", None: ""}[row.met])
    print_table(table)
    target = arguments.output / "bench.json"
    target.write_text(json.dumps(measured | {"rows": [asdict(row) for row in measured["rows"]]}, indent=1), encoding="utf-8")
    print(f"Written: {target}")
    return ExitCode.DONE
