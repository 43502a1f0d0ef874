"""A personal data set: asked, recorded, judged, kept; through the program itself, a real microphone and a real camera."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from bench.clips import jpegs
from bench.http_camera import HttpCamera
from commands.arguments import parse
from commands.collect import execute
from commands.collection.face_pictures import square
from commands.collection.folder import FACE_COLUMNS, VOICE_COLUMNS, CollectedFolder, consent_of, keep_consent
from commands.collection.plan import missing, person_name, shown_items, spoken_items
from commands.collection.prompts import SENTENCES, prompts_in, prompts_of
from commands.collection.utterance import as_wav, listen
from commands.exit_codes import ExitCode
from core.failures import OutputUnwritable, WrongUse
from core.labels import Emotion
from core.readings import Box
from core.settings import Settings, VoiceSettings
from tests.fixtures.program import ROOT, Program, write_demonstration
from tests.fixtures.sound_server import SoundServer
from tests.fixtures.voices import chunked, joined, silence, voice
from training.datasets.speech_folder import load_speech_folder

SETTINGS = VoiceSettings()
SENTENCE = joined(silence(0.5), voice(1.5), silence(3.0))


def heard(samples):
    return listen(chunked(samples), SETTINGS, lambda chunk: None)


# One sentence


def test_a_sentence_is_cut_out_with_a_little_of_the_room_around_it():
    take = heard(SENTENCE)
    assert take.fault is None
    assert take.seconds == pytest.approx(1.5 + 2 * 0.25, abs=0.2)
    assert take.level_dbfs == pytest.approx(-20, abs=3)


def test_listening_ends_a_second_after_the_sentence():
    used = []
    listen(chunked(SENTENCE), SETTINGS, used.append)
    assert 2.9 < used[-1].ends_at < 3.4


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        (silence(10.0), "No speech was heard"),
        (joined(silence(1.0), voice(0.3), silence(9.0)), "s of speech were heard"),
        (np.clip(SENTENCE * 20, -1, 1), "is clipped"),
        (SENTENCE * 0.02, "very quiet"),
        (joined(silence(1.0, 0.04), voice(1.5) + silence(1.5, 0.04), silence(3.0, 0.04)), "quieter than the voice"),
        (voice(25.0), "went on talking"),
        (np.empty(0, np.float32), "No speech was heard"),
    ],
    ids=["silence", "too short", "clipped", "quiet", "noisy", "endless", "nothing"],
)
def test_a_take_that_is_not_good_says_why(samples, fault):
    assert fault in heard(samples.astype(np.float32)).fault


def test_lost_sound_is_told():
    chunks = chunked(SENTENCE)
    assert "Sound was lost" in listen(chunks[:8] + chunks[10:], SETTINGS, lambda chunk: None).fault


def test_what_is_written_is_what_was_heard(tmp_path):
    take = heard(SENTENCE)
    (tmp_path / "a.wav").write_bytes(as_wav(take.samples))
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert (rate, soundfile.info(tmp_path / "a.wav").subtype) == (16_000, "PCM_16")
    np.testing.assert_allclose(samples, take.samples, atol=1 / 32768)


# One picture


def test_a_face_at_the_edge_is_a_square_in_the_cameras_colours():
    image = np.random.default_rng(0).integers(0, 255, (100, 120, 3), np.uint8)
    assert square(image, Box(-10, -5, 60, 60)).shape == (60, 60, 3)
    np.testing.assert_array_equal(square(image, Box(20, 30, 50, 50)), image[30:80, 20:70])


# What is asked for


def test_each_language_has_the_same_number_of_sentences_and_none_twice():
    assert set(SENTENCES) >= {"en", "de", "fr", "es", "ru", "zh", "hi"}
    assert {len(set(sentences)) for sentences in SENTENCES.values()} == {8}
    with pytest.raises(WrongUse, match="Bring your own"):
        prompts_of("xx")


def test_prompts_of_a_file_keep_their_names_when_others_come_between(tmp_path):
    file = tmp_path / "own.txt"
    file.write_text("# mine\nEins zwei.\n\nDrei vier.\nEins zwei.\n", "utf-8")
    first = prompts_in(file)
    assert [prompt.text for prompt in first] == ["Eins zwei.", "Drei vier."]
    file.write_text("Neu.\nDrei vier.\nEins zwei.\n", "utf-8")
    assert set(first) <= set(prompts_in(file))


@pytest.mark.parametrize(("content", "why"), [(b"\n# no\n", "no sentence"), (b"\xff\xfe\x00", "not UTF-8"), (None, "No such file")])
def test_prompts_that_cannot_be_used_are_told(tmp_path, content, why):
    if content is not None:
        (tmp_path / "p.txt").write_bytes(content)
    with pytest.raises(WrongUse, match=why):
        prompts_in(tmp_path / "p.txt")


def test_what_is_missing_is_known_by_person_emotion_sentence_and_repetition():
    items = spoken_items([Emotion.ANGER, Emotion.NEUTRAL], prompts_of("de"), 2)
    assert len({item.path("anna") for item in items}) == len(items) == 32
    rows = [{"path": items[0].path("anna")}, {"path": items[5].path("anna")}]
    assert missing(items, rows, "anna") == [*items[1:5], *items[6:]]
    assert missing(items, rows, "bert") == items
    assert shown_items([Emotion.FEAR], 3)[2].path("anna") == "fear/anna_03.png"


@pytest.mark.parametrize("name", ["", "../x", "a b", "x" * 41, "a/b"])
def test_a_person_cannot_be_a_path(name):
    with pytest.raises(WrongUse):
        person_name(name)
    assert person_name("Анна-2") == "Анна-2"


# The folder


def test_a_row_has_its_file_and_a_take_again_takes_the_place_of_the_first(tmp_path):
    folder = CollectedFolder(tmp_path, VOICE_COLUMNS)
    folder.add(b"one", {"path": "anna/x.wav", "emotion": "anger"})
    folder.add(b"other", {"path": "anna/y.wav", "emotion": "anger", "text": "„a, b“\n=1"})
    folder.add(b"two", {"path": "anna/x.wav", "emotion": "anger"})
    again = CollectedFolder(tmp_path, VOICE_COLUMNS)
    assert [row["path"] for row in again.rows] == ["anna/y.wav", "anna/x.wav"]
    assert again.rows == folder.rows
    assert (tmp_path / "anna/x.wav").read_bytes() == b"two"
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]


def test_a_folder_of_another_kind_is_left_alone(tmp_path):
    CollectedFolder(tmp_path, VOICE_COLUMNS).add(b"one", {"path": "x.wav"})
    with pytest.raises(WrongUse, match="no column"):
        CollectedFolder(tmp_path, FACE_COLUMNS)
    (tmp_path / "manifest.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongUse, match="cannot be read"):
        CollectedFolder(tmp_path, VOICE_COLUMNS)


def test_a_folder_that_cannot_be_written_is_told():
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        CollectedFolder(Path("/proc/affectograph"), VOICE_COLUMNS).add(b"one", {"path": "x.wav"})


def test_each_persons_consent_is_kept_beside_the_others(tmp_path):
    keep_consent(tmp_path, "anna", "I agree")
    keep_consent(tmp_path, "bert", "so do I")
    assert consent_of(tmp_path, "anna")["text"] == "I agree"
    assert consent_of(tmp_path, "bert")["given_utc"].endswith("+00:00")
    assert consent_of(tmp_path, "carl") is None
    (tmp_path / "consent.json").write_text('{"people": ')
    with pytest.raises(WrongUse, match="cannot be read"):
        consent_of(tmp_path, "anna")


# The program


class Talk:
    """A running `collect` with which the test speaks line by line."""

    def __init__(self, program: Program, *words: object) -> None:
        self.program = program
        self.process = subprocess.Popen(
            [sys.executable, "main.py", "collect", *map(str, words)],
            cwd=ROOT,
            env=program.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def answer(self, *lines: str) -> None:
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def wait_for(self, words: str) -> None:
        said = ""
        while words not in said:
            said = self.process.stdout.readline()
            assert said, self.process.stderr.read()


def manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def own_prompts(tmp_path):
    file = tmp_path / "prompts.txt"
    file.write_text("Der Bus hält.\nSie liest.\n", "utf-8")
    return file


@pytest.mark.sound
def test_sentences_are_recorded_through_a_microphone_and_a_second_run_goes_on(tmp_path, own_prompts):
    folder = tmp_path / "own speech"
    words = ("voice", "--person", "anna", "--sex", "F", "-o", folder, "--emotions", "anger", "--prompts", own_prompts)
    good = (SENTENCE[: 16_000 * 2] * 20_000).astype(np.int16)
    loud = np.clip(SENTENCE[: 16_000 * 2] * 600_000, -32768, 32767).astype(np.int16)
    with SoundServer() as server:
        program = Program(tmp_path / "home")
        talk = Talk(program, *words, "--microphone", "default")
        talk.answer("yes", "")
        talk.wait_for("Speak now")
        server.speak(loud)
        talk.wait_for("clipped. Turn the microphone down")
        assert not (folder / "manifest.csv").exists()
        talk.answer("")
        talk.wait_for("Speak now")
        server.speak(good)
        talk.wait_for("Kept: ")
        code, out, errors = program.interrupt(talk.process)
        assert (code, errors) == (0, "")
        assert "1 of 2 recordings of anna are in" in out
        talk = Talk(program, *words, "--microphone", "default")
        talk.answer("")
        talk.wait_for("anna agreed on")
        talk.wait_for("1 of 2 are there already")
        talk.wait_for("Speak now")
        server.speak(good)
        code, out, errors = program.end_of(talk.process)
    assert (code, errors) == (0, "")
    assert "2 of 2 recordings of anna" in out
    rows = manifest(folder)
    assert [(row["speaker"], row["sex"], row["emotion"], row["text"]) for row in rows] == [
        ("anna", "F", "anger", "Der Bus hält."),
        ("anna", "F", "anger", "Sie liest."),
    ]
    for row in rows:
        samples, rate = soundfile.read(folder / row["path"])
        assert rate == 16_000
        assert len(samples) / rate == pytest.approx(float(row["duration_s"]), abs=0.001)
        assert 1.4 < len(samples) / rate < 2.5
    assert "anna" in json.loads((folder / "consent.json").read_text("utf-8"))["people"]
    assert [clip.emotion for clip in load_speech_folder(folder)] == [Emotion.ANGER] * 2


def test_pictures_are_taken_through_a_camera(tmp_path):
    folder = tmp_path / "faces"
    film = write_demonstration(tmp_path / "face.mp4")
    with HttpCamera(jpegs(film), 15.0) as camera:
        program = Program(tmp_path / "home")
        talk = Talk(program, "face", "--person", "anna", "-o", folder, "--emotions", "happiness", "--pictures", 2, "--camera", camera.url)
        talk.answer("yes", "")
        code, out, errors = program.end_of(talk.process)
    assert (code, errors) == (0, "")
    assert "2 of 2 recordings of anna" in out
    rows = manifest(folder)
    assert [row["path"] for row in rows] == ["happiness/anna_01.png", "happiness/anna_02.png"]
    for row in rows:
        picture = cv2.imread(str(folder / row["path"]))
        assert picture.shape == (int(row["height"]), int(row["width"]), 3)
        assert 48 <= picture.shape[0] == picture.shape[1]


@pytest.mark.parametrize("answers", ["no\n", "y\n", ""])
def test_without_consent_nothing_is_recorded(tmp_path, own_prompts, answers, monkeypatch, capsys):
    folder = tmp_path / "own"
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    words = ["collect", "voice", "--person", "anna", "-o", str(folder), "--prompts", str(own_prompts), "--microphone", "demonstration"]
    assert execute(parse(words), Settings()) == ExitCode.FAILED
    assert "Nothing was recorded" in capsys.readouterr().out
    assert not folder.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--person", "anna", "--language", "xx"), "no built-in sentences in “xx”"),
        (("--person", "../anna"), "cannot be a person's name"),
        (("--person", "anna", "--emotions", "bliss"), "“bliss” is no emotion"),
        (("--person", "anna", "--prompts", "/no/such.txt"), "cannot be read"),
    ],
)
def test_a_wrong_request_is_told_before_anything_happens(tmp_path, words, told):
    with pytest.raises(WrongUse, match=told):
        execute(parse(["collect", "voice", "-o", str(tmp_path / "own"), *words]), Settings())
    assert not (tmp_path / "own").exists()
