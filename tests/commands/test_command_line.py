"""The program as a process: what it prints, what it writes, how it ends."""

import csv
import json
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.fixtures.program import LIMIT_S, Program, wait_for_readings, write_demonstration


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "home")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_demonstration(tmp_path / "a visit – Besuch 12.mp4")


def test_help_is_shown_for_the_program_and_each_command(program: Program) -> None:
    code, out, _ = program("--help")
    assert code == 0
    assert "never a diagnosis" in " ".join(out.split())
    for command in ("run", "analyze", "devices", "sessions", "doctor", "bench"):
        assert command in out
        code, out_of_command, _ = program(command, "--help")
        assert code == 0
        assert "usage" in out_of_command


@pytest.mark.parametrize(
    "words",
    [
        ("--no-such-option",),
        ("analyze",),
        ("analyze", "x.mp4"),
        ("analyze", "x.mp4", "-o", "out", "--speed", "fast"),
        ("run", "--headless", "--seconds", "-1"),
        ("run", "--headless", "visit.mp4"),
        ("visit.mp4",),
        ("sessions", "--set", "face.rate_hz=quick"),
        ("sessions", "--set", "face.rate_hz=1000000"),
        ("sessions", "--set", "nothing.such=1"),
        ("sessions", "--set", "face.rate_hz"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(program: Program, words: tuple[str, ...]) -> None:
    code, _, errors = program(*words)
    assert code == 2
    assert len(errors.strip()) > 20


def test_a_recording_becomes_files_and_a_session(program: Program, clip: Path, tmp_path: Path) -> None:
    code, out, errors = program("analyze", clip, "-o", tmp_path / "out")
    assert (code, "session 1" in out) == (0, True), errors
    folder = tmp_path / "out" / clip.stem
    assert {path.name for path in folder.iterdir()} == {"readings.csv", "scores.csv", "session.json", "summary.html", "data_dictionary.csv"}
    with (folder / "readings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["modality"] for row in rows} >= {"face"}
    facts = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert facts["schema"] == "affectograph-session-1"
    assert clip.name in json.dumps(facts, ensure_ascii=False)
    code, out, _ = program("sessions")
    assert code == 0
    assert clip.name in out
    assert "complete" in out


def test_one_broken_file_is_told_and_the_rest_is_done(program: Program, clip: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film" * 100)
    code, _, errors = program("analyze", broken, tmp_path / "missing.mp4", clip, "-o", tmp_path / "out")
    assert code == 1
    assert "broken.mp4" in errors
    assert "missing.mp4" in errors
    assert "2 of 3 files failed" in errors
    assert (tmp_path / "out" / clip.stem / "summary.html").is_file()


def test_two_files_of_one_name_get_folders_of_their_own(program: Program, clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / clip.name
    other.parent.mkdir()
    other.write_bytes(clip.read_bytes())
    code, _, _ = program("analyze", clip, other, "-o", tmp_path / "out")
    assert code == 0
    assert len(list((tmp_path / "out").glob("*/summary.html"))) == 2


def test_an_output_folder_that_cannot_be_written_is_told_before_anything_is_analysed(program: Program, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, errors = program("analyze", clip, "-o", tmp_path / "file" / "out")
    assert code == 1
    assert "cannot be written" in errors
    assert program("sessions")[1].strip() == "No session has been stored yet."


def test_text_in_a_strange_encoding_is_told(program: Program, clip: Path, tmp_path: Path) -> None:
    text = tmp_path / "words.txt"
    text.write_bytes("00:01 Ich fühle mich müde".encode("latin-1"))
    code, _, errors = program("analyze", clip, "-o", tmp_path / "out", "--text", text)
    assert code == 1
    assert "UTF-8" in errors


def test_without_a_display_the_demonstration_runs_and_its_summary_is_printed(program: Program, tmp_path: Path) -> None:
    code, out, errors = program("run", "--demonstration", "--seconds", "20", "-o", tmp_path / "out")
    assert code == 0, errors
    assert "no display" in errors
    assert "resembled" in out or "not enough evidence" in out
    assert "none of this is a diagnosis" in out
    assert (tmp_path / "out" / "summary.html").is_file()


def test_a_killed_live_session_is_recovered_with_at_most_two_seconds_lost(program: Program) -> None:
    process = program.start("run", "--headless", "--camera", "demonstration", "--microphone", "demonstration", "-o", program.home / "out")
    wait_for_readings(program, 0.5)
    time.sleep(4.4)  # so that the kill does not come just after a commit
    killed_at = time.time()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, out, _ = program("sessions")
    assert code == 0
    assert "recovered" in out
    with closing(program.connect()) as connection:
        started, reached = connection.execute("SELECT strftime('%s', started_utc) + 0, seconds FROM session").fetchone()
    assert killed_at - (started + reached) <= 2.0 + 1.0  # strftime cuts the start to the second


def test_ctrl_c_ends_a_live_session_in_order(program: Program) -> None:
    process = program.start("run", "--headless", "--camera", "demonstration", "--microphone", "none", "-o", program.home / "out")
    wait_for_readings(program, 1.0)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, errors
    assert "Session 1" in out
    assert "complete" in program("sessions")[1]


def test_doctor_finds_everything_that_is_needed(program: Program) -> None:
    code, out, errors = program("doctor")
    assert code == 0, out + errors
    assert "Everything that is needed works" in out
    for modality in ("face", "voice", "text"):
        assert f"Model ({modality})" in out


def test_every_setting_is_listed_with_its_unit_and_reason(program: Program) -> None:
    code, out, _ = program("doctor", "--settings")
    assert code == 0
    assert "face.rate_hz = 30.0 1/s" in out
    assert all(": " in line for line in out.splitlines())


def test_settings_of_the_environment_give_way_to_options(program: Program) -> None:
    program.environment["AFFECTOGRAPH_FACE_RATE_HZ"] = "7"
    assert "face.rate_hz = 7.0" in program("doctor", "--settings")[1]
    assert "face.rate_hz = 8.0" in program("doctor", "--settings", "--set", "face.rate_hz=8")[1]


def test_devices_are_listed_by_name(program: Program) -> None:
    code, out, _ = program("devices")
    assert code == 0
    assert "Cameras:" in out
    assert "Microphones:" in out
