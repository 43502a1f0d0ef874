"""The command line: its commands, their options, and the settings that they and the environment give."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from commands import (
    analyze,
    baseline,
    bench,
    collect,
    devices,
    doctor,
    export,
    passphrase,
    people,
    recover,
    report,
    run,
    sessions,
    unlocking,
    verify,
)
from core.failures import Failure, WrongUse
from core.settings import Settings, environment_values
from core.version import VERSION
from gui.settings_store import Stored, load_values, settings_file
from store.folders import database_file

COMMANDS = {
    "run": run,
    "analyze": analyze,
    "devices": devices,
    "sessions": sessions,
    "passphrase": passphrase,
    "people": people,
    "report": report,
    "export": export,
    "verify": verify,
    "recover": recover,
    "doctor": doctor,
    "baseline": baseline,
    "collect": collect,
    "bench": bench,
}

DESCRIPTION = """\
Affectograph reads face, voice and words, live or from recordings, into curves and one fused index. Everything stays on
this machine. It supports a professional's judgement and is never a diagnosis."""

EXIT_CODES = """\
Exit codes: 0 done, 1 failed, 2 wrong use. Settings: options beat the environment (AFFECTOGRAPH_FACE_RATE_HZ=10), which
beats the settings file; `doctor --settings` lists them."""


def parse(words: list[str]) -> argparse.Namespace:
    """The arguments; without a command the window opens. Ends the program with 2, and a sentence, when they are wrong."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting, such as face.rate_hz=10 (may be repeated)"
    )
    common.add_argument("--database", type=Path, default=None, metavar="FILE", help="the database of sessions (default: your own)")
    unlocking.add_argument(common)
    common.add_argument("--verbose", action="store_true", help="write the log to the terminal as well")
    parser = argparse.ArgumentParser(prog="main.py", description=DESCRIPTION, epilog=EXIT_CODES)
    parser.add_argument("--version", action="version", version=f"Affectograph {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").splitlines()[0]
        module.add_arguments(commands.add_parser(name, parents=[common], help=summary, description=summary, epilog=EXIT_CODES))
    arguments = parser.parse_args(words if words and words[0] in {*COMMANDS, "-h", "--help", "--version"} else ["run", *words])
    arguments.database = arguments.database or database_file()
    return arguments


def effective_settings(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> tuple[Settings, Stored]:
    """Defaults, overlaid by the settings file, the environment and the options; raises WrongUse. The file's own problems are told."""
    stored = load_values(settings_file())
    settings = Settings().with_values(stored.values, "the settings file")
    settings = settings.with_values(environment_values(environment), "the environment")
    return settings.with_values(_options(arguments.set), "the option --set"), stored


def _options(words: list[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise WrongUse(Failure(f"--set {word} is not understood.", "It wants NAME=VALUE.", "For example: --set face.rate_hz=10"))
    return dict(word.split("=", 1) for word in words)  # type: ignore[misc]
