"""Is somebody talking."""

import numpy as np
import pytest
import soundfile

from core.settings import VoiceSettings
from models.voice.speech import FRAME, SILENCE_DBFS, SpeechDetector, level_dbfs
from tests.fixtures.voices import joined, silence, voice

RATE = 16_000


def decisions(samples):
    detector = SpeechDetector(VoiceSettings())
    whole = len(samples) // FRAME * FRAME
    return np.array([detector.add(frame).speech for frame in np.asarray(samples, np.float32)[:whole].reshape(-1, FRAME)])


def hum(seconds, level):
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 8))
    return (buzz * level / buzz.std()).astype(np.float32)


def test_a_voice_is_speech_and_the_room_is_not():
    speech = decisions(joined(silence(1.0), voice(2.0), silence(1.0)))
    assert speech[34:100].mean() > 0.6
    assert not speech[:33].any()
    assert speech[105:].sum() <= 5


@pytest.mark.parametrize("gain_db", [-30, -15, 0, 15])
def test_quiet_and_loud_voices_are_speech(gain_db):
    samples = joined(silence(1.0), voice(2.0), silence(1.0)) * np.float32(10 ** (gain_db / 20))
    assert decisions(np.clip(samples, -1, 1))[34:100].mean() > 0.5


@pytest.mark.parametrize(
    "steady",
    [hum(5.0, 0.05), silence(5.0, level=0.03), (0.1 * np.sin(2 * np.pi * 440 * np.arange(5 * RATE) / RATE)).astype(np.float32)],
    ids=["hum", "hiss", "tone"],
)
def test_a_constant_sound_is_not_speech(steady):
    assert decisions(steady).mean() < 0.02
    assert decisions(joined(silence(2.0), steady))[67 + 25 :].mean() < 0.02, "nor is it once its beginning is over"


@pytest.mark.parametrize("noise", [hum(6.0, 0.03), silence(6.0, level=0.01)], ids=["hum", "hiss"])
def test_a_voice_over_a_constant_noise_is_still_found(noise):
    quiet = np.zeros(2 * RATE, np.float32)
    speech = decisions(joined(quiet, voice(2.0), quiet) + noise)
    assert speech[67:133].mean() > 0.4
    assert speech[:60].mean() < 0.05
    assert speech[145:].mean() < 0.05


def test_clicks_are_not_speech():
    samples = silence(4.0)
    for start in range(0, len(samples), 8000):
        samples[start : start + 80] = 0.5
    assert decisions(samples).mean() < 0.1


def test_the_noise_floor_follows_a_fan_that_is_switched_on():
    detector = SpeechDetector(VoiceSettings())
    frames = joined(silence(3.0), silence(6.0, level=0.01)).reshape(-1, FRAME)
    floors = [detector.add(frame).noise_dbfs for frame in frames]
    assert floors[90] == pytest.approx(level_dbfs(silence(1.0)), abs=1.5)
    assert floors[-1] == pytest.approx(-40.0, abs=1.5)


def test_the_level_is_rms_without_offset():
    time = np.arange(RATE) / RATE
    assert level_dbfs((0.3 + 0.1 * np.sin(2 * np.pi * 100 * time)).astype(np.float32)) == pytest.approx(-23.0, abs=0.05)
    assert level_dbfs(np.full(FRAME, 0.2, np.float32)) == SILENCE_DBFS


@pytest.mark.data
def test_acted_speech_is_found_within_its_silence(shared_data):
    samples, _ = soundfile.read(shared_data / "speech/ravdess/03-01-01-01-01-01-01.flac", dtype="float32")
    speech = decisions(samples)
    assert not speech[:20].any()
    assert not speech[-15:].any()
    assert 0.3 < speech.mean() < 0.8
