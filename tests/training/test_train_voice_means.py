"""The voice's training hears what the monitor hears, parts by speaker, and ships what Keras computes."""

import json

import keras
import numpy as np
import pytest
import soundfile

from core.labels import Emotion
from core.paths import checkpoint_folder
from core.settings import VoiceSettings
from models.calibration import calibrated
from models.card import load_card
from models.runtime import LiteRtModel
from models.voice.inputs import FEATURES, INPUT_KIND, segment_features
from models.voice.networks.mlp_180 import voice_mlp
from models.voice.reader import VoiceReader
from tests.fixtures.voices import chunked, joined, silence, voice
from training.datasets.segments import segments_of
from training.datasets.speech_manifest import VOICE_CLASSES, load_clips, speaker_folds
from training.export_checkpoint import export_keras
from training.train_voice_means import load_speech, train
from training.voice_conditions import with_noise

SETTINGS = VoiceSettings()
CLASSIC = checkpoint_folder("voice", "mlp_180")
NAMES = ("angry", "happy", "sad", "surprised", "neutral")


@pytest.fixture
def corpus(tmp_path):
    """Ten made-up speakers, five clips each: pitch and pace differ by class and by speaker."""
    folder = tmp_path / "speech"
    (folder / "ravdess").mkdir(parents=True)
    rows = ["path,corpus,speaker,sex,emotion,intensity,sentence,repetition,duration_s"]
    for person in range(10):
        for number, emotion in enumerate(NAMES):
            path = f"ravdess/{person}-{emotion}.flac"
            sound = voice(1.2, pitch_hz=100 + 40 * number + 3 * person, syllables_hz=3.0 + 0.5 * number)
            soundfile.write(folder / path, joined(silence(0.5), sound, silence(0.5)), 16_000)
            rows.append(f"{path},ravdess,ravdess_{person:02d},{'MF'[person % 2]},{emotion},normal,s01,01,2.2")
    rows.append("tess/x.opus,tess,tess_1,F,angry,,,,2.0")
    rows.append("ravdess/fear.flac,ravdess,ravdess_00,M,fearful,normal,s01,01,2.2")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_only_the_five_classes_of_uncompressed_corpora_are_loaded(corpus):
    clips = load_clips(corpus)
    assert len(clips) == 50
    assert {clip.emotion for clip in clips} == set(VOICE_CLASSES)
    assert {clip.corpus for clip in clips} == {"ravdess"}
    assert list(VOICE_CLASSES) == [emotion for emotion in Emotion if emotion in VOICE_CLASSES], "in core's order"


def test_no_speaker_is_in_two_folds_and_both_sexes_are_in_each(corpus):
    clips = load_clips(corpus)
    folds = speaker_folds(clips, 5, seed=3)
    assert sorted(speaker for fold in folds for speaker in fold) == sorted({clip.speaker for clip in clips})
    sex_of = {clip.speaker: clip.sex for clip in clips}
    assert all({sex_of[speaker] for speaker in fold} == {"M", "F"} for fold in folds)
    assert folds == speaker_folds(clips, 5, seed=3)


def test_training_hears_the_segments_and_numbers_that_the_monitor_hears(corpus):
    samples, _ = soundfile.read(corpus / "ravdess/3-happy.flac", dtype="float32")
    (segment,) = segments_of(samples, SETTINGS)
    reader = VoiceReader(SETTINGS, CLASSIC)
    readings = [reading for chunk in chunked(samples, 320) if (reading := reader.read(chunk)) is not None]
    (live,) = [reading for reading in readings if reading.absent_because is None]
    assert live.covers == pytest.approx((segment.starts_at, segment.ends_at))
    speech = load_speech([clip for clip in load_clips(corpus) if clip.path.name == "3-happy.flac"], SETTINGS, seed=1)
    np.testing.assert_array_equal(speech.clean[0], segment_features(segment.samples))
    (output,) = LiteRtModel(reader.card.path).run(speech.clean)
    expected = calibrated(output[0], reader.card.calibration)
    np.testing.assert_allclose([live.probabilities[label] for label in reader.card.labels], expected, rtol=1e-6)


def test_noise_is_added_at_the_level_asked_for():
    samples = voice(1.0)
    noise = with_noise(samples, 20.0, np.random.default_rng(0)) - samples
    assert 20 * np.log10(samples.std() / noise.std()) == pytest.approx(20.0, abs=0.1)


def test_the_exported_network_computes_what_keras_computes(tmp_path):
    keras.utils.set_random_seed(0)
    features = np.abs(np.random.default_rng(1).normal(0, 5, (50, FEATURES))).astype(np.float32)
    model = voice_mlp(features, len(VOICE_CLASSES))
    path = export_keras(model, tmp_path, "mlp.tflite", features)
    runtime = LiteRtModel(path)
    exported = np.concatenate([runtime.run(row[np.newaxis])[0] for row in features])
    np.testing.assert_allclose(exported, model.predict(features, verbose=0), atol=1e-6)
    np.testing.assert_allclose(exported.sum(axis=1), 1.0, rtol=1e-5)


def test_a_training_run_leaves_a_checkpoint_that_the_program_takes(corpus, tmp_path):
    card = train(corpus, "tiny", seed=1, folder=tmp_path / "tiny", epochs=5)
    loaded = load_card(tmp_path / "tiny", INPUT_KIND)
    assert loaded.labels == VOICE_CLASSES
    assert loaded.calibration["temperature"] > 0
    assert loaded.figures["ravdess"]["uar"] > 0.4, "pitch and pace tell these classes apart for unseen speakers"
    assert loaded.figures["ravdess"]["majority"]["uar"] == pytest.approx(0.2)
    assert len(loaded.figures["ravdess uar per fold"]) == 5
    assert card.name == "tiny"
    VoiceReader(SETTINGS, tmp_path / "tiny").warm_up()


def test_the_shipped_card_says_what_it_must():
    raw = json.loads((CLASSIC / "card.json").read_text(encoding="utf-8"))
    assert {source["licence"] for source in raw["data"]} >= {"CC BY-NC-SA 4.0"}
    assert "speaker" in raw["split"]
    assert raw["figures"]["uar_chance"] == pytest.approx(0.2)
    assert any("diagnosis" in note for note in raw["notes"])


@pytest.mark.data
def test_the_shipped_network_knows_its_own_corpus_better_than_chance(shared_data):
    clips = load_clips(shared_data / "speech")[::25]
    speech = load_speech(clips, SETTINGS, seed=1)
    card = load_card(CLASSIC, INPUT_KIND)
    model = LiteRtModel(card.path)
    right = [int(model.run(row[np.newaxis])[0].argmax()) == label for row, label in zip(speech.clean, speech.labels, strict=True)]
    assert np.mean(right) > 0.5
