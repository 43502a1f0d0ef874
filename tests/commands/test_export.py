"""Exports and reports by the command line: what is written, what the consent covers, what the log says, and what can go wrong."""

import csv
import json
import os
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from commands.arguments import COMMANDS, parse
from commands.exporting import export_session
from core.failures import OutputUnwritable, WrongUse
from core.person import Scope
from core.purpose import Purpose
from core.session_values import INDEX
from core.settings import Settings
from gui.usual_record import read_usual
from review.exports.formats import Format, Request
from review.measures import MEASURES
from review.usual_words import usual_range
from store.database import open_for_writing, writing
from store.failures import StoreUnavailable
from store.people import NoSuchPerson
from store.purpose import state_purpose
from store.session_reader import NoSuchSession, list_sessions
from store.vault import OpenStore, Vault
from store.verify import faults
from tests.fixtures.program import Program, fill, small_disk
from tests.fixtures.stores import CHEAP

ANNA = Persona(
    "=Ann@ 睡 Ζωή", 1980, "female", "a note", {date(2026, 3, 1): 0.8}, minutes=0.7, first=date(2026, 3, 10), last=date(2026, 3, 31)
)
WORDS = ("I am so sad", "speaks of the family", "Webcam 0")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return write_record(tmp_path / "record", (ANNA,), CHEAP)


@pytest.fixture
def store(record: Path) -> OpenStore:
    vault = Vault(record, CHEAP)
    vault.unlock(PASSPHRASE)
    return vault.store


@pytest.fixture
def command(record: Path, tmp_path: Path, capsys, monkeypatch):
    """Runs a command on the record; gives the files that it printed."""
    monkeypatch.delenv("AFFECTOGRAPH_PASSPHRASE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_text(PASSPHRASE)

    def run(name: str, *words: object) -> list[Path]:
        arguments = parse([name, *map(str, words), "--database", str(record), "--passphrase-file", str(tmp_path / "words")])
        capsys.readouterr()
        assert COMMANDS[name].execute(arguments, Settings()) == 0
        return [Path(line) for line in capsys.readouterr().out.splitlines()]

    return run


def log(store: OpenStore) -> list[tuple[str, str]]:
    with writing(store.database, store.key) as connection:
        return connection.execute("SELECT subject, detail FROM audit WHERE action = 'export' ORDER BY seq").fetchall()


def withdraw(store: OpenStore, scope: Scope) -> None:
    """As if it had been withdrawn; what it covers stays, which a real withdrawal deletes."""
    with closing(open_for_writing(store.database, store.key)) as connection:
        connection.execute("UPDATE consent SET withdrawn_utc = given_utc WHERE scope = ?", (scope.value,))


def test_a_report_shows_a_session_beside_what_is_usual_for_its_person_without_that_session(command, store, tmp_path):
    with writing(store.database, store.key) as connection:
        session = max(one.id for one in list_sessions(connection))
    usual = read_usual(store, 1, Settings().review, without=session)
    index = f"({usual_range(usual.index, MEASURES[INDEX])})" if usual.index else f"it takes {usual.missing} day"
    (path,) = command("report", session, "--format", "html")
    told = path.read_text(encoding="utf-8").partition("Beside what is usual")[2]
    assert index in told
    assert "Beyond it is not better or worse" in told
    with closing(open_for_writing(store.database, store.key)) as connection:
        connection.execute("UPDATE session SET person = NULL WHERE id = ?", (session,))
    (path,) = command("report", session, "--format", "html", "-o", tmp_path / "nobodys.html")
    assert "Beside what is usual" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(Format))
def test_a_session_is_written_in_every_format_and_logged_and_only_its_owner_reads_it(kind, command, store, tmp_path):
    written = command("export", 1, "--format", kind, "-o", tmp_path / "out")
    assert written
    for path in written:
        assert path.stat().st_size > 0
        assert path.stat().st_mode & 0o777 == 0o600
    subject, detail = log(store)[-1]
    assert subject == "session 1"
    assert detail.startswith(f"{kind} for care: session-0001")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name.endswith(".part")]


