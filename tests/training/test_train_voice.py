"""The shipped voice network is trained by speaker, centred on people, and is what the program takes."""

import json

import numpy as np
import pytest
import soundfile

from core.settings import VoiceSettings
from models.voice.classifier import WITH_BASELINE, VoiceClassifier
from models.voice.networks.statistics_lda import Scale, about_centres, answers, discriminants, standardised, statistics_lda
from models.voice.reader import VoiceReader
from tests.fixtures.voices import joined, silence, voice
from training import train_voice, voice_folds, voice_material
from training.datasets.speech_manifest import VOICE_CLASSES
from training.leaks import LeakFound
from training.plots import read_log
from training.report import LOG_FILE
from training.train_voice import train
from training.voice_conditions import PLACES, ROOM
from training.voice_learning import by_place
from training.voice_material import CLEAN, PLACE, Material
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
        patch.setattr(train_voice, "PLACES", PLACES[:1])
        patch.setattr(train_voice, "FOLDS", 3)
        patch.setattr(voice_material.os, "cpu_count", lambda: 1)
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
    log = read_log(run / LOG_FILE)
    assert log["step"] == [1, 2, 3]
    assert min(log["uar"] + log["uar_with_baseline"]) > 0
    assert list(run.glob("tensorboard/events.*"))
    page = (run / "report.html").read_text(encoding="utf-8")
    assert all(f'alt="{name}"' in page for name in ("class counts", "learning curves", "confusion matrix", "roc", "reliability"))
    card = json.loads((checkpoint / "tiny" / "card.json").read_text(encoding="utf-8"))
    assert set(card["figures"]["own"]["groups"]) == {"F", "M"}


def test_the_learning_curve_is_of_ever_more_speakers(checkpoint):
    curve = checkpoint / "runs" / "tiny" / "learning_curve"
    log = read_log(curve / LOG_FILE)
    assert log["step"] == [1, 2, 3, 4], "of the four speakers outside a fold of two"
    folds = read_log(curve.parent / LOG_FILE)
    for name in ("uar", "uar_with_baseline"):
        assert log[f"val_{name}"][-1] == pytest.approx(np.mean(folds[name]), abs=1e-5), "with all speakers it is the folds themselves"
        assert min(log[name]) > 0.2, "chance"
    assert list(curve.glob("tensorboard/events.*"))


def test_more_speakers_of_each_corpus_hold_the_fewer_and_nobody_of_the_fold(checkpoint, corpus, monkeypatch):
    monkeypatch.setattr(train_voice, "PLACES", PLACES[:1])
    run = VoiceRun(checkpoint / "runs" / "tiny", 1, resume=False)
    task, folds = train_voice.task_of(corpus, (), 1, 3, run)
    some = [voice_folds.part_of_speakers(task, folds[0], share, np.random.default_rng(5)) for share in (0.1, 0.5, 1.0)]
    assert [len(speakers) for speakers in some] == [1, 2, 4]
    assert some[0] < some[1] < some[2]
    assert not some[2] & folds[0]


def test_finished_folds_are_not_trained_again_unless_they_are_damaged(checkpoint, corpus, monkeypatch):
    monkeypatch.setattr(train_voice, "PLACES", PLACES[:1])
    run = VoiceRun(checkpoint / "runs" / "tiny", 1, resume=True)
    task, folds = train_voice.task_of(corpus, (), 1, 3, run)
    run.begin(task.fingerprint)
    monkeypatch.setattr(voice_folds, "one_fold", lambda *_: pytest.fail("a kept fold was trained again"))
    said, of_person = voice_folds.cross_validated(task, folds, 1, run)
    assert np.isfinite(said["clean"]).all()
    assert np.isfinite(of_person["clean"]).any()
    file = next(run.folder.glob("fold-*-1.npz"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert run.kept(1) is None
    assert run.kept(0) is not None
    file.write_bytes(whole)
    assert VoiceRun(run.folder, 1, resume=False).kept(1) is None, "without --resume it begins anew"


def test_a_speaker_in_two_folds_fails_the_run(checkpoint, corpus, monkeypatch):
    monkeypatch.setattr(train_voice, "PLACES", PLACES[:1])
    run = VoiceRun(checkpoint / "runs" / "tiny", 1, resume=False)
    task, folds = train_voice.task_of(corpus, (), 1, 3, run)
    run.begin(task.fingerprint)
    with pytest.raises(LeakFound, match="share 2 speakers"):
        voice_folds.cross_validated(task, [folds[0], folds[0], folds[2]], 1, run)


def test_no_fold_babbles_in_another(corpus):
    clips = train_voice.load_speech_folder(corpus)
    folds = train_voice.speaker_folds(clips, 3, 1)
    of = {clip.path: clip.speaker for clip in clips}
    fold_of = {speaker: number for number, fold in enumerate(folds) for speaker in fold}
    for job in voice_material.jobs_of(clips, [True] * len(clips), folds, "voice-statistics-v1", 1, 1):
        assert {fold_of[of[other]] for other in job.others} == {fold_of[of[job.path]]}
        assert of[job.path] not in {of[other] for other in job.others}


def clouds(random, numbers):
    """Two classes of two clouds each, crosswise: no straight line parts them, and one cloud each does."""
    centres = np.array([[4.0, 4.0], [-4.0, -4.0], [4.0, -4.0], [-4.0, 4.0]])
    finer = np.repeat(np.arange(4), numbers)
    rows = np.concatenate((centres[finer], np.zeros((len(finer), 4))), axis=1) + random.normal(size=(len(finer), 6))
    return rows.astype(np.float32), finer // 2, finer


def test_a_class_may_be_of_several_clouds():
    rows, labels, finer = clouds(np.random.default_rng(0), 50)
    whole, parted = (discriminants(rows, labels, np.ones(len(rows)), parting[np.newaxis]) for parting in (labels, finer))
    assert (answers(parted, rows, 2).argmax(axis=1) == labels).mean() > 0.95
    assert (answers(whole, rows, 2).argmax(axis=1) == labels).mean() < 0.7


def test_classes_count_alike_however_many_rows_they_have():
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], (900, 100))
    rows = (random.normal(size=(1000, 3)) + labels[:, np.newaxis]).astype(np.float32)
    said = answers(discriminants(rows, labels, np.ones(1000), labels[np.newaxis]), rows, 2)
    recalls = [(said[labels == one].argmax(axis=1) == one).mean() for one in (0, 1)]
    assert abs(recalls[0] - recalls[1]) < 0.1


