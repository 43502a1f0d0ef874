"""baseline: record a person's ordinary speech, which later readings of the voice are compared with."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from capture.source import Source
from commands.exit_codes import ExitCode
from commands.people import one_of
from commands.run import chosen_devices, refuse_unknown
from commands.session_run import meter_for, say
from commands.unlocking import kept_store
from core.baseline import VoiceBaseline
from core.clock import SessionClock
from core.failures import Failure, SourceUnavailable, WrongUse
from core.settings import Settings
from monitor.board import Progress as Position
from monitor.board import SoundLevel
from monitor.wiring import microphone_source
from store.baselines import add_voice_baseline, require_consent
from store.database import writing

if TYPE_CHECKING:
    from models.voice.baseline import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--person", required=True, metavar="PSEUDONYM", help="whose speech it is; main.py people add makes somebody known")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--microphone", metavar="NAME", help="listen to this microphone (default: the system's)")
    source.add_argument("--file", type=Path, metavar="FILE", help="take the first speech of this recording")


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Listen, make the centre, store it for the person; nothing is stored when there was too little speech."""
    store = kept_store(arguments)
    if store is None:
        raise WrongUse(
            Failure(
                f"There is no store at {arguments.database} yet.",
                "It is where a person's speech is kept.",
                "Set it up once: main.py passphrase",
            )
        )
    with writing(store.database, store.key) as connection:
        person = one_of(connection, arguments.person)
        require_consent(connection, person.id)
    baseline = _recorded(_source(arguments, settings), settings)
    with writing(store.database, store.key) as connection:
        add_voice_baseline(connection, person.id, baseline)
    print(f"{person.pseudonym}: {baseline.speech_s:.0f} s of ordinary speech in {baseline.segments} segments, for “{baseline.model}”.")
    if baseline.caution:
        say(baseline.caution)
    return ExitCode.DONE


def _source(arguments: argparse.Namespace, settings: Settings) -> Source:
    if arguments.file:
        from capture.media_file import MediaSound  # noqa: PLC0415  the decoder is loaded when a file is opened

        return MediaSound(arguments.file, settings.capture)
    arguments.demonstration, arguments.camera = False, "none"
    refuse_unknown(None, arguments.microphone)
    _, microphone = chosen_devices(arguments)
    if microphone is None:
        raise SourceUnavailable(Failure("There is no microphone.", "None was found on this machine.", "Plug one in, or give --file."))
    say(f"Listening to {microphone}. Talk as on any day, for instance about the way here.")
    return microphone_source(microphone, settings, SessionClock())


def _recorded(source: Source, settings: Settings) -> VoiceBaseline:
    from monitor.baseline_recording import record_baseline  # noqa: PLC0415  the networks are loaded when they are used

    hints: list[str] = []
    with meter_for("Ordinary speech") as meter:

        def show(progress: "Progress", _level: SoundLevel) -> None:
            meter.move(Position(progress.speech_s, progress.wanted_s, None))
            if progress.hint and hints[-1:] != [progress.hint]:
                hints.append(progress.hint)
                say(progress.hint)

        return record_baseline(source, settings, show)
