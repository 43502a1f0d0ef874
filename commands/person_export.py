"""Everything on one person, into one folder that only its owner can read."""

from pathlib import Path

from commands.kept_export import write_kept
from commands.results import cards_of
from core.session import SessionInfo
from review.exports.folder import write_all
from review.exports.person_json import PERSON_FILE, person_json, session_folder, write_person_json
from review.exports.whole_file import unwritable
from review.questionnaire_csv import write_table
from store import audit
from store.consents import read_consents
from store.database import writing
from store.engine import sqlite
from store.people import read_person
from store.person_facts import read_facts
from store.questionnaires import read_questionnaires
from store.session_reader import list_sessions, read_session
from store.session_use import read_uses
from store.vault import OpenStore

QUESTIONNAIRES_FILE = "questionnaires.csv"


def export_person(store: OpenStore, number: int, folder: Path) -> Path:
    """Write person.json, questionnaires.csv and a folder for each session; gives the folder of it all.

    Raises NoSuchPerson, OutputUnwritable, StoreUnavailable. Picture and sound that were kept lie beside each session's numbers, not
    encrypted any more; person.json says what of them could not be read.
    """
    with writing(store.database, store.key) as connection:
        person = read_person(connection, number)
        sessions = sessions_of(connection, number)
        forms = read_questionnaires(connection, number)
        content = person_json(
            person, read_consents(connection, number), sessions, read_uses(connection, number), read_facts(connection, number)
        )
        whole = _make(folder / f"person-{number}")
        faults = []
        for info in sessions:
            place = _make(whole / session_folder(info.id))
            write_all(place, read_session(connection, info.id), cards_of(info))
            faults += write_kept(connection, info.id, place)
        write_table(whole / QUESTIONNAIRES_FILE, [(person.pseudonym, form) for form in forms])
        write_person_json(whole / PERSON_FILE, content | {"not_readable": list(map(str, faults))})
        audit.append(connection, "export", f"person {number}", f"{len(sessions)} sessions, {len(forms)} questionnaires")
    return whole


def sessions_of(connection: sqlite.Connection, person: int) -> list[SessionInfo]:
    """A person's sessions, the oldest first; raises sqlite.Error."""
    return [info for info in list_sessions(connection) if info.person == person]


def _make(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder
