"""devices: list cameras and microphones by name."""

import argparse

from capture.devices import list_cameras, list_microphones
from commands.exit_codes import ExitCode
from core.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: nothing of its own."""


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what there is; none is no failure."""
    cameras = [f"{camera.name}  (--camera {camera.number})" for camera in list_cameras()]
    microphones = [f"{one.name}{'  (default)' if one.is_default else ''}" for one in list_microphones()]
    for title, lines in (("Cameras", cameras), ("Microphones", microphones)):
        print(f"{title}:")
        for line in lines or ["(none)"]:
            print(f"  {line}")
    return ExitCode.DONE
