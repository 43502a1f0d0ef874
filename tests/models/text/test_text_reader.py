"""The reader with each of the checkpoints that are shipped."""

import json
import shutil

import numpy as np
import pytest

from core.failures import CheckpointRefused
from core.labels import EMOTIONS, Emotion
from core.media import TextEntry
from core.paths import checkpoint_folder
from core.readings import Absence
from core.settings import TextSettings
from models.card import CARD_FILE, sha256_of
from models.text.classifier import TextClassifier
from models.text.inputs import tokens
from models.text.linear import load_model
from models.text.reader import TextReader

SETTINGS = TextSettings()
TFIDF = checkpoint_folder("text", "tfidf_logistic")


@pytest.fixture(scope="module", params=["minilm", "tfidf_logistic"])
def reader(request):
    return TextReader(SETTINGS, checkpoint_folder("text", request.param))


def test_the_reader_of_the_settings_is_the_shipped_one():
    assert TextReader(SETTINGS).card.name == SETTINGS.checkpoint


def test_the_model_is_loaded_with_the_first_text_that_is_long_enough(monkeypatch):
    loaded = []
    monkeypatch.setattr("models.text.reader.TextClassifier", lambda folder: loaded.append(folder) or TextClassifier(folder))
    reader = TextReader(SETTINGS, TFIDF)
    reader.warm_up()
    assert read(reader, "Hm").absent_because is Absence.TOO_SHORT
    assert loaded == []
    assert read(reader, "I am so happy today, thank you").top is Emotion.HAPPINESS
    assert read(reader, "I am so sad today, I cried").top is Emotion.SADNESS
    assert loaded == [TFIDF]


def read(reader, text, at=1.0):
    return reader.read(TextEntry(text, at, 0))


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I feel so sad and lonely, I cried all night", Emotion.SADNESS),
        ("I am so happy, this is wonderful, thank you so much!", Emotion.HAPPINESS),
        ("I am terrified and scared of what comes next", Emotion.FEAR),
        ("What the fuck is wrong with you, I hate this", Emotion.ANGER),
        ("The train to the office leaves at eight in the morning", Emotion.NEUTRAL),
    ],
)
def test_plain_sentences_are_read_as_a_person_would(reader, text, emotion):
    assert read(reader, text).top is emotion


@pytest.mark.parametrize(
    "text",
    ["I am not happy", "I have not been happy for weeks", "I never feel good", "I can't enjoy anything anymore", "I feel hopeless"],
)
def test_a_negated_joy_is_not_read_as_happiness(reader, text):
    assert read(reader, text).top is not Emotion.HAPPINESS


def test_a_reading_has_all_classes_and_sums_to_one(reader):
    reading = read(reader, "I did not sleep and nothing is fun any more", at=12.5)
    assert set(reading.probabilities) == set(EMOTIONS)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert (reading.at, reading.covers) == (12.5, (12.5, 12.5))
    assert reading.model == reader.card.name


@pytest.mark.parametrize("text", ["I feel so sad, so so sad and lonely", "why why why? I don't know!", "Thanks 😂😂 love it"])
def test_contributions_of_tfidf_add_up_to_the_top_classs_logit_minus_its_intercept(text):
    reader = TextReader(SETTINGS, TFIDF)
    model = load_model(reader.card.path, len(EMOTIONS))
    logits = model.logits(tokens(text))
    reading = read(reader, text)
    top = reader.card.labels.index(reading.top)
    assert sum(weight for _, weight in reading.contributions) == pytest.approx(logits[top] - model.intercept[top], abs=1e-6)


def test_contributions_come_strongest_first_and_name_the_words_of_the_entry(reader):
    reading = read(reader, "I feel so sad today")
    weights = [abs(weight) for _, weight in reading.contributions]
    assert weights == sorted(weights, reverse=True)
    assert reading.contributions[0][0] == "sad"
    assert {word for word, _ in reading.contributions} == set(tokens(reading.text))


@pytest.mark.parametrize("text", ["", "   ", "sad", "so sad", "?!?!?!", "\x00"])
def test_a_text_below_the_minimum_carries_no_number_and_says_what_is_needed(reader, text):
    reading = read(reader, text)
    assert reading.absent_because is Absence.TOO_SHORT
    assert not reading.probabilities
    assert reading.quality == 0.0
    assert str(SETTINGS.least_words) in reading.quality_reason


@pytest.mark.parametrize("text", ["Ich fühle mich heute sehr traurig und müde", "сегодня мне очень грустно", "qxz vvkp zzrt wqpl"])
def test_a_text_of_unknown_words_carries_no_number(reader, text):
    reading = read(reader, text)
    assert reading.absent_because is Absence.UNKNOWN_WORDS
    assert not reading.probabilities


def test_quality_falls_with_shortness_and_with_unknown_words_and_says_why(reader):
    full = read(reader, "I have been feeling low for weeks and I do not know what to do")
    short = read(reader, "I feel low")
    strange = read(reader, "I have been feeling qxz for vvkp and I do wqpl zzrt what jjkw kkqq")
    assert full.quality == pytest.approx(1.0)
    assert full.quality_reason is None
    assert short.quality < full.quality
    assert "3 words" in short.quality_reason
    assert strange.quality < full.quality
    assert "knows" in strange.quality_reason


def test_a_very_long_text_is_read(reader):
    assert read(reader, "I am sad. " * 5_000).top is Emotion.SADNESS


def test_nothing_is_left_to_say_at_the_end(reader):
    assert reader.finish() is None


def copied_checkpoint(folder):
    return shutil.copytree(TFIDF, folder / TFIDF.name)


def rewrite(folder, **parts):
    """Replace parts of the model file, and the hash in its card."""
    with np.load(folder / "model.npz") as model:
        kept = {name: model[name] for name in model.files}
    np.savez(folder / "model.npz", **{name: part for name, part in (kept | parts).items() if part is not None})
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    (folder / CARD_FILE).write_text(json.dumps(card | {"sha256": sha256_of(folder / "model.npz")}), encoding="utf-8")


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"words.idf": None}, "words.idf"),
        ({"words.idf": np.ones(3, np.float32)}, "3 frequencies"),
        ({"intercept": np.zeros(2, np.float32)}, "7 classes"),
    ],
)
def test_a_model_whose_parts_do_not_fit_is_refused_with_the_first_text(tmp_path, parts, why):
    folder = copied_checkpoint(tmp_path)
    rewrite(folder, **parts)
    reader = TextReader(SETTINGS, folder)
    with pytest.raises(CheckpointRefused, match=why):
        read(reader, "I am so happy today, thank you")


def test_an_altered_model_is_refused(tmp_path):
    folder = copied_checkpoint(tmp_path)
    with (folder / "model.npz").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(CheckpointRefused, match="sha256"):
        TextReader(SETTINGS, folder)


@pytest.mark.parametrize("file", ["model.tflite", "vocabulary.txt", "words.npz"])
def test_an_encoder_is_refused_when_any_of_its_files_is_altered_or_missing(tmp_path, file):
    folder = shutil.copytree(checkpoint_folder("text", "minilm"), tmp_path / "minilm")
    with (folder / file).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(CheckpointRefused, match=f"{file} is not the one"):
        TextReader(SETTINGS, folder)
    (folder / file).unlink()
    with pytest.raises(CheckpointRefused, match=f"{file} is missing"):
        TextReader(SETTINGS, folder)


def test_a_missing_checkpoint_is_refused(tmp_path):
    with pytest.raises(CheckpointRefused, match="nowhere"):
        TextReader(SETTINGS, tmp_path / "nowhere")
