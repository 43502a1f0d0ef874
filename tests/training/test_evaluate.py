import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.labels import EMOTIONS
from models.checkpoints import resolve
from tests.fixtures.measured_data import face_folder, speech_folder, text_folder
from training.datasets.evaluation import Item, baseline_of, ferplus_majority, holds_severity
from training.evaluate import main

KEYS = {"n", "accuracy", "uar", "macro_f1", "ece", "coverage", "majority", "per_class", "confusion", "intervals", "groups"}


@pytest.fixture
def measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(lane: str, data: Path, *options: str):
        file = tmp_path / "figures.json"
        code = main([lane, "--data", str(data), "--json", str(file), *options])
        said = capsys.readouterr()
        return code, json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None, said.out, said.err

    return run


def test_a_face_split_is_measured_with_the_voters_majority_beside_it(measure, tmp_path):
    code, figures, out, _ = measure("face", face_folder(tmp_path / "data"))
    assert code == 0
    assert figures.keys() == KEYS
    assert figures["n"] == 70
    assert figures["groups"]["ferplus"].keys() == KEYS - {"groups"}
    assert figures["groups"]["ferplus"]["n"] == 35
    assert figures["majority"]["accuracy"] == pytest.approx(1 / 7, abs=1e-3)
    assert "FER2013, privatetest: n = 70" in out
    assert "FER+ majority, clear and of the seven classes in 35 of 70" in out


def test_the_programs_own_crops_are_counted_apart(measure, tmp_path):
    _, figures, out, _ = measure("face", face_folder(tmp_path, count=20), "--haar")
    lost = 20 - figures["groups"].get("haar", {"n": 0})["n"]
    assert f"no face in {lost} of 20" in out


def test_every_speaker_is_measured_and_grouped(measure, tmp_path):
    code, figures, out, _ = measure("voice", speech_folder(tmp_path), "--by", "sex")
    assert code == 0
    assert figures["n"] == 8
    assert {name: one["n"] for name, one in figures["groups"].items()} == {"F": 4, "M": 4}
    assert figures["intervals"]["accuracy"] is not None
    assert figures["groups"]["F"]["intervals"]["accuracy"] is None, "one speaker has no interval over speakers"
    assert "made-up, 2 speakers" in out


def test_a_class_that_the_model_lacks_is_left_out_and_counted(measure, tmp_path):
    _, figures, out, _ = measure("voice", speech_folder(tmp_path, emotions=("sad", "fearful", "happy")))
    assert figures["n"] == 4
    assert "no such class: 2 fear" in out


def test_rows_with_several_groups_are_left_out_and_counted(measure, tmp_path):
    code, figures, out, _ = measure("text", text_folder(tmp_path))
    assert code == 0
    assert figures["n"] == 2
    assert "several groups: 1 of 3" in out
    assert list(figures["per_class"]) == [str(emotion) for emotion in EMOTIONS]


def test_a_report_lies_in_the_folder_that_was_asked_for(measure, tmp_path):
    code, _, _, _ = measure("text", text_folder(tmp_path / "data"), "--report", str(tmp_path / "report"))
    assert code == 0
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "GoEmotions, test" in page
    assert "data:image/png;base64," in page


def refused(measure, lane, data, *options):
    code, figures, _, error = measure(lane, data, *options)
    assert figures is None
    assert "Traceback" not in error
    return code, error


def test_an_unknown_split_is_wrong_use_and_the_others_are_named(measure, tmp_path):
    code, error = refused(measure, "text", text_folder(tmp_path, split="val"))
    assert (code, "no split “test”" in error, "There is val" in error) == (2, True, True)
    code, error = refused(measure, "face", face_folder(tmp_path), "--split", "train")
    assert (code, "There is privatetest" in error) == (2, True)


def test_a_checkpoint_or_an_option_that_is_not_there_is_told(measure, tmp_path):
    code, error = refused(measure, "text", text_folder(tmp_path), "--checkpoint", "nobody")
    assert (code, "There is no checkpoint “nobody”" in error) == (1, True)
    code, error = refused(measure, "text", text_folder(tmp_path), "--baseline-clips", "4")
    assert (code, "is for the voice" in error) == (2, True)
    code, error = refused(measure, "text", text_folder(tmp_path), "--by", "age")
    assert (code, "no column “age”" in error) == (2, True)


def test_a_checkpoint_of_another_lane_is_refused(measure, tmp_path):
    code, error = refused(measure, "text", text_folder(tmp_path), "--checkpoint", str(resolve("voice", "mlp_180")))
    assert code == 1
    assert "is not used" in error


def test_a_missing_folder_is_told(measure, tmp_path):
    code, error = refused(measure, "voice", tmp_path / "nowhere")
    assert (code, "There is no folder" in error) == (1, True)


def test_one_class_only_is_told(measure, tmp_path):
    code, error = refused(measure, "voice", speech_folder(tmp_path, emotions=("sad", "sad")))
    assert (code, "of one class, “sadness”" in error) == (1, True)


def test_unknown_classes_are_named(measure, tmp_path):
    assert "unknown classes [9]" in refused(measure, "face", face_folder(tmp_path / "f", emotions=[9, *[0] * 69]))[1]
    assert "unknown emotions: drowsy" in refused(measure, "voice", speech_folder(tmp_path / "s", emotions=("sad", "drowsy")))[1]
    assert "unknown classes: ennui" in refused(measure, "text", text_folder(tmp_path / "t", rows=[("What a day it was.", "ennui")]))[1]