def test_own_use_is_said_with_a_hyphen_as_when_the_store_is_set_up(command, store, tmp_path):
    command("report", 1, "--for", "own-use", "-o", tmp_path)
    assert log(store)[-1][1].startswith("pdf for own use: ")


@pytest.mark.parametrize("kind", ["pdf", "html", "csv", "json", "fhir"])
def test_a_period_is_written_and_the_pseudonym_stays_out_of_the_files_name(kind, command, store, tmp_path):
    period = ("--person", ANNA.name, "--from", "2026-03-01", "--to", "2026-03-20")
    written = command("export", *period, "--format", kind, "-o", tmp_path / "out")
    name = "person-1-2026-03-01-to-2026-03-20"
    assert all(name in str(path) for path in written)
    assert log(store)[-1] == ("person 1", f"{kind} for care, 2026-03-01 to 2026-03-20: {name}{Format(kind).ending}")


def test_a_report_is_a_pdf_unless_html_is_said_on_the_paper_that_is_said(command, tmp_path):
    (a4,) = command("report", 1)
    assert a4.name == "session-0001.pdf"
    (letter,) = command("report", "--person", 1, "--paper", "Letter", "-o", tmp_path / "year.pdf")
    assert letter == tmp_path / "year.pdf"
    assert float(PdfReader(letter).pages[0].mediabox.width) == pytest.approx(612)
    (page,) = command("report", 1, "--format", "html", "--paper", "Letter")
    assert "size: Letter" in page.read_text(encoding="utf-8")


def test_the_report_holds_the_checkpoint_that_verify_knows(command, store, tmp_path):
    (path,) = command("report", 1, "--format", "html")
    checkpoint = path.read_text(encoding="utf-8").partition("Audit checkpoint</dt><dd><code>")[2].partition("<")[0]
    command("report", 1, "-o", tmp_path / "later.pdf")
    assert list(faults(store.database, store.key, checkpoint)) == []
    assert list(faults(store.database, store.key, f"{checkpoint[:-1]}{'1' if checkpoint[-1] == '0' else '0'}"))


def test_a_pseudonym_that_looks_like_a_formula_is_escaped_in_the_tables(command, tmp_path):
    written = command("export", "--person", 1, "--format", "csv", "-o", tmp_path)
    forms = next(path for path in written if path.name == "questionnaires.csv")
    with forms.open(encoding="utf-8", newline="") as stream:
        assert {row["person"] for row in csv.DictReader(stream)} == {"'" + ANNA.name}


# What the consent covers


@pytest.mark.parametrize("kind", list(Format))
def test_for_research_nothing_that_was_said_written_or_named_goes_out(kind, command, store, tmp_path):
    written = command("export", 1, "--format", kind, "--for", "research", "-o", tmp_path / "out")
    content = "".join(map(content_of, written))
    assert not [words for words in (*WORDS, "1980", "a note") if words in content]
    assert "for research" in log(store)[-1][1]
    everything = command("export", 1, "--format", "json,html", "-o", tmp_path / "care")
    told = "".join(path.read_text(encoding="utf-8") for path in everything)
    assert "Webcam 0" in told, "the check above can fail"


def content_of(path: Path) -> str:
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in PdfReader(path).pages)
    return path.read_bytes().decode("utf-8", "replace")


