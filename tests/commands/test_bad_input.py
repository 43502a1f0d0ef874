"""What a person does wrong, and what breaks on the way: each is told in a sentence, and what was recorded before stays."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.clips import jpegs
from bench.http_camera import HttpCamera
from core.paths import checkpoint_folder
from tests.fixtures.media import ffmpeg, tone, write_huge_header, write_video, write_wav
from tests.fixtures.program import Program, fill, small_disk, wait_for_readings, write_demonstration
from tests.fixtures.sound_server import SoundServer


def write_subtitles(path: Path) -> None:
    """A container of neither pictures nor sound."""
    subtitles = path.with_suffix(".srt")
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    ffmpeg("-i", subtitles, "-c:s", "srt", path)


DEMONSTRATION = ("--camera", "demonstration", "--microphone", "none")
NO_FILE = (None, "is not there. Check the name")
A_FOLDER = (Path.mkdir, "is a folder, not a file")
FILES = {
    "missing.mp4": NO_FILE,
    "folder.mp4": A_FOLDER,
    "empty.mp4": (Path.touch, "is empty. Copy it again"),
    "letter.mp4": (lambda path: path.write_text("Dear doctor"), "is not a recording"),
    "noise.mkv": (lambda path: path.write_bytes(np.random.default_rng(1).bytes(100_000)), "is not a recording, or too damaged"),
    "page.html": (lambda path: path.write_text("<html><body>video</body></html>"), "is not a recording"),
    "playlist.m3u8": (lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "is not a recording"),
    "cut off.mp4": (lambda path: path.write_bytes(write_demonstration(path).read_bytes()[:20_000]), "was cut off before its index"),
    "no streams.mkv": (write_subtitles, "holds neither pictures nor sound"),
    "no frames.avi": (lambda path: write_video(path, []), "holds not one picture and no sound"),
    "no samples.wav": (lambda path: write_wav(path, tone(0, 16_000), 16_000), "holds not one picture and no sound"),
    "16k.mov": (write_huge_header, "far too large"),
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "home")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_demonstration(tmp_path / "visit.mp4")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `analyze` says of each bad file, all given to one run."""
    folder = tmp_path_factory.mktemp("bad")
    for name, (make, _) in FILES.items():
        if make:
            make(folder / name)
    code, out, errors = Program(folder / "home")("analyze", *(folder / name for name in FILES), "-o", folder / "out")
    assert code == 1
    assert out == ""
    assert f"{len(FILES)} of {len(FILES)} files failed." in errors
    assert list((folder / "out").iterdir()) == []
    return {name: line for name in FILES for line in errors.splitlines() if line.startswith(f"{folder / name}: ")}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_recording_is_told_with_its_fault(told: dict[str, str], name: str) -> None:
    assert FILES[name][1] in told[name]
    assert told[name].endswith(".")


@pytest.mark.data
def test_a_real_recording_without_its_index_is_told(program: Program, shared_data: Path, tmp_path: Path) -> None:
    code, _, errors = program("analyze", shared_data / "video" / "broken_truncated.mp4", "-o", tmp_path / "out")
    assert code == 1
    assert "was cut off before its index (“moov”) was written" in errors


def test_sound_alone_and_pictures_alone_are_analysed_for_what_they_hold(program: Program, clip: Path, tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "voice.wav", tone(2, 16_000), 16_000)
    code, _, errors = program("analyze", sound, clip, "-o", tmp_path / "out")
    assert code == 0, errors
    lanes = [set(json.loads((tmp_path / "out" / name / "session.json").read_text("utf-8"))["sources"]) for name in ("voice", "visit")]
    assert lanes == [{"voice"}, {"face"}]


