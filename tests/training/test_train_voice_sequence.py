"""The sequence networks: what is filled up says nothing, the light runtime computes what Keras computes, and a broken-off run goes on."""

import json

import keras
import numpy as np
import pytest
import soundfile

from core.failures import CheckpointRefused
from core.labels import Emotion
from core.media import VOICE_RATE_HZ
from core.settings import VoiceSettings
from models.voice.classifier import VoiceClassifier
from models.voice.log_mel import BANDS, INPUT_SHAPE, STEPS, log_mel_input
from models.voice.networks.sequence_parts import band_statistics
from models.voice.reader import VoiceReader
from tests.fixtures.voices import chunked, joined, silence, voice
from training import train_voice_sequence
from training.model_cards import write_unshipped
from training.network_weights import kept_weights
from training.sequence_augmentation import AugmentedBatches, augmented
from training.train_voice_sequence import EPOCHS, NETWORKS, Trained, command, export_sequence_network, kept_fold, main, train

NAMES = {"angry": Emotion.ANGER, "sad": Emotion.SADNESS, "neutral": Emotion.NEUTRAL}


@pytest.fixture(scope="module")
def sequences():
    return np.array([log_mel_input(voice(0.6 + 0.3 * number, pitch_hz=90 + 20 * number)) for number in range(6)])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Four made-up speakers, three clips each."""
    folder = tmp_path_factory.mktemp("speech")
    rows = ["path,corpus,speaker,sex,emotion"]
    for person in range(4):
        for number, emotion in enumerate(NAMES):
            sound = voice(1.0, pitch_hz=100 + 60 * number + 3 * person, syllables_hz=3.0 + number)
            soundfile.write(folder / f"{person}-{emotion}.wav", joined(silence(0.4), sound, silence(0.4)), VOICE_RATE_HZ)
            rows.append(f"{person}-{emotion}.wav,own,{person},{'MF'[person % 2]},{emotion}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NETWORKS)
def test_what_lies_behind_the_sound_changes_nothing_much_and_the_bands_do(sequences, name):
    keras.utils.set_random_seed(0)
    model = NETWORKS[name](band_statistics(sequences), 5)
    given = sequences[:1].copy()
    expected = model.predict(given, verbose=0)
    given[0, -20:, :BANDS] = 30.0  # not marked as sound
    np.testing.assert_allclose(model.predict(given, verbose=0), expected, atol=1e-6)
    given[0, :10, :BANDS] += 20.0
    assert np.abs(model.predict(given, verbose=0) - expected).max() > 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cnn_bilstm"])
def test_the_exported_network_computes_what_keras_computes(tmp_path, sequences, name):
    keras.utils.set_random_seed(1)
    statistics = band_statistics(sequences)
    model = NETWORKS[name](statistics, 5)
    path = export_sequence_network(Trained(model, statistics), name, tmp_path, sequences)
    assert path.stat().st_size < 4_000_000
    from models.runtime import LiteRtModel

    runtime = LiteRtModel(path)
    assert runtime.input_shape == (1, *INPUT_SHAPE)
    exported = np.concatenate([runtime.run(row[np.newaxis])[0] for row in sequences])
    np.testing.assert_allclose(exported, model.predict(sequences, verbose=0), atol=1e-5)
    weights, more = kept_weights(tmp_path)
    again = NETWORKS[name](type(statistics)(**more), 5)
    again.set_weights(weights)
    np.testing.assert_array_equal(again.predict(sequences, verbose=0), model.predict(sequences, verbose=0))


def test_an_augmented_sequence_stays_a_sequence(sequences):
    random = np.random.default_rng(3)
    mean = band_statistics(sequences).mean
    full = np.ones(INPUT_SHAPE, np.float32)
    for given in (*sequences, full):
        for _ in range(20):
            moved = augmented(given, mean, random)
            heard = np.flatnonzero(moved[:, BANDS])
            assert moved.shape == INPUT_SHAPE
            assert len(heard) == heard[-1] - heard[0] + 1, "one stretch"
            assert heard[-1] < STEPS
            assert not moved[moved[:, BANDS] == 0].any()


def test_each_row_comes_once_an_epoch_with_the_weight_of_its_class(sequences):
    versions = np.stack([sequences, sequences], axis=1)
    batches = AugmentedBatches(versions, np.array([0, 0, 0, 0, 1, 1]), band_statistics(sequences).mean, np.array([0.5, 2.0]), 4, seed=1)
    assert len(batches) == 2
    labels, weights = (np.concatenate([batches[number][part] for number in range(2)]) for part in (1, 2))
    assert sorted(labels) == [0, 0, 0, 0, 1, 1]
    np.testing.assert_array_equal(weights, np.where(labels == 1, 2.0, 0.5))


@pytest.mark.slow
def test_a_training_run_leaves_a_checkpoint_for_the_live_reader_and_goes_on_after_a_break(corpus, tmp_path, capsys):
    keep = {"emotions": ["anger", "sadness", "neutral"], "epochs": 1, "state": tmp_path / "state"}
    card = train(corpus, "lstm", 1, tmp_path / "tiny", **keep)
    assert card.labels == (Emotion.ANGER, Emotion.SADNESS, Emotion.NEUTRAL)
    assert card.figures["own"]["majority"]["uar"] == pytest.approx(1 / 3, abs=1e-3)
    assert card.figures["own"]["n"] == 12
    classifier = VoiceClassifier(tmp_path / "tiny")
    probabilities = classifier.probabilities(voice(1.0))
    assert probabilities.sum() == pytest.approx(1.0)
    reader = VoiceReader(VoiceSettings(), tmp_path / "tiny")
    reader.warm_up()
    samples = joined(silence(0.5), voice(1.0), silence(1.0))
    (reading,) = [one for chunk in chunked(samples) if (one := reader.read(chunk)) is not None and one.probabilities]
    assert set(reading.probabilities) == set(card.labels)
    files = sorted((tmp_path / "state").iterdir())
    assert len(files) == 4
    files[0].write_bytes(files[0].read_bytes()[:100])
    assert kept_fold(tmp_path / "state", files[0].stem) is None, "a truncated fold is measured again"
    assert kept_fold(tmp_path / "state", files[1].stem) is not None


@pytest.mark.slow
def test_a_network_that_is_not_shipped_leaves_its_card_and_no_checkpoint_for_the_program(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(train_voice_sequence, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(train_voice_sequence, "write_unshipped", lambda card: write_unshipped(card, tmp_path / "figures"))
    monkeypatch.setattr("sys.argv", ["train", "--data", str(corpus), "--epochs", "1", "--emotions", "anger", "sadness", "--not-shipped"])
    monkeypatch.setattr(train_voice_sequence, "checkpoint_folder", lambda *_: pytest.fail("the program's own checkpoints"))
    main()
    card = json.loads((tmp_path / "figures" / "voice-lstm.json").read_text(encoding="utf-8"))
    assert {"file", "sha256"}.isdisjoint(card)
    assert card["figures"]["own"]["n"] == 8
    assert card["notes"][0] == "Not shipped. Trained for 1 epochs on 8 clips: the figures are of this budget."
    assert card["command"].endswith("--network lstm --seed 1 --emotions anger sadness --epochs 1 --not-shipped")
    assert (tmp_path / "runs" / "lstm" / "lstm.tflite").is_file()


def test_the_command_of_a_usual_run_names_nothing_that_is_usual():
    assert command("lstm", 1, [], EPOCHS) == "python -m training.train_voice_sequence --data DIR --network lstm --seed 1"


def test_weights_that_are_not_there_are_told(tmp_path):
    with pytest.raises(CheckpointRefused, match="cannot be adapted"):
        kept_weights(tmp_path)
    (tmp_path / "weights.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(CheckpointRefused, match="cannot be adapted"):
        kept_weights(tmp_path)
