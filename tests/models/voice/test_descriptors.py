"""Loudness, pitch, pace and pauses: known answers, and librosa's pyin on real speech."""

import librosa
import numpy as np
import pytest
import soundfile

from core.settings import VoiceSettings
from models.voice import pitch
from models.voice.descriptors import PauseShare, describe, peaks_between_dips
from models.voice.pitch import pitch_track
from models.voice.segments import Segmenter
from models.voice.statistics import statistics
from tests.fixtures.voices import chunked, joined, silence, voice

RATE = 16_000
SETTINGS = VoiceSettings()
REAL = ("ravdess/03-01-02-01-01-02-15.flac", "ravdess/03-01-01-01-02-01-12.flac", "ravdess/03-01-06-01-01-02-01.flac", "emodb/03a01Wa.flac")


def tone(hz, seconds=2.0):
    time = np.arange(round(seconds * RATE)) / RATE
    return sum(0.1 / k * np.sin(2 * np.pi * hz * k * time) for k in range(1, 6) if hz * k < 7500).astype(np.float32)


def segment_of(samples):
    segmenter = Segmenter(SETTINGS)
    found = [segment for chunk in chunked(samples) for segment in segmenter.add(chunk).segments]
    (segment,) = [*found, *segmenter.finish()]
    return segment


def described(samples):
    return describe(segment_of(joined(silence(1.0), samples, silence(1.0, seed=1))), SETTINGS)


@pytest.mark.parametrize("hz", [70, 110, 200, 330, 480])
def test_the_pitch_of_a_tone_is_its_frequency(hz):
    track = pitch_track(tone(hz), 60, 500)
    assert np.isfinite(track).mean() > 0.95
    np.testing.assert_allclose(track[np.isfinite(track)], hz, rtol=0.005)


def test_the_pitch_follows_a_glide():
    time = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * (100 * time + 50 * time**2)
    track = pitch_track((0.1 * np.sin(phase) + 0.05 * np.sin(2 * phase)).astype(np.float32), 60, 500)
    expected = 100 + 100 * np.arange(len(track)) * 0.01
    inner = slice(5, -5)
    np.testing.assert_allclose(track[inner], expected[inner], rtol=0.03)


def test_noise_and_silence_have_no_pitch():
    assert np.isnan(pitch_track(np.random.default_rng(0).normal(0, 0.1, 2 * RATE).astype(np.float32), 60, 500)).mean() > 0.99
    assert np.isnan(pitch_track(np.zeros(RATE, np.float32), 60, 500)).all()
    assert len(pitch_track(np.zeros(100, np.float32), 60, 500)) == 0


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_the_pitch_of_real_speech_is_that_of_pyin(name, shared_data):
    samples, _ = soundfile.read(shared_data / "speech" / name, dtype="float32")
    ours = pitch_track(samples, 60, 500)
    theirs, voiced, _ = librosa.pyin(samples, fmin=60, fmax=500, sr=RATE, frame_length=1024, hop_length=160)
    both = np.isfinite(ours) & voiced[: len(ours)]
    assert both.sum() > 0.25 * voiced.sum()
    octaves = np.log2(ours[both] / theirs[: len(ours)][both])
    assert (np.abs(octaves) > 0.25).mean() < 0.1
    assert np.median(np.abs(octaves)) * 12 < 0.3


def test_a_monotone_voice_varies_less_than_a_lively_one():
    lively = joined(voice(1.0, pitch_hz=110), voice(1.0, pitch_hz=160), voice(1.0, pitch_hz=130))
    monotone, moving = described(voice(3.0, pitch_hz=120)), described(lively)
    assert monotone.pitch_hz == pytest.approx(120, rel=0.02)
    assert monotone.pitch_sd_semitones < 0.5
    assert moving.pitch_sd_semitones == pytest.approx(np.std(12 * np.log2([110, 160, 130])), abs=0.5)


@pytest.mark.parametrize("syllables_hz", [2.5, 4.0, 5.5])
def test_the_pace_is_that_of_the_syllables(syllables_hz):
    assert described(voice(3.0, syllables_hz=syllables_hz)).speech_rate_hz == pytest.approx(syllables_hz, rel=0.2)


def test_the_level_follows_the_gain_and_the_other_descriptors_do_not():
    loud, soft = described(voice(2.0, level=0.1)), described(voice(2.0, level=0.02))
    assert loud.speech_level - soft.speech_level == pytest.approx(14.0, abs=1.0)
    assert loud.pitch_hz == pytest.approx(soft.pitch_hz, rel=0.01)
    assert loud.speech_rate_hz == pytest.approx(soft.speech_rate_hz, rel=0.1)


def test_descriptors_and_statistics_share_one_pitch_and_no_sound_has_that_of_another(monkeypatch):
    searched = []
    monkeypatch.setattr(
        pitch, "_yin", lambda frames, energy, shortest, yin=pitch._yin: searched.append(frames) or yin(frames, energy, shortest)
    )
    segment = segment_of(joined(silence(1.0), voice(2.0), silence(1.0, seed=1)))
    describe(segment, SETTINGS)
    blocks = len(searched)
    statistics(segment.samples)
    assert len(searched) == blocks > 0
    statistics(segment.samples * np.linspace(0.5, 1.0, len(segment.samples), dtype=np.float32))
    assert len(searched) > blocks


def test_peaks_count_only_between_dips_deep_enough():
    assert peaks_between_dips([0, 5, 4, 5, 0, 3, 2.5, 6, 0], dip=2.0) == [1, 7]
    assert peaks_between_dips([1.0, 1.5, 1.0], dip=2.0) == []


def test_the_share_of_pauses_waits_for_enough_and_forgets_the_old():
    share = PauseShare(SETTINGS)
    share.add([True] * 100)
    assert np.isnan(share.value)
    share.add([False] * 100)
    assert share.value == pytest.approx(0.5)
    share.add([False] * 1000)
    assert share.value == 1.0


def test_too_little_voice_has_no_pitch_but_no_error():
    rng = np.random.default_rng(4)
    whisper = joined(*(rng.normal(0, 0.05 * (0.1 + k % 2), 3200).astype(np.float32) for k in range(8)))
    found = described(whisper)
    assert np.isnan(found.pitch_hz)
    assert np.isnan(found.pitch_sd_semitones)
    assert found.speech_rate_hz == 0.0
