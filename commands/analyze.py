"""analyze recordings: readings, scores and a summary for each file."""

import argparse
import math
from functools import partial
from pathlib import Path

from commands import comparison
from commands.exit_codes import ExitCode
from commands.results import load_results, prepare_folder, write_results
from commands.session_run import Outcome, meter_for, run_to_end, say
from commands.unlocking import store_or_temporary, tell_recovered
from core.failures import AffectographError, Failure, WrongUse
from core.settings import Settings
from monitor.lane import Plan
from monitor.wiring import recording_plan
from store.vault import OpenStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="video or audio files")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="a folder; each file gets one of its own inside it")
    parser.add_argument(
        "--speed", type=speed, default=math.inf, metavar="max|1x", help="as fast as it goes (max, the default), or 0.5x, 1x, 2x ..."
    )
    parser.add_argument("--text", type=Path, default=None, metavar="FILE", help="what was said, in lines that may begin with mm:ss")
    comparison.add_arguments(parser)


def speed(word: str) -> float:
    """A speed in media seconds a second; raises ArgumentTypeError."""
    if word == "max":
        return math.inf
    try:
        value = float(word.removesuffix("x"))
    except ValueError:
        value = math.nan
    if not 0.1 <= value <= 100:
        raise argparse.ArgumentTypeError(f"“{word}” is no speed: say max, or a number from 0.1x to 100x")
    return value


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Analyse one file after the other; a file that fails is told and the rest is done."""
    if arguments.text and len(arguments.files) > 1:
        raise WrongUse(Failure("--text goes with one recording.", f"{len(arguments.files)} were given.", "Analyse them one by one."))
    prepare_folder(arguments.output)
    with store_or_temporary(arguments) as store:
        tell_recovered(store)
        return _analyse_all(arguments, settings, store)


def _analyse_all(arguments: argparse.Namespace, settings: Settings, store: OpenStore) -> ExitCode:
    failed = 0
    person, baseline = comparison.chosen(arguments, settings, store)
    open_plan = partial(
        recording_plan, settings=settings, text_file=arguments.text, speed=arguments.speed, person=person, baseline=baseline
    )
    for path, name in zip(arguments.files, folder_names(arguments.files), strict=True):
        try:
            outcome = _analyse(open_plan(path), arguments.output / name, settings, store)
        except AffectographError as error:
            say(f"{path}: {error}")
            failed += 1
            continue
        failed += bool(outcome.failures)
        if outcome.interrupted:
            say("Stopped; what was measured so far is kept.")
            return ExitCode.FAILED
    if failed:
        say(f"{failed} of {len(arguments.files)} files failed.")
    return ExitCode.FAILED if failed else ExitCode.DONE


def folder_names(files: list[Path]) -> list[str]:
    """A folder name for each file: its stem, or where two stems are alike its whole name, or that with a number."""
    stems = [path.stem for path in files]
    names: list[str] = []
    for path in files:
        name = path.stem if stems.count(path.stem) == 1 else path.name
        number = 2
        while name in names:
            name, number = f"{path.name} ({number})", number + 1
        names.append(name)
    return names


def _analyse(plan: Plan, folder: Path, settings: Settings, store: OpenStore) -> Outcome:
    prepare_folder(folder)
    with meter_for(plan.title) as meter:
        outcome = run_to_end(plan, settings, store, meter)
    if outcome.session is not None:
        results = load_results(store, outcome.session)
        write_results(results, folder, store)
        scored = sum(score.value is not None for score in results.scores)
        counted = f"{len(results.readings)} readings, {scored} of {len(results.scores)} scores"
        session = f"session {outcome.session}" if store.kept else "not kept in the store"
        print(f"{plan.title}: {session}, {counted}, in {folder}")
    return outcome
