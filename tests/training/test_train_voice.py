"""The shipped voice network is trained by speaker, centred on people, and is what the program takes."""

import json

import numpy as np
import pytest
import soundfile

from core.settings import VoiceSettings
from models.voice.classifier import WITH_BASELINE, VoiceClassifier
from models.voice.networks.statistics_mlp import members, merged
from models.voice.reader import VoiceReader
from tests.fixtures.voices import joined, silence, voice
from training import train_voice, voice_learning, voice_material
from training.datasets.speech_manifest import VOICE_CLASSES
from training.leaks import LeakFound
from training.plots import read_log
from training.report import LOG_FILE
from training.train_voice import train
from training.voice_run import VoiceRun

NAMES = ("angry", "happy", "sad", "surprised", "neutral")
PEOPLE = 6


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Six made-up people: pitch and pace differ by class and by person; five neutral clips each, of which four are the baseline."""
    folder = tmp_path_factory.mktemp("speech")
    rows = ["path,corpus,speaker,sex,emotion,intensity,sentence,repetition,duration_s"]
    for person in range(PEOPLE):
        for number, emotion in enumerate(NAMES):
            for again in range(5 if emotion == "neutral" else 1):
                path = f"{person}-{emotion}-{again}.wav"
                sound = voice(1.2, pitch_hz=100 + 40 * number + 3 * person + again, syllables_hz=3.0 + 0.5 * number)
                soundfile.write(folder / path, joined(silence(0.5), sound, silence(0.5)), 16_000)
                rows.append(f"{path},own,person_{person:02d},{'MF'[person % 2]},{emotion},normal,s01,0{again},2.2")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checkpoint(corpus, tmp_path_factory):
    """A checkpoint of a very short training, with the folds that it kept."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(voice_learning, "STEPS", 40)
        patch.setattr(train_voice, "PLACES", 1)
        patch.setattr(train_voice, "FOLDS", 3)
        patch.setattr(voice_material.os, "cpu_count", lambda: 1)
        patch.setattr(voice_learning, "CHECK_EACH", 10)
        train(corpus, "tiny", 1, folder / "tiny", folder / "runs", folds=3)
    return folder


def test_a_training_run_leaves_a_checkpoint_that_the_program_takes(checkpoint):
    classifier = VoiceClassifier(checkpoint / "tiny")
    assert classifier.card.labels == VOICE_CLASSES
    assert classifier.takes_centre
    assert classifier.card.figures["own"]["uar"] > 0.4, "pitch and pace tell these classes apart for unseen speakers"
    assert classifier.card.figures["own with a baseline"]["n"] == PEOPLE * 5, "the baselines are not among the figures"
    assert "own in noise of 10 dB SNR" in classifier.card.figures
    assert classifier.card.calibration[WITH_BASELINE]["temperature"] > 0
    VoiceReader(VoiceSettings(), checkpoint / "tiny").warm_up()


def test_a_centre_changes_what_is_said_and_is_the_mean_of_what_was_heard(checkpoint):
    classifier = VoiceClassifier(checkpoint / "tiny")
    ordinary = [voice(1.5, pitch_hz=hz) for hz in (180, 190)]
    centre = classifier.centre_of(ordinary)
    np.testing.assert_allclose(centre, np.mean([classifier.features(one) for one in ordinary], axis=0), rtol=1e-5)
    alone, centred = classifier.probabilities(voice(1.5)), classifier.probabilities(voice(1.5), centre)
    assert alone.sum() == pytest.approx(1.0)
    assert centred.sum() == pytest.approx(1.0)
    assert np.abs(np.log(alone) - np.log(centred)).max() > 0.01


def test_loudness_says_nothing_without_a_centre(checkpoint):
    classifier = VoiceClassifier(checkpoint / "tiny")
    np.testing.assert_allclose(classifier.probabilities(voice(1.5) * np.float32(0.1)), classifier.probabilities(voice(1.5)), atol=2e-3)


