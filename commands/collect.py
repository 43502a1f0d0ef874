"""collect a personal data set: prompts, consent, recordings of a voice or a face, and a manifest for training."""

import argparse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from commands.collection.dialogue import CONSENT, Dialogue
from commands.collection.folder import FACE_COLUMNS, VOICE_COLUMNS, CollectedFolder, consent_of, keep_consent
from commands.collection.plan import Item, missing, person_name, shown_items, spoken_items
from commands.collection.prompts import SENTENCES, prompts_in, prompts_of
from commands.exit_codes import ExitCode
from commands.run import chosen_devices, refuse_unknown
from core.failures import Failure, SourceUnavailable, WrongUse
from core.labels import EMOTIONS, Emotion
from core.settings import Settings

SPOKEN = (Emotion.NEUTRAL, Emotion.HAPPINESS, Emotion.SADNESS, Emotion.ANGER, Emotion.SURPRISE)
"""The classes of the shipped voice; the easiest first, so that the person warms up."""

SHOWN = (Emotion.NEUTRAL, Emotion.HAPPINESS, Emotion.SADNESS, Emotion.ANGER, Emotion.SURPRISE, Emotion.FEAR, Emotion.DISGUST)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("kind", choices=("voice", "face"), help="what is recorded")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the data set's folder (one kind each)")
    parser.add_argument("--person", required=True, metavar="NAME", help="who is recorded: a name or pseudonym, for file names")
    parser.add_argument("--sex", choices=("F", "M"), default="", help="told to training, which deals people out evenly by it")
    parser.add_argument("--emotions", nargs="+", default=[], metavar="EMOTION", help=f"of {', '.join(EMOTIONS)}")
    parser.add_argument("--language", default="en", metavar="CODE", help=f"of the built-in sentences: {', '.join(SENTENCES)}")
    parser.add_argument("--prompts", type=Path, metavar="FILE", help="your own sentences, one a line")
    parser.add_argument("--repetitions", type=count, default=1, metavar="N", help="times that each sentence is said (default: 1)")
    parser.add_argument("--pictures", type=count, default=10, metavar="N", help="of each expression of a face (default: 10)")
    parser.add_argument("--consent-text", type=Path, metavar="FILE", help="what the person agrees to, in your words")
    parser.add_argument("--camera", metavar="NAME|N|URL", help="default: the first one")
    parser.add_argument("--microphone", metavar="NAME", help="default: the system's")


def count(word: str) -> int:
    """A number of times; raises ArgumentTypeError."""
    if not word.isdecimal() or not 1 <= int(word) <= 1000:
        raise argparse.ArgumentTypeError(f"“{word}” is no number of times: say 1 to 1000")
    return int(word)


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask, record, keep; ends when all is there, when the person stops, or when the device is lost."""
    person = person_name(arguments.person)
    spoken = arguments.kind == "voice"
    emotions = _emotions(arguments.emotions) or (SPOKEN if spoken else SHOWN)
    if spoken:
        prompts = prompts_in(arguments.prompts) if arguments.prompts else prompts_of(arguments.language)
        items = spoken_items(emotions, prompts, arguments.repetitions)
    else:
        items = shown_items(emotions, arguments.pictures)
    folder = CollectedFolder(arguments.output, VOICE_COLUMNS if spoken else FACE_COLUMNS)
    dialogue = Dialogue()
    todo = missing(items, folder.rows, person)
    if not todo:
        dialogue.say(f"All {len(items)} recordings of {person} are there already.")
        return ExitCode.DONE
    device = _device(arguments, settings)
    if not _may_record(dialogue, arguments, person):
        dialogue.say("Nothing was recorded: without consent nothing is.")
        return ExitCode.FAILED
    if len(todo) < len(items):
        dialogue.say(f"{len(items) - len(todo)} of {len(items)} are there already; going on from there.")
    from commands.collection.desk import Desk  # noqa: PLC0415  devices and detectors are loaded when something is recorded

    desk = Desk(dialogue, folder, settings, person, arguments.sex, device)
    with suppress(KeyboardInterrupt):
        try:
            (desk.record_sentences if spoken else desk.take_pictures)(todo)
        finally:
            _told_end(dialogue, folder, items, person, arguments.kind)
    return ExitCode.DONE


def _emotions(words: Sequence[str]) -> tuple[Emotion, ...]:
    unknown = [word for word in words if word.casefold() not in set(EMOTIONS)]
    if unknown:
        raise WrongUse(
            Failure(f"“{unknown[0]}” is no emotion that is collected.", f"These are: {', '.join(EMOTIONS)}.", "Choose among them.")
        )
    return tuple(dict.fromkeys(Emotion(word.casefold()) for word in words))


def _device(arguments: argparse.Namespace, settings: Settings) -> str:
    """The microphone or camera that is used; raises SourceUnavailable."""
    arguments.demonstration = False
    refuse_unknown(arguments.camera, arguments.microphone)
    camera, microphone = chosen_devices(arguments)
    device, kind = (microphone, "microphone") if arguments.kind == "voice" else (camera, "camera")
    if device is None:
        raise SourceUnavailable(
            Failure(f"There is no {kind}.", "None was found on this machine.", "Plug one in; `main.py devices` lists them.")
        )
    return device


def _may_record(dialogue: Dialogue, arguments: argparse.Namespace, person: str) -> bool:
    """Whether the person agreed, now or before; an agreement is written down before anything is recorded."""
    if (before := consent_of(arguments.output, person)) is not None:
        dialogue.say(f"{person} agreed on {before.get('given_utc', 'an earlier day')}.")
        return True
    if arguments.consent_text:
        try:
            text = arguments.consent_text.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUse(Failure(f"{arguments.consent_text} cannot be read.", f"{error}.", "Check its name.")) from None
    else:
        what = "The voice" if arguments.kind == "voice" else "Pictures of the face"
        text = CONSENT.format(what=what, person=person, folder=arguments.output.resolve())
    if not dialogue.agrees(text):
        return False
    keep_consent(arguments.output, person, text)
    return True


def _told_end(dialogue: Dialogue, folder: CollectedFolder, items: Sequence[Item], person: str, kind: str) -> None:
    """How much is there, and what can be done with it."""
    left = len(missing(items, folder.rows, person))
    dialogue.say(f"\n{len(items) - left} of {len(items)} recordings of {person} are in {folder.path}.")
    if left:
        dialogue.say("The same command goes on from here.")
    else:
        next_step = {"voice": "training.adapt_voice --adapt-from default --name NAME", "face": "training.train_face"}[kind]
        dialogue.say(f"Train with them: python -m {next_step} --data {folder.path}")
