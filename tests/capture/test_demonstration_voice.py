import numpy as np
import pytest
import webrtcvad

from capture.demonstration_timeline import demonstration_timeline, phrases_between
from capture.demonstration_voice import mouth_opening, sound_between
from core.labels import Emotion
from core.media import VOICE_RATE_HZ

SECONDS = 60
STEP = VOICE_RATE_HZ * 30 // 1000


def level(seed, phrase):
    first, last = (round(at * VOICE_RATE_HZ) for at in (phrase.starts_at, phrase.ends_at))
    return np.sqrt(np.mean(sound_between(seed, first, last - first) ** 2))


def phrase_of(seed, emotion):
    return next(s for s in demonstration_timeline(seed, SECONDS) if s.expression is emotion and s.face_shown).phrases[0]


def pitch(seed, phrase):
    """Median fundamental (Hz) and its standard deviation in semitones, by autocorrelation of 64 ms windows, octave errors left out."""
    first, last = (round(at * VOICE_RATE_HZ) for at in (phrase.starts_at + 0.1, phrase.ends_at - 0.1))
    sound = sound_between(seed, first, last - first)
    found = []
    for begins in range(0, len(sound) - 1024, 512):
        window = sound[begins : begins + 1024] - sound[begins : begins + 1024].mean()
        likeness = np.correlate(window, window, "full")[1023:] / (window @ window)
        lag = 36 + int(np.argmax(likeness[36:230]))
        if likeness[lag] > 0.5:
            found.append(VOICE_RATE_HZ / lag)
    semitones = 12 * np.log2(np.array(found) / np.median(found))
    return np.median(found), np.std(semitones[np.abs(semitones) < 8])


@pytest.mark.parametrize("seed", range(3))
def test_webrtcvad_hears_speech_in_phrases_and_none_in_pauses(seed):
    sound = (sound_between(seed, 0, SECONDS * VOICE_RATE_HZ) * 32767).astype(np.int16)
    detector = webrtcvad.Vad(2)
    spoken, silent = [], []
    for first in range(0, len(sound) - STEP, STEP):
        heard = detector.is_speech(sound[first : first + STEP].tobytes(), VOICE_RATE_HZ)
        begins, ends = first / VOICE_RATE_HZ, (first + STEP) / VOICE_RATE_HZ
        phrases = phrases_between(seed, begins, ends)
        if not phrases:
            silent.append(not heard)
        elif phrases[0].starts_at <= begins and ends <= phrases[0].ends_at:
            spoken.append(heard)
    assert np.mean(spoken) >= 0.9
    assert np.mean(silent) >= 0.9


def test_sound_does_not_depend_on_how_it_is_cut():
    whole = sound_between(4, 0, 10 * VOICE_RATE_HZ)
    parts = np.concatenate([sound_between(4, first, 1000) for first in range(0, 10 * VOICE_RATE_HZ, 1000)])
    assert np.array_equal(whole, parts)


def test_another_seed_is_another_voice():
    assert not np.array_equal(sound_between(0, 0, 80_000), sound_between(1, 0, 80_000))


def test_a_pause_is_faint_and_never_digital_silence():
    pause = sound_between(0, 0, VOICE_RATE_HZ // 2)
    assert 1e-4 < np.sqrt(np.mean(pause**2)) < 2e-3


def test_nothing_clips():
    assert np.abs(sound_between(1, 0, SECONDS * VOICE_RATE_HZ)).max() < 0.99


@pytest.mark.parametrize("seed", range(3))
def test_sad_speech_is_softer_lower_and_more_monotone_and_angry_speech_is_loudest(seed):
    sad, neutral, happy, angry = (
        phrase_of(seed, emotion) for emotion in (Emotion.SADNESS, Emotion.NEUTRAL, Emotion.HAPPINESS, Emotion.ANGER)
    )
    assert level(seed, sad) < level(seed, neutral) < level(seed, happy) < level(seed, angry)
    (sad_hz, sad_sd), (neutral_hz, _), (happy_hz, happy_sd) = (pitch(seed, phrase) for phrase in (sad, neutral, happy))
    assert sad_hz < neutral_hz < happy_hz
    assert sad_sd < happy_sd


def test_the_mouth_moves_while_something_is_said_and_rests_in_pauses():
    phrase = demonstration_timeline(0, 20)[0].phrases[0]
    assert mouth_opening(0, phrase.starts_at - 0.05) == 0
    assert max(mouth_opening(0, at) for at in np.arange(phrase.starts_at, phrase.ends_at, 0.02)) > 0.3
