"""The 180 numbers against librosa's."""

import librosa
import numpy as np
import pytest
import soundfile

from models.voice.inputs import CHROMAS, FEATURES, MFCCS, at_one_level, chroma_weights, librosa_means, mel_weights, segment_features
from tests.fixtures.voices import voice

RATE = 16_000
TIME = np.arange(3 * RATE) / RATE

GENERATED = {
    "a voice": voice(3.0),
    "noise": np.random.default_rng(1).normal(0, 0.1, 2 * RATE),
    "a tone in noise": 0.3 * np.sin(2 * np.pi * 220 * TIME) + np.random.default_rng(2).normal(0, 1e-3, len(TIME)),
    "a glide in noise": 0.5 * np.sin(2 * np.pi * (100 + 300 * TIME) * TIME) + np.random.default_rng(3).normal(0, 1e-3, len(TIME)),
    "silence": np.zeros(RATE),
    "a length that no hop divides": voice(1.2345),
}
REAL = ("ravdess/03-01-01-01-01-01-01.flac", "ravdess/03-01-05-02-01-02-04.flac", "ravdess/03-01-04-01-02-02-05.flac", "emodb/03a01Wa.flac")


def of_librosa(samples):
    """As the issue states them, each with librosa's defaults and chroma's tuning fixed."""
    spectrum = np.abs(librosa.stft(samples))
    return np.concatenate(
        (
            librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=40).mean(axis=1),
            librosa.feature.chroma_stft(S=spectrum, sr=RATE, tuning=0.0).mean(axis=1),
            librosa.feature.melspectrogram(y=samples, sr=RATE).mean(axis=1),
        )
    )


def assert_equal_to_librosa(samples):
    samples = np.asarray(samples, np.float32)
    ours, theirs = librosa_means(samples), of_librosa(samples)
    for part in (slice(0, MFCCS), slice(MFCCS, MFCCS + CHROMAS), slice(MFCCS + CHROMAS, FEATURES)):
        scale = max(1.0, float(np.abs(theirs[part]).max()))
        np.testing.assert_allclose(ours[part] / scale, theirs[part] / scale, rtol=0, atol=1e-5)
    assert ours.dtype == np.float32


@pytest.mark.parametrize("name", GENERATED)
def test_the_features_of_generated_sound_are_librosas(name):
    assert_equal_to_librosa(GENERATED[name])


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_the_features_of_real_speech_are_librosas_to_1e_5_each(name, shared_data):
    samples, _ = soundfile.read(shared_data / "speech" / name, dtype="float32")
    assert_equal_to_librosa(samples)
    np.testing.assert_allclose(librosa_means(samples), of_librosa(samples), rtol=1e-5, atol=1e-5)


def test_sound_shorter_than_one_spectrum_has_librosas_features_too():
    samples = voice(0.06)
    with pytest.warns(UserWarning, match="n_fft"):
        theirs = of_librosa(samples)
    np.testing.assert_allclose(librosa_means(samples), theirs, rtol=1e-4, atol=1e-4)


def test_the_filter_banks_are_librosas():
    np.testing.assert_allclose(mel_weights().T, librosa.filters.mel(sr=RATE, n_fft=2048), atol=1e-7)
    np.testing.assert_allclose(chroma_weights().T, librosa.filters.chroma(sr=RATE, n_fft=2048, tuning=0.0), atol=1e-7)


@pytest.mark.parametrize("gain_db", [-30, -12, 12])
def test_the_microphones_gain_does_not_change_the_features(gain_db):
    samples = voice(2.0, level=0.05)
    np.testing.assert_allclose(
        segment_features(samples * np.float32(10 ** (gain_db / 20))), segment_features(samples), rtol=1e-3, atol=1e-3
    )


def test_digital_silence_stays_silent_and_finite():
    samples = np.zeros(8000, np.float32)
    assert not at_one_level(samples).any()
    assert np.isfinite(segment_features(samples)).all()
