"""Training on a handful of rows: the same steps as on the real ones."""

import csv

import numpy as np
import pytest

from core.failures import DataUnfit, WrongUse
from core.labels import EMOTIONS, Emotion
from core.media import TextEntry
from core.settings import TextSettings
from models.card import load_card
from models.text.inputs import INPUT_KIND, tokens
from models.text.reader import TextReader
from training.datasets.goemotions import GROUP_OF_FINE, GROUPS, load_goemotions, word_key
from training.train_text_card import labels_of
from training.train_text_tfidf import Recipe, all_logits, exported, features, train, write_checkpoint

WORDS = {
    "anger": "angry furious mad",
    "disgust": "gross disgusting nasty",
    "fear": "scared afraid terrified",
    "joy": "happy glad delighted",
    "sadness": "sad lonely crying",
    "surprise": "wow unexpected suddenly",
    "neutral": "table bus office",
}
RECIPE = Recipe(least_rows=(("words", 1), ("letters", 1)), c_values=(1.0, 10.0), weight_powers=(0.5,))


def sentences(begin, times):
    return [(f"{begin} {word} number {i}", label) for label, words in WORDS.items() for word in words.split() for i in range(times)]


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label", "fine"])
        writer.writerows([text, label, label] for text, label in rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("goemotions")
    write_csv(folder / "train.csv", [*sentences("i am so", 12), ("both at once", "joy|sadness"), ("IT IS THAT, sad number 1!", "sadness")])
    write_csv(folder / "val.csv", sentences("it is that", 3))
    return folder


@pytest.fixture(scope="module")
def trained(data):
    return train(load_goemotions(data), RECIPE, seed=0)


def test_texts_of_equal_words_never_stand_on_two_sides(data):
    splits = load_goemotions(data)
    keys = [{word_key(row.text) for row in rows} for rows in (splits.train, splits.validation, splits.test)]
    assert all(keys)
    assert not keys[0] & keys[1]
    assert not keys[0] & keys[2]
    assert not keys[1] & keys[2]


def test_rows_of_two_groups_are_left_out(data):
    splits = load_goemotions(data)
    assert "both at once" not in {row.text for rows in (splits.train, splits.validation, splits.test) for row in rows}


def test_the_official_form_gives_the_same_rows(tmp_path):
    lines = {"train": ["So glad!\t17\tabc", "Two\t17,25\tdef", "a \t tab\t2,3\tghi"], "dev": ["Oh no\t25\tjkl"]}
    for name, rows in lines.items():
        (tmp_path / f"{name}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    splits = load_goemotions(tmp_path)
    learnt = {(row.text, row.label) for row in (*splits.train, *splits.validation)}
    assert learnt == {("So glad!", Emotion.HAPPINESS), ("a \t tab", Emotion.ANGER)}
    assert [(row.text, row.label) for row in splits.test] == [("Oh no", Emotion.SADNESS)]


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(DataUnfit, match=tmp_path.name):
        load_goemotions(tmp_path)


@pytest.mark.parametrize(
    ("name", "lines", "row"),
    [
        ("csv", "text,label\nWhat a day,joy\nWhat,ennui\n", 2),
        ("csv", "text,words\nWhat a day,joy\n", 1),
        ("csv", 'text,label\nWhat a day,joy\n"cut off', 2),
        ("tsv", "So glad!\t17\tabc\nSo glad!\t99\tabc\n", 2),
        ("tsv", "So glad!\t17\tabc\ncut of", 2),
    ],
)
def test_damaged_rows_are_told_with_their_number(tmp_path, name, lines, row):
    for part in ("train", "val" if name == "csv" else "dev"):
        (tmp_path / f"{part}.{name}").write_text(lines, encoding="utf-8")
    with pytest.raises(DataUnfit, match=rf"Row {row} is damaged"):
        load_goemotions(tmp_path)
    (tmp_path / f"train.{name}").write_text("", encoding="utf-8")
    with pytest.raises(DataUnfit, match="holds no rows"):
        load_goemotions(tmp_path)


def test_only_the_chosen_classes_are_told_apart(data, tmp_path):
    splits = load_goemotions(data).of(["sad,happy"])
    assert splits.classes == (Emotion.HAPPINESS, Emotion.SADNESS)
    assert {row.text for row in splits.mixed} == {"both at once"}
    card = write_checkpoint(tmp_path / "two", data, splits, train(splits, RECIPE, seed=0), seed=0, run=tmp_path / "run")
    assert card.labels == splits.classes
    assert card.command.endswith("--emotions happiness,sadness")
    assert card.figures["test"]["uar"] == 1.0
    reader = TextReader(TextSettings(), tmp_path / "two")
    assert reader.read(TextEntry("i am so lonely number 3", 0.0, 0)).top is Emotion.SADNESS
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "confusion matrix" in page
    assert (tmp_path / "run" / "class_counts.png").is_file()
    with pytest.raises(WrongUse, match="no emotion"):
        load_goemotions(data).of(["ennui"])
    with pytest.raises(DataUnfit, match="only one class"):
        load_goemotions(data).of(["sad"])


@pytest.mark.data
def test_the_fine_emotions_fall_into_the_authors_groups(shared_data):
    with (shared_data / "text" / "goemotions" / "train.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            assert {GROUP_OF_FINE[fine] for fine in row["fine"].split("|")} == {GROUPS[group] for group in row["label"].split("|")}


def test_the_exported_model_computes_what_scikit_learn_computes(data, trained):
    rows = load_goemotions(data).test
    model = exported(trained)
    ours = np.array([model.logits(tokens(row.text)) for row in rows])
    assert ours == pytest.approx(all_logits(trained.regression, features(trained.vectorisers, rows), len(EMOTIONS)), abs=1e-5)


def test_a_trained_checkpoint_is_read_by_the_lane_and_its_card_holds_what_was_measured(data, trained, tmp_path):
    splits = load_goemotions(data)
    write_checkpoint(tmp_path / "tiny", data, splits, trained, seed=0)
    card = load_card(tmp_path / "tiny", INPUT_KIND)
    assert card.labels == EMOTIONS
    assert card.figures["rows"]["test"] == len(splits.test)
    assert card.figures["test"]["majority"]["accuracy"] == pytest.approx(1 / 7, abs=1e-4)
    assert card.figures["test"]["macro_f1"] > 0.9
    assert card.figures["chosen"]["C"] in RECIPE.c_values
    assert card.calibration["temperature"] > 0
    reader = TextReader(TextSettings(), tmp_path / "tiny")
    assert reader.read(TextEntry("i am so lonely number 3", 0.0, 0)).top is Emotion.SADNESS


def test_the_same_seed_gives_the_same_file(data, trained, tmp_path):
    splits = load_goemotions(data)
    first = write_checkpoint(tmp_path / "first", data, splits, trained, seed=0)
    second = write_checkpoint(tmp_path / "second", data, splits, train(splits, RECIPE, seed=0), seed=0)
    assert first.path.read_bytes() == second.path.read_bytes()


def test_training_without_a_class_is_refused(data):
    splits = load_goemotions(data)
    without = type(splits)(tuple(row for row in splits.train if row.label is not Emotion.FEAR), splits.validation, splits.test)
    with pytest.raises(ValueError, match=r"all of 0\.\.6"):
        train(without, RECIPE, seed=0)


def test_labels_are_numbered_as_the_program_does(data):
    rows = load_goemotions(data).test
    assert [EMOTIONS[index] for index in labels_of(rows)] == [row.label for row in rows]
