"""The store by the command line: setting up, unlocking, verifying, recovering, and what is told when it cannot be used."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.purpose import Purpose
from store import files
from store.data_key import DataKey
from store.database import SCHEMA_VERSION, open_for_writing
from store.key_file import unwrap_with_recovery_key
from store.purpose import read_purpose
from store.recovery_key import RecoveryKey
from store.vault import Vault
from tests.fixtures.program import PASSPHRASE, ROOT, Program, small_disk, wait_for_readings, write_demonstration
from tests.fixtures.stores import CHEAP
from tests.store.test_migrations import old_store

DEMONSTRATION = ("run", "--headless", "--camera", "demonstration", "--microphone", "none")
RECOVERY_KEY = re.compile(r"^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}$", re.MULTILINE)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "home")


@pytest.fixture
def stranger(program: Program) -> Program:
    """The program of somebody who gives no passphrase."""
    program.set_up()
    other = Program(program.home)
    del other.environment["AFFECTOGRAPH_PASSPHRASE"]
    return other


def key_of(program: Program) -> DataKey:
    return unwrap_with_recovery_key(files.key_file(program.database), program.recovery)


def test_without_a_store_files_are_written_nothing_is_kept_and_one_line_says_so(tmp_path: Path) -> None:
    fresh = Program(tmp_path / "home")
    del fresh.environment["AFFECTOGRAPH_PASSPHRASE"]
    code, out, errors = fresh("analyze", write_demonstration(tmp_path / "visit.mp4"), "-o", tmp_path / "out")
    assert code == 0, errors
    assert "not kept in the store" in out
    assert errors.count("Nothing is kept in the store: no store has been set up (main.py passphrase does it).") == 1
    assert (tmp_path / "out" / "visit" / "summary.html").is_file()
    assert [path.name for path in fresh.home.iterdir()] == ["affectograph.log"]
    assert fresh("sessions")[:2] == (0, "No session has been stored yet.\n")


def test_a_locked_store_keeps_nothing_and_shows_nothing(stranger: Program, tmp_path: Path) -> None:
    before = stranger.database.read_bytes()
    code, _, errors = stranger("analyze", write_demonstration(tmp_path / "visit.mp4"), "-o", tmp_path / "out")
    assert code == 0, errors
    assert "Nothing is kept in the store: the store is locked" in errors
    for command in ("sessions", "recover", "verify"):
        code, out, errors = stranger(command)
        assert (code, out) == (1, "")
        assert "is locked. No passphrase was given. Give its passphrase with --passphrase-file FILE" in errors
    assert stranger.database.read_bytes() == before


def test_a_wrong_passphrase_stops_a_command_before_it_begins_and_the_next_one_waits(program: Program, tmp_path: Path) -> None:
    program.set_up()
    program.environment["AFFECTOGRAPH_PASSPHRASE"] = "falsch falsch falsch"
    for words in (
        ("sessions",),
        ("analyze", write_demonstration(tmp_path / "v.mp4"), "-o", tmp_path / "out"),
        (*DEMONSTRATION, "-o", tmp_path),
    ):
        code, _, errors = program(*words)
        assert code == 1
        assert "The passphrase does not open the store." in errors
    assert not list((tmp_path / "out").iterdir())
    many = {"wrong": 12, "last": time.time()}  # so many that the delay is longer than a busy machine takes to begin
    files.attempts_file(program.database).write_text(json.dumps(many))
    code, _, errors = program("sessions")
    assert code == 1
    assert "Too many wrong passphrases. The next try is possible in" in errors


def test_a_store_is_set_up_and_its_passphrase_and_recovery_key_are_changed(program: Program, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    first.write_text(f"{PASSPHRASE}\n", "utf-8")
    second.write_text("zweite Passphrase\nmore\n", "utf-8")
    del program.environment["AFFECTOGRAPH_PASSPHRASE"]
    code, out, errors = program("passphrase", "--passphrase-file", first)
    assert code == 0, errors
    (recovery,) = RECOVERY_KEY.findall(out)
    code, _, errors = program("passphrase", "--passphrase-file", first)
    assert code == 2
    assert "set up already" in errors
    assert program("passphrase", "--change", "--passphrase-file", first, "--new-passphrase-file", second)[0] == 0
    assert "does not open" in program("sessions", "--passphrase-file", first)[2]
    assert program("sessions", "--passphrase-file", second)[0] == 0
    third.write_text(recovery)
    assert program("passphrase", "--recover", "--recovery-key-file", third, "--new-passphrase-file", first)[0] == 0
    code, out, _ = program("passphrase", "--new-recovery-key", "--passphrase-file", first)
    assert code == 0
    assert RECOVERY_KEY.findall(out) not in ([], [recovery])
    code, _, errors = program("passphrase", "--recover", "--recovery-key-file", third, "--new-passphrase-file", second)
    assert code == 1
    assert "belongs to another store" in errors
    log = (program.home / "affectograph.log").read_text("utf-8")
    assert PASSPHRASE not in log
    assert recovery not in log


def test_setting_up_asks_the_purpose_and_refuses_watching_people(program: Program, tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.write_text(PASSPHRASE, "utf-8")
    del program.environment["AFFECTOGRAPH_PASSPHRASE"]
    code, out, errors = program("passphrase", "--passphrase-file", first, "--purpose", "monitoring")
    assert (code, out) == (2, "")
    assert "must not be used to watch people at work, at school or in training" in errors
    assert not files.key_file(program.database).exists()
    code, out, errors = program("passphrase", "--passphrase-file", first, "--purpose", "own-use")
    assert code == 0, errors
    program.recovery = RecoveryKey.read(RECOVERY_KEY.findall(out)[0])
    with closing(program.connect()) as connection:
        assert read_purpose(connection) is Purpose.OWN_USE
        assert connection.execute("SELECT detail FROM audit WHERE subject = 'store'").fetchall()[-1] == ("purpose: own use",)
    program.environment["AFFECTOGRAPH_RECORD_PURPOSE"] = "monitoring"
    code, _, errors = program("sessions", "--passphrase-file", first)
    assert code == 2
    assert "It takes care, research, own use" in errors


def typed_on_a_terminal(program: Program, *answers: str) -> tuple[int, str]:
    """`main.py passphrase` as a person sees it: each answer follows its question."""
    environment = {name: value for name, value in program.environment.items() if name != "AFFECTOGRAPH_PASSPHRASE"}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "main.py", "passphrase"], environment)
    seen = b""
    with os.fdopen(terminal, "rb+", buffering=0) as stream:
        for question, answer in zip((b"be used for? ", b"New passphrase: ", b"The same again: "), answers, strict=False):
            while not seen.endswith(question):
                seen += stream.read(1000)
            stream.write(f"{answer}\n".encode())
        with suppress(OSError):  # the terminal is gone when the program has ended
            while more := stream.read(1000):
                seen += more
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode("utf-8", "replace")


def test_on_a_terminal_the_purpose_is_asked_first_and_the_passphrase_twice(program: Program) -> None:
    code, seen = typed_on_a_terminal(program, "4")
    assert code == 2
    assert "must not be used to watch people" in seen
    assert not program.database.exists()
    code, seen = typed_on_a_terminal(program, "1", PASSPHRASE, PASSPHRASE)
    assert code == 0, seen
    assert PASSPHRASE not in seen
    assert len(RECOVERY_KEY.findall(seen.replace("\r", ""))) == 1


def test_a_recovery_key_that_was_never_confirmed_is_told_until_there_is_a_new_one(program: Program) -> None:
    Vault(program.database, CHEAP).set_up(PASSPHRASE, RecoveryKey.new())
    told = "The program ended while it showed the recovery key. A new one: main.py passphrase --new-recovery-key"
    assert told in program("sessions")[2]
    assert program("passphrase", "--new-recovery-key")[0] == 0
    assert told not in program("sessions")[2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("passphrase", "--change"), "There is no store at"),
        (("run", "--headless", "--demonstration", "--seconds", "1"), "There is no store at"),
        (("verify",), "There is no store at"),
    ],
)
def test_a_passphrase_for_no_store_is_told_with_what_to_do(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    program = Program(tmp_path / "home")
    program.environment["AFFECTOGRAPH_PASSPHRASE"] = "something long"
    program.environment["AFFECTOGRAPH_HOME"] = str(tmp_path / "elsewhere")
    code, _, errors = program(*words, *(("-o", tmp_path / "out") if words[0] == "run" else ()))
    assert code == 2
    assert sentence in errors


def test_a_passphrase_file_that_cannot_be_read_or_is_empty_is_told(program: Program) -> None:
    for path, sentence in (("/no such file", "cannot be read"), (os.devnull, "is empty")):
        code, _, errors = program("sessions", "--passphrase-file", path)
        assert code == 2
        assert sentence in errors


def test_sessions_of_an_earlier_version_are_encrypted_once_a_passphrase_is_chosen(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    passphrase = program.environment.pop("AFFECTOGRAPH_PASSPHRASE")
    program.home.mkdir()
    old_store(program.database, 1)
    code, _, errors = program("sessions")
    assert code == 1
    assert "are not encrypted yet. An earlier version of the program stored them. Choose a passphrase once: main.py passphrase" in errors
    (tmp_path / "p").write_text(passphrase, "utf-8")
    assert program("passphrase", "--passphrase-file", tmp_path / "p")[0] == 0
    assert "Визит" in program("sessions", "--passphrase-file", tmp_path / "p")[1]
    assert "Визит".encode() not in program.database.read_bytes()


def test_verify_says_that_all_is_whole_and_finds_what_is_not(program: Program) -> None:
    program.set_up()
    assert program("sessions")[0] == 0
    code, out, _ = program("verify")
    assert code == 0
    checkpoint = re.search(r"checkpoint (4-[0-9a-f]{12})\.", out)
    assert checkpoint, out
    whole = program.database.read_bytes()
    program.database.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    code, out, errors = program("verify")
    assert code == 1
    assert "page 2" in out
    assert "put a backup back" in errors
    program.database.write_bytes(whole)
    shutil.copy(program.database, program.home / "backup")
    assert program("sessions")[0] == 0
    shutil.copy(program.home / "backup", program.database)
    assert "An older database was put back" in program("verify")[1]
    assert "an older file was put back" in program("sessions")[2]
    assert program("verify", "--accept")[0] == 1
    assert program("verify", "--expect", checkpoint[1])[0] == 0
    assert "is not in the audit log" in program("verify", "--expect", "5-000000000000")[1]


def test_a_newer_store_a_truncated_one_and_a_lost_one_are_told_and_left_alone(program: Program) -> None:
    program.set_up()
    whole = program.database.read_bytes()
    with closing(open_for_writing(program.database, key_of(program))) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    code, _, errors = program("sessions")
    assert code == 1
    assert "is of a newer version of the program" in errors
    program.database.write_bytes(whole[:10_000])
    code, _, errors = program("sessions")
    assert code == 1
    assert "cannot be used" in errors
    program.database.unlink()
    code, _, errors = program("sessions")
    assert code == 1
    assert "is missing" in errors
    program.database.write_bytes(whole)
    assert program("sessions")[0] == 0


def test_a_crash_is_recovered_listed_and_written_out(program: Program, tmp_path: Path) -> None:
    program.set_up()
    process = program.start(*DEMONSTRATION, "-o", tmp_path / "out")
    wait_for_readings(program, 2.0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, out, errors = program("recover", "-o", tmp_path / "rescued")
    assert code == 0, errors
    assert "Session 1 was cut off and has been recovered." in out
    assert re.search(r"Session 1, .*: [1-9]\d* s until it was cut off", out)
    assert (tmp_path / "rescued" / "session-1" / "readings.csv").is_file()
    assert "is whole" in program("verify")[1]


@pytest.mark.parametrize("kilobytes", [4, 16, 160])
def test_a_disk_that_is_full_while_the_store_is_set_up_leaves_nothing_half_made(tmp_path: Path, kilobytes: int) -> None:
    program = Program(tmp_path / "home")
    (tmp_path / "p").write_text(program.environment.pop("AFFECTOGRAPH_PASSPHRASE"), "utf-8")
    with small_disk(program.home, kilobytes):
        code, _, errors = program("passphrase", "--passphrase-file", tmp_path / "p")
        assert code == 0 or "cannot be" in errors
        subprocess.run(["mount", "-o", "remount,size=4m", str(program.home)], check=True)
        command = "sessions" if files.key_file(program.database).exists() else "passphrase"
        code, _, errors = program(command, "--passphrase-file", tmp_path / "p")
        assert code == 0, errors


# Secrets


def test_no_secret_is_in_any_file_after_sessions_failures_and_a_crash(program: Program, tmp_path: Path) -> None:
    program.set_up()
    program.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    code, _, errors = program(*DEMONSTRATION, "--seconds", "1", "--verbose", "-o", tmp_path / "out")
    assert code == 0, errors
    process = program.start(*DEMONSTRATION, "--verbose", "-o", tmp_path / "out")
    wait_for_readings(program, 0.5)
    process.send_signal(signal.SIGABRT)
    told = "".join(process.communicate()) + errors
    key = key_of(program)
    secrets = [PASSPHRASE, PASSPHRASE.split()[-1] + "\0", key.secret.hex(), program.recovery.written, program.recovery.secret.hex()]
    patterns = [secret.encode(encoding) for secret in secrets for encoding in ("utf-8", "utf-16-le")]
    patterns += [key.secret, program.recovery.secret]
    found = [path for path in tmp_path.rglob("*") if path.is_file() and any(pattern in path.read_bytes() for pattern in patterns)]
    assert found == []
    assert not any(pattern in told.encode("utf-8", "replace") for pattern in patterns)
    assert files.key_file(program.database) in list(tmp_path.rglob("*"))  # so that the search has looked where it must


# Network

WATCH = """
import os, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"):
        address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        if event == "socket.getaddrinfo" or isinstance(address, tuple):
            with open(os.environ["WATCHED"], "a") as stream:
                stream.write(f"{event} {address}\\n")
            raise PermissionError("the network is denied")
