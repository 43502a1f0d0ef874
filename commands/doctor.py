"""doctor: check that everything the program needs is here, and list the settings."""

import argparse
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path

from capture.devices import list_cameras, list_microphones
from commands.exit_codes import ExitCode
from commands.run import has_display
from commands.unlocking import given_passphrase, kept_store, locked_vault
from core.estimate import NOT_TRAINED
from core.failures import AffectographError
from core.labels import Modality
from core.paths import CHECKPOINTS
from core.settings import Settings
from core.version import PACKAGES, VERSION
from models.card import sha256_of
from monitor.estimating import fusion_names
from monitor.wiring import READERS, own_fusion
from store.database import open_for_writing

LEAST_FREE_BYTES = 1_000_000_000
"""A gigabyte holds weeks of sessions without picture and sound."""


class Verdict(Enum):
    """What a check found."""

    GOOD = "ok"
    MISSING = "--"
    BAD = "!!"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    what: str
    detail: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--settings", action="store_true", help="list every setting with its value, unit, range and reason")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the findings; 1 when something that the program cannot do without is bad."""
    if arguments.settings:
        for line in setting_lines(settings):
            print(line)
        return ExitCode.DONE
    findings = list(_findings(arguments, settings))
    for finding in findings:
        print(f"{finding.verdict.value:3} {finding.what}: {finding.detail}")
    bad = sum(finding.verdict is Verdict.BAD for finding in findings)
    print("Everything that is needed works." if not bad else f"{bad} of {len(findings)} checks failed.")
    return ExitCode.FAILED if bad else ExitCode.DONE


def setting_lines(settings: Settings) -> Iterator[str]:
    """Every setting: name = value unit (default, range): reason."""
    defaults = Settings().as_dict()
    for name, one, value in settings.names():
        meta = one.metadata
        bounds = ", ".join(meta["choices"]) or " to ".join(str(b) for b in (meta["low"], meta["high"]) if b is not None)
        yield f"{name} = {value}{' ' + meta['unit'] if meta['unit'] else ''}  (default {defaults[name]}; {bounds}): {meta['why']}"


def _findings(arguments: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    yield Finding(Verdict.GOOD, "Program", f"Affectograph {VERSION}, Python {platform.python_version()}, {platform.platform(terse=True)}")
    yield Finding(Verdict.GOOD if sys.version_info >= (3, 11) else Verdict.BAD, "Python", "3.11 or newer is needed")
    yield from (_package(name) for name in PACKAGES)
    yield from (_checkpoint(modality, settings) for modality in Modality)
    yield _own_fusion(settings)
    yield _store(arguments)
    yield _free_space(arguments.database)
    yield _devices("Cameras", lambda: [camera.name for camera in list_cameras()])
    yield _devices("Microphones", lambda: [microphone.name for microphone in list_microphones()])
    display = has_display()
    yield Finding(Verdict.GOOD if display else Verdict.MISSING, "Display", "a window can be shown" if display else "none: use --headless")


def _package(name: str) -> Finding:
    try:
        return Finding(Verdict.GOOD, "Package", f"{name} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        return Finding(Verdict.BAD, "Package", f"{name} is not installed; run `make run`, or pip install -r requirements-run.txt")


def _checkpoint(modality: Modality, settings: Settings) -> Finding:
    try:
        reader = READERS[modality](settings)
        reader.warm_up()
    except AffectographError as error:
        return Finding(Verdict.BAD, f"Model ({modality})", str(error))
    card = reader.card
    place = card.path.relative_to(CHECKPOINTS) if card.path.is_relative_to(CHECKPOINTS) else card.path
    return Finding(Verdict.GOOD, f"Model ({modality})", f"{place}, sha256 {sha256_of(card.path)[:12]}…, runs")


def _own_fusion(settings: Settings) -> Finding:
    """The index needs none; one that was chosen must be fit."""
    own, unfit = own_fusion(settings)
    if unfit:
        return Finding(Verdict.BAD, "Model (fusion)", str(unfit[0]))
    if own is None:
        there = ", ".join(fusion_names())
        offer = f"; there is {there}: set fusion.checkpoint" if there else ""
        return Finding(Verdict.MISSING, "Model (fusion)", f"{NOT_TRAINED}{offer}")
    return Finding(Verdict.GOOD, "Model (fusion)", " ".join((f"{own.folder.name}, your own, beside the index; runs.", *own.notes)))


def _store(arguments: argparse.Namespace) -> Finding:
    """Without a passphrase nobody is asked for one: that there is an encrypted store is all that is said."""
    try:
        if locked_vault(arguments) is None:
            return Finding(Verdict.MISSING, "Database", "no store has been set up: main.py passphrase, or the window, does it")
        if given_passphrase(arguments) is None:
            return Finding(Verdict.GOOD, "Database", f"{arguments.database}, encrypted and locked")
        store = kept_store(arguments)
        assert store is not None
        with closing(open_for_writing(store.database, store.key)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM session WHERE deleted_utc IS NULL").fetchone()
    except AffectographError as error:
        return Finding(Verdict.BAD, "Database", str(error))
    return Finding(Verdict.GOOD, "Database", f"{store.database}, encrypted, {count} sessions")


def _free_space(database: Path) -> Finding:
    free = shutil.disk_usage(database.parent if database.parent.is_dir() else Path.home()).free
    verdict = Verdict.GOOD if free >= LEAST_FREE_BYTES else Verdict.BAD
    return Finding(verdict, "Disk", f"{free / 1e9:.1f} GB free")


def _devices(what: str, names: Callable[[], list[str]]) -> Finding:
    try:
        found = names()
    except AffectographError as error:
        return Finding(Verdict.MISSING, what, str(error))
    return Finding(Verdict.GOOD if found else Verdict.MISSING, what, ", ".join(found) or "none; the demonstration runs without")