def test_rows_of_a_larger_share_count_more():
    rows = np.array([[0.0], [1.0], [4.0], [5.0]], np.float32)
    labels = np.array([0, 0, 1, 1])
    drawn = discriminants(rows, labels, np.array([1.0, 1.0, 1.0, 9.0]), labels[np.newaxis])
    even = discriminants(rows, labels, np.ones(4), labels[np.newaxis])
    between = np.array([[2.6]], np.float32)
    assert answers(drawn, between, 2)[0, 0] > answers(even, between, 2)[0, 0] + 0.01, "the second class's mean has moved away"


def test_what_is_shipped_answers_as_the_discriminants_that_were_trained():
    random = np.random.default_rng(0)
    rows, labels, finer = clouds(random, 20)
    labels[-10:], finer[-10:] = 2, 4
    scale = Scale(*(random.uniform(0.5, 1.5, 6).astype(np.float32) for _ in range(3)), np.array([0, 1, 1, 1, 1, 1], np.float32))
    centres = np.roll(rows, 1, axis=0)
    rows[0, 3] = np.nan
    partings = np.stack((labels, finer))
    inputs = standardised(rows, scale), about_centres(rows, centres, scale)
    of_all, of_person = (discriminants(given, labels, np.ones(len(rows)), partings) for given in inputs)
    said = statistics_lda(of_all, of_person, scale, 2).predict(np.stack((rows, centres), axis=1), verbose=0)
    for answer, several, given in zip(said, (of_all, of_person), inputs, strict=True):
        assert answer.shape == (len(rows), 2)
        np.testing.assert_allclose(answer, answers(several, given, 2), atol=1e-5)


def test_finer_classes_are_of_one_class_each_and_need_no_manifest(corpus):
    clips = train_voice.load_speech_folder(corpus)
    for folder in (corpus, corpus / "elsewhere"):
        partings = train_voice.partings_of(clips, train_voice.items_of(folder, clips))
        for parting in partings:
            assert all(len({clip.emotion for clip, part in zip(clips, parting, strict=True) if part == one}) == 1 for one in parting)
    assert len(np.unique(partings[1])) == 2 * len(NAMES), "by sex"


def test_each_place_has_means_of_its_own_where_a_voice_is_compared_with_all_people():
    """Two classes whose order a room turns around: one line cannot part them in both places, means by place can."""
    random = np.random.default_rng(0)
    labels = np.tile([0, 1], 60)
    places = np.repeat([CLEAN, ROOM], 60)
    turned = np.where(places == ROOM, -1.0, 1.0)
    rows = np.stack((turned * (labels - 0.5) * 4.0, turned * 3.0), axis=1) + random.normal(0.0, 0.3, (120, 2))
    rows = rows.astype(np.float32)

    def right(parting):
        said = answers(discriminants(rows, labels, np.ones(len(rows)), parting), rows, 2)
        return float((said.argmax(axis=1) == labels).mean())

    assert right(labels[np.newaxis]) < 0.8
    assert right(by_place(labels, places)) > 0.95


def test_a_row_is_known_by_what_its_place_has_for_certain():
    versions = np.array([CLEAN, f"{PLACE} 0", f"{PLACE} 3", "gain of +12 dB"])
    material = Material(np.zeros((4, 2), np.float32), np.zeros(4, np.int64), versions, np.ones(4, np.int64))
    assert list(material.places()) == [CLEAN, PLACES[0], PLACES[3], "gain of +12 dB"]
