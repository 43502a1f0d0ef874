"""Writes a made-up year into a store of its own, to look at and to test with: `make sample-record`.

    .venv/bin/python main.py --database sample-record/sessions.db

opens it; the passphrase is printed. Five persons, about 155 sessions and 110 questionnaires.
"""

import argparse
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.sample_media import keep_demonstration
from bench.sample_year import PERSONAS, Persona, forms_of, long_session, sessions_of
from core.failures import AffectographError
from core.person import Scope
from core.session import SessionResults
from core.settings import Settings
from review.questionnaire import score_of
from review.session_values import VALUES_VERSION, session_values
from store.consents import give_consent
from store.data_key import DataKey
from store.database import open_for_writing
from store.engine import sqlite
from store.key_file import COST, Cost
from store.people import add_person, people
from store.questionnaires import add_questionnaires
from store.recovery_key import RecoveryKey
from store.session_values import write_values
from store.session_writer import SessionWriter
from store.tracks import keep_tracks
from store.vault import Vault

PASSPHRASE = "a made-up year"
STEP_S = 2.0
"""Between two values of the index: a quarter of the usual, to write a year in a minute."""

SETTINGS = Settings().with_values({"fusion.step_s": STEP_S}, "the sample record")


def write_record(folder: Path, personas: tuple[Persona, ...] = PERSONAS, cost: Cost = COST) -> Path:
    """A new store in `folder`, opened by PASSPHRASE; gives the database. Raises StoreUnavailable where there is one already."""
    database = folder / "sessions.db"
    vault = Vault(database, cost)
    vault.set_up(PASSPHRASE, RecoveryKey.new())
    vault.confirm_recovery_key()
    with closing(open_for_writing(database, vault.store.key)) as connection:
        for persona in personas:
            write_person(connection, persona)
    return database


def write_person(connection: sqlite.Connection, persona: Persona) -> int:
    """A person with all sessions and forms; gives the person's number."""
    person = add_person(connection, persona.name, persona.year_of_birth, persona.sex, persona.notes).id
    for scope in (Scope.STORE, Scope.RESEARCH):
        give_consent(connection, person, scope)
    for results in sessions_of(persona, settings=SETTINGS):
        write_session(connection, person, results)
    add_questionnaires(connection, person, [(form, score_of(form).total) for form in forms_of(persona)])
    return person


def write_session(connection: sqlite.Connection, person: int, results: SessionResults) -> int:
    """A session as the scribe writes it, and its values for trends; gives its number."""
    writer = SessionWriter(connection, replace(results.info, person=person))
    for modality, model in results.info.models.items():
        writer.set_model(modality, model["name"], model["sha256"])
    for items in (results.readings, results.scores, results.gaps, results.marks, results.notes):
        for item in items:
            writer.add(item)
            writer.commit_if_due()
    writer.end({"face.items_read": len(results.readings)}, results.info.ended_utc)
    write_values(connection, session_values(replace(results, info=replace(results.info, id=writer.session_id))), VALUES_VERSION)
    keep_tracks(connection, writer.session_id)
    return writer.session_id


def write_long_session(database: Path, key: DataKey | None, hours: float, kept_s: float) -> int:
    """One more session of the first person, with its first `kept_s` seconds of picture and sound; gives its number."""
    with closing(open_for_writing(database, key)) as connection:
        [first, *_] = people(connection)
        give_consent(connection, first.id, Scope.RECORD)
        number = write_session(connection, first.id, long_session(hours))
        keep_demonstration(connection, number, kept_s)
        return number


def main() -> int:
    """Write it and say where it is."""
    parser = argparse.ArgumentParser(prog="make sample-record", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-o", "--output", type=Path, default=Path("sample-record"), help="folder of the new store")
    parser.add_argument("--hours", type=float, default=0.0, help="one session more, as long as this and as a camera gives it")
    parser.add_argument("--kept", type=float, default=120.0, metavar="S", help="seconds of picture and sound of that session")
    arguments = parser.parse_args()
    folder = arguments.output
    began = time.perf_counter()
    try:
        database = write_record(folder)
        if arguments.hours:
            vault = Vault(database)
            vault.unlock(PASSPHRASE)
            write_long_session(database, vault.store.key, arguments.hours, arguments.kept)
    except AffectographError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    size_mb = sum(file.stat().st_size for file in folder.rglob("*")) / 1e6
    print(f"{database}: {size_mb:.0f} MB in {time.perf_counter() - began:.0f} s. Its passphrase: {PASSPHRASE}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
