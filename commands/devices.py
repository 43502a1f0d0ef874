"""devices: list cameras and microphones by name."""

import argparse

from capture.devices import list_cameras, list_microphones
from commands.exit_codes import ExitCode
from core.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: nothing of its own."""


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what there is; none is no failure."""
    print("Cameras:")
    for camera in list_cameras():
        print(f"  {camera.name}  (--camera {camera.number})")
    print("Microphones:")
    for microphone in list_microphones():
        print(f"  {microphone.name}{'  (default)' if microphone.is_default else ''}")
    return ExitCode.DONE