def test_spaces_and_letters_of_any_language_are_no_fault(program: Program, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Пациент № 7 – día 1"
    folder.mkdir()
    program.set_up(folder / "sitzungen €.db")
    odd = shutil.copy(clip, folder / "визит 'eins' & “zwei” 一.mp4")
    code, _, errors = program("analyze", odd, "-o", folder / "Ausgabe für Ärzte", "--database", folder / "sitzungen €.db")
    assert code == 0, errors
    assert (folder / "Ausgabe für Ärzte" / Path(odd).stem / "summary.html").is_file()
    assert "визит" in program("sessions", "--database", folder / "sitzungen €.db")[1]


def test_a_name_that_is_no_utf_8_is_stored_with_question_marks(program: Program, clip: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/visit\xff.mp4"))
    clip.rename(odd)
    code, out, errors = program("analyze", odd, "-o", tmp_path / "out")
    assert code == 0, errors
    assert "visit?.mp4: session 1" in out
    assert len(list((tmp_path / "out").glob("*/summary.html"))) == 1
    assert "visit?.mp4" in program("sessions")[1]


def test_a_terminal_of_ascii_gets_question_marks(program: Program, tmp_path: Path) -> None:
    program.environment |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code, out, _ = program("doctor")
    assert code == 0
    assert "?, runs" in out
    code, _, errors = program("analyze", "nö.mp4", "-o", tmp_path / "out")
    assert code == 1
    assert "is not there" in errors


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("00:01 Ich fühle mich müde".encode("latin-1"), "is not a text in UTF-8"),
        ("00:01 müde".encode("utf-32"), "is not a text in UTF-8"),
        (b"00:05 later\n00:01 earlier\n", "goes back in time in line 2"),
        (b"\n \n", "holds no words"),
        (b"", "is empty"),
    ],
    ids=["latin-1", "utf-32", "backwards", "blank", "empty"],
)
def test_a_text_that_cannot_be_read_is_told_before_anything_is_analysed(
    program: Program, clip: Path, tmp_path: Path, content: bytes, sentence: str
) -> None:
    words = tmp_path / "words.txt"
    words.write_bytes(content)
    code, _, errors = program("analyze", clip, "-o", tmp_path / "out", "--text", words)
    assert code == 1
    assert sentence in errors
    assert program.sessions == 0


