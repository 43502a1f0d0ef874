"""--keep: what of picture and sound is kept of a session whose person has consented."""

import argparse

from core.failures import Failure, WrongUse
from core.media import MediaKind
from core.settings import Settings
from store.consents import may_keep
from store.database import writing
from store.vault import OpenStore

NOTHING = "none"


def add_argument(parser: argparse.ArgumentParser) -> None:
    """The option."""
    parser.add_argument(
        "--keep",
        type=kinds,
        default=None,
        metavar="picture,sound|none",
        help="what is kept, encrypted, of a person who has consented to “record” (default: the settings record.keep_picture and _sound)",
    )


def kinds(word: str) -> frozenset[MediaKind]:
    """What is meant; raises ArgumentTypeError."""
    try:
        return frozenset() if word == NOTHING else frozenset(map(MediaKind, word.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{word}” cannot be kept: say picture, sound, both with a comma between, or {NOTHING}") from None


def applied(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """The settings, with the option's wish in them where there is one."""
    if arguments.keep is None:
        return settings
    wishes = {f"record.keep_{kind}": kind in arguments.keep for kind in MediaKind}
    return settings.with_values(wishes, "the option --keep")


def refuse_without_consent(arguments: argparse.Namespace, store: OpenStore, person: int | None) -> None:
    """Raise WrongUse where the option wants what nobody has consented to."""
    if not arguments.keep:
        return
    if person is None:
        raise _refused("Nobody is named whose they would be.", "Say whose session it is: --person PSEUDONYM.")
    with writing(store.database, store.key) as connection:
        if not may_keep(connection, person):
            raise _refused(
                f"“{arguments.person}” has not consented to it, or has withdrawn it.",
                f"When the person has: main.py people consent “{arguments.person}” --give record",
            )


def _refused(why: str, what_to_do: str) -> WrongUse:
    return WrongUse(Failure("Picture and sound cannot be kept of this session.", why, what_to_do))
