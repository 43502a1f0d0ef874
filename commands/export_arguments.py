"""What `export` and `report` take: a session, or a person and a period; for what, and whereto."""

import argparse
from datetime import date
from pathlib import Path

from commands.exit_codes import ExitCode
from commands.exporting import export_period, export_session, whole_record
from commands.people import one_of
from commands.session_run import say
from commands.unlocking import kept_store, no_store, tell_recovered
from core.calendar import Period
from core.failures import Failure, WrongUse
from core.purpose import Purpose
from core.settings import Settings
from review.exports.formats import Format, PeriodOf, Request, period_name, session_name
from review.report.paper import Paper
from store.database import writing
from store.purpose import read_purpose
from store.vault import OpenStore


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """What both commands take."""
    parser.add_argument("session", nargs="?", type=int, metavar="SESSION", help="the number of a session (main.py sessions)")
    parser.add_argument("--person", metavar="PSEUDONYM", help="a period of this person instead of one session")
    parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="first day of the period, such as 2026-01-31 (default: all)")
    parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="last day of the period")
    parser.add_argument("--by", type=Period, default=Period.MONTH, choices=list(Period), help="one point a day, week, month or year")
    parser.add_argument("-o", "--output", type=Path, default=Path(), metavar="PATH", help="a folder, or the file (default: here)")
    parser.add_argument("--paper", type=Paper, default=Paper.A4, choices=list(Paper), help="of PDF and printed HTML (default: A4)")
    parser.add_argument(
        "--for",
        dest="purpose",
        type=purpose_of,
        metavar="{care,research,own-use}",
        help="what for (default: what the store is used for); research needs that consent, and leaves words out",
    )
    parser.add_argument("--overwrite", action="store_true", help="write over what is there already")


def purpose_of(words: str) -> Purpose:
    """Of its words, with a hyphen as in `passphrase --purpose`; raises ArgumentTypeError."""
    for purpose in Purpose:
        if purpose is not Purpose.MONITORING and purpose == words.replace("-", " "):
            return purpose
    raise argparse.ArgumentTypeError(f"“{words}” is no purpose: say care, research or own-use")


def day(words: str) -> date:
    """A day; raises ArgumentTypeError."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{words}” is no day: say it as 2026-01-31") from None


def write_all(arguments: argparse.Namespace, kinds: list[Format], settings: Settings) -> ExitCode:
    """Write each format and say where; raises what `exporting` raises."""
    if (arguments.session is None) == (arguments.person is None):
        raise WrongUse(Failure("It takes a session or a person.", "Neither or both were given.", "Say its number, or --person PSEUDONYM."))
    if arguments.person is None and (arguments.first or arguments.last):
        raise WrongUse(Failure("--from and --to are of a person's period.", "A session was given.", "Leave them out."))
    store = kept_store(arguments)
    if store is None:
        raise no_store(arguments.database)
    tell_recovered(store)
    purpose = arguments.purpose or _purpose(store, settings)
    period = _period(arguments, store) if arguments.person is not None else None
    for kind in kinds:
        name = session_name(arguments.session, kind) if period is None else period_name(period, kind)
        target = _target(arguments.output, name, alone=len(kinds) == 1)
        request = Request(format=kind, target=target, purpose=purpose, paper=arguments.paper, overwrite=arguments.overwrite)
        if period is None:
            written = export_session(store, arguments.session, request, settings)
        else:
            written = export_period(store, period, request, settings)
        for path in written:
            print(path)
    say("These files are not encrypted.")
    return ExitCode.DONE


def _purpose(store: OpenStore, settings: Settings) -> Purpose:
    """What the store is used for, as was stated at its set-up."""
    with writing(store.database, store.key) as connection:
        stated = read_purpose(connection)
    return stated or (Purpose(settings.record.purpose) if settings.record.purpose else Purpose.CARE)


def _period(arguments: argparse.Namespace, store: OpenStore) -> PeriodOf:
    """The days that were named, or all."""
    with writing(store.database, store.key) as connection:
        person = one_of(connection, arguments.person).id
    first, last = arguments.first, arguments.last
    if first is None or last is None:
        earliest, latest = whole_record(store, person)
        first, last = first or earliest, last or latest
    return PeriodOf(person, first, last, arguments.by)


def _target(output: Path, name: str, *, alone: bool) -> Path:
    """The file itself where one is named, else a file in the folder."""
    return output if alone and output.suffix and not output.is_dir() else output / name
