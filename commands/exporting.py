"""From the store to the file that somebody asked for: target, consent, log, and then the writing. The window calls it as well."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

from commands.export_consent import require_consents
from commands.export_session import SessionSource, write_session
from commands.results import cards_of
from core.calendar import local_time
from core.failures import Failure, OutputUnwritable, WrongUse
from core.person import Person
from core.purpose import Purpose
from core.session import SessionInfo
from core.settings import Settings
from gui.trend_record import days_of, read_record
from gui.usual_record import read_usual
from review.exports.fhir import period_bundle, write_fhir
from review.exports.formats import PERIOD_FORMATS, Format, PeriodOf, Request
from review.exports.period_files import write_period_json, write_period_tables
from review.exports.whole_file import unwritable
from review.exports.without_words import info_without_words, person_without_facts
from review.person_usual import PersonUsual
from review.report.document import Document
from review.report.filing import Filing
from review.report.period_material import PeriodMaterial
from review.report.period_report import period_report
from review.report.write_report import write_report
from store import audit, checkpoint
from store.database import writing
from store.engine import sqlite
from store.people import read_person
from store.session_reader import StoredSession, list_sessions, stored_session
from store.vault import OpenStore


def export_session(store: OpenStore, session: int, request: Request, settings: Settings) -> list[Path]:
    """Write one session; gives the files. Raises NoSuchSession, WrongUse (consent), OutputUnwritable, StoreUnavailable."""
    with writing(store.database, store.key) as connection:
        stored, person = ended_session(connection, session)
        require_consents(connection, person, request.purpose, f"Session {session}")
        prepare_target(request)
        usual = usual_beside(store, person, session, settings) if request.format.is_report else None
        with _logged(connection, store, f"session {session}", request) as reached:
            source = SessionSource(connection, stored, person, filing_of(request.purpose, reached, settings), usual)
            return write_session(source, request, settings.review)


def usual_beside(store: OpenStore, person: Person | None, session: int, settings: Settings) -> PersonUsual | None:
    """What is usual for the person of a session, without that session; None: it is nobody's, or nothing is kept."""
    return read_usual(store, person.id, settings.review, without=session) if person is not None and store.kept else None


def export_period(store: OpenStore, period: PeriodOf, request: Request, settings: Settings) -> list[Path]:
    """Write a person's period; gives the files. Raises as `export_session`, and NoSuchPerson."""
    if request.format not in PERIOD_FORMATS:
        kinds = ", ".join(PERIOD_FORMATS)
        raise WrongUse(
            Failure(f"A period is not written as {request.format}.", "That is about the seconds of one session.", f"Choose {kinds}.")
        )
    if period.first > period.last:
        raise WrongUse(Failure(f"The period ends on {period.last}, before it begins on {period.first}.", "", "Give the earlier day first."))
    with writing(store.database, store.key) as connection:
        person = read_person(connection, period.person)
        require_consents(connection, person, request.purpose, f"The record of “{person.pseudonym}”")
        prepare_target(request)
        with _logged(connection, store, f"person {person.id}", request, f", {period.first} to {period.last}") as reached:
            material = material_of_period(connection, store, person, period, request.purpose)
            return _write_period(material, request, filing_of(request.purpose, reached, settings), settings)


def ended_session(connection: sqlite.Connection, session: int) -> tuple[StoredSession, Person | None]:
    """A session that has ended, and whose it is; raises NoSuchSession, WrongUse."""
    stored = stored_session(connection, session)
    if stored.info.ended_utc is None:
        raise WrongUse(Failure(f"Session {session} is still running.", "", "It can be exported when it has ended."))
    return stored, read_person(connection, stored.info.person) if stored.info.person else None


def whole_record(store: OpenStore, person: int) -> tuple[date, date]:
    """The first and the last day on which something of a person was stored; raises WrongUse where nothing was, NoSuchPerson."""
    with writing(store.database, store.key) as connection:
        who = read_person(connection, person)
    days = days_of(read_record(store, person, who.pseudonym))
    if days is None:
        raise WrongUse(Failure(f"Nothing is stored of “{who.pseudonym}” yet.", "There is no session and no questionnaire.", ""))
    return days


def prepare_target(request: Request) -> None:
    """Make its folder; raises OutputUnwritable, also where something is there that is to be kept."""
    target = request.target
    try:
        if not request.overwrite and _is_taken(request):
            why, what_to_do = "It is not written over unless you say so.", "Choose another name, or --overwrite."
            raise OutputUnwritable(Failure(f"{target} is there already.", why, what_to_do))
        if request.format is Format.CSV:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error


def _is_taken(request: Request) -> bool:
    """An empty folder is room for tables."""
    target = request.target
    empty = request.format is Format.CSV and target.is_dir() and not any(target.iterdir())
    return target.exists() and not empty


@contextmanager
def _logged(connection: sqlite.Connection, store: OpenStore, subject: str, request: Request, span: str = "") -> Iterator[str | None]:
    """A row in the audit log before anything is written, so that no file is without one; gives the checkpoint that holds it.

    What fails afterwards gets a row of its own. A session that is not kept has no log: None.
    """
    if not store.kept:
        yield None
        return
    detail = f"{request.format} for {request.purpose}{span}: {request.target.name}"
    audit.append(connection, "export", subject, detail)
    try:
        yield str(checkpoint.of(connection))
    except BaseException:
        with suppress(sqlite.Error):
            audit.append(connection, "export", subject, f"failed: {detail}")
        raise


def filing_of(purpose: Purpose, reached: str | None, settings: Settings) -> Filing:
    """What a report that is made now is filed by."""
    return Filing(datetime.now().astimezone(), purpose, reached, settings.safety.contacts)


def _sessions_between(connection: sqlite.Connection, period: PeriodOf) -> list[SessionInfo]:
    """By the date of their place."""
    return [
        info
        for info in list_sessions(connection)
        if info.person == period.person and period.first <= local_time(info.started_utc, info.zone).date() <= period.last
    ]


def material_of_period(
    connection: sqlite.Connection, store: OpenStore, person: Person, period: PeriodOf, purpose: Purpose
) -> PeriodMaterial:
    """What is known of a person's days, as far as it may be told for that purpose."""
    infos: Sequence[SessionInfo] = _sessions_between(connection, period)
    record = read_record(store, person.id, person.pseudonym)
    research = purpose is Purpose.RESEARCH
    return PeriodMaterial(
        person=person_without_facts(person) if research else person,
        values=record.sessions,
        infos=[info_without_words(info) for info in infos] if research else infos,
        forms=record.forms,
        first=period.first,
        last=period.last,
        by=period.by,
        now=datetime.now().astimezone(),
    )


def _write_period(material: PeriodMaterial, request: Request, filing: Filing, settings: Settings) -> list[Path]:
    target = request.target
    match request.format:
        case Format.CSV:
            return write_period_tables(target, material)
        case Format.JSON:
            write_period_json(target, material)
        case Format.FHIR:
            write_fhir(target, period_bundle(material.sessions, material.person, material.period_forms))
        case _:
            write_report(target, period_document(material, filing, settings), request.format, request.paper)
    return [target]


def period_document(material: PeriodMaterial, filing: Filing, settings: Settings) -> Document:
    """A report of it."""
    cards = {str(card["sha256"]): card for info in material.infos for card in cards_of(info).values()}
    return period_report(material, cards, filing, settings.review)
