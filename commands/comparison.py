"""What a session's voice is compared with, as the command line says it: a person's ordinary speech from the store or from a file."""

import argparse
from pathlib import Path

from commands.people import one_of
from core.baseline import VoiceBaseline
from core.failures import Failure, WrongUse
from core.settings import Settings
from store.baselines import read_voice_baseline, require_consent
from store.database import writing
from store.vault import OpenStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the voice is compared with, for commands that read a voice."""
    parser.add_argument("--person", metavar="PSEUDONYM", help="whose session it is; their stored ordinary speech is used")
    parser.add_argument(
        "--voice-baseline",
        type=Path,
        metavar="FILE",
        help="compare the voice with the first 20 s of speech in this file: the person's ordinary speech",
    )


def chosen(arguments: argparse.Namespace, settings: Settings, store: OpenStore) -> tuple[int | None, VoiceBaseline | None]:
    """The person's number and the baseline that `add_arguments` name; raises WrongUse, and what a file may raise."""
    given = from_file(arguments, settings)
    if arguments.person is None:
        return None, given
    if not store.kept:
        raise WrongUse(Failure("--person needs the store.", "It is not open.", "Give its passphrase, or leave --person out."))
    with writing(store.database, store.key) as connection:
        person = one_of(connection, arguments.person)
        require_consent(connection, person.id)
        return person.id, given or read_voice_baseline(connection, person.id)


def from_file(arguments: argparse.Namespace, settings: Settings) -> VoiceBaseline | None:
    """The baseline of --voice-baseline; raises MediaUnreadable, CheckpointRefused, DataUnfit."""
    if arguments.voice_baseline is None:
        return None
    from monitor.baseline_recording import baseline_from_file  # noqa: PLC0415  the networks are loaded when they are used

    return baseline_from_file(arguments.voice_baseline, settings)
