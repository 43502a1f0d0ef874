"""One session into one format, read while it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.results import cards_of
from core.calendar import local_time
from core.labels import Modality
from core.person import Person
from core.purpose import Purpose
from core.questionnaire import Filled
from core.readings import TextReading
from core.session_stream import SessionStream
from core.settings import ReviewSettings
from review.exports.csv_files import (
    DICTIONARY_FILE,
    READINGS_FILE,
    SCORES_FILE,
    write_data_dictionary,
    write_readings_csv,
    write_scores_csv,
)
from review.exports.data_json import write_data_json
from review.exports.eaf import write_eaf
from review.exports.fhir import Measured, session_bundle, write_fhir
from review.exports.formats import Format, Request
from review.exports.session_json import SESSION_FILE, write_session_json
from review.exports.webvtt import write_webvtt
from review.exports.without_words import WithoutWords, entry_without_words, judgement_without_words, person_without_facts
from review.exports.xdf import write_xdf
from review.person_usual import PersonUsual
from review.report.document import Document
from review.report.filing import Filing
from review.report.material import Material, material_of
from review.report.session_report import Beside, session_report
from review.report.write_report import write_report
from review.summary import summarise_tracks
from store.engine import sqlite
from store.judgements import read_judgements
from store.moment_reader import read_all_at
from store.questionnaires import read_questionnaires
from store.session_reader import StoredSession
from store.tracks import keep_tracks, read_tracks


@dataclass(frozen=True, slots=True)
class SessionSource:
    """A session in an open store, whose it is, what a report of it is filed by, and what is usual for its person."""

    connection: sqlite.Connection
    stored: StoredSession
    person: Person | None
    filing: Filing
    usual: PersonUsual | None = None


def write_session(source: SessionSource, request: Request, settings: ReviewSettings) -> list[Path]:
    """Write it as it was asked for; gives the files. Raises OutputUnwritable, sqlite.Error."""
    research = request.purpose is Purpose.RESEARCH
    stream: SessionStream = WithoutWords(source.stored) if research else source.stored
    target = request.target
    match request.format:
        case Format.CSV:
            return _write_tables(target, stream, settings)
        case Format.JSON:
            write_data_json(target, stream, settings)
        case Format.EAF:
            write_eaf(target, stream, settings)
        case Format.VTT:
            write_webvtt(target, stream, settings)
        case Format.XDF:
            write_xdf(target, stream)
        case Format.FHIR:
            material = _material(source, stream, research=research)
            measured = Measured(material.info, summarise_tracks(material.tracks, settings))
            person = _shown_person(source, research=research)
            write_fhir(target, session_bundle(measured, person, _forms(source)))
        case _:
            write_report(target, session_document(source, request.purpose, settings), request.format, request.paper)
    return [target]


def session_document(source: SessionSource, purpose: Purpose, settings: ReviewSettings) -> Document:
    """A report of it, for that purpose."""
    research = purpose is Purpose.RESEARCH
    stream: SessionStream = WithoutWords(source.stored) if research else source.stored
    cards: Mapping[Modality, Mapping[str, Any]] = cards_of(source.stored.info)
    person = _shown_person(source, research=research)
    beside = Beside(person=person, forms=_forms(source), filing=source.filing, usual=source.usual)
    return session_report(_material(source, stream, research=research), cards, beside, settings)


def _shown_person(source: SessionSource, *, research: bool) -> Person | None:
    return person_without_facts(source.person) if source.person and research else source.person


def _write_tables(folder: Path, stream: SessionStream, settings: ReviewSettings) -> list[Path]:
    paths = [folder / name for name in (READINGS_FILE, SCORES_FILE, SESSION_FILE, DICTIONARY_FILE)]
    readings, scores, session, dictionary = paths
    write_readings_csv(readings, stream, settings)
    write_scores_csv(scores, stream)
    write_session_json(session, stream)
    write_data_dictionary(dictionary)
    return paths


def _material(source: SessionSource, stream: SessionStream, *, research: bool) -> Material:
    """Columns that are kept beside the session, or made and kept now."""
    connection, session = source.connection, source.stored.info.id
    lanes = read_tracks(connection, session) or keep_tracks(connection, session)
    found = read_all_at(connection, session, Modality.TEXT, lanes[Modality.TEXT].at.tolist())
    entries = [entry for entry in found if isinstance(entry, TextReading)]
    judgements = read_judgements(connection, session)
    if research:
        entries = [entry_without_words(entry) for entry in entries]
        judgements = [judgement_without_words(one) for one in judgements]
    return material_of(stream, lanes, entries, judgements)


def _forms(source: SessionSource) -> list[Filled]:
    """The forms of the session's day, by the clock of its place."""
    info = source.stored.info
    if info.person is None:
        return []
    day = local_time(info.started_utc, info.zone).date()
    return [form for form in read_questionnaires(source.connection, info.person) if form.filled_at.date() == day]