# Devices


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--camera", "nonsense", "--microphone", "none"), "camera"),
        (("--camera", "7", "--microphone", "none"), "camera"),
        (("--camera", "none", "--microphone", "nonsense"), "microphone"),
        (("--camera", "demonstration", "--microphone", "nonsense"), "microphone"),
        (("--camera", "file:///etc/passwd", "--microphone", "none"), "is not the address of a camera"),
    ],
)
def test_a_device_that_does_not_exist_ends_a_headless_run_at_once(
    program: Program, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    code, out, errors = program("run", "--headless", *words, "-o", tmp_path / "out")  # without --seconds it would run for ever
    assert (code, out) == (1, "")
    assert sentence in errors
    assert not (tmp_path / "out").exists()
    assert program.sessions == 0


@pytest.mark.sound
def test_an_unknown_microphone_is_told_with_those_that_there_are(program: Program, tmp_path: Path) -> None:
    with SoundServer():
        program.environment = Program(program.home).environment
        code, _, errors = program("run", "--headless", "--camera", "none", "--microphone", "nonsense", "-o", tmp_path / "out")
    assert code == 1
    assert "There is no microphone “nonsense”. There is: “" in errors
    assert "desk_microphone" in errors


def test_a_camera_that_refuses_is_told_and_waited_for(program: Program, tmp_path: Path) -> None:
    with HttpCamera() as camera:
        url = camera.url_with("doctor", "secret")
        camera.refuse()
        code, out, errors = program("run", "--headless", "--camera", url, "--microphone", "none", "--seconds", "2", "-o", tmp_path / "out")
    assert code == 1
    assert "refuses the connection: nothing listens there" in errors
    assert errors.count("refuses the connection") == 1
    assert "not enough evidence" in out
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").iterdir())
    assert "secret" not in out + errors + written


@pytest.fixture
def watched_face(clip: Path) -> Iterator[HttpCamera]:
    with HttpCamera(jpegs(clip), 25.0) as camera:
        yield camera


def begin(program: Program, *words: object) -> "subprocess.Popen[str]":
    """A headless session, with readings up to one second stored."""
    process = program.start("run", "--headless", *words, "-o", program.home / "out")
    wait_for_readings(program, 1.0)
    return process


def facts(program: Program) -> dict:
    return json.loads((program.home / "out" / "session.json").read_text("utf-8"))


def test_a_camera_that_is_taken_away_is_told_and_what_was_recorded_stays(program: Program, watched_face: HttpCamera) -> None:
    process = begin(program, "--camera", watched_face.url, "--microphone", "none", "--seconds", "6")
    watched_face.refuse()
    code, out, errors = program.end_of(process)
    assert code == 1
    assert "was lost. The connection ended. Check its cable or its network; it is tried again." in errors
    assert "Session 1" in out
    assert [gap["modality"] for gap in facts(program)["gaps"]] == ["face"]
    assert "complete" in program("sessions")[1]


def test_a_camera_that_comes_back_is_told_and_the_session_is_done(program: Program, watched_face: HttpCamera) -> None:
    process = begin(program, "--camera", watched_face.url, "--microphone", "none")
    watched_face.drop()
    assert process.stderr is not None
    for line in process.stderr:
        if "lane is back" in line:
            break
    code, out, _ = program.interrupt(process)
    assert code == 0
    assert "Session 1" in out
    assert len(facts(program)["gaps"]) == 1


@pytest.mark.sound
def test_a_microphone_that_is_taken_away_is_told_and_the_face_goes_on(program: Program, watched_face: HttpCamera) -> None:
    with SoundServer() as server:
        program.environment = Program(program.home).environment
        process = begin(program, "--camera", watched_face.url, "--microphone", "default", "--set", "capture.microphone_starved_ms=500")
        wait_for_readings(program, 3.0)
        server.unplug()
        assert process.stderr is not None
        said = next(line for line in process.stderr if "“default” was taken away" in line)
        assert "Plug it in again" in said
        code, out, _ = program.interrupt(process)
    assert code == 1
    assert "Session 1" in out
    (gap,) = (gap for gap in facts(program)["gaps"] if gap["modality"] == "voice")
    with closing(program.connect()) as connection:
        (last_face,) = connection.execute("SELECT max(at) FROM reading WHERE modality = 'face' AND box_x IS NOT NULL").fetchone()
    assert last_face > gap["starts_at"]


# Disks


def test_an_output_folder_that_cannot_be_made_is_told_before_anything_runs(program: Program, clip: Path) -> None:
    for command in (("analyze", clip), ("run", "--demonstration", "--headless"), ("bench",)):
        code, _, errors = program(*command, "-o", "/proc/affectograph")
        assert code == 1
        assert "The folder /proc/affectograph cannot be written" in errors
        assert "Choose another folder" in errors
    assert program.sessions == 0


def test_a_full_output_folder_is_told_and_the_session_is_kept(program: Program, clip: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "stick", 24) as stick:
        code, _, errors = program("analyze", clip, "-o", stick / "out")
        assert code == 1
        assert "No space left on device" in errors
        assert "Session 1 is kept in the database." in errors
        assert not list((stick / "out" / "visit").glob(".*"))
        assert "complete" in program("sessions")[1]
        fill(stick)
        code, _, errors = program("analyze", clip, "-o", stick / "other")
        assert code == 1
        assert "cannot be written" in errors


def test_a_disk_that_is_full_under_the_database_is_told_at_the_start(program: Program, clip: Path, tmp_path: Path) -> None:
    with small_disk(program.home, 1000) as home:
        program.set_up()
        fill(home)
        code, _, errors = program("analyze", clip, "-o", tmp_path / "out")
        assert code == 1
        assert "cannot be used" in errors
        code, _, errors = program("run", "--headless", *DEMONSTRATION, "--seconds", "1", "-o", tmp_path / "out")
        assert code == 1
        assert "cannot be used" in errors


def test_a_disk_that_fills_up_during_a_session_is_told_and_what_was_recorded_stays(program: Program, tmp_path: Path) -> None:
    with small_disk(program.home, 4000) as home:
        process = program.start("run", "--headless", *DEMONSTRATION, "-o", tmp_path / "out")
        wait_for_readings(program, 2.0)
        ballast = fill(home)
        assert process.stderr is not None
        assert "waits in memory" in next(line for line in process.stderr if "cannot be stored at the moment" in line)
        code, _, errors = program.interrupt(process)
        assert code == 1
        assert "The last part of the session could not be stored" in errors
        ballast.unlink()
        code, out, _ = program("sessions")
        assert code == 0
        assert "Session 1 was cut off and has been recovered" in out


def test_room_that_is_made_again_loses_nothing(program: Program, tmp_path: Path) -> None:
    with small_disk(program.home, 4000) as home:
        process = program.start("run", "--headless", *DEMONSTRATION, "-o", tmp_path / "out")
        wait_for_readings(program, 1.0)
        ballast = fill(home)
        assert process.stderr is not None
        next(line for line in process.stderr if "cannot be stored at the moment" in line)
        ballast.unlink()
        wait_for_readings(program, 5.0)
        program.interrupt(process)
        assert "complete" in program("sessions")[1]
    readings = (tmp_path / "out" / "readings.csv").read_text("utf-8").splitlines()[1:]
    times = [float(row.split(",")[0]) for row in readings]
    assert max(after - before for before, after in pairwise(times)) < 0.5


def test_a_database_that_may_only_be_read_is_told(program: Program, clip: Path, tmp_path: Path) -> None:
    with small_disk(program.home, 4000) as home:
        assert program("analyze", clip, "-o", tmp_path / "out")[0] == 0
        subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
        for command in (("analyze", clip), ("run", "--headless", *DEMONSTRATION, "--seconds", "1")):
            code, _, errors = program(*command, "-o", tmp_path / "more")
            assert code == 1
            assert "cannot be used" in errors
        assert program("sessions")[0] == 1


def test_what_is_no_database_is_told_and_left_alone(program: Program, clip: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear doctor, ...")
    folder = tmp_path / "folder"
    folder.mkdir()
    for database in (letter, folder):
        for command in (("sessions",), ("analyze", clip, "-o", tmp_path / "out"), ("doctor",)):
            code, out, errors = program(*command, "--database", database)
            assert code == 1
            assert "cannot be used" in out + errors
    assert letter.read_text() == "Dear doctor, ..."


def test_two_sessions_share_one_database(program: Program, tmp_path: Path) -> None:
    words = ("run", "--headless", *DEMONSTRATION, "--seconds", "3")
    both = [program.start(*words, "-o", tmp_path / f"out {number}") for number in (1, 2)]
    ends = [program.end_of(process) for process in both]
    assert [code for code, _, _ in ends] == [0, 0], ends
    code, out, _ = program("sessions")
    assert code == 0
    assert out.count("complete") == 2
    assert "recovered" not in out


# Checkpoints


def test_a_checkpoint_that_is_missing_is_told_and_the_other_lane_goes_on(program: Program, clip: Path, tmp_path: Path) -> None:
    missing = ("--set", "face.checkpoint=no_such_model")
    words = tmp_path / "words.txt"
    words.write_text("00:01 I am so tired and sad today, nothing helps me any more\n", "utf-8")
    code, out, errors = program("analyze", clip, "-o", tmp_path / "out", "--text", words, *missing)
    assert code == 1
    assert "There is no checkpoint “no_such_model” for the face. There are " in errors
    assert "mini_xception, " in errors
    assert "session 1, 1 readings" in out
    code, out, _ = program("doctor", *missing)
    assert code == 1
    assert "!!  Model (face): There is no checkpoint “no_such_model”" in out


def test_a_fusion_of_your_own_is_told_by_the_doctor(program: Program, own_fusion: Path) -> None:
    _, out, _ = program("doctor")
    assert "--  Model (fusion): not trained on questionnaires" in out
    _, out, _ = program("doctor", "--set", f"fusion.checkpoint={own_fusion}")
    assert "ok  Model (fusion): clinic, your own, beside the index; runs." in out
    code, out, _ = program("doctor", "--set", "fusion.checkpoint=no_such_fusion")
    assert code == 1
    assert "!!  Model (fusion): The fusion checkpoint “no_such_fusion” is not used: there is none of that name" in out


def test_a_checkpoint_that_was_altered_is_told(program: Program, clip: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered"
    shutil.copytree(checkpoint_folder("face", "mini_xception"), altered)
    whole = ("--set", f"face.checkpoint={altered}")
    code, out, _ = program("doctor", *whole)
    assert code == 0, out
    model = altered / json.loads((altered / "card.json").read_text("utf-8"))["file"]
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    code, _, errors = program("analyze", clip, "-o", tmp_path / "out", *whole)
    assert code == 1
    assert "is not the one that the card describes (the sha256 differs)" in errors
    code, out, _ = program("doctor", *whole)
    assert code == 1
    assert "the sha256 differs" in out