sys.addaudithook(watch)
"""


@pytest.fixture
def watched(program: Program, tmp_path: Path) -> Path:
    """A file that says what a program of that environment tried to reach; the network is denied to it."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    program.environment |= {"PYTHONPATH": str(tmp_path / "watch"), "WATCHED": str(tmp_path / "reached")}
    return tmp_path / "reached"


def without_network() -> list[str]:
    """Puts a command into a namespace without any network, where the system permits it: native libraries are denied it as well."""
    wrapped = ["unshare", "--net"]
    possible = shutil.which("unshare") and subprocess.run([*wrapped, "true"], capture_output=True, check=False).returncode == 0
    return wrapped if possible else []


def test_the_watch_sees_who_uses_the_network(program: Program, watched: Path) -> None:
    reach = "import socket; socket.socket().connect(('127.0.0.1', 9))"
    ended = subprocess.run([sys.executable, "-c", reach], env=program.environment, capture_output=True, check=False)
    assert ended.returncode == 1
    assert watched.read_text() == "socket.connect ('127.0.0.1', 9)\n"


@pytest.mark.parametrize(
    "words",
    [(*DEMONSTRATION, "--seconds", "1"), ("run", "--demonstration"), ("sessions",), ("doctor",)],
    ids=" ".join,
)
def test_nothing_uses_the_network(program: Program, watched: Path, words: tuple[str, ...], tmp_path: Path) -> None:
    program.set_up()
    window = words == ("run", "--demonstration")
    command = [*without_network(), sys.executable, "main.py", *words, *(("-o", str(tmp_path / "out")) if "--headless" in words else ())]
    environment = program.environment | ({"QT_QPA_PLATFORM": "offscreen"} if window else {})
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if window:
        wait_for_readings(program, 1.0)
        process.send_signal(signal.SIGINT)
    code, _, errors = program.end_of(process)
    assert code == 0, errors
    assert not watched.exists(), watched.read_text()
