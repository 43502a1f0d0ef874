"""Affectograph: arguments, logging, settings, and the command that does the rest."""

import logging
import logging.handlers
import os
import sys
from io import TextIOWrapper

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads: a second thread makes small products slower, not faster

from commands.arguments import COMMANDS, effective_settings, parse
from commands.exit_codes import ExitCode
from core.failures import AffectographError, WrongUse
from core.native_memory import return_freed_memory
from store.crash_reports import no_core_dumps
from store.folders import data_folder

LOG_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
LOG_BYTES = 1_000_000


def main(words: list[str]) -> int:
    """Run one command; failures are sentences on standard error, never tracebacks."""
    arguments = parse(words)
    speak_past_libraries()
    return_freed_memory()
    no_core_dumps()
    start_logging(verbose=arguments.verbose)
    try:
        settings, stored = effective_settings(arguments)
        arguments.problems = [stored.problem] if stored.problem else []
        for problem in arguments.problems:
            print(problem, file=sys.stderr)
        return int(COMMANDS[arguments.command].execute(arguments, settings))
    except WrongUse as error:
        print(error, file=sys.stderr)
        return ExitCode.WRONG_USE
    except AffectographError as error:
        print(error, file=sys.stderr)
        return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:
        logging.getLogger(__name__).exception("Unexpected failure")
        log = data_folder() / "affectograph.log"
        print(f"Something unexpected went wrong: {error!r}. What was stored is kept. The log {log} has the details.", file=sys.stderr)
        return ExitCode.FAILED


def speak_past_libraries() -> None:
    """Give standard error a descriptor of its own: what C libraries write to 2 is kept from the terminal, and our own words never.

    On both outputs a letter that the terminal does not have is a question mark, and no failure.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        own = os.dup(sys.stderr.fileno())
    except (OSError, AttributeError, ValueError):  # there is none, or a test reads it
        return
    sys.stderr = os.fdopen(own, "w", buffering=1, encoding=sys.stderr.encoding, errors="replace")


def start_logging(*, verbose: bool) -> None:
    """Write to a log file of bounded size, where one can be written; with `verbose` to standard error as well."""
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbose else []
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(data_folder() / "affectograph.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
        )
    except OSError as error:
        print(f"No log is written: {error}.", file=sys.stderr)
    logging.raiseExceptions = False  # a log on a full disk is silent, no traceback on the terminal
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, handlers=handlers or [logging.NullHandler()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
