"""The people of the record by the command line."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from commands import people
from commands.arguments import parse
from core.failures import OutputUnwritable, WrongUse
from core.settings import Settings
from store.failures import KeyRefused
from store.vault import Vault
from tests.fixtures.decrypted import all_bytes
from tests.fixtures.program import Program
from tests.fixtures.stores import CHEAP

FEW = Persona(
    "Ω <b>&amp; 睡", 1980, "female", "=SUM(1)", {date(2026, 3, 1): 0.5}, minutes=0.5, first=date(2026, 3, 10), last=date(2026, 3, 25)
)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return write_record(tmp_path / "record", (FEW,), CHEAP)


@pytest.fixture
def command(record: Path, tmp_path: Path, capsys, monkeypatch):
    """Runs `people` on the record; gives what it printed."""
    monkeypatch.delenv("AFFECTOGRAPH_PASSPHRASE", raising=False)
    (tmp_path / "words").write_text(PASSPHRASE)

    def run(*words: object) -> str:
        options = ["--database", str(record), "--passphrase-file", str(tmp_path / "words")]
        arguments = parse(["people", *map(str, words), *options])
        capsys.readouterr()
        assert people.execute(arguments, Settings()) == 0
        return capsys.readouterr().out

    return run


def test_people_are_added_edited_found_and_listed(command):
    assert command("add", "Jürgen", "--born", "1955", "--notes", "Straße") == "“Jürgen” is person 2.\n"
    command("edit", "2", "--pseudonym", "Jürgen W", "--sex", "male")
    assert "Nobody is found." in command("list", "nobody")
    lines = command("list", "jurgen strasse").splitlines()
    assert len(lines) == 2
    assert lines[1].split() == ["2", "Jürgen", "W", "1955", "male", "none", "0"]
    assert "store, research" in command("list", "睡")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", FEW.name), "already"),
        (("add", " "), "empty"),
        (("add", "x", "--born", "1500"), "1500 is no year"),
        (("edit", "9", "--sex", "male"), "nobody called “9”"),
        (("delete", "1"), "--yes"),
        (("consent", "1", "--withdraw", "store"), "--yes"),
    ],
)
def test_wrong_use_is_a_sentence_and_changes_nothing(command, words, why):
    before = command("list")
    with pytest.raises(WrongUse, match=why):
        command(*words)
    assert command("list") == before


def test_a_wrong_passphrase_is_refused(command, tmp_path):
    (tmp_path / "words").write_text("another one")
    with pytest.raises(KeyRefused):
        command("list")


def test_everything_on_one_person_lies_in_files_that_only_the_owner_reads(command, tmp_path):
    command("consent", "1", "--give", "record")
    command("export", "1", "-o", tmp_path / "out")
    whole = tmp_path / "out" / "person-1"
    content = json.loads((whole / "person.json").read_text("utf-8"))
    assert content["person"] == {"number": 1, "pseudonym": FEW.name, "year_of_birth": 1980, "sex": "female", "notes": "=SUM(1)"}
    assert [one["scope"] for one in content["consents"]] == ["store", "research", "record"]
    assert content["log"][-1]["detail"] == "consent to record en-2026-11 given"
    folders = [whole / one["folder"] for one in content["sessions"]]
    assert len(folders) >= 2
    assert all((folder / "readings.csv").is_file() and (folder / "session.json").is_file() for folder in folders)
    assert FEW.name in (whole / "questionnaires.csv").read_text("utf-8")
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in whole.rglob("*") if path.is_file()} == {0o600}
        assert {path.stat().st_mode & 0o777 for path in [whole, *folders]} == {0o700}


def test_an_export_that_cannot_be_written_says_so(command, tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(OutputUnwritable):
        command("export", "1", "-o", tmp_path / "out")


def test_withdrawing_the_consent_to_research_deletes_nothing_and_says_so(command):
    said = command("consent", "1", "--withdraw", "research")
    assert "nothing more is exported for research" in said
    assert "deleted" not in said
    assert "Nothing was changed" in command("consent", "1", "--withdraw", "research")
    assert command("list").splitlines()[1].split()[-2] == "store"


def test_withdrawing_and_deleting_leave_no_trace(command, record, tmp_path):
    vault = Vault(record, CHEAP)
    vault.unlock(PASSPHRASE)
    assert "is withdrawn" in command("consent", "1", "--withdraw", "store", "--yes")
    assert command("list").splitlines()[1].split()[-2:] == ["research", "0"]
    assert FEW.name.encode() in all_bytes(record, vault.store.key)
    assert "deleted" in command("delete", FEW.name, "--yes")
    assert FEW.name.encode() not in all_bytes(record, vault.store.key)
    assert command("list") == "Nobody has been added yet.\n"


def test_the_whole_program_says_its_exit_codes(tmp_path):
    program = Program(tmp_path / "home")
    program.set_up()
    assert program("people", "add", "Anna")[:2] == (0, "“Anna” is person 1.\n")
    code, out, errors = program("people", "delete", "Anna")
    assert (code, out) == (2, "")
    assert "“Anna” and 0 sessions would be deleted" in errors