def test_research_needs_that_consent(command, store, tmp_path):
    withdraw(store, Scope.RESEARCH)
    with pytest.raises(WrongUse, match="has not consented to research"):
        command("export", 1, "--format", "csv", "--for", "research", "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert log(store) == []
    assert command("export", 1, "--format", "csv", "-o", tmp_path / "out")


def test_what_the_store_is_used_for_is_what_an_export_is_for_unless_said_otherwise(command, store, tmp_path):
    with writing(store.database, store.key) as connection:
        state_purpose(connection, Purpose.RESEARCH)
    command("export", 1, "--format", "vtt", "-o", tmp_path)
    assert log(store)[-1][1].startswith("vtt for research")
    command("export", 1, "--format", "vtt", "--for", "care", "-o", tmp_path, "--overwrite")
    assert log(store)[-1][1].startswith("vtt for care")


def test_without_the_consent_to_store_nothing_goes_out(command, store, tmp_path):
    withdraw(store, Scope.STORE)
    for words in (("1",), ("--person", "1")):
        with pytest.raises(WrongUse, match="has not consented to storing"):
            command("report", *words, "-o", tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_session_that_is_nobodys_has_no_consent_to_research(command, store, tmp_path):
    with closing(open_for_writing(store.database, store.key)) as connection:
        connection.execute("UPDATE session SET person = NULL WHERE id = 1")
    with pytest.raises(WrongUse, match="belongs to nobody"):
        command("export", 1, "--format", "json", "--for", "research", "-o", tmp_path)
    assert command("export", 1, "--format", "json", "-o", tmp_path)


# What goes wrong


def test_what_is_there_already_is_kept_unless_it_is_said(command, store, tmp_path):
    path = tmp_path / "visit.pdf"
    path.write_text("before")
    with pytest.raises(OutputUnwritable, match="is there already"):
        command("report", 1, "-o", path)
    assert path.read_text() == "before"
    assert log(store) == []
    command("report", 1, "-o", path, "--overwrite")
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "error", "why"),
    [
        (("export", "77", "--format", "csv"), NoSuchSession, "There is no session 77"),
        (("export", "--format", "csv"), WrongUse, "a session or a person"),
        (("export", "1", "--person", "1", "--format", "csv"), WrongUse, "a session or a person"),
        (("export", "1", "--format", "doc"), WrongUse, "There are pdf, html"),
        (("export", "--person", "nobody", "--format", "csv"), WrongUse, "nobody called"),
        (("export", "--person", "1", "--format", "eaf"), WrongUse, "A period is not written as eaf"),
        (("report", "1", "--from", "2026-01-01"), WrongUse, "person's period"),
        (("report", "--person", "1", "--from", "2026-03-02", "--to", "2026-03-01"), WrongUse, "before it begins"),
    ],
)
def test_wrong_use_is_a_sentence_and_writes_nothing(command, store, tmp_path, words, error, why):
    with pytest.raises(error, match=why):
        command(*words, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert log(store) == []


def test_a_person_without_anything_has_no_period(command, store, tmp_path):
    with closing(open_for_writing(store.database, store.key)) as connection:
        connection.execute("DELETE FROM questionnaire")
        connection.execute("UPDATE session SET person = NULL")
    with pytest.raises(WrongUse, match="Nothing is stored of"):
        command("report", "--person", 1, "-o", tmp_path / "out.pdf")


def test_a_running_session_is_not_exported(command, store, tmp_path):
    with closing(open_for_writing(store.database, store.key)) as connection:
        process = connection.execute("SELECT process FROM session WHERE id = 1").fetchone()
        assert process
        connection.execute("UPDATE session SET ended_utc = NULL WHERE id = 1")
    request = Request(format=Format.CSV, target=tmp_path / "out", purpose=Purpose.CARE)
    with pytest.raises(WrongUse, match="is still running"):
        export_session(store, 1, request, Settings())


def test_a_deleted_person_is_nobody(store):
    from commands.exporting import export_period, whole_record
    from review.exports.formats import PeriodOf

    with pytest.raises(NoSuchPerson):
        whole_record(store, 9)
    request = Request(format=Format.CSV, target=Path("nowhere"), purpose=Purpose.CARE)
    with pytest.raises(NoSuchPerson):
        export_period(store, PeriodOf(9, date(2026, 1, 1), date(2026, 2, 1)), request, Settings())


def test_a_folder_that_cannot_be_made_is_said_and_not_logged_as_done(command, store, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        command("report", 1, "-o", tmp_path / "taken" / "below" / "a.pdf")
    assert log(store) == []


@pytest.mark.parametrize("kind", list(Format))
def test_a_target_that_may_only_be_read_is_said(kind, store, tmp_path):
    with small_disk(tmp_path / "disk", 500) as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        request = Request(format=kind, target=disk / "out", purpose=Purpose.CARE)
        assert "Read-only file system" in (export_refused(store, request) or "")
        assert list(disk.iterdir()) == []


def test_a_failure_while_writing_leaves_nothing_and_stands_in_the_log(command, store, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", broken_disk)
    with pytest.raises((OutputUnwritable, StoreUnavailable)):
        command("export", 1, "--format", "xdf", "-o", tmp_path / "out.xdf")
    monkeypatch.undo()
    assert not (tmp_path / "out.xdf").exists()
    assert not list(tmp_path.glob(".*.part"))


def broken_disk(_number: int) -> None:
    raise OSError(28, "No space left on device")


def export_refused(store: OpenStore, request: Request) -> str | None:
    """What is said when it cannot be written; None: it was."""
    try:
        export_session(store, 1, request, Settings())
    except OutputUnwritable as error:
        return str(error)
    return None


@pytest.mark.parametrize("kind", list(Format))
def test_a_full_disk_at_any_write_leaves_the_file_before_and_a_sentence(kind, store, tmp_path):
    """The disk has room for more and more of the file: each run fails at a later write, until one succeeds."""
    with small_disk(tmp_path / "disk", 2000) as disk:
        target = disk / ("tables" if kind is Format.CSV else f"out.{kind}")
        if kind is Format.CSV:
            target.mkdir()
        before = target / "readings.csv" if kind is Format.CSV else target
        before.write_text("before")
        ballast = fill(disk)
        failures = 0
        for kept_kb in range(2000, -1, -40):
            os.truncate(ballast, min(kept_kb * 1024, ballast.stat().st_size))
            failed = export_refused(store, Request(format=kind, target=target, purpose=Purpose.CARE, overwrite=True))
            if failed is None:
                break
            failures += 1
            assert "No space left on device" in failed
            assert before.read_text(encoding="utf-8", errors="replace").startswith("before") or kind is Format.CSV
            assert not list(target.parent.glob(".*.part"))
        else:
            pytest.fail("it never fitted")
        assert failures
        assert b"before" not in before.read_bytes()[:6]
    subject_and_details = log(store)
    assert sum(detail.startswith("failed: ") for _, detail in subject_and_details) == failures
    assert len(subject_and_details) == 2 * failures + 1


def test_the_whole_program_says_its_exit_codes(tmp_path):
    program = Program(tmp_path / "home")
    program.set_up()
    code, _, errors = program("export", "3", "--format", "pdf", "-o", tmp_path)
    assert code == 1
    assert "There is no session 3." in errors
    assert program("export", "3", "--format", "nonsense")[0] == 2
    assert program("report", "x")[0] == 2
    del program.environment["AFFECTOGRAPH_PASSPHRASE"]
    code, _, errors = program("report", "3")
    assert code == 1
    assert "is locked" in errors


def test_json_by_the_command_line_is_json(command, tmp_path):
    (path,) = command("export", 1, "--format", "json", "-o", tmp_path)
    read = json.loads(path.read_text(encoding="utf-8"))
    assert read["session"]["id"] == 1
    assert len(read["readings"]) == read["session"]["counts"]["readings"]


def test_the_list_of_sessions_says_whose_they_are_and_that_it_was_seen(command, record, store, tmp_path, capsys):
    arguments = parse(["sessions", "--database", str(record), "--passphrase-file", str(tmp_path / "words")])
    capsys.readouterr()
    assert COMMANDS["sessions"].execute(arguments, Settings()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 4
    assert all(ANNA.name in line for line in lines[1:])
    with writing(store.database, store.key) as connection:
        assert connection.execute("SELECT action, subject FROM audit ORDER BY seq DESC LIMIT 1").fetchone() == ("view", "sessions")
