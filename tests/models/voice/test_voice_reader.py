"""From chunks of sound to readings."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from core.failures import CheckpointRefused
from core.labels import Modality
from core.readings import Absence
from core.settings import VoiceSettings
from models.voice.reader import VoiceReader
from tests.fixtures.voices import chunked, joined, silence, voice

SETTINGS = VoiceSettings()
TALK = joined(silence(2.0), voice(2.0), silence(1.5, seed=1), voice(2.0, pitch_hz=200), silence(1.0, seed=2))


def readings_of(chunks, settings=SETTINGS):
    reader = VoiceReader(settings)
    reader.warm_up()
    found = [reading for chunk in chunks if (reading := reader.read(chunk)) is not None]
    last = reader.finish()
    return [*found, last] if last else found


def spoken(readings):
    return [reading for reading in readings if reading.absent_because is None]


def test_each_phrase_is_one_reading_with_all_its_numbers():
    first, second = spoken(readings_of(chunked(TALK)))
    for reading, (start, end), pitch in ((first, (2.0, 4.0), 120), (second, (5.5, 7.5), 200)):
        assert reading.modality is Modality.VOICE
        assert reading.covers == pytest.approx((start, end), abs=0.25)
        assert end < reading.at < end + 0.6
        assert sum(reading.probabilities.values()) == pytest.approx(1.0)
        assert reading.pitch_hz == pytest.approx(pitch, rel=0.03)
        assert reading.speech_level == pytest.approx(-20, abs=4)
        assert reading.speech_rate_hz == pytest.approx(4.0, rel=0.3)
        assert reading.quality > 0.8
    assert 0.3 < second.pause_share < 0.8


def test_while_nobody_speaks_that_is_said_twice_a_second():
    readings = readings_of(chunked(silence(5.0)))
    assert {reading.absent_because for reading in readings} == {Absence.NO_SPEECH}
    assert [reading.at for reading in readings] == pytest.approx(np.arange(0.5, 5.01, 0.5))
    for before, after in itertools.pairwise(readings):
        assert after.covers == pytest.approx((before.at, after.at))
    assert readings[-1].pause_share == 1.0
    assert all(not reading.probabilities for reading in readings)


def test_readings_are_the_same_each_time_and_never_go_back():
    first, second = (readings_of(chunked(TALK, (1600, 333, 2048))) for _ in range(2))
    assert repr(first) == repr(second)
    times = [reading.at for reading in first]
    assert times == sorted(times)


@pytest.mark.parametrize("size", [320, 777, 16_000])
def test_what_is_said_of_a_phrase_does_not_depend_on_the_chunks(size):
    for one, other in zip(spoken(readings_of(chunked(TALK, size))), spoken(readings_of(chunked(TALK))), strict=True):
        assert one.covers == pytest.approx(other.covers)
        assert one.probabilities == pytest.approx(other.probabilities)
        assert (one.pitch_hz, one.speech_level, one.quality) == pytest.approx((other.pitch_hz, other.speech_level, other.quality))


def test_speech_that_is_too_short_is_said_to_be_so():
    (short,) = [
        reading
        for reading in readings_of(chunked(joined(silence(1.0), voice(0.25, syllables_hz=4.0), silence(1.0))))
        if reading.absent_because is not Absence.NO_SPEECH
    ]
    assert short.absent_because is Absence.TOO_LITTLE_SPEECH
    assert "0.4 s are needed" in short.quality_reason


def test_lost_sound_is_said_and_counted_and_the_phrase_before_it_is_still_read():
    kept = [chunk for chunk in chunked(TALK) if not 3.0 <= chunk.at < 3.3]
    told = [reading for reading in readings_of(kept) if reading.absent_because is not Absence.NO_SPEECH]
    before, lost, after, other = told
    assert [reading.absent_because for reading in told] == [None, Absence.SOUND_LOST, None, None]
    assert before.covers[1] <= 3.0 + 1e-6
    assert before.dropped_before == 3
    assert lost.covers == pytest.approx((3.0, 3.3))
    assert after.covers[0] >= 3.3 - 1e-6
    assert "lost" in after.quality_reason
    assert "lost" not in (other.quality_reason or "")


def test_a_loss_while_nobody_speaks_is_said_at_once():
    chunks = chunked(silence(3.0))
    readings = readings_of(chunks[:10] + chunks[15:])
    (lost,) = [reading for reading in readings if reading.absent_because is Absence.SOUND_LOST]
    assert lost.covers == pytest.approx((1.0, 1.5))
    assert lost.at == pytest.approx(1.6)
    assert lost.dropped_before == 5


def test_clipped_sound_gets_no_probabilities():
    shouted = np.clip(joined(silence(1.0), voice(2.0, level=1.5), silence(1.0)), -1, 1)
    (reading,) = [reading for reading in readings_of(chunked(shouted)) if reading.absent_because is not Absence.NO_SPEECH]
    assert reading.absent_because is Absence.CLIPPED
    assert "clipped" in reading.quality_reason


def test_noise_lowers_the_quality_and_says_so():
    noisy = TALK + silence(len(TALK) / 16_000, level=0.02, seed=5)
    for quiet, loud in zip(spoken(readings_of(chunked(TALK))), spoken(readings_of(chunked(noisy))), strict=True):
        assert loud.quality < quiet.quality
        assert "noise" in loud.quality_reason


def test_speech_that_the_end_cuts_off_is_read_at_the_end():
    readings = readings_of(chunked(joined(silence(1.0), voice(1.5))))
    assert readings[-1].absent_because is None
    assert readings[-1].at == pytest.approx(2.5)


def test_warming_up_leaves_no_trace():
    cold, warm = VoiceReader(SETTINGS), VoiceReader(SETTINGS)
    warm.warm_up()
    chunks = chunked(TALK, at=7.0)
    from_cold, from_warm = ([reader.read(chunk) for chunk in chunks] for reader in (cold, warm))
    assert repr(from_warm) == repr(from_cold)
    assert next(reading for reading in from_warm if reading).covers[0] == 7.0


def test_a_missing_checkpoint_is_refused_by_name():
    with pytest.raises(CheckpointRefused, match="no_such_voice"):
        VoiceReader(replace(SETTINGS, checkpoint="no_such_voice"))


@pytest.mark.data
def test_a_real_phrase_is_read_with_an_ordinary_voices_numbers(shared_data):
    samples, _ = soundfile.read(shared_data / "speech/ravdess/03-01-05-02-01-02-04.flac", dtype="float32")
    (reading,) = spoken(readings_of(chunked(samples)))
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert 80 < reading.pitch_hz < 450
    assert 1.0 < reading.speech_rate_hz < 7.0
    assert 0.2 < reading.pause_share < 0.9 or np.isnan(reading.pause_share)


def test_the_silence_at_the_end_is_told_too():
    reader = VoiceReader(SETTINGS)
    told = [reader.read(chunk) for chunk in chunked(silence(0.8))]
    assert [reading.at for reading in told if reading] == pytest.approx([0.5])
    last = reader.finish()
    assert last.absent_because is Absence.NO_SPEECH
    assert last.covers == pytest.approx((0.5, 0.8))
    assert VoiceReader(SETTINGS).finish() is None


@pytest.mark.data
def test_music_is_not_trusted(shared_data):
    import av

    with av.open(shared_data / "video/no_face_cartoon.mp4") as container:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        parts = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    assert all(reading.quality < 0.3 for reading in readings_of(chunked(np.concatenate(parts))))
