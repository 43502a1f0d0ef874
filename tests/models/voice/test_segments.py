"""Speech is cut at pauses, the same way whatever the chunks, and never glued across a loss."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from core.media import AudioChunk
from core.settings import VoiceSettings
from models.voice.segments import Segmenter
from tests.fixtures.voices import chunked, joined, silence, voice

SETTINGS = VoiceSettings()
TWO_PHRASES = joined(silence(1.0), voice(1.5), silence(1.0, seed=1), voice(2.0, pitch_hz=180), silence(1.0, seed=2))


def segments_of(chunks, settings=SETTINGS):
    segmenter = Segmenter(settings)
    found = [segment for chunk in chunks for segment in segmenter.add(chunk).segments]
    return [*found, *segmenter.finish()]


def borders(segments):
    return [(round(segment.starts_at, 6), round(segment.ends_at, 6)) for segment in segments]


def test_two_phrases_with_a_pause_between_are_two_segments():
    first, second = segments_of(chunked(TWO_PHRASES))
    assert (first.starts_at, first.ends_at) == pytest.approx((1.0, 2.5), abs=0.25)
    assert (second.starts_at, second.ends_at) == pytest.approx((3.5, 5.5), abs=0.25)
    for segment in (first, second):
        assert len(segment.samples) == pytest.approx((segment.ends_at - segment.starts_at) * 16_000)
        assert len(segment.speech) == len(segment.levels_dbfs) == len(segment.samples) // 480
        start = round(segment.starts_at * 16_000)
        np.testing.assert_array_equal(segment.samples, TWO_PHRASES[start : start + len(segment.samples)])


@pytest.mark.parametrize("sizes", [320, 480, 1600, 16_000, (777, 1, 2048, 13)], ids=str)
def test_the_borders_do_not_depend_on_the_chunks(sizes):
    assert borders(segments_of(chunked(TWO_PHRASES, sizes))) == borders(segments_of(chunked(TWO_PHRASES, 1024)))


def test_a_short_pause_within_a_phrase_does_not_cut_it():
    samples = joined(silence(0.5), voice(1.0), silence(0.2), voice(1.0), silence(1.0))
    assert len(segments_of(chunked(samples))) == 1


def test_a_segment_is_known_as_soon_as_its_pause_is_over():
    segmenter = Segmenter(SETTINGS)
    for chunk in chunked(TWO_PHRASES, 320):
        heard = segmenter.add(chunk)
        if heard.segments:
            last_speech = heard.segments[0].starts_at + 0.03 * (np.flatnonzero(heard.segments[0].speech)[-1] + 1)
            assert chunk.ends_at - last_speech == pytest.approx(SETTINGS.pause_ms / 1000, abs=0.06)
            return
    pytest.fail("no segment came")


def test_padding_is_taken_from_the_sound_before_and_after():
    without, padded = (segments_of(chunked(TWO_PHRASES), replace(SETTINGS, padding_ms=ms))[1] for ms in (0, 120))
    assert without.starts_at - padded.starts_at == pytest.approx(0.12, abs=1e-6)
    assert padded.ends_at - without.ends_at == pytest.approx(0.12, abs=1e-6)


def test_long_speech_is_cut_at_a_quiet_place_and_nothing_is_lost_or_doubled():
    parts = segments_of(chunked(joined(silence(0.6), voice(15.0, syllables_hz=3.0), silence(1.0))))
    assert len(parts) >= 3
    assert all(part.ends_at - part.starts_at <= SETTINGS.longest_segment_ms / 1000 + 1e-6 for part in parts)
    for before, after in itertools.pairwise(parts):
        assert before.ends_at == pytest.approx(after.starts_at)
        assert before.levels_dbfs[-8:].min() < before.levels_dbfs.max() - 10


def test_sound_on_both_sides_of_a_jump_of_the_index_is_never_one_segment():
    chunks = chunked(joined(silence(1.0), voice(3.0), silence(1.0)))
    kept = [chunk for chunk in chunks if not 2.0 <= chunk.at < 2.3]
    segmenter = Segmenter(SETTINGS)
    heard = [segmenter.add(chunk) for chunk in kept]
    first, second = [segment for one in heard for segment in one.segments]
    assert first.ends_at <= 2.0 + 1e-6
    assert second.starts_at >= 2.3 - 1e-6
    assert (first.lost_before, second.lost_before) == (False, True)
    (jump,) = [one for one in heard if one.lost]
    assert jump.lost == pytest.approx((2.0, 2.3))
    assert jump.lost_chunks == 3


def test_a_jump_of_time_without_one_of_the_index_ends_a_segment_too():
    chunks = chunked(joined(silence(1.0), voice(3.0), silence(1.0)))
    late = [replace(chunk, at=chunk.at + 0.5) if chunk.at >= 2.0 else chunk for chunk in chunks]
    first, second = segments_of(late)
    assert first.ends_at <= 2.0 + 1e-6
    assert second.starts_at >= 2.5 - 1e-6


def test_a_small_correction_of_the_clock_is_no_loss():
    chunks = chunked(TWO_PHRASES)
    corrected = [replace(chunk, at=chunk.at + 0.02) if chunk.at >= 2.0 else chunk for chunk in chunks]
    assert len(segments_of(corrected)) == 2


def test_a_loss_before_silence_does_not_mark_a_later_segment():
    chunks = chunked(TWO_PHRASES)
    assert [segment.lost_before for segment in segments_of(chunks[2:3] + chunks[5:])] == [False, False]


def test_speech_that_the_end_of_the_source_cuts_off_is_given_at_the_end():
    segmenter = Segmenter(SETTINGS)
    assert not [segment for chunk in chunked(joined(silence(1.0), voice(1.5))) for segment in segmenter.add(chunk).segments]
    (last,) = segmenter.finish()
    assert last.ends_at == pytest.approx(2.5, abs=0.1)
    assert segmenter.finish() == ()


@pytest.mark.parametrize("level", [0.01, 0.1])
def test_a_fan_that_is_switched_on_makes_no_segment(level):
    assert segments_of(chunked(joined(silence(2.0), silence(4.0, level=level)))) == []


def test_another_rate_is_refused():
    with pytest.raises(ValueError, match="16000"):
        Segmenter(SETTINGS).add(AudioChunk(np.zeros(100, np.float32), 44_100, 0.0, 0))


@pytest.mark.data
def test_real_phrases_become_one_segment_each(shared_data):
    names = ("ravdess/03-01-01-01-01-01-01.flac", "ravdess/03-01-05-02-01-02-04.flac", "emodb/03a01Wa.flac")
    clips = [soundfile.read(shared_data / "speech" / name, dtype="float32")[0] for name in names]
    pause = np.zeros(8000, np.float32)
    together = joined(*(part for clip in clips for part in (clip, pause)))
    segments = segments_of(chunked(together))
    assert len(segments) == len(clips)
    assert borders(segments) == borders(segments_of(chunked(together, (333, 4096))))
