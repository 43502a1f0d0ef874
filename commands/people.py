"""people: list the people of the record, add, edit or delete somebody, note a consent, export everything on one person."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.table import Table

from commands.exit_codes import ExitCode
from commands.person_export import export_person, sessions_of
from commands.results import prepare_folder
from commands.session_run import say
from commands.tables import print_table
from commands.unlocking import kept_store, no_store, tell_recovered
from core.failures import Failure, WrongUse
from core.person import CONSENT_WORDS, Person, Scope, found, holding
from core.settings import Settings
from store import audit
from store.consents import consented, give_consent, read_consents
from store.database import writing
from store.deletion import delete_person, withdraw_consent
from store.engine import sqlite
from store.people import add_person, change_person, people
from store.vault import OpenStore

NOT_ERASED = "A running session holds the file, or the disk is full: the last traces in it go at the next opening of the store."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.set_defaults(act="list", search="")
    after = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)  # the store may be named at the end as well
    after.add_argument("--passphrase-file", type=Path, metavar="FILE", help="the store's passphrase is its first line")
    after.add_argument("--database", type=Path, metavar="FILE", help="the database of sessions (default: your own)")
    acts = parser.add_subparsers(dest="act", metavar="WHAT")
    listing = acts.add_parser("list", parents=[after], help="list everybody, or who is found")
    listing.add_argument("search", nargs="?", default="", help="words of the pseudonym or the notes, in any case, without accents")
    adding = acts.add_parser("add", parents=[after], help="add somebody")
    adding.add_argument("pseudonym", help="any word or number that stands for the person")
    editing = acts.add_parser("edit", parents=[after], help="change what is known of somebody")
    editing.add_argument("person", help=_WHO)
    editing.add_argument("--pseudonym", help="another pseudonym")
    for one in (adding, editing):
        one.add_argument("--born", type=int, metavar="YEAR", help="year of birth")
        one.add_argument("--sex", metavar="WORD", help="as the person says it")
        one.add_argument("--notes", metavar="WORDS", help="anything else")
    deleting = acts.add_parser("delete", parents=[after], help="delete somebody with all sessions, questionnaires, consents and baselines")
    deleting.add_argument("person", help=_WHO)
    deleting.add_argument("--yes", action="store_true", help="mean it: nothing of it can be brought back")
    consenting = acts.add_parser(
        "consent", parents=[after], help="show consents, note that one was given, or withdraw one and delete what it covers"
    )
    consenting.add_argument("person", help=_WHO)
    given = consenting.add_mutually_exclusive_group()
    given.add_argument("--give", choices=[scope.value for scope in Scope], help="the person has read the words and consents")
    given.add_argument(
        "--withdraw",
        choices=[scope.value for scope in Scope],
        help="withdraw it, and delete what it covers (needs --yes; for research nothing is deleted)",
    )
    consenting.add_argument("--yes", action="store_true", help="mean the deletion")
    exporting = acts.add_parser("export", parents=[after], help="write everything on one person into a folder")
    exporting.add_argument("person", help=_WHO)
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder is made in here")


_WHO = "pseudonym, or number in the list"


def execute(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it; raises WrongUse where nobody is meant, or more than one."""
    store = kept_store(arguments)
    if store is None:
        raise no_store(arguments.database)
    tell_recovered(store)
    if arguments.act == "export":
        return _export(store, arguments)
    with writing(store.database, store.key) as connection:
        return _ACTS[arguments.act](connection, arguments)


def one_of(connection: sqlite.Connection, words: str) -> Person:
    """Somebody by pseudonym or number; raises WrongUse."""
    known = people(connection)
    chosen = [one for one in known if one.pseudonym == words] or [one for one in known if str(one.id) == words]
    if len(chosen) != 1:
        raise WrongUse(
            Failure(f"There is nobody called “{words}”.", "Pseudonyms are compared letter by letter.", "See: main.py people list")
        )
    return chosen[0]


