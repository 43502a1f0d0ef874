"""A report in memory, to be looked at: no file is written, and the log says that it was seen."""

import io

from commands.export_consent import require_consents
from commands.export_session import SessionSource, session_document
from commands.exporting import ended_session, filing_of, material_of_period, period_document, usual_beside
from core.purpose import Purpose
from core.settings import Settings
from gui.store_door import StoreDoor
from review.exports.formats import PeriodOf
from review.report.document import Document
from review.report.page_pictures import PagePictures, pictures_of
from review.report.paper import Paper
from store import audit, checkpoint
from store.database import writing
from store.engine import sqlite
from store.people import read_person
from store.vault import OpenStore

MOST_PAGES = 12
"""Of a preview: more take seconds and are scrolled past."""


def preview_report(
    door: StoreDoor, subject: int | PeriodOf, purpose: Purpose, paper: Paper, settings: Settings, width_px: int
) -> PagePictures:
    """The pages of a session or a period. Raises as `export_session` and `export_period`."""
    from review.report.pdf_writer import write_pdf  # noqa: PLC0415  fonts and reportlab are loaded when a PDF is written

    store = door.vault.store if isinstance(subject, PeriodOf) else door.store_of(subject)
    with writing(store.database, store.key) as connection:
        if isinstance(subject, PeriodOf):
            document = _of_period(connection, store, subject, purpose, settings)
        else:
            document = _of_session(connection, store, subject, purpose, settings)
    pdf = io.BytesIO()
    write_pdf(pdf, document, paper)
    return pictures_of(pdf.getvalue(), width_px, MOST_PAGES)


def _of_session(connection: sqlite.Connection, store: OpenStore, session: int, purpose: Purpose, settings: Settings) -> Document:
    stored, person = ended_session(connection, session)
    require_consents(connection, person, purpose, f"Session {session}")
    usual = usual_beside(store, person, session, settings)
    reached = _seen(connection, store, f"session {session}")
    source = SessionSource(connection, stored, person, filing_of(purpose, reached, settings), usual)
    return session_document(source, purpose, settings.review)


def _of_period(connection: sqlite.Connection, store: OpenStore, period: PeriodOf, purpose: Purpose, settings: Settings) -> Document:
    person = read_person(connection, period.person)
    require_consents(connection, person, purpose, f"The record of “{person.pseudonym}”")
    reached = _seen(connection, store, f"person {person.id}")
    material = material_of_period(connection, store, person, period, purpose)
    return period_document(material, filing_of(purpose, reached, settings), settings)


def _seen(connection: sqlite.Connection, store: OpenStore, subject: str) -> str | None:
    """A row in the audit log, where there is one; gives the checkpoint that holds it."""
    if not store.kept:
        return None
    audit.append(connection, "view", subject, "report")
    return str(checkpoint.of(connection))
