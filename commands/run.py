"""run the monitor: the window, or without one (--headless)."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from capture.camera_address import is_address, refused_address
from capture.devices import find_camera, find_microphone, list_cameras, list_microphones
from commands import comparison, keep_option
from commands.exit_codes import ExitCode
from commands.exporting import export_period, export_session
from commands.person_export import export_person
from commands.report_preview import preview_report
from commands.results import load_results, prepare_folder, write_results
from commands.session_run import meter_for, run_to_end, say
from commands.summary_lines import summary_lines
from commands.unlocking import given_passphrase, no_store, store_or_temporary, tell_recovered
from core.baseline import VoiceBaseline
from core.failures import Failure, SourceUnavailable, WrongUse
from core.settings import Settings
from gui.store_door import StoreDoor, door_of
from monitor.lane import Plan
from monitor.wiring import DEMONSTRATION, demonstration_plan, live_plan
from review.summary import summarise
from store.recovery import recovered
from store.vault import OpenStore, State

NONE = "none"
DEMONSTRATION_S = 60.0
"""Seconds of the demonstration without a window: each of its expressions comes once."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="recordings to open in the window")
    parser.add_argument("--camera", metavar="NAME|N|URL|none", help="a camera by name, number or address (default: the first one)")
    parser.add_argument("--microphone", metavar="NAME|none", help="a microphone by name (default: the system's)")
    parser.add_argument("--demonstration", action="store_true", help="the drawn face and the synthesised voice instead of devices")
    parser.add_argument("--headless", action="store_true", help="without a window: print the summary, write the files, end")
    parser.add_argument("--seconds", type=seconds, default=None, metavar="S", help="end after this time (headless)")
    parser.add_argument(
        "-o", "--output", type=Path, default=None, metavar="DIR", help="where headless files go (default: ./affectograph-output)"
    )
    comparison.add_arguments(parser)
    keep_option.add_argument(parser)


def seconds(word: str) -> float:
    """A length in seconds; raises ArgumentTypeError."""
    try:
        value = float(word)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"“{word}” is no length: say a number of seconds above 0")
    return value


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the window; without a display, or when asked, run without one."""
    settings = keep_option.applied(settings, arguments)
    if arguments.headless or not has_display():
        if not arguments.headless:
            say("There is no display: running without a window.")
        return _run_headless(arguments, settings)
    if arguments.person:
        raise WrongUse(
            Failure("--person is for --headless.", "In the window a person is chosen there.", "Leave it out, or add --headless.")
        )
    from gui.application import run_window  # noqa: PLC0415  Qt is loaded only when a window opens
    from gui.services import LiveRequest  # noqa: PLC0415

    named = arguments.demonstration or arguments.camera or arguments.microphone
    camera, microphone = chosen_devices(arguments) if named else (None, None)
    door = door_of(arguments.database)
    passphrase = given_passphrase(arguments)
    if passphrase is not None:
        if door.vault.state is not State.LOCKED:
            raise no_store(arguments.database)
        door.vault.unlock(passphrase)
        arguments.problems += map(recovered, door.opened())
    return run_window(
        settings,
        door=door,
        start_live=LiveRequest(camera, microphone, demonstration=arguments.demonstration, start=True) if named else None,
        files=arguments.files,
        problems=arguments.problems,
        baseline=comparison.from_file(arguments, settings),
        export=lambda session, folder: _export(door, session, folder),
        export_person=lambda person, folder: export_person(door.vault.store, person, folder),
        write_session=lambda session, request, values: export_session(door.store_of(session), session, request, values),
        write_period=lambda period, request, values: export_period(door.vault.store, period, request, values),
        preview_report=partial(preview_report, door),
    )


def _export(door: StoreDoor, session: int, folder: Path) -> None:
    prepare_folder(folder)
    store = door.store_of(session)
    write_results(load_results(store, session), folder, store)


def has_display() -> bool:
    """Whether a window can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def _run_headless(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.files:
        raise WrongUse(
            Failure("Recordings are opened by the window.", "There is none.", "Analyse them with: main.py analyze FILE... -o DIR")
        )
    folder = arguments.output or Path("affectograph-output")
    with store_or_temporary(arguments) as store:
        person, baseline = comparison.chosen(arguments, settings, store)
        keep_option.refuse_without_consent(arguments, store, person)
        plan = _headless_plan(arguments, settings, person, baseline)
        prepare_folder(folder)
        return _run_and_write(plan, folder, arguments, settings, store)


def _run_and_write(plan: Plan, folder: Path, arguments: argparse.Namespace, settings: Settings, store: OpenStore) -> int:
    tell_recovered(store)
    with meter_for(plan.title) as meter:
        outcome = run_to_end(plan, settings, store, meter, seconds=arguments.seconds)
    if outcome.session is None:
        return ExitCode.FAILED
    results = load_results(store, outcome.session)
    for line in summary_lines(summarise(results, settings.review)):
        print(line)
    written = write_results(results, folder, store)
    session = f"Session {outcome.session}" if store.kept else "Not kept in the store"
    print(f"{session}: {', '.join(path.name for path in written)} in {folder}")
    return ExitCode.FAILED if outcome.failures or outcome.not_kept else ExitCode.DONE


def _headless_plan(arguments: argparse.Namespace, settings: Settings, person: int | None, baseline: VoiceBaseline | None) -> Plan:
    camera, microphone = chosen_devices(arguments)
    if arguments.demonstration or (camera is None and microphone is None):
        if not arguments.demonstration:
            say("There is no camera and no microphone: running the built-in demonstration.")
        if baseline:
            say("The demonstration has a voice of its own: it is compared with people in general.")
        if arguments.keep:
            say("The demonstration is nobody: nothing of its picture and sound is kept.")
        return demonstration_plan(settings, seconds=arguments.seconds or DEMONSTRATION_S)
    refuse_unknown(arguments.camera, arguments.microphone)
    return live_plan(settings, camera=camera, microphone=microphone, person=person, baseline=baseline)


def refuse_unknown(camera: str | None, microphone: str | None) -> None:
    """Raise SourceUnavailable for a name that no device has, and for what is no address of a camera.

    A device that is there is waited for when it is lost; nobody sees without a window that a mistyped name is waited for.
    """
    if camera not in {None, NONE, DEMONSTRATION}:
        if not is_address(camera):
            find_camera(camera)
        elif refused := refused_address(camera):
            raise SourceUnavailable(refused)
    if microphone not in {None, NONE, DEMONSTRATION}:
        find_microphone(microphone)


def chosen_devices(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    """The camera and microphone asked for, else the first there are; None where there is none or it is switched off."""
    if arguments.demonstration:
        return None, None
    camera, microphone = arguments.camera, arguments.microphone
    if camera is None:
        camera = next((device.name for device in list_cameras()), None)
    if microphone is None:
        microphone = next((device.name for device in list_microphones()), None)
    return (None if camera == NONE else camera), (None if microphone == NONE else microphone)