def test_evidence_names_every_group_and_vanishes_at_the_centre_itself(checkpoint):
    classifier = VoiceClassifier(checkpoint / "tiny")
    evidence = classifier.evidence(voice(1.5), 0)
    assert {"loudness", "pitch height", "pitch variation", "tempo", "brightness", "voice quality"} <= {name for name, _ in evidence}
    weights = [abs(weight) for _, weight in evidence]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0.01
    centre = classifier.centre_of([voice(1.5)])
    assert all(abs(weight) < 1e-6 for _, weight in classifier.evidence(voice(1.5), 0, centre))


def test_a_run_leaves_its_logs_and_a_report(checkpoint):
    run = checkpoint / "runs" / "tiny"
    assert set(read_log(run / LOG_FILE)) == {"step", "loss", "val_loss", "val_uar"}
    assert read_log(run / "fold-1" / "of_person" / LOG_FILE)["step"][0] == 10
    assert list(run.glob("fold-3/of_all/tensorboard/events.*"))
    page = (run / "report.html").read_text(encoding="utf-8")
    assert all(f'alt="{name}"' in page for name in ("class counts", "learning curves", "confusion matrix", "roc", "reliability"))
    card = json.loads((checkpoint / "tiny" / "card.json").read_text(encoding="utf-8"))
    assert set(card["figures"]["own"]["groups"]) == {"F", "M"}
    assert card["figures"]["training"]["steps"]["of_all"] in range(10, 41)


def test_finished_folds_are_not_trained_again_unless_they_are_damaged(checkpoint, corpus, monkeypatch):
    monkeypatch.setattr(voice_learning, "STEPS", 40)
    monkeypatch.setattr(train_voice, "PLACES", 1)
    run = VoiceRun(checkpoint / "runs" / "tiny", 1, resume=True)
    task, folds = train_voice.task_of(corpus, (), 1, 3, run)
    run.begin(task.fingerprint)
    monkeypatch.setattr(train_voice, "one_fold", lambda *_: pytest.fail("a kept fold was trained again"))
    said, _, lengths = train_voice.cross_validated(task, folds, 1, run)
    assert np.isfinite(said["clean"]).all()
    assert lengths.of_all > 0
    file = next(run.folder.glob("fold-*-1.npz"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert run.kept(1) is None
    assert run.kept(0) is not None
    file.write_bytes(whole)
    assert VoiceRun(run.folder, 1, resume=False).kept(1) is None, "without --resume it begins anew"


def test_a_speaker_in_two_folds_fails_the_run(checkpoint, corpus, monkeypatch):
    monkeypatch.setattr(train_voice, "PLACES", 1)
    run = VoiceRun(checkpoint / "runs" / "tiny", 1, resume=False)
    task, folds = train_voice.task_of(corpus, (), 1, 3, run)
    run.begin(task.fingerprint)
    with pytest.raises(LeakFound, match="share 2 speakers"):
        train_voice.one_fold(task, [folds[0], folds[0], folds[2]], 0, 1, run)


def test_no_fold_babbles_in_another(corpus):
    clips = train_voice.load_speech_folder(corpus)
    folds = train_voice.speaker_folds(clips, 3, 1)
    of = {clip.path: clip.speaker for clip in clips}
    fold_of = {speaker: number for number, fold in enumerate(folds) for speaker in fold}
    for job in voice_material.jobs_of(clips, [True] * len(clips), folds, "voice-statistics-v1", 1, 1):
        assert {fold_of[of[other]] for other in job.others} == {fold_of[of[job.path]]}
        assert of[job.path] not in {of[other] for other in job.others}


def test_what_is_shipped_answers_as_the_networks_that_were_trained():
    random = np.random.default_rng(0)
    network = members(random.normal(0, 0.3, (40, 40)).astype(np.float32), 5, "of_all")
    for layer in network.layers:
        if layer.trainable:
            layer.set_weights([weight + random.normal(0, 0.2, weight.shape) for weight in layer.get_weights()])
    rows = random.normal(size=(8, 40)).astype(np.float32)
    np.testing.assert_allclose(merged(network).predict(rows, verbose=0), network.predict(rows, verbose=0), atol=1e-4)