def _list(connection: sqlite.Connection, arguments: argparse.Namespace) -> ExitCode:
    shown = found(people(connection), arguments.search)
    audit.append(connection, "view", "people")
    if not shown:
        print("Nobody is found." if arguments.search else "Nobody has been added yet.")
        return ExitCode.DONE
    table = Table("No.", "Pseudonym", "Born", "Sex", "Consents", "Sessions", box=None)
    for one in shown:
        consents = ", ".join(holding(read_consents(connection, one.id))) or "none"
        count = str(len(sessions_of(connection, one.id)))
        table.add_row(str(one.id), one.pseudonym, str(one.year_of_birth or ""), one.sex or "", consents, count)
    print_table(table)
    return ExitCode.DONE


def _add(connection: sqlite.Connection, arguments: argparse.Namespace) -> ExitCode:
    person = add_person(connection, arguments.pseudonym, arguments.born, arguments.sex, arguments.notes or "")
    print(f"“{person.pseudonym}” is person {person.id}.")
    return ExitCode.DONE


def _edit(connection: sqlite.Connection, arguments: argparse.Namespace) -> ExitCode:
    given = {"pseudonym": arguments.pseudonym, "year_of_birth": arguments.born, "sex": arguments.sex, "notes": arguments.notes}
    changes = {name: value for name, value in given.items() if value is not None}
    person = change_person(connection, replace(one_of(connection, arguments.person), **changes))
    print(f"Person {person.id} is changed: “{person.pseudonym}”.")
    return ExitCode.DONE


def _delete(connection: sqlite.Connection, arguments: argparse.Namespace) -> ExitCode:
    person = one_of(connection, arguments.person)
    count = len(sessions_of(connection, person.id))
    _insist(arguments, f"“{person.pseudonym}” and {count} sessions would be deleted, with questionnaires, consents and baselines.")
    erased = delete_person(connection, person.id)
    print(f"Person {person.id} and {count} sessions are deleted.")
    return _told(erased)


def _consent(connection: sqlite.Connection, arguments: argparse.Namespace) -> ExitCode:
    person = one_of(connection, arguments.person)
    if arguments.give:
        give_consent(connection, person.id, Scope(arguments.give))
        print(f"“{person.pseudonym}” has consented: {CONSENT_WORDS[Scope(arguments.give)]}")
    elif arguments.withdraw:
        return _withdraw(connection, person, Scope(arguments.withdraw), arguments)
    else:
        table = Table("What", "Version", "Given (UTC)", "Withdrawn (UTC)", box=None)
        for one in read_consents(connection, person.id):
            withdrawn = f"{one.withdrawn_utc:%Y-%m-%d %H:%M}" if one.withdrawn_utc else ""
            table.add_row(one.scope, one.version, f"{one.given_utc:%Y-%m-%d %H:%M}", withdrawn)
        print_table(table)
    return ExitCode.DONE


def _withdraw(connection: sqlite.Connection, person: Person, scope: Scope, arguments: argparse.Namespace) -> ExitCode:
    if scope is not Scope.RESEARCH:
        _insist(arguments, f"What the consent to {scope} covers would be deleted.")
    elif not consented(connection, person.id, scope):
        print(f"“{person.pseudonym}” has no consent to research that could be withdrawn. Nothing was changed.")
        return ExitCode.DONE
    erased = withdraw_consent(connection, person.id, scope)
    after = "nothing more is exported for research" if scope is Scope.RESEARCH else "what it covered is deleted"
    print(f"The consent of “{person.pseudonym}” to {scope} is withdrawn, and {after}.")
    return _told(erased)


def _export(store: OpenStore, arguments: argparse.Namespace) -> ExitCode:
    with writing(store.database, store.key) as connection:
        person = one_of(connection, arguments.person)
    prepare_folder(arguments.output)
    print(f"Everything on “{person.pseudonym}” lies in {export_person(store, person.id, arguments.output)}.")
    say("These files are not encrypted.")
    return ExitCode.DONE


def _insist(arguments: argparse.Namespace, what: str) -> None:
    if not arguments.yes:
        raise WrongUse(Failure(what, "Nothing of it could be brought back.", "Say --yes to mean it. Nothing was changed."))


def _told(erased: bool) -> ExitCode:
    if not erased:
        say(NOT_ERASED)
    return ExitCode.DONE


_ACTS: dict[str, Callable[[sqlite.Connection, argparse.Namespace], ExitCode]] = {
    "list": _list,
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "consent": _consent,
}
