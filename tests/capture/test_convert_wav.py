import os
import pty
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.media import read_wav, tone, write_talking_video, write_video, write_wav

PROGRAM = Path(__file__).resolve().parents[2] / "convert_wav.py"


def convert(*words, **how):
    return subprocess.run([sys.executable, PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, timeout=120, **how)


def speech(path, seconds=0.5, rate_hz=44_100):
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_wav(path, tone(seconds, rate_hz, 2), rate_hz)


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_and_folders_become_16_khz_wav_and_the_tree_is_kept(tmp_path):
    speech(tmp_path / "in" / "Sitzung 1" / "Gespräch – Müller.wav")
    write_talking_video(tmp_path / "in" / "talk.mp4", 0.5)
    alone = speech(tmp_path / "日本語 録音.wav", rate_hz=8000)
    told = convert(tmp_path / "in", alone, "-o", tmp_path / "out")
    assert (told.returncode, told.stderr) == (0, "")
    assert tree(tmp_path / "out") == sorted(["in/Sitzung 1/Gespräch – Müller.wav", "in/talk.wav", "日本語 録音.wav"])
    assert all(read_wav(path)[:3] == (16_000, 1, 2) for path in (tmp_path / "out").rglob("*.wav"))


def test_in_a_pipe_there_is_a_plain_line_for_each_file(tmp_path):
    one, two = speech(tmp_path / "one.wav"), speech(tmp_path / "two.wav")
    lines = convert(one, two, "-o", tmp_path / "out").stdout.splitlines()
    assert lines == [
        f"{one} -> {tmp_path / 'out' / 'one.wav'} (0.5 s)",
        f"{two} -> {tmp_path / 'out' / 'two.wav'} (0.5 s)",
        "2 converted, 0 failed.",
    ]


def test_on_a_terminal_there_is_a_bar(tmp_path):
    one = speech(tmp_path / "[red]one.wav")
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        words = [sys.executable, str(PROGRAM), str(one), "-o", str(tmp_path / "out")]
        program = subprocess.Popen(words, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "300"})
        os.close(theirs)
        shown = b""
        try:
            while piece := screen.read(65_536):
                shown += piece
        except OSError:  # Linux ends a terminal whose other side is closed so
            pass
        assert program.wait(60) == 0
    assert "━".encode() in shown
    assert b"[red]one.wav -> " in shown


def test_a_broken_file_is_reported_and_the_rest_is_done(tmp_path):
    broken = tmp_path / "in" / "a broken.mp4"
    speech(tmp_path / "in" / "good.wav")
    broken.write_bytes(b"not a recording" * 100)
    write_video(tmp_path / "in" / "silent.mp4")
    told = convert(tmp_path / "in", "-o", tmp_path / "out")
    assert told.returncode == 1
    assert "“a broken.mp4”" in told.stderr
    assert "“silent.mp4” cannot be opened." in told.stderr
    assert "has no sound" in told.stderr
    assert "1 converted, 2 failed" in told.stdout
    assert "Traceback" not in told.stderr
    assert tree(tmp_path / "out") == ["good.wav"]


def test_a_source_that_is_not_there_is_reported(tmp_path):
    told = convert(tmp_path / "none.mp4", "-o", tmp_path / "out")
    assert told.returncode == 1
    assert "is not there" in told.stderr


def test_nothing_is_overwritten_without_force(tmp_path):
    one = speech(tmp_path / "one.wav")
    (tmp_path / "out").mkdir()
    there = tmp_path / "out" / "one.wav"
    there.write_bytes(b"mine")
    told = convert(one, "-o", tmp_path / "out")
    assert told.returncode == 1
    assert "--force" in told.stderr
    assert there.read_bytes() == b"mine"
    assert convert(one, "-o", tmp_path / "out", "--force").returncode == 0
    assert read_wav(there)[0] == 16_000


def test_two_sources_of_one_name_are_both_kept(tmp_path):
    one, two = speech(tmp_path / "x" / "a.wav", 0.2), speech(tmp_path / "y" / "a.wav", 0.4)
    assert convert(one, two, "-o", tmp_path / "out").returncode == 0
    lengths = {name: len(read_wav(tmp_path / "out" / name)[3]) for name in tree(tmp_path / "out")}
    assert lengths == {"a.wav.wav": 3200, "a.wav (2).wav": 6400}


def test_a_full_disk_is_reported_and_leaves_no_half_file(tmp_path):
    long, short = speech(tmp_path / "long.wav", 5.0), speech(tmp_path / "short.wav", 0.5)
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731 - the limit stands in for the disk's end
    told = convert(long, short, "-o", tmp_path / "out", preexec_fn=full)
    assert told.returncode == 1
    assert "“long.wav” was not written" in told.stderr
    assert "has room" in told.stderr
    assert "Traceback" not in told.stderr
    assert "Exception ignored" not in told.stderr
    assert tree(tmp_path / "out") == ["short.wav"]


def test_an_output_folder_that_cannot_be_made_is_reported(tmp_path):
    one = speech(tmp_path / "one.wav")
    told = convert(one, "-o", "/proc/convert_wav")
    assert told.returncode == 1
    assert "“one.wav” was not written" in told.stderr
    assert "may be written to" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always text there")
def test_a_name_that_is_no_text_is_converted_and_told(tmp_path):
    one = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav"))
    speech(tmp_path / "one.wav").rename(one)
    told = convert(one, "-o", tmp_path / "out", env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"})
    assert (told.returncode, told.stderr) == (0, "")
    assert "\\udcff.wav -> " in told.stdout


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path):
    for number in range(3):
        speech(tmp_path / "in" / f"{number}.wav")
    words = [sys.executable, PROGRAM, tmp_path / "in", "-o", tmp_path / "out"]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdout.close()
    told = program.stderr.read()
    program.stderr.close()
    assert program.wait(60) == 1
    assert told == b""
    assert not [name for name in tree(tmp_path / "out") if name.endswith(".part")]


def test_an_interruption_leaves_no_half_file(tmp_path):
    long = write_wav(tmp_path / "long.wav", np.zeros((40_000_000, 1), np.int16), 44_100)
    program = subprocess.Popen([sys.executable, PROGRAM, long, "-o", tmp_path / "out"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not tree(tmp_path / "out"):
        assert program.poll() is None, "it ended before it was interrupted"
    program.send_signal(signal.SIGINT)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 1
    assert told.decode().startswith("Stopped.")
    assert tree(tmp_path / "out") == []


@pytest.mark.parametrize("words", [[], ["a.mp4"], ["-o", "out"], ["a.mp4", "-o", "out", "--wrong"]])
def test_wrong_use_ends_with_2(tmp_path, words):
    told = convert(*words, cwd=tmp_path)
    assert told.returncode == 2
    assert "usage:" in told.stderr


def test_a_file_named_as_output_folder_is_wrong_use(tmp_path):
    one = speech(tmp_path / "one.wav")
    told = convert(one, "-o", one)
    assert told.returncode == 2
    assert "is no folder" in told.stderr


def test_help_tells_how_it_ends():
    told = convert("--help")
    assert told.returncode == 0
    assert "Ends with 0" in told.stdout


def test_it_starts_without_anything_heavy(tmp_path):
    one = speech(tmp_path / "one.wav")
    program = (
        "import sys, runpy; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print('HEAVY', sorted({'cv2', 'scipy', 'tensorflow', 'librosa', 'PySide6', 'rich', 'hypothesis'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", program, PROGRAM, one, "-o", tmp_path / "out"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=PROGRAM.parent, timeout=120)
    assert told.stdout.splitlines()[-1] == "HEAVY []"
