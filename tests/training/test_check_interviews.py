"""The command that reads a set of interviews, and the example of docs/interview-data.md, which runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from tests.fixtures.interviews import write_lmvd
from tests.fixtures.voices import joined, silence, voice
from training.datasets.interviews import FORMS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "interview-data.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- example: (\S+) -->\n```\w*\n(.*?)```", DOCUMENT, re.DOTALL))


def check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training.check_interviews", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_example_of_the_document_runs_and_says_what_stands_there(tmp_path):
    for name in ("interviews.csv", "P01-march-turns.csv", "P01-march.txt"):
        (tmp_path / name).write_text(EXAMPLES[name], encoding="utf-8")
    for number, name in enumerate(("P01-march", "P01-june", "P02", "P03")):
        spoken = [voice(2.4, pitch_hz=110 + 25 * number + 3 * part) for part in range(10)]
        soundfile.write(tmp_path / f"{name}.wav", joined(*(piece for one in spoken for piece in (one, silence(0.6)))), 16_000)
    ended = check("clinic", tmp_path, "--work", tmp_path / "work")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == EXAMPLES["output"]
    assert "4 of 4 sessions are read: P03.wav" in ended.stderr


def test_what_is_wrong_is_one_sentence_and_an_exit_code(tmp_path):
    folder = write_lmvd(tmp_path / "lmvd")
    assert check("lmvd", folder).stdout.startswith("6 interviews of 6 people: no part 6\n")
    (folder / "label" / "001_Depression.csv").write_text("yes")
    ended = check("lmvd", folder)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{folder}/label/001_Depression.csv, line 1, cannot be used. It says “yes”, and not 0 or 1.")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_stands_in_the_document(form):
    assert f"| `{form}` |" in DOCUMENT