def test_cut_off_files_are_told(measure, tmp_path):
    face = face_folder(tmp_path / "face")
    sheet = face / "fer2013_privatetest_sheet.png"
    sheet.write_bytes(sheet.read_bytes()[:-2000])
    code, error = refused(measure, "face", face)
    assert (code, sheet.name in error) == (1, True)
    labels = face / "fer2013_labels.npz"
    labels.write_bytes(labels.read_bytes()[:-100])
    assert "cannot be read" in refused(measure, "face", face)[1]
    speech = speech_folder(tmp_path / "speech")
    clip = speech / "s1-2.wav"
    clip.write_bytes(clip.read_bytes()[:20_000])
    assert "s1-2.wav is cut off" in refused(measure, "voice", speech)[1]
    clip.write_bytes(b"RIFF")
    assert "s1-2.wav" in refused(measure, "voice", speech)[1]
    text = text_folder(tmp_path / "text")
    (text / "goemotions/test.csv").write_text('text,label\n"cut off', encoding="utf-8")
    assert "cut off" in refused(measure, "text", text)[1]


def test_missing_clips_are_counted_and_named(measure, tmp_path):
    speech = speech_folder(tmp_path)
    (speech / "s2-1.wav").unlink()
    code, error = refused(measure, "voice", speech)
    assert (code, "1 of its 8 files are not there, such as s2-1.wav" in error) == (1, True)


def test_a_file_that_cannot_be_written_is_told(tmp_path, capsys):
    data = text_folder(tmp_path / "data")
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert main(["text", "--data", str(data), "--json", str(tmp_path / "taken" / "x.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_levels_of_depression_are_recognised_by_their_folder_or_their_labels(tmp_path):
    assert not holds_severity(text_folder(tmp_path / "a"), None)
    levels = text_folder(tmp_path / "b", rows=[("I slept well.", "minimum"), ("I cannot sleep.", "mild")]) / "goemotions"
    assert holds_severity(levels, None)
    levels.rename(tmp_path / "b" / "depseverity")
    assert holds_severity(tmp_path / "b", None)


def test_emotions_cannot_be_measured_on_levels_of_depression(measure, tmp_path):
    rows = [("I slept well.", "minimum"), ("I cannot sleep.", "mild")]
    folder = text_folder(tmp_path, rows=rows) / "goemotions"
    code, error = refused(measure, "text", folder, "--checkpoint", "tfidf_logistic")
    assert (code, "the data has 1 minimum, 1 mild" in error) == (1, True)


def test_speakers_that_training_heard_are_told(measure, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(resolve("voice", "mlp_180"), folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["data"][0]["speakers"] = ["s2", "s9"]
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    _, _, out, _ = measure("voice", speech_folder(tmp_path / "data"), "--checkpoint", str(folder))
    assert "no test of strangers: 1 of 2 speakers were heard in training" in out


def said(speaker: str, emotion: str, sentence: str, repetition: str = "01") -> Item:
    columns = {"emotion": emotion, "sentence": sentence, "repetition": repetition}
    label = "neutral" if emotion in ("neutral", "calm") else emotion
    return Item(f"{speaker}{sentence}{repetition}{emotion}", label, speaker, columns)


def test_a_baseline_is_the_first_neutral_clips_by_repetition_and_sentence():
    a = [said("a", "calm", "s01"), said("a", "neutral", "s02", "02"), said("a", "neutral", "s02"), said("a", "neutral", "s01")]
    b = [said("b", "neutral", "s01"), said("b", "sadness", "s02")]
    chosen = baseline_of([*a, *b], 2)
    assert [item.value for item in chosen["a"]] == ["as0101neutral", "as0201neutral"]
    assert list(chosen) == ["a"], "b has one neutral clip only"
    assert baseline_of(a, 4)["a"][-1].columns["emotion"] == "calm"


def test_a_speaker_without_enough_neutral_clips_is_told(measure, tmp_path):
    code, error = refused(measure, "voice", speech_folder(tmp_path), "--baseline-clips", "9")
    assert (code, "has 9 neutral clips" in error) == (1, True)


def test_the_voters_majority_is_clear_or_nothing():
    votes = np.zeros((4, 10), int)
    votes[0, 3] = 6
    votes[1, [3, 4]] = 5
    votes[2, 9] = 8
    votes[3, 1] = 10
    assert ferplus_majority(votes, 4) == ["sadness", "", "", "happiness"]
    assert ferplus_majority(None, 2) == ["", ""]


@pytest.mark.data
def test_what_is_measured_is_what_the_shipped_card_says(measure, shared_data):
    code, figures, _, _ = measure("text", shared_data, "--split", "val", "--checkpoint", "tfidf_logistic")
    card = json.loads((resolve("text", "tfidf_logistic") / "card.json").read_text(encoding="utf-8"))
    assert code == 0
    assert figures["accuracy"] == pytest.approx(card["figures"]["test"]["accuracy"], abs=0.002)
    assert figures["ece"] == pytest.approx(card["figures"]["test"]["ece"], abs=0.005)
    assert figures["coverage"] == pytest.approx(0.9, abs=0.03)
    assert figures["ece"] <= 0.03


@pytest.mark.data
def test_real_clips_are_read_and_grouped(measure, shared_data, tmp_path):
    with (shared_data / "speech/manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["speaker"] in ("ravdess_01", "ravdess_02", "emodb_03")][::9]
    for row in rows:
        row["path"] = str(shared_data / "speech" / row["path"])
    with (tmp_path / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    code, figures, out, _ = measure("voice", tmp_path, "--by", "corpus", "--checkpoint", "mlp_180")
    assert code == 0
    assert figures["groups"].keys() == {"emodb", "ravdess"}
    assert figures["n"] == sum(one["n"] for one in figures["groups"].values())
    assert "3 speakers" in out
