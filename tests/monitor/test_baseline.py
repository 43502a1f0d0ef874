"""A session that compares the voice with the person's own ordinary speech: real sound through the whole monitor."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.failures import CheckpointRefused, DataUnfit, MediaUnreadable
from core.readings import VoiceReading
from core.session import BASELINE
from core.settings import Settings
from monitor.baseline_recording import baseline_from_file
from monitor.events import Remarked
from monitor.wiring import live_plan, recording_plan
from review.report.session_tables import settings_table
from tests.fixtures.monitor_runs import Run
from tests.fixtures.voices import joined, silence, voice

SPEAKER = "ravdess_05"


@pytest.fixture
def settings(centred_checkpoint: Path) -> Settings:
    return Settings().with_values({"voice.checkpoint": str(centred_checkpoint), "voice.baseline_speech_s": 6}, "the test")


def said(shared_data: Path, emotion: str, clips: int) -> np.ndarray:
    with (shared_data / "speech" / "manifest.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if (row["speaker"], row["emotion"]) == (SPEAKER, emotion)][:clips]
    return np.concatenate([soundfile.read(shared_data / "speech" / row["path"], dtype="float32")[0] for row in rows])


@pytest.fixture(scope="module")
def recordings(shared_data: Path, tmp_path_factory) -> tuple[Path, Path]:
    """A person's ordinary speech, and two angry sentences."""
    folder = tmp_path_factory.mktemp("speech")
    for name, emotion, clips in (("ordinary", "neutral", 4), ("angry", "angry", 2)):
        samples = said(shared_data, emotion, clips)
        soundfile.write(folder / f"{name}.wav", 0.9 * samples / np.abs(samples).max(), 16_000)
    return folder / "ordinary.wav", folder / "angry.wav"


def voices(run):
    return [reading for reading in run.shown if isinstance(reading, VoiceReading) and reading.probabilities]


@pytest.mark.data
def test_with_the_persons_own_speech_the_same_recording_reads_differently_and_always_alike(recordings, settings, tmp_path):
    ordinary, angry = recordings
    baseline = baseline_from_file(ordinary, replace(settings, voice=replace(settings.voice, baseline_speech_s=4.0)))
    plans = [recording_plan(angry, settings, baseline=one) for one in (None, baseline, baseline)]
    runs = [Run(plan, tmp_path / "s.db", settings) for plan in plans]
    results = [run.finished() for run in runs]
    general, own, again = (voices(run) for run in runs)
    assert len(general) == len(own) >= 1
    assert repr([reading.probabilities for reading in own]) == repr([reading.probabilities for reading in again])
    for one, other in zip(general, own, strict=True):
        assert one.covers == other.covers
        assert max(abs(one.probabilities[label] - other.probabilities[label]) for label in one.probabilities) > 0.01
        assert sum(other.probabilities.values()) == pytest.approx(1.0)
        assert not one.label_set  # the card says nothing of readings without a centre
        assert other.label_set
    assert results[0].info.settings.get(BASELINE) is None
    assert results[1].info.settings[BASELINE] == baseline.facts()
    assert "people in general" in str(settings_table(results[1].info).rows)
    assert "ordinary.wav" in str(settings_table(results[1].info).rows)


@pytest.mark.data
def test_speech_of_another_kind_is_not_used_and_the_session_says_so(recordings, settings, tmp_path):
    ordinary, angry = recordings
    baseline = baseline_from_file(ordinary, replace(settings, voice=replace(settings.voice, baseline_speech_s=4.0)))
    plan = recording_plan(angry, settings, baseline=replace(baseline, input_kind="another"))
    run = Run(plan, tmp_path / "s.db", settings)
    info = run.finished().info
    [remark] = [event for event in run.events if isinstance(event, Remarked)]
    assert "is not used: the voice is compared with people in general" in str(remark.failure)
    assert BASELINE not in info.settings
    assert not run.failures()


def test_a_baseline_without_a_voice_is_no_matter(settings):
    assert live_plan(settings, camera=None, microphone=None).baseline is None


def test_a_file_with_too_little_speech_or_without_sound_is_refused(settings, tmp_path):
    soundfile.write(tmp_path / "short.wav", joined(silence(1.0), voice(2.0), silence(1.0)), 16_000)
    with pytest.raises(DataUnfit, match=r"Only 2\.\d s of ordinary speech were heard; 6 s are needed"):
        baseline_from_file(tmp_path / "short.wav", settings)
    with pytest.raises(MediaUnreadable):
        baseline_from_file(tmp_path / "none.wav", settings)
    with pytest.raises(CheckpointRefused, match="cannot be compared with a person's own"):
        baseline_from_file(tmp_path / "short.wav", Settings().with_values({"voice.checkpoint": "mlp_180"}, "the test"))
