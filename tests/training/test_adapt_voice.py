"""A shipped voice is adapted to few recordings: by a shift of any network's answers, or by learning on from kept weights."""

import keras
import numpy as np
import pytest
import soundfile

from core.failures import DataUnfit
from core.media import VOICE_RATE_HZ
from core.paths import checkpoint_folder
from models.calibration import calibrated
from models.card import load_card
from models.voice.classifier import VoiceClassifier
from models.voice.inputs import INPUT_KIND
from models.voice.log_mel import log_mel_input
from models.voice.networks.sequence_parts import band_statistics
from tests.fixtures.voices import joined, silence, voice
from training import adapt_sequence
from training.adapt_sequence import SequenceTuning
from training.adapt_voice import Recorded, adapt, cross_validated, fitted_shift, groups_of, shift, shifted_calibration
from training.datasets.speech_folder import load_speech_folder
from training.network_weights import keep_weights
from training.train_voice_sequence import NETWORKS

NAMES = ("anger", "happiness", "sadness", "surprise", "neutral")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """One made-up person, four sentences in each of the five classes."""
    folder = tmp_path_factory.mktemp("own")
    rows = ["path,corpus,speaker,sex,emotion,sentence"]
    for number, emotion in enumerate(NAMES):
        for sentence in range(4):
            path = f"{emotion}_{sentence}.wav"
            sound = voice(1.0, pitch_hz=100 + 40 * number + 5 * sentence, syllables_hz=3.0 + 0.5 * number)
            soundfile.write(folder / path, joined(silence(0.4), sound, silence(0.4)), VOICE_RATE_HZ)
            rows.append(f"{path},collected,anna,F,{emotion},en{sentence:02d}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_a_shift_is_what_the_data_says_and_small_where_there_is_little():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.ones(3), 600)
    tilted = probabilities * np.array([4.0, 1.0, 1.0])
    tilted /= tilted.sum(axis=1, keepdims=True)
    labels = np.array([random.choice(3, p=row) for row in tilted])
    bias = fitted_shift(probabilities, labels)
    np.testing.assert_allclose(bias - bias[1], [np.log(4.0), 0, 0], atol=0.3)
    assert np.abs(fitted_shift(probabilities[:3], labels[:3])).max() < 3.0
    assert bias.sum() == pytest.approx(0.0, abs=1e-9)


def test_a_shifted_calibration_is_the_calibration_and_then_the_shift():
    random = np.random.default_rng(1)
    raw, bias = random.dirichlet(np.ones(4), 20), np.array([0.5, -0.2, 0.0, -0.3])
    for before in ({"temperature": 1.7}, {"temperature": 0.8, "entropy_slope": 0.5, "bias": [0.1, 0.2, -0.3, 0.0]}):
        both = {**before, "with_baseline": {"temperature": 2.0}, "conformal": {"threshold": 0.1}}
        after = shifted_calibration(both, bias)
        expected = calibrated(raw, before) * np.exp(bias)
        np.testing.assert_allclose(calibrated(raw, after), expected / expected.sum(axis=1, keepdims=True), rtol=1e-5)
        assert after["with_baseline"] == {"temperature": 2.0, "bias": bias.tolist()}
        assert after["conformal"] == {"threshold": 0.1}


def test_nothing_is_tested_that_was_learned_from():
    labels = np.tile([0, 1], 10)
    what = Recorded(tuple([np.zeros(1, np.float32)] * 20), labels, np.repeat([f"s{i}" for i in range(5)], 4), "sentences")
    seen = []

    def learn(rows):
        seen.append(rows)
        assert not set(what.groups[rows]) & set(what.groups[~rows])
        return lambda row: np.array([0.5, 0.5]) if not rows[row] else pytest.fail("a row that was learned from was tested")

    assert cross_validated(learn, what, seed=1).shape == (20, 2)
    assert sum((~rows).sum() for rows in seen) == 20


def test_a_shipped_voice_is_shifted_to_a_persons_recordings(own, tmp_path, capsys):
    card = adapt(str(checkpoint_folder("voice", "mlp_180")), own, tmp_path / "anna", "anna", seed=1)
    loaded = load_card(tmp_path / "anna", INPUT_KIND)
    assert loaded.name == card.name == "anna"
    assert loaded.figures["grouped_by"] == "sentences"
    assert loaded.figures["before"]["n"] == loaded.figures["after"]["n"] == 20
    assert loaded.figures["after"]["majority"]["uar"] == pytest.approx(0.2)
    assert "adapted to 20 recordings of 1 person" in loaded.notes[0]
    assert loaded.data[-1]["licence"] == "as consented"
    clips = load_speech_folder(own)
    samples, _ = soundfile.read(clips[0].path, dtype="float32")
    shipped, adapted = VoiceClassifier(checkpoint_folder("voice", "mlp_180")), VoiceClassifier(tmp_path / "anna")
    bias = np.asarray(adapted.card.calibration["bias"]) - np.asarray(shipped.card.calibration.get("bias", np.zeros(5)))
    expected = shipped.probabilities(samples) * np.exp(bias)
    np.testing.assert_allclose(adapted.probabilities(samples), expected / expected.sum(), rtol=1e-4)
    assert "before: UAR" in capsys.readouterr().out


def test_a_sequence_network_learns_on_from_its_kept_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(adapt_sequence, "EPOCHS", 6)
    monkeypatch.setattr(adapt_sequence, "RATE", 3e-3)
    segments = [voice(0.8, pitch_hz=90 + 60 * (i % 2) + i, syllables_hz=3 + 3 * (i % 2)) for i in range(16)]
    labels = np.array([i % 2 for i in range(16)])
    inputs = np.array([log_mel_input(samples) for samples in segments])
    keras.utils.set_random_seed(2)
    statistics = band_statistics(inputs)
    model = NETWORKS["lstm"](statistics, 2)
    keep_weights(model, tmp_path, mean=statistics.mean, variance=statistics.variance)

    class Card:
        file, labels, folder = "lstm.tflite", ("anger", "neutral"), tmp_path

    predict = SequenceTuning(Card, segments, labels, seed=1).learn(np.ones(16, dtype=bool))
    before = model.predict(inputs, verbose=0)[np.arange(16), labels].mean()
    after = np.mean([predict(row)[labels[row]] for row in range(16)])
    assert after > before + 0.03


def test_people_are_the_groups_where_there_are_enough(own, tmp_path):
    clips = load_speech_folder(own)
    assert groups_of(own, clips)[1] == "sentences"
    assert len(set(groups_of(own, clips)[0].values())) == 4
    rows = ["path,speaker,emotion", *[f"{clip.path.name},p{number % 3},{clip.emotion}" for number, clip in enumerate(clips)]]
    for clip in clips:
        (tmp_path / clip.path.name).symlink_to(clip.path)
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    assert groups_of(tmp_path, load_speech_folder(tmp_path))[1] == "people"


def test_too_few_recordings_are_told_by_class(own, tmp_path):
    lines = (own / "manifest.csv").read_text().splitlines()
    for clip in load_speech_folder(own):
        (tmp_path / clip.path.name).symlink_to(clip.path)
    (tmp_path / "manifest.csv").write_text("\n".join(line for line in lines if "surprise_" not in line and "sadness_3" not in line) + "\n")
    with pytest.raises(DataUnfit, match=r"too few of sadness \(3\), surprise \(0\)"):
        adapt("mlp_180", tmp_path, tmp_path / "new", "new", seed=1)
    assert not (tmp_path / "new").exists()


def test_one_sentence_is_told(own):
    clips = load_speech_folder(own)
    with pytest.raises(DataUnfit, match="All recordings are of one sentence"):
        groups_of(own, clips[::4])


def test_learning_a_shift_uses_only_the_rows_it_is_given():
    random = np.random.default_rng(0)
    probabilities, labels = random.dirichlet(np.ones(3), 60), random.integers(0, 3, 60)
    rows = np.arange(60) < 30
    expected = probabilities[50] * np.exp(fitted_shift(probabilities[:30], labels[:30]))
    np.testing.assert_allclose(shift(probabilities, labels)(rows)(50), expected / expected.sum(), rtol=1e-6)
