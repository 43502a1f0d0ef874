"""`main.py baseline`, and `--voice-baseline` and `--person` of analyze."""

import csv
import json

import numpy as np
import pytest
import soundfile

from commands.exit_codes import ExitCode
from core.session import BASELINE
from tests.fixtures.program import Program
from tests.fixtures.sound_server import SoundServer
from tests.fixtures.voices import joined, silence, voice

ORDINARY = joined(silence(0.5), *(joined(voice(2.0, pitch), silence(0.6)) for pitch in (120, 140, 130)))


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path / "home")
    assert program("people", "add", "Nachtigall")[0] == ExitCode.DONE
    assert program("people", "consent", "Nachtigall", "--give", "store")[0] == ExitCode.DONE
    return program


@pytest.fixture
def settings(centred_checkpoint):
    return "--set", f"voice.checkpoint={centred_checkpoint}", "--set", "voice.baseline_speech_s=4"


@pytest.fixture
def ordinary(tmp_path):
    soundfile.write(tmp_path / "ordinary.wav", ORDINARY, 16_000)
    return tmp_path / "ordinary.wav"


@pytest.fixture
def visit(tmp_path):
    soundfile.write(tmp_path / "visit.wav", joined(silence(0.5), voice(2.5, 220, 6.0), silence(0.8)), 16_000)
    return tmp_path / "visit.wav"


def probabilities(folder):
    with (folder / "readings.csv").open(newline="") as stream:
        return [(row["anger"], row["sadness"]) for row in csv.DictReader(stream) if row["anger"]]


def used(folder):
    return json.loads((folder / "session.json").read_text("utf-8"))["settings"].get(BASELINE)


def test_stored_speech_of_a_person_is_what_their_recordings_are_compared_with(program, settings, ordinary, visit, tmp_path):
    code, out, errors = program("baseline", "--person", "Nachtigall", "--file", ordinary, *settings)
    assert code == ExitCode.DONE, errors
    assert "Nachtigall: " in out
    assert "s of ordinary speech in " in out
    for name, words in (("general", ()), ("person", ("--person", "Nachtigall")), ("file", ("--voice-baseline", ordinary))):
        code, _, errors = program("analyze", visit, "-o", tmp_path / name, *words, *settings)
        assert code == ExitCode.DONE, errors
    general, person, file = (probabilities(tmp_path / name / "visit") for name in ("general", "person", "file"))
    assert general != person == file
    assert used(tmp_path / "general" / "visit") is None
    assert used(tmp_path / "person" / "visit")["source"] == used(tmp_path / "file" / "visit")["source"] == "ordinary.wav"


def test_what_cannot_be_done_is_said_in_a_sentence(program, settings, ordinary, visit, tmp_path):
    code, _, errors = program("baseline", "--person", "Amsel", "--file", ordinary, *settings)
    assert (code, "nobody called “Amsel”" in errors) == (ExitCode.WRONG_USE, True)
    code, _, errors = program("baseline", "--person", "Nachtigall", "--file", visit, *settings)
    assert code == ExitCode.FAILED
    assert "s of ordinary speech were heard; 4 s are needed" in errors
    code, _, errors = program("baseline", "--person", "Nachtigall", "--file", ordinary, "--set", "voice.checkpoint=mlp_180")
    assert code == ExitCode.FAILED
    assert "cannot be compared with a person's own ordinary speech" in errors
    del program.environment["AFFECTOGRAPH_PASSPHRASE"]
    code, _, errors = program("analyze", visit, "-o", tmp_path / "out", "--person", "Nachtigall", *settings)
    assert (code, "--person needs the store" in errors) == (ExitCode.WRONG_USE, True)


def test_a_microphone_is_listened_to(program, settings):
    with SoundServer() as server:
        program.environment |= {name: value for name, value in server._environment().items() if name.startswith(("XDG", "PULSE", "ALSA"))}
        process = program.start("baseline", "--person", "Nachtigall", "--microphone", "default", *settings)
        talk = np.round(np.tile(ORDINARY, 3) * 32767).astype(np.int16)
        speaking = server.start_speaking(talk)
        code, out, errors = program.end_of(process)
        speaking.terminate()
        speaking.wait()
    assert code == ExitCode.DONE, errors
    assert "Talk as on any day" in errors
    assert "Nachtigall: " in out
